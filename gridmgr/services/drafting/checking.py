"""What an edit leaves to mend: the findings near what changed, and nothing farther away."""

import dataclasses

from gridmgr.domain import wholes
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.staff import vacancies
from gridmgr.services import auditing, nesting
from gridmgr.services.catalogue import owner_level
from gridmgr.services.drafting import passing
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.services.versions import assigning

HORIZON = auditing.HORIZON


@dataclasses.dataclass(frozen=True)
class Checked:
    """What an edit leaves to mend.

    ``findings`` are those that concern what changed and its neighbours, errors first; ``codes`` the
    grids looked at, ``moved_m2`` how much ground passed from one grid to another.
    """

    codes: tuple[str, ...]
    findings: list
    moved_m2: float


def checked(engine, outcome, *, at):
    """Return what an audit of the draft would say of the grids that changed and of their neighbours."""
    desk, change = outcome.desk, outcome.whole
    here = [code for code in change.codes if code in desk.states]
    around = neighbourhood(desk, here)
    found = [*land(change), *people(engine, desk, here, at)]
    found.sort(key=lambda one: (one.severity != "error", -(one.area_m2 or 0.0), one.kind, one.codes))
    codes = tuple(sorted({*change.codes, *around}, key=str.encode))
    return Checked(codes, found, passing.moved_m2(change))


def neighbourhood(desk, codes):
    """Return the grids of the coverage among ``codes`` with those that have a border in common with them."""
    leaves = [code for code in codes if code in desk.coverage]
    return {one for code in leaves for one in (code, *desk.coverage.neighbours(code))}


def land(change):
    """Return the findings about the grids that changed, their neighbours, and the areas they lie or lay in."""
    desk, before = change.after, change.before
    lay_in = {before.states[code].parent_code for code in change.codes if code in before.states} - {None}
    return auditing.land_findings_near(
        grids_of(desk),
        desk.coverage,
        {*change.codes, *lay_in},
        desk.profile,
        desk.metric,
        before=before.coverage,
        children=desk.children,
    )


def grids_of(desk):
    """Return the Boundaries of a desk as they lie in memory: nothing is put in order, nothing copied."""
    return Boundaries(f"draft {desk.draft_id}", nesting.chain(), desk.states, desk.shapes)


def people(engine, desk, codes, at):
    """Return which of the grids that need a person have nobody."""
    needing = [code for code in codes if desk.states[code].level == owner_level()]
    if not needing:
        return []
    with reading(engine) as session:
        known = facts.known(session)
        known = assigning.with_assigned(session, known, desk.draft_id, desk.states, at)
    boundaries, looked = grids_of(desk), vacancies.Vacancies(at, at + HORIZON)
    return [one for code in needing for one in wholes.no_person(known.staffing, boundaries, code, looked)]
