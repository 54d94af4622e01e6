"""Accounts, and the one table of who may do what.

A right says what may be done, a role has rights (Source: roles of the trade, handbook of grid
management: supervision and command are two axes, so no role both handles a case and checks it).
Rights of ``PLACED`` hold only for what lies in the account's area and belongs to its department,
by the boundaries in force at that instant. A token carries no more than the rights it names,
and never one of ``IN_PERSON``.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection

from gridmgr.domain.grids import Boundaries

ACCOUNT_ROLES = (
    "collector",
    "acceptor",
    "shift_leader",
    "dispatcher",
    "department",
    "handler",
    "supervisor",
    "grid_chief",
    "line_chief",
    "planner",
    "auditor",
    "administrator",
)
PUBLIC = "public"
EVERYBODY = frozenset({PUBLIC, *ACCOUNT_ROLES})
SIGNED_IN = frozenset(ACCOUNT_ROLES)
STRANGERS_TO_OFFICES = frozenset({"line_chief", "auditor"})
"""Shopkeepers who answer for a street, and third parties whose visits nobody is to know of."""
STAFF = SIGNED_IN - STRANGERS_TO_OFFICES
PLANNING = frozenset({"planner", "administrator"})
LOOKING_AT_PLANS = PLANNING | {"supervisor", "dispatcher", "shift_leader", "department", "grid_chief"}
WORKING = frozenset({"department", "handler"})
ON_THE_SPOT = frozenset({"collector", "grid_chief", "line_chief"})
OF_A_DEPARTMENT = WORKING
"""Roles whose account names its department: without one it would stand for all of them."""
ON_CASES: dict[str, frozenset[str]] = {
    "see_cases": SIGNED_IN - {"auditor"},
    "accept_report": frozenset({"acceptor", "shift_leader"}),
    "verify_report": ON_THE_SPOT,
    "file_case": frozenset({"shift_leader"}),
    "dispatch_case": frozenset({"dispatcher"}),
    "claim_case": WORKING,
    "handle_case": WORKING,
    "return_case": WORKING | {"dispatcher"},
    "check_case": ON_THE_SPOT,
    "close_case": frozenset({"shift_leader"}),
    "ask_extension": WORKING,
    "approve_extension": frozenset({"dispatcher"}),
    "suspend_case": frozenset({"supervisor"}),
    "urge_case": frozenset({"supervisor", "dispatcher"}),
    "reply_urge": WORKING | {"grid_chief"},
    "settle_dispute": frozenset({"supervisor", "dispatcher"}),
    "cancel_case": frozenset({"shift_leader", "supervisor"}),
    "force_close_case": frozenset({"supervisor"}),
    "reopen_case": frozenset({"acceptor", "shift_leader", "supervisor"}),
}
"""The rights of which each step of a case needs one; to report is everybody's."""
RIGHTS: dict[str, frozenset[str]] = {
    "see_landing": EVERYBODY,
    "ask_where": EVERYBODY,
    "post_report": EVERYBODY,
    "see_map": EVERYBODY,
    "see_staff": STAFF,
    "see_phones": STAFF,
    "see_reports": STAFF - WORKING,
    "see_audit": EVERYBODY,
    "see_drafts": LOOKING_AT_PLANS,
    "edit_drafts": PLANNING,
    "import_layers": PLANNING,
    "review_drafts": PLANNING,
    "publish": frozenset({"planner"}),
    "withdraw_version": frozenset({"planner"}),
    "import_staff": PLANNING,
    "import_matrix": PLANNING,
    **ON_CASES,
    "hand_over_shift": frozenset({"acceptor", "shift_leader", "dispatcher"}),
    "keep_account": SIGNED_IN,
    "manage_accounts": frozenset({"administrator"}),
    "manage_security": frozenset({"administrator"}),
    "manage_calendar": frozenset({"administrator"}),
    "see_trail": frozenset({"administrator"}),
    "keep_running": frozenset({"administrator"}),
}
PLACED = frozenset({*ON_CASES, "hand_over_shift", "manage_accounts"})
IN_PERSON = frozenset({"keep_account", "manage_accounts", "manage_security"})
"""Rights that lead to a password or a token: whoever finds a token must not be able to make another."""
WHOLE_CITY = frozenset(
    {
        "import_layers",
        "import_staff",
        "import_matrix",
        "manage_security",
        "manage_calendar",
        "see_trail",
        "keep_running",
    }
)
"""Rights that an account has only where neither an area nor a department bounds it."""


