"""The second factor: one's own, in person; and for administrators that of others, and who must have one."""

import flask
from pydantic import Field

from gridmgr.services.accounts import second_factor
from gridmgr.web import asker, qr_codes
from gridmgr.web.api_accounts import PROBLEM, Login, Role
from gridmgr.web.reading import Body, Query, Words, door

REFUSED = {
    403: {"description": "Not by a token: sign in", "content": PROBLEM},
    409: {"description": "There is none, or the city asks one of this role", "content": PROBLEM},
}

api = door("second_factor")


class Begun(Body):
    """A phone that is to be taken into use."""

    password: Words = Field(description="The account's password.")


class Coded(Body):
    """A code."""

    code: Words = Field(description="Six digits of the phone, or one of the codes on paper.")


class Required(Body):
    """Who must have a second factor."""

    roles: list[Role] = Field(max_length=50, description="These roles, from their next sign-in on.")


@api.get("/me/second-factor", responses=REFUSED)
def get_mine(query: Query):
    """Tell whether one has a second factor, since when, and how many codes on paper are left."""
    found = second_factor.state(asker.engine(), asker.account())
    return flask.jsonify(found | {"since": asker.show(found["since"])})


@api.post("/me/second-factor", responses=REFUSED)
def post_begin(body: Begun):
    """Begin with a phone: its secret, also as a picture; it counts once it has shown a code."""
    address = flask.request.remote_addr or ""
    secret, uri = second_factor.begin(asker.engine(), asker.account(), body.password, at=asker.now(), address=address)
    return flask.jsonify(secret=secret, uri=uri, picture=qr_codes.picture(uri))


@api.post("/me/second-factor/confirm", responses=REFUSED)
def post_confirm(body: Coded):
    """Take the phone into use that shows this code; ``recovery`` is answered this once."""
    codes = second_factor.confirm(asker.engine(), asker.account(), body.code, at=asker.now())
    return flask.jsonify(recovery=codes)


@api.post("/me/second-factor/recovery", responses=REFUSED)
def post_recovery(body: Coded):
    """Make ten new codes for paper against a code that is good; the old ones are good no more."""
    codes = second_factor.renew_recovery(asker.engine(), asker.account(), body.code, at=asker.now())
    return flask.jsonify(recovery=codes)


@api.post("/me/second-factor/drop", responses=REFUSED)
def post_drop(body: Coded):
    """Go on without a second factor, against a code that is good."""
    second_factor.drop(asker.engine(), asker.account(), body.code, at=asker.now())
    return flask.jsonify(is_on=False)


@api.delete("/accounts/<login>/second-factor", responses=REFUSED)
def delete_of_account(path: Login):
    """Take the second factor of an account away that lost its phone; its sessions end."""
    second_factor.reset(asker.engine(), path.login, by=asker.account(), at=asker.now())
    return flask.jsonify(is_on=False)


@api.get("/second-factor/roles", responses=REFUSED)
def get_roles(query: Query):
    """List the roles that must have a second factor."""
    return flask.jsonify(roles=second_factor.roles(asker.engine()))


@api.post("/second-factor/roles", responses=REFUSED)
def post_roles(body: Required):
    """Ask a second factor of these roles, and of no others, from their next sign-in on."""
    second_factor.set_roles(asker.engine(), body.roles, by=asker.account().login, at=asker.now())
    return flask.jsonify(roles=second_factor.roles(asker.engine()))
