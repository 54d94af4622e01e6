"""Accounts, and the one table of who may do what."""

import dataclasses
import datetime as dt

ACCOUNT_ROLES = ("supervisor", "dispatcher", "planner", "administrator")
PUBLIC = "public"
EVERYBODY = frozenset({PUBLIC, *ACCOUNT_ROLES})
SIGNED_IN = frozenset(ACCOUNT_ROLES)
PLANNING = frozenset({"planner", "administrator"})
RIGHTS: dict[str, frozenset[str]] = {
    "see_landing": EVERYBODY,
    "ask_where": EVERYBODY,
    "post_report": EVERYBODY,
    "see_map": EVERYBODY,
    "see_staff": SIGNED_IN,
    "see_phones": SIGNED_IN,
    "see_reports": SIGNED_IN,
    "see_audit": EVERYBODY,
    "see_drafts": SIGNED_IN,
    "edit_drafts": PLANNING,
    "import_layers": PLANNING,
    "review_drafts": PLANNING,
    "publish": frozenset({"planner"}),
    "withdraw_version": frozenset({"planner"}),
    "import_staff": PLANNING,
    "import_matrix": PLANNING,
    "manage_accounts": frozenset({"administrator"}),
}


def may(role: str | None, right: str) -> bool:
    """Return whether an account of ``role`` has ``right``; None is somebody not signed in.

    Raises
    ------
    KeyError
        There is no such right; a mistake of the program, not of the user.
    """
    return (role or PUBLIC) in RIGHTS[right]


def rights_of(role: str | None) -> list[str]:
    """Return the rights of ``role`` in the order of the table."""
    return [right for right in RIGHTS if may(role, right)]


@dataclasses.dataclass(eq=False)
class Account:
    """Somebody who signs in. ``area_code`` "" is the whole city."""

    login: str
    name: str
    password_hash: str
    role: str
    created_at: dt.datetime
    area_code: str = ""
    person_id: int | None = None
    language: str = "zh"
    disabled_at: dt.datetime | None = None
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
class Attempt:
    """One counted try (a sign-in, an anonymous report), for limits that hold across workers."""

    kind: str
    key: str
    at: dt.datetime
    id: int | None = None
