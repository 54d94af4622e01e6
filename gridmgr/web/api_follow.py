"""Following a report: by number and secret, without an account; rating it, and having it reopened."""

from typing import Annotated

import flask
from pydantic import AfterValidator, Field

from gridmgr.services import following
from gridmgr.web import asker, floods, following_representations
from gridmgr.web.reading import Body, Code, door, storable

Said = Annotated[str, Field(max_length=1000), AfterValidator(storable)]

api = door("follow")


class Mine(Body):
    """Which report, and that it is the reporter's."""

    number: Code = Field(description="Number of the report, as it was shown when it was sent.")
    secret: Code = Field(description="Its secret, shown with the number.")


class Rated(Mine):
    """What the reporter thinks."""

    stars: int = Field(ge=1, le=5, description="1 to 5.")
    words: Said = Field("", description="What else there is to say.")


class Reopened(Mine):
    """Why it is not done."""

    reason: Said = Field(description="What is still there.")


@api.post("/follow")
def post_follow(body: Mine):
    """Tell a reporter what became of his report."""
    return answer(following.follow(asker.engine(), body.number, body.secret, **who()))


@api.post("/follow/rate")
def post_rate(body: Rated):
    """Keep a rating; a report is rated once, when nothing more is done about it."""
    given = {"stars": body.stars, "words": body.words}
    return answer(following.rate(asker.engine(), body.number, body.secret, **given, **who()))


@api.post("/follow/reopen")
def post_reopen(body: Reopened):
    """Reopen the closed case of a report, within the days that the city gives."""
    return answer(following.reopen(asker.engine(), body.number, body.secret, reason=body.reason, **who()))


def who():
    """Return when and from where is asked."""
    return {"at": asker.now(), "address": floods.address()}


def answer(found):
    """Return what became of a report."""
    return flask.jsonify(following_representations.followed(found, asker.now()))
