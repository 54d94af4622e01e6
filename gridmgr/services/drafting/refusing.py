"""Why an edit is refused, with the place and the grids where that is known."""

from gridmgr.errors import Conflict
from gridmgr.geometry.editing import EditRefused


class DraftMovedOn(Conflict):
    """Somebody else changed the draft in the meantime."""

    slug = "draft-moved-on"

    def __init__(self, message, /, *, revision, changes=(), **fields):
        super().__init__(message, **fields)
        self.more = {"revision": revision, "changes": list(changes)}


def no_such_grid(desk, code):
    """Return the error that a draft has no grid of that code."""
    return EditRefused("There is no grid {code} in draft {draft}.", code=code, draft=desk.draft_id, codes=[code])


def known_state(desk, code):
    """Return the state of a grid; raise EditRefused where the draft has none of that code."""
    if code not in desk.states:
        raise no_such_grid(desk, code)
    return desk.states[code]


def refuse_locked(desk, code, before, after):
    """Raise EditRefused where a grid would pass between two areas whose borders stay."""
    if before != after:
        raise EditRefused(
            "{grid} would pass from {before} to {after}, whose borders this draft does not move. "
            "Begin a draft that moves their level.",
            grid=code,
            before=before or "–",
            after=after or "–",
            codes=[code, *(one for one in (before, after) if one)],
        )
