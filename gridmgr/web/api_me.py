"""One's own account: password, language, and the tokens of one's programs. In person only, never by a token."""

import flask
from pydantic import Field

from gridmgr.domain.access import rights_for_tokens
from gridmgr.services import accounts, tokens
from gridmgr.services.accounts import changes
from gridmgr.web import asker, representations
from gridmgr.web.api_accounts import PROBLEM, Language
from gridmgr.web.reading import ANSWERED, Body, Code, Number, Place, Words, door

REFUSED = {403: {"description": "Not by a token: sign in", "content": PROBLEM}}

api = door("me")


class Mine(Body):
    """What changes of one's own account."""

    language: Language = Field(description="Language of the pages.")


class Passwords(Body):
    """The password as it is and as it is to be."""

    old: Words = Field(description="The password until now.")
    new: Words = Field(description="The new one: at least 10 characters, not easy to guess.")


class Made(Body):
    """A token to be made."""

    name: Words = Field(description="What it is for.")
    rights: list[Code] = Field(
        [], max_length=100, description="What a program may do with it, beyond what anybody may."
    )
    days: Number = Field(90, ge=1, le=tokens.LONGEST_DAYS, description="For how many days it holds.")


class TokenPath(Place):
    """Which token."""

    number: Number = Field(description="Number of the token.")


@api.patch("/me", responses=REFUSED)
def patch_me(body: Mine):
    """Change the language of one's pages."""
    changes.set_language(asker.engine(), asker.account(), body.language)
    return flask.jsonify(language=body.language)


@api.post("/me/password", responses=REFUSED)
def post_password(body: Passwords):
    """Change one's password; every session of the account ends, this one too."""
    address = flask.request.remote_addr or ""
    accounts.change_password(asker.engine(), asker.account().login, body.old, body.new, at=asker.now(), address=address)
    flask.session.clear()
    return flask.jsonify(signed_out=True)


@api.get("/me/tokens", responses=REFUSED)
def get_tokens():
    """List one's tokens, newest first, and the rights that a new one may name."""
    found = tokens.of_account(asker.engine(), asker.account())
    possible = rights_for_tokens(asker.role())
    return flask.jsonify(tokens=[representations.token(one) for one in found], rights=possible)


@api.post("/me/tokens", responses={201: ANSWERED, **REFUSED})
def post_token(body: Made):
    """Make a token; ``secret`` is answered this once and kept nowhere."""
    mine = asker.account()
    made, secret = tokens.make(asker.engine(), mine, by=mine.login, at=asker.now(), **body.model_dump())
    return flask.jsonify(token=representations.token(made), secret=secret), 201


@api.delete("/me/tokens/<int:number>", responses=REFUSED)
def delete_token(path: TokenPath):
    """Revoke a token at once."""
    mine = asker.account()
    tokens.revoke(asker.engine(), mine, path.number, by=mine.login, at=asker.now())
    return flask.jsonify(revoked=path.number)
