"""Accounts, and the one table of who may do what."""

import dataclasses
import datetime as dt

ACCOUNT_ROLES = ("supervisor", "dispatcher", "planner", "administrator")


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
