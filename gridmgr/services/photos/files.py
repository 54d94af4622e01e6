"""The folder of photos: a file is durable before its row is written, and goes after its row is gone."""

import contextlib
import os
import pathlib
import secrets
import shutil
import time

from gridmgr.domain.photos import TOKEN
from gridmgr.errors import Unavailable

FOLDER, MODE, FOLDER_MODE = "photos", 0o640, 0o750
WHOLE, THUMB = "", ".thumb"
KINDS = (WHOLE, THUMB)
LEAST_FREE = 200 * 2**20
"""So much of the disk is left for the database; photos stop before reports do."""


class NoRoom(Unavailable):
    """There is no room for photos now."""

    slug = "no-room-for-photos"


def path(data, token, kind=WHOLE):
    """Return where a photo lies, like ``photos/ab/cd/TOKEN.jpg``; ``token`` is one of ours."""
    return place(pathlib.Path(data) / FOLDER, token, kind)


def place(folder, token, kind=WHOLE):
    """Return where a photo lies in a folder of photos, the city's own or that of a copy."""
    if not TOKEN.fullmatch(token):
        raise ValueError("a token of a photo has 43 letters")
    return folder / folder_of(token[0]) / folder_of(token[1]) / f"{token}{kind}.jpg"


def folder_of(letter):
    """Return the name of the folder of a letter; two letters where case does not count would be one."""
    return f"{ord(letter):02x}"


def keep(data, token, picture):
    """Write the files of a photo so that they survive a fall of the power.

    Raises
    ------
    NoRoom
        The disk is full or cannot be written; nothing is left behind.
    """
    try:
        check_room(data)
        for kind, content in ((WHOLE, picture.whole), (THUMB, picture.thumb)):
            write(path(data, token, kind), content)
    except OSError as error:
        remove(data, token)
        raise NoRoom(
            "The photo cannot be kept ({reason}): send the report without it.", reason=error.strerror
        ) from error


def check_room(data):
    """Raise NoRoom where the disk is nearly full."""
    pathlib.Path(data).mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(data).free < LEAST_FREE:
        raise NoRoom("There is no room for photos now: send the report without them.")


def write(target, content):
    """Write a file under another name, bring it to the disk, then give it its name and bring that to the disk."""
    folders(target.parent)
    draft = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    to_disk(target.parent)


def folders(folder):
    """Make a folder and those above it, each brought to the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with contextlib.suppress(FileExistsError):
            one.mkdir(mode=FOLDER_MODE)
        to_disk(one.parent)


def to_disk(folder):
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(data, token):
    """Remove the files of a photo; none is no trouble."""
    for kind in KINDS:
        path(data, token, kind).unlink(missing_ok=True)


def strays(data, letter, before):
    """Return what lies in the folders of one letter since before then, as [(token, path)].

    Parameters
    ----------
    letter : str
        The first of a token.
    before : float
        Seconds since 1970; younger files may still get their row.
    """
    folder = pathlib.Path(data) / FOLDER / folder_of(letter)
    found = (one for one in sorted(folder.glob("*/*")) if written(one) < before)
    return [(one.name.split(".")[0], one) for one in found]


def written(file):
    """Return when a file was written, in seconds since 1970; now where it has gone meanwhile."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()
