"""Why an edit is refused, with the place and the grids where that is known."""

from gridmgr.domain.drafts import edits
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


def refuse_moved_on(desk, revision):
    """Raise DraftMovedOn where the draft is not at that revision any more; the sentence names who changed what."""
    if revision is None or revision == desk.revision:
        return
    since = [one for one in desk.news if one[0] > revision]
    told = [{"revision": number, "by": by, "edit": edit, "codes": list(codes)} for number, by, edit, codes in since]
    facts = {"draft": desk.draft_id, "given": revision, "revision": desk.revision}
    if not told:
        raise DraftMovedOn(
            "Draft {draft} has changed since revision {given}: load it again, look, and repeat.", **facts
        )
    raise DraftMovedOn(
        "Draft {draft} has changed since revision {given}: {by} changed {grids}. Look at it and send yours again.",
        by=", ".join(dict.fromkeys(one["by"] for one in told)),
        grids=edits.shown(sorted({code for one in told for code in one["codes"]}, key=str.encode)) or "–",
        changes=told,
        **facts,
    )
