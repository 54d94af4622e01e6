"""Names for states of a draft, and what reviewers say of places in it."""

from gridmgr.domain.drafts import Checkpoint, Comment
from gridmgr.errors import Conflict, Invalid, NotFound
from gridmgr.services import drafts
from gridmgr.services.drafting import editing, travelling
from gridmgr.services.transactions import reading, writing
from gridmgr.store import revisions
from gridmgr.store.drafts import edits as edit_rows


class NoSuchMark(NotFound):
    """The draft has no checkpoint or comment of that number."""

    slug = "no-such-mark"


class CheckpointGone(Conflict):
    """The state that the checkpoint names cannot be reached any more."""

    slug = "checkpoint-gone"


def add_checkpoint(engine, draft_id, name, *, by, at):
    """Name the present state of a draft; return the Checkpoint."""
    if not name.strip():
        raise Invalid("{field} is empty: write a name.", field="name")
    with writing(engine) as session:
        drafts.the_draft(session, draft_id)
        done = [number for number, (is_done, _) in edit_rows.log(session, draft_id).items() if is_done]
        made = Checkpoint(draft_id, max(done, default=0), name.strip(), by, at)
        return kept(session, made)


def restore(engine, draft_id, checkpoint_id, *, revision=None, by, at):
    """Bring a draft back, or forth again, to the state that a checkpoint names; return the Outcome.

    Raises
    ------
    NoSuchMark, CheckpointGone, DraftMovedOn, NoSuchDraft, DraftUnderReview
    """
    with reading(engine) as session:
        drafts.the_draft(session, draft_id)
        mark = the_one(edit_rows.checkpoints(session, draft_id), checkpoint_id, draft_id)
        edits = edit_rows.listed(session, draft_id)
    back, forth = way_to(mark, edits)

    def act(desk):
        return travelling.travelled(engine, desk, back, forth, by=by, at=at)

    return editing.in_turn(engine, draft_id, revision, act)


def way_to(mark, edits):
    """Return the numbers of the edits to undo and those to do again on the way to a checkpoint."""
    lost = [
        e for e in edits if e.number <= mark.number and e.undone_at and e.dropped_at and e.dropped_at > mark.made_at
    ]
    fixed = [e for e in edits if e.number > mark.number and not e.undone_at and e.dropped_at]
    if lost or fixed:
        raise CheckpointGone(
            "The state “{name}” cannot be reached any more: edits before it were replaced by others.", name=mark.name
        )
    back = [e.number for e in edits if e.number > mark.number and not e.undone_at]
    forth = [e.number for e in edits if e.number <= mark.number and e.undone_at and not e.dropped_at]
    return back, forth


def add_comment(engine, draft_id, text, *, lon=None, lat=None, by, at):
    """Say something of a draft, or of a place in it; return the Comment."""
    if not text.strip():
        raise Invalid("{field} is empty: write what is to be said.", field="text")
    if (lon is None) is not (lat is None):
        raise Invalid("A place needs both lon and lat.")
    with writing(engine) as session:
        drafts.living_draft(session, draft_id)
        return kept(session, Comment(draft_id, text.strip(), by, at, lon, lat))


def settle(engine, draft_id, comment_id, *, by, at):
    """Mark a comment as dealt with; return it."""
    with writing(engine) as session:
        drafts.living_draft(session, draft_id)
        found = the_one(edit_rows.comments(session, draft_id), comment_id, draft_id)
        if found.settled_at is None:
            found.settled_by, found.settled_at = by, at
        return kept(session, found)


def kept(session, mark):
    """Return a checkpoint or comment once it is written."""
    session.add(mark)
    session.flush()
    revisions.raise_(session, "drafts")
    session.expunge(mark)
    return mark


def the_one(marks, mark_id, draft_id):
    """Return the mark of that id; raise NoSuchMark where the draft has none."""
    found = next((one for one in marks if one.id == mark_id), None)
    if found is None:
        raise NoSuchMark("Draft {draft} has no checkpoint or comment {number}.", draft=draft_id, number=mark_id)
    return found