def may(role: str | None, right: str, scope: Collection[str] | None = None) -> bool:
    """Return whether an account of ``role`` has ``right``; None is somebody not signed in.

    ``scope`` names the rights of a token, None where somebody signed in himself. A token
    may besides do what anybody may, and never what its account may not.

    Raises
    ------
    KeyError
        There is no such right; a mistake of the program, not of the user.
    """
    holders = RIGHTS[right]
    is_named = scope is None or PUBLIC in holders or (right in scope and right not in IN_PERSON)
    return is_named and (role or PUBLIC) in holders


def is_bound(account: "Account | None") -> bool:
    """Return whether an account is for one area or department alone."""
    return account is not None and bool(account.area_code or account.department_code)


def may_as(account: "Account | None", right: str, scope: Collection[str] | None = None) -> bool:
    """Return whether an account has ``right``, as ``may`` says; None is somebody not signed in."""
    return not (right in WHOLE_CITY and is_bound(account)) and may(account.role if account else None, right, scope)


def rights_of(role: str | None) -> list[str]:
    """Return the rights of ``role`` in the order of the table."""
    return [right for right in RIGHTS if may(role, right)]


def rights_for_tokens(role: str) -> list[str]:
    """Return the rights of ``role`` that a token may name."""
    return [right for right in rights_of(role) if right not in IN_PERSON]


def may_give(by: "Account", role: str) -> bool:
    """Return whether an administrator may make or change accounts of ``role``.

    One who is bound to an area or a department must not give what holds in the whole city and is not his.
    """
    unbound = set(rights_of(role)) - PLACED - WHOLE_CITY
    return may(by.role, "manage_accounts") and (not is_bound(by) or unbound <= set(rights_of(by.role)))


@dataclasses.dataclass(eq=False)
class Account:
    """Somebody who signs in. ``area_code`` "" is the whole city, ``department_code`` "" every department."""

    login: str
    name: str
    password_hash: str
    role: str
    created_at: dt.datetime
    area_code: str = ""
    person_id: int | None = None
    language: str = "zh"
    disabled_at: dt.datetime | None = None
    department_code: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class SignIn:
    """An open session of an account; only the hash of its token is kept."""

    account_id: int
    token_hash: str
    created_at: dt.datetime
    expires_at: dt.datetime
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Token:
    """What a program shows in place of an account's password; only its hash is kept. ``rights`` is all it names."""

    account_id: int
    name: str
    token_hash: str
    rights: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Attempt:
    """One counted try (a sign-in, an anonymous report), for limits that hold across workers."""

    kind: str
    key: str
    at: dt.datetime
    id: int | None = None


def within(
    account: Account, boundaries: Boundaries, grid_code: str | None = None, department_code: str | None = None
) -> bool:
    """Return whether something lies in the account's area and belongs to its department.

    Parameters
    ----------
    boundaries : Boundaries
        Those in force at the instant in question.
    grid_code : str, optional
        The grid or area where it lies, of any level. What lies nowhere is of the whole city.
    department_code : str, optional
        The department it belongs to. What belongs to none is not of any one department.
    """
    is_his = not account.department_code or account.department_code == department_code
    return is_his and in_area(account.area_code, boundaries, grid_code)


def in_area(area_code: str, boundaries: Boundaries, grid_code: str | None) -> bool:
    """Return whether a grid is the area or lies below it; in an area that is dissolved lies nothing."""
    if not area_code:
        return True
    if grid_code is None or grid_code not in boundaries.grids:
        return False
    return area_code == grid_code or area_code in boundaries.ancestors(grid_code)


def reach(account: Account, boundaries: Boundaries) -> frozenset[str] | None:
    """Return the codes of all grids in the account's area, for lists; None is the whole city."""
    if not account.area_code:
        return None
    children = boundaries.children()
    found: set[str] = set()
    ahead = [account.area_code] if account.area_code in boundaries.grids else []
    while ahead:
        code = ahead.pop()
        if code not in found:
            found.add(code)
            ahead += children.get(code, [])
    return frozenset(found)
