"""Photos: sent in before the report or step that names them, shown to whoever knows their token."""

from typing import Literal

import flask
from flask_openapi import FileStorage
from pydantic import ConfigDict, Field

from gridmgr.errors import Invalid, TooManyRequests
from gridmgr.services import accounts
from gridmgr.services.photos import keeping, pictures
from gridmgr.web import asker, floods, representations
from gridmgr.web.reading import Body, door

ANONYMOUS_PHOTOS, WITHIN_MINUTES = 120, 10
KEPT = "private, max-age=604800, immutable"
ALONE = "default-src 'none'; sandbox"

api = door("photos", done=201)
photo_files = flask.Blueprint("photo_files", __name__)


class Sent(Body):
    """A form with a photo."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    photo: FileStorage = Field(description="A JPEG, PNG or WebP of at most 12 MB.")
    use_position: Literal["", "0", "1"] = Field("", description="1: the position in the photo may be kept.")


@api.post("/photos")
def post_photo(form: Sent):
    """Take a photo in and give the token by which a report or a step names it; unnamed for a day it is removed."""
    limit_strangers()
    made = keeping.take(
        asker.engine(),
        asker.house().config.data,
        file_of(form),
        use_position=form.use_position == "1",
        by=asker.account().login if asker.account() else "",
        at=asker.now(),
    )
    return flask.jsonify(photo=representations.new_photo(made)), 201


def file_of(form):
    """Return the bytes that were sent, at most one more than may be; raise Invalid for a field that is no file."""
    if not hasattr(form.photo, "stream"):
        raise Invalid("photo must be a file in a form (multipart/form-data); it is text.")
    return form.photo.stream.read(pictures.LARGEST_FILE + 1)


def limit_strangers():
    """Raise TooManyRequests where one address sends more photos without an account than a person can take."""
    given = {"at": asker.now(), "most": ANONYMOUS_PHOTOS, "minutes": WITHIN_MINUTES}
    if asker.is_trusted_with("post_report") or accounts.allow(asker.engine(), "photo", floods.address(), **given):
        return
    raise TooManyRequests(
        "More than {count} photos within {minutes} minutes came from this address: wait a little, or sign in.",
        count=ANONYMOUS_PHOTOS,
        minutes=WITHIN_MINUTES,
    )


@photo_files.get("/photos/<token>")
def photo(token):
    """Give a photo, or a small one with ``size=thumb``; never as anything but a picture."""
    size = flask.request.args.get("size", "")
    if size not in ("", "thumb"):
        raise Invalid("size can only be thumb; leave it out for the whole photo.")
    path = keeping.file_of(asker.engine(), asker.house().config.data, token, is_thumb=size == "thumb")
    answer = flask.Response(path.read_bytes(), content_type="image/jpeg")
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
