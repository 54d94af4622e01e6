"""Back and forth: edits are undone, done again, and a draft goes back to a checkpoint, every byte as it was."""

from typing import Any

from gridmgr.domain.drafts import draft_rows
from gridmgr.errors import Conflict
from gridmgr.services.drafting import desk as desks
from gridmgr.services.drafting import editing, workbench
from gridmgr.services.drafting.changing import Change
from gridmgr.services.transactions import reading, writing
from gridmgr.store.drafts import edits as edit_rows


class NothingToUndo(Conflict):
    """There is no edit to undo or to do again."""

    slug = "nothing-to-undo"


def undo(engine, draft_id, *, revision=None, by, at):
    """Undo the last edit of a draft and return the Outcome; every byte is as it was before.

    Raises
    ------
    NothingToUndo, DraftMovedOn, NoSuchDraft, DraftUnderReview
    """
    return editing.in_turn(
        engine, draft_id, revision, lambda desk: travelled(engine, desk, last_done(desk), [], by=by, at=at)
    )


def redo(engine, draft_id, *, revision=None, by, at):
    """Do the edit again that was undone last, and return the Outcome.

    Raises
    ------
    NothingToUndo, DraftMovedOn, NoSuchDraft, DraftUnderReview
    """
    return editing.in_turn(
        engine, draft_id, revision, lambda desk: travelled(engine, desk, [], next_undone(desk), by=by, at=at)
    )


def last_done(desk):
    """Return the number of the edit that would be undone, in a list; raise NothingToUndo where there is none."""
    found = [number for number, state in desk.log.items() if state == editing.DONE]
    if not found:
        raise NothingToUndo("Draft {draft} has no edit that can be undone.", draft=desk.draft_id)
    return found[-1:]


def next_undone(desk):
    """Return the number of the edit that would be done again, in a list; raise NothingToUndo where there is none."""
    found = [number for number, state in desk.log.items() if state == editing.UNDONE]
    if not found:
        raise NothingToUndo("Draft {draft} has no edit that can be done again.", draft=desk.draft_id)
    return found[:1]


def travelled(engine, desk, back, forth, *, by, at):
    """Return the Outcome of undoing the edits ``back`` and doing the edits ``forth`` again, in one transaction."""
    if not back and not forth:
        return editing.Outcome([], desk, None, is_written=False)
    with reading(engine) as session:
        found = edit_rows.numbered(session, desk.draft_id, [*back, *forth])
    steps = [(found[number], found[number].before) for number in sorted(back, reverse=True)]
    steps += [(found[number], found[number].after) for number in sorted(forth)]
    changes = stepped(desk, steps)
    with writing(engine) as session:
        draft = editing.locked(session, desk)
        edit_rows.mark_undone(session, desk.draft_id, back, at)
        edit_rows.mark_undone(session, desk.draft_id, forth, None)
        editing.write_rows(session, desk, changes)
        after = editing.raised(
            session, draft, changes, dict.fromkeys(back, editing.UNDONE) | dict.fromkeys(forth, editing.DONE), by
        )
    workbench.keep(workbench.place(engine, desk.draft_id), after)
    return editing.Outcome(changes, after, steps[-1][0].number, is_written=True)


def stepped(desk, steps):
    """Return the Changes of laying stored rows over a desk, one edit after the other."""
    changes: list[Any] = []
    for edit, values in steps:
        has = {code: draft_rows.from_values(code, value) for code, value in values.items()}
        after = desks.laid(desk, has) if has else desk
        had = {code: desk.own.get(code) for code in has}
        changes.append(Change(edit.edit, edit.reason, desk, after, had, has))
        desk = after
    return changes
