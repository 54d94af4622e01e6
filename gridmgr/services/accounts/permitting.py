"""Whether something lies where an account may act: in its area and its department, by the boundaries of that instant."""

from gridmgr.domain import access
from gridmgr.domain.grids import Boundaries
from gridmgr.errors import Forbidden
from gridmgr.services.standing import ground
from gridmgr.services.transactions import reading
from gridmgr.store import versions as version_rows

NOTHING_DRAWN = Boundaries("none", (), {}, {})


class Elsewhere(Forbidden):
    """This lies outside the area or the department of the account."""

    slug = "elsewhere"


def permits(engine, account, grid_code, department_code, *, at):
    """Return whether a grid or area and a department are the account's at ``at``; see ``access.within``."""
    with reading(engine) as session:
        return access.within(account, boundaries(session, account, at), grid_code, department_code)


def require_within(session, account, grid_code, department_code, *, at):
    """Raise Elsewhere unless a grid or area and a department are the account's at ``at``."""
    if not access.within(account, boundaries(session, account, at), grid_code, department_code):
        raise elsewhere(account)


def elsewhere(account):
    """Return the refusal of what is not the account's, which names what is."""
    return Elsewhere(
        "{name} may do this in the area {area} for the department {department} alone (* is any).",
        name=account.name,
        area=account.area_code or "*",
        department=account.department_code or "*",
    )


def boundaries(session, account, at):
    """Return the boundaries in force at ``at`` as far as the account needs them: one for the whole city needs none."""
    version = version_rows.in_force(session, at) if account.area_code else None
    return ground.of_version(session, version.number).boundaries if version is not None else NOTHING_DRAWN
