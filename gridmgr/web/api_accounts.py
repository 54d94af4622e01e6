"""Accounts, for administrators: within their own area and department."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.domain.access import ACCOUNT_ROLES
from gridmgr.services.accounts import changes as account_changes
from gridmgr.services.accounts import second_factor
from gridmgr.web import asker, representations
from gridmgr.web.reading import ANSWERED, Body, Code, Number, Place, Problem, Query, Words, door

Role = Literal[ACCOUNT_ROLES]
Language = Literal["zh", "en"]
PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
REFUSED = {
    403: {"description": "Not allowed, or outside one's own area", "content": PROBLEM},
    409: {"description": "The login is taken, or nobody would be left who can do this", "content": PROBLEM},
}
AREA = "Code of the grid or area it is for, with all below it; empty is the whole city."
DEPARTMENT = "Code of the department it is for; empty is every one."

api = door("accounts")


class Wanted(Query):
    """Which accounts."""

    q: Words = Field("", description="Part of a login or a name.")
    role: Role | None = Field(None, description="Only this role.")
    after: Words = Field("", description="Only logins after this one: the value of next.")
    limit: Number = Field(200, ge=1, le=1000, description="Most accounts.")


class Login(Place):
    """Which account."""

    login: Words = Field(description="Login of the account.")


class Added(Body):
    """An account to be added."""

    login: Words = Field(description="What is typed to sign in: 1 to 64 characters, no spaces.")
    name: Words = Field(min_length=1, description="The person's name.")
    password: Words = Field(description="A first password, at least 10 characters; the person changes it.")
    role: Role = Field(description="What the account may do.")
    area_code: Code = Field("", description=AREA)
    department_code: Code = Field("", description=DEPARTMENT)
    language: Language = Field("zh", description="Language of its pages.")


class Changed(Body):
    """What changes of an account; what is left out stays."""

    name: Words | None = Field(None, description="The person's name.")
    role: Role | None = Field(None, description="What the account may do.")
    area_code: Code | None = Field(None, description=AREA)
    department_code: Code | None = Field(None, description=DEPARTMENT)
    language: Language | None = Field(None, description="Language of its pages.")
    is_closed: bool | None = Field(None, description="true closes it at once, with its sessions and tokens.")
    password: Words | None = Field(None, description="Another password; its sessions end.")


@api.get("/accounts", responses={403: REFUSED[403]})
def get_accounts(query: Wanted):
    """List accounts by login; ``next`` is null at the end."""
    wanted = {"after": query.after, "containing": query.q, "role": query.role, "limit": query.limit}
    found, has_more = account_changes.listed(asker.engine(), asker.account(), at=asker.now(), **wanted)
    holders = second_factor.holders(asker.engine(), found)
    listed = [representations.account(one) | {"second_factor": one.id in holders} for one in found]
    return flask.jsonify(accounts=listed, next=found[-1].login if has_more else None)


@api.post("/accounts", responses={201: ANSWERED, **REFUSED})
def post_account(body: Added):
    """Add an account."""
    made = account_changes.add(asker.engine(), by=asker.account(), at=asker.now(), **body.model_dump())
    return flask.jsonify(account=representations.account(made)), 201


@api.patch("/accounts/<login>", responses=REFUSED)
def patch_account(path: Login, body: Changed):
    """Change an account: its role, area, department, name, language or password; close it or open it again."""
    changes = body.model_dump(exclude_none=True)
    changed = account_changes.change(asker.engine(), path.login, by=asker.account(), at=asker.now(), **changes)
    return flask.jsonify(account=representations.account(changed))
