"""Steps of a case on its way to those who work on it: dispatched, claimed, assigned, returned, disputed, settled."""

from gridmgr.domain.cases import Rehoming
from gridmgr.domain.responsibility import SETTLED, Responsibility
from gridmgr.errors import Invalid
from gridmgr.services import homes, routing, standing
from gridmgr.services.catalogue import answering_level
from gridmgr.services.handling import filing
from gridmgr.services.handling.filing import refuse_unknown
from gridmgr.services.handling.stepping import Told, step_case, take, the_case
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, revisions
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store.cases import casework as rows


def dispatch(engine, number, *, department, by, at, grid=None, **telling):
    """Dispatch a case to a department; its clock begins, or goes on where the same one has it again.

    Parameters
    ----------
    grid : str, optional
        Code of the grid that the case belongs to from now on, where a position near a border belongs to the neighbour.

    Raises
    ------
    NoSuchCase, MovedOn, StepRefused, Invalid
    """
    known = standing.in_force(engine, at) if grid else None
    told = Told(by, at, **telling)
    with writing(engine) as session:
        of = the_case(session, number)
        refuse_unknown(session, department)
        take(of, "dispatch", told, {"department": department} | ({"grid": grid} if grid else {}))
        if grid:
            pass_on(of, grid, known, told)
        return of.case


def pass_on(of, code, known, told):
    """Let a case belong to another grid from now on; nothing where it already does."""
    grids = known.ground.boundaries.grids if known else {}
    if code not in grids or grids[code].level != answering_level(known.ground.boundaries):
        raise Invalid("There is no grid {grid} now.", grid=code)
    grid_id = grids[code].grid_id
    if homes.home_ids(of.session, known.ground, [(of.case, of.report)], told.at) != [grid_id]:
        reason = told.reason.strip() or of.case.number
        bulk.insert(of.session, [Rehoming(of.case.id, grid_id, told.happened_at, told.heard_at, told.by, reason)])
        revisions.raise_(of.session, "reports")


def recall(engine, number, *, by, at, **telling):
    """Take a dispatch back that was made a moment ago; the case is where it was before."""
    return step_case(engine, number, "recall", Told(by, at, **telling))


def to_department(engine, number, action, department, told):
    """Take a step that gives a case to a department that there is."""
    with writing(engine) as session:
        of = the_case(session, number)
        refuse_unknown(session, department)
        take(of, action, told, {"department": department})
        return of.case


def claim(engine, number, *, department, by, at, **telling):
    """Claim a case for a department and oneself (认领); one that nobody dispatched is dispatched with it."""
    return to_department(engine, number, "claim", department, Told(by, at, **telling))


def assign(engine, number, *, handler, by, at, **telling):
    """Let a handler of the department work on the case; ``handler`` is a login."""
    return step_case(engine, number, "assign", Told(by, at, **telling), {"handler": handler})


def revoke(engine, number, *, by, at, **telling):
    """Take the department's inner assignment back."""
    return step_case(engine, number, "revoke", Told(by, at, **telling))


def hand_back(engine, number, *, by, at, **telling):
    """Hand a case back to one's department, with a reason; only its handler can."""
    return step_case(engine, number, "hand_back", Told(by, at, **telling))


def return_(engine, number, *, kind, by, at, next_owner="", **telling):
    """Return a case to the dispatcher (回退), with a reason and the next owner; too many make a dispute.

    Parameters
    ----------
    kind : str
        One of ``not_my_duty``, ``not_my_area``, ``wrong_category``, ``insufficient_info``.
    next_owner : str
        The department that is to have it; only the last two kinds need none.
    """
    with writing(engine) as session:
        of = the_case(session, number)
        if next_owner:
            refuse_unknown(session, next_owner)
        take(of, "return", Told(by, at, **telling), {"kind": kind, "next_owner": next_owner})
        return of.case


def send_back(engine, number, *, by, at, **telling):
    """Send a case back to those who filed it, with a reason: its category or condition is wrong."""
    return step_case(engine, number, "send_back", Told(by, at, **telling))


def refile(engine, number, *, by, at, category=None, condition="", limit=None, **telling):
    """File a case that was sent back under another category or condition; it keeps number and history."""
    with reading(engine) as session:
        found = rows.case_of_number(session, number)
    category = category or (found[0].category_code if found else None)
    report_number = found[1].number if found else ""
    told = Told(by, at, **telling)
    proposed = found and filing.propose(
        engine, report_number, category=category, condition=condition, limit=limit, at=at
    )
    with writing(engine) as session:
        of = the_case(session, number)
        if proposed:
            refuse_unknown(session, proposed.department)
        names = ("category", "condition", "limit", "department")
        take(of, "refile", told, {name: getattr(proposed, name) for name in names})
        return of.case


def dispute(engine, number, *, by, at, **telling):
    """Put a case on the dispute desk (权属争议), with a reason."""
    return step_case(engine, number, "dispute", Told(by, at, **telling))


def settle(engine, number, *, department, by, at, area=None, **telling):
    """Settle a dispute: the case goes to ``department``, and from now on so does its like in the area.

    Parameters
    ----------
    area : str, optional
        The code of the case's grid or of an area above it, "" for the whole city; the grid without it.
    """
    home = areas_of(engine, number, at)
    if area is not None and area not in home:
        raise Invalid("{area} is no area of this case: choose one of {known}.", area=area, known=", ".join(home))
    chosen = home[0] if area is None else area
    with writing(engine) as session:
        of = the_case(session, number)
        refuse_unknown(session, department)
        told = Told(by, at, **telling)
        take(of, "settle", told, {"department": department, "area": chosen})
        override(session, of.case, chosen, department, told)
        return of.case


def areas_of(engine, number, at):
    """Return the codes of a case's grid and of the areas above it, nearest first, and "" for the city."""
    with reading(engine) as session:
        found = rows.case_of_number(session, number)
    if found is None:
        return [""]
    known = routing.knowledge(engine, at=at)
    code = routing.where(known, found[1].lon, found[1].lat, at=at).grid
    code = code and code["code"]
    return [code, *known.ground.boundaries.ancestors(code), ""] if code else [""]


def override(session, case, area, department, told):
    """Write into the matrix that a category is a department's in an area, whoever is registered there."""
    replaced = responsibility_rows.end_entries(session, case.category_code, area, told.happened_at)
    made = Responsibility(
        case.category_code,
        area,
        department,
        told.happened_at,
        co_departments=[code for code in (replaced.co_departments if replaced else []) if code != department],
        routing_rule=SETTLED,
        source=f"{case.number}: {told.reason.strip()}",
        recorded_at=told.heard_at,
        recorded_by=told.by,
    )
    session.add(made)
    revisions.raise_(session, "responsibility")
