"""Reviving: an earlier version comes back as a new one, with its identities and codes."""

import dataclasses

from gridmgr.domain.drafts import Draft, draft_rows, reviewing
from gridmgr.domain.versions import differences
from gridmgr.errors import Conflict, Invalid
from gridmgr.services import publishing
from gridmgr.services import reviewing as review
from gridmgr.services.maps import viewing
from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts as draft_tables
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows
from gridmgr.store.drafts import reviewing as review_rows
from gridmgr.store.versions import differences as difference_rows


class NothingToRevive(Conflict):
    """The newest version has the same boundaries."""

    slug = "nothing-to-revive"


@dataclasses.dataclass(frozen=True)
class Revived:
    """The draft that brings a version back, and the Version it has become; None while it awaits another's approval."""

    draft_id: int
    version: object = None


def revive(engine, number, *, name, reason, effective_from=None, on_web=False, keep_open=False, by, at):
    """Bring back the boundaries of version ``number`` as a new version; return what was Revived.

    Where another person has to approve it, the draft is submitted instead of published; with
    ``keep_open`` it is left open to be worked on. A draft that is refused stays open too.

    Raises
    ------
    NoSuchVersion, NothingToRevive, Invalid
    PublishRefused, StaffToRepost
        People are missing on the grids that come back, or have to be posted elsewhere first.
    """
    if not reason.strip():
        raise Invalid("Reviving a version needs a reason: say why.")
    with writing(engine) as session:
        draft_id = begin(session, number, name, reason, by=by, at=at)
    if keep_open:
        return Revived(draft_id)
    with reading(engine) as session:
        needs_approval = reviewing.needs_approval(review_rows.planners(session), on_web=on_web)
    if needs_approval:
        review.submit(engine, draft_id, effective_from=effective_from, by=by, at=at)
        return Revived(draft_id)
    made = publishing.publish(engine, draft_id, effective_from=effective_from, reason=reason, by=by, at=at)
    return Revived(draft_id, made)


def begin(session, number, name, reason, *, by, at):
    """Begin the draft that changes the newest version back to version ``number``; return its id."""
    viewing.numbered(session, number)
    newest = version_rows.newest(session)
    base = newest.number if newest is not None else None
    found = differences.changes(*difference_rows.sides(session, base, number)) if base is not None else []
    if not found:
        raise NothingToRevive("The newest version has the boundaries of version {number} already.", number=number)
    draft = draft_tables.add(session, Draft(name, at, by, base_number=base, reason=reason))
    edit_rows.write_rows(session, draft.id, rows_of(found), held=())
    edit_rows.close(session, draft, {"op": "revive", "version": number}, by=by, at=at, reason=reason)
    revisions.raise_(session, "drafts")
    return draft.id


def rows_of(found):
    """Return code → the draft's row that makes each of these changes."""
    rows = {}
    for one in found:
        is_gone = one.after is None or (one.before is not None and one.before.code != one.after.code)
        if one.before is not None and is_gone:
            rows[one.before.code] = draft_rows.of_state(one.before, removed=True)
    for one in found:
        if one.after is not None:
            keeps = one.before is not None and one.before.code == one.after.code and "shape" not in one.differs
            rows[one.after.code] = draft_rows.of_state(one.after, None if keeps else one.shape_after)
    return rows
