"""What the grids and people that edits name by their codes are called."""

from gridmgr.domain.drafts import edits
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading


def grids(desks, made):
    """Return code → (name, English name) of the grids that edits name, as far as they are known.

    Parameters
    ----------
    desks : list of Desk
        The draft in some of its states; the last that knows a grid says its name.
    made : list of dict
        Edits; a grid that one made and another dissolved has the name that the first gave it.
    """
    wanted = {code for edit in made for code in edits.codes_in(edit)}
    found = {code: name for edit in made for code, name in edits.names_given(edit).items()}
    known = [states for desk in desks for states in (desk.base.grids, desk.states)]
    for states in known:
        found |= {code: (states[code].name, states[code].name_en) for code in wanted & states.keys()}
    return found


def people(engine, made):
    """Return code → name of the people that edits name."""
    wanted = {edit["person"] for edit in made if "person" in edit}
    if not wanted:
        return {}
    with reading(engine) as session:
        known = facts.known(session).staffing.persons.values()
    return {person.code: person.name for person in known if person.code in wanted}
