"""Naming photos: a report or a step that names some keeps them from being cleared away."""

from gridmgr.domain.photos import TOKEN
from gridmgr.errors import Invalid
from gridmgr.store import photos as rows


class UnknownPhoto(Invalid):
    """A photo that is named is not there."""

    slug = "unknown-photo"


def use(session, tokens, at):
    """Keep, in the transaction of what names them, that photos are named; they are not cleared away any more.

    Raises
    ------
    UnknownPhoto
        A token names none, or one that was cleared away because nobody named it for a day.
    """
    if not tokens:
        return
    there = rows.use(session, tokens, at) if all(TOKEN.fullmatch(one) for one in tokens) else set()
    missing = [place for place, one in enumerate(tokens, 1) if one not in there]
    if missing:
        raise UnknownPhoto("Photo {place} is not there: send it again, then name it.", place=missing[0])
