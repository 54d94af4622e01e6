"""Keeping photos: taken in, and found again by who knows their token."""

import secrets

from gridmgr.domain.photos import TOKEN, Photo
from gridmgr.errors import NotFound
from gridmgr.services.photos import files, pictures
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities
from gridmgr.store import photos as rows

MOST_UNUSED = 20_000


class NoSuchPhoto(NotFound):
    """There is no photo of that name."""

    slug = "no-such-photo"


def take(engine, data, file, *, use_position=False, by="", at):
    """Check a picture, keep it, and return its Photo; nobody sees it who is not told its token.

    Parameters
    ----------
    data : pathlib.Path
        The data folder.
    file : bytes
        As it was sent.
    use_position : bool
        Whether the sender agrees that the position in it is kept.

    Raises
    ------
    NoPicture, NoRoom
    """
    with reading(engine) as session:
        timezone = cities.the_city(session).timezone
        if rows.count_unused(session) >= MOST_UNUSED:
            raise files.NoRoom("There is no room for photos now: send the report without them.")
    picture = pictures.read(file, timezone)
    made = photo(picture, use_position=use_position, by=by, at=at)
    files.keep(data, made.token, picture)
    try:
        with writing(engine) as session:
            return rows.add(session, made)
    except BaseException:
        files.remove(data, made.token)
        raise


def photo(picture, *, use_position, by, at):
    """Return what is known of a picture; not where it was taken, unless its sender agrees."""
    lon, lat = picture.position if use_position and picture.position else (None, None)
    taken_at = picture.taken_at if picture.taken_at and picture.taken_at <= at else None
    return Photo(
        secrets.token_urlsafe(32), picture.width, picture.height, len(picture.whole), at, by, taken_at, lon, lat
    )


def file_of(engine, data, token, *, is_thumb=False):
    """Return the path of a photo's file.

    Raises
    ------
    NoSuchPhoto
    """
    found = None
    if TOKEN.fullmatch(token):
        with reading(engine) as session:
            found = rows.by_token(session, token)
    path = found and files.path(data, token, files.THUMB if is_thumb else files.WHOLE)
    if not (path and path.is_file()):
        raise NoSuchPhoto("There is no such photo.")
    return path
