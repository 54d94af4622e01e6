"""Use cases of the planner: make edits, undo them, do them again, go back to a checkpoint.

Whoever changes a draft says which revision he looked at. Where the draft has moved on since,
nothing is written and he is told who changed which grids.
"""

import dataclasses

from gridmgr.domain.drafts import DraftEdit, edits
from gridmgr.errors import GridmgrError
from gridmgr.services import drafts
from gridmgr.services.drafting import desk as desks
from gridmgr.services.drafting import numbering, workbench
from gridmgr.services.drafting.changing import Change, change
from gridmgr.services.drafting.refusing import DraftMovedOn, EditRefused, refuse_moved_on
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.store import revisions
from gridmgr.store.drafts import edits as edit_rows

TRIES = 5
DONE, UNDONE, GONE = (True, True), (False, True), (False, False)
"""What the log of a desk says of an edit: whether it is done, and whether that can still be changed."""


class Outrun(Exception):
    """Another process changed the draft between looking and writing."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a draft: the edits in their order, the desk after them, and whether it was written."""

    changes: list[Change]
    desk: desks.Desk
    number: int | None
    is_written: bool

    @property
    def whole(self):
        """Return all changes as one: from the desk before the first to that after the last."""
        if not self.changes:
            return Change({}, "", self.desk, self.desk, {}, {})
        had, has = {}, {}
        for one in self.changes:
            had = one.had | had
            has |= one.has
        return dataclasses.replace(self.changes[-1], before=self.changes[0].before, after=self.desk, had=had, has=has)


def look(engine, draft_id):
    """Return the Desk of a draft that is not published yet, to be read.

    Raises
    ------
    NoSuchDraft
    """
    with reading(engine) as session:
        drafts.living_draft(session, draft_id)
    return workbench.take_up(engine, draft_id)


def preview(engine, draft_id, edit, *, revision=None):
    """Return the Outcome that an edit would have; nothing is written."""
    given = edits.checked(edit)
    desk = opened(engine, draft_id, revision)
    changes = worked(engine, desk, [(given, "")])
    return Outcome(changes, changes[-1].after, None, is_written=False)


def make(engine, draft_id, given, *, revision=None, by, at):
    """Make edits in a draft, all of them or none, and return the Outcome.

    Parameters
    ----------
    given : list of (edit, reason)
        Edits as JSON values; see :mod:`gridmgr.domain.drafts.edits`.
    revision : int, optional
        The revision they were thought out on; whatever is there now where it is not said.

    Raises
    ------
    BadEdit, EditRefused, DraftMovedOn, NoSuchDraft, DraftUnderReview, CodeTaken
    """
    read = [(at_fault(number, edits.checked, edit), reason) for number, (edit, reason) in enumerate(given)]
    return in_turn(
        engine, draft_id, revision, lambda desk: written(engine, desk, worked(engine, desk, read), by=by, at=at)
    )


def in_turn(engine, draft_id, revision, act):
    """Return what ``act`` makes of the draft's desk; where no revision was said, it is tried on the newest again."""
    with workbench.place(engine, draft_id).changing:
        for left in reversed(range(TRIES)):
            desk = opened(engine, draft_id, revision)
            try:
                return act(desk)
            except Outrun:
                if not left:
                    break
        raise DraftMovedOn(
            "Others change draft {draft} all the time; try again.", draft=draft_id, revision=desk.revision
        )


def opened(engine, draft_id, revision):
    """Return the Desk of a draft that may be changed, at the revision that was looked at."""
    with reading(engine) as session:
        drafts.the_draft(session, draft_id)
        desk = workbench.brought_up(session, workbench.place(engine, draft_id), draft_id)
    refuse_moved_on(desk, revision)
    return desk


def worked(engine, desk, given):
    """Return the Changes that edits make one after the other, each checked against what the city knows."""
    changes = []
    with reading(engine) as session:
        for number, (edit, reason) in enumerate(given):
            made = at_fault(number, worked_one, session, desk, edit, reason)
            changes.append(made)
            desk = made.after
    return changes


def worked_one(session, desk, edit, reason):
    """Return the Change of one edit."""
    made = change(desk, completed(session, desk, edit), reason)
    edit_rows.refuse_taken(session, new_codes(made))
    return made


def at_fault(number, act, *arguments):
    """Return what ``act`` gives; an error that a user can meet says which of several edits it is about."""
    try:
        return act(*arguments)
    except GridmgrError as error:
        error.number = number
        raise


def completed(session, desk, edit):
    """Return an edit with the codes that were left to us, once it is known that its person exists."""
    if edit["op"] == "split" and "codes" not in edit and edit["grid"] in desk.states:
        return edit | {"codes": [edit["grid"], numbering.next_code(session, desk, edit["grid"])]}
    if edit["op"] == "assign":
        known = facts.known(session).staffing.persons.values()
        if all(person.code != edit["person"] for person in known):
            raise EditRefused("There is no person {person}: gridmgr staff import FILE brings him in.",
                              person=edit["person"])  # fmt: skip
        return {"post": "chief"} | edit
    return edit


def new_codes(made):
    """Return code → identity of the grids that have a code they had not before."""
    before, after = made.before.states, made.after.states
    return {code: after[code].grid_id for code in made.has if code in after and code not in before}


# --- writing -------------------------------------------------------------------------


def written(engine, desk, changes, *, by, at):
    """Return the Outcome of changes once they are in the database, all in one transaction."""
    with writing(engine) as session:
        draft = locked(session, desk)
        changes = identified(session, changes)
        gone = [number for number, state in desk.log.items() if state == UNDONE]
        edit_rows.drop_undone(session, desk.draft_id, gone, at)
        first = edit_rows.next_number(session, desk.draft_id)
        for number, one in enumerate(changes, first):
            session.add(as_edit(desk.draft_id, number, one, by, at))
        write_rows(session, desk, changes)
        log = dict.fromkeys(gone, GONE) | dict.fromkeys(range(first, first + len(changes)), DONE)
        after = raised(session, draft, changes, log, by)
    workbench.keep(workbench.place(engine, desk.draft_id), after)
    return Outcome(changes, after, first + len(changes) - 1, is_written=True)


def write_rows(session, desk, changes):
    """Let the draft, which holds what the desk says, hold what several changes lead to."""
    rows = {code: row for one in changes for code, row in one.has.items()}
    edit_rows.write_rows(session, desk.draft_id, rows, rows.keys() & desk.own.keys())


def locked(session, desk):
    """Return the Draft, kept from others; raise Outrun where it is not as the desk has it."""
    draft = edit_rows.locked(session, desk.draft_id)
    drafts.the_draft(session, desk.draft_id)
    if draft.revision != desk.revision:
        raise Outrun
    return draft


def raised(session, draft, changes, log, by):
    """Return the desk after the changes at the draft's next revision; ``log`` is what became of its edits."""
    draft.revision += 1
    session.flush()
    revisions.raise_(session, "drafts")
    desk = changes[-1].after
    told = [(draft.revision, by, one.edit, tuple(one.codes)) for one in changes]
    log = dict(sorted({**desk.log, **log}.items()))
    return dataclasses.replace(desk, revision=draft.revision, log=log, news=(*desk.news, *told)[-workbench.NEWS :])


def as_edit(draft_id, number, made, by, at):
    """Return the row of an edit with what it changed."""
    before, after = ({code: row and row.to_values() for code, row in rows.items()} for rows in (made.had, made.has))
    return DraftEdit(draft_id, number, made.edit, made.reason, by, at, before, after)


def identified(session, changes):
    """Return the changes with real identities in place of those that stood for new ones."""
    given = [row.state for one in reversed(changes) for row in one.has.values() if row is not None]
    new = {state.grid_id: (state.code, state.level) for state in given if (state.grid_id or 0) < 0}
    if not new:
        return changes
    made = edit_rows.new_identities(session, dict(new.values()))
    ids = {placeholder: made[code] for placeholder, (code, _) in new.items()}
    return [with_identities(one, ids) for one in changes]


def with_identities(made, ids):
    """Return a change whose rows and desks have these identities in place of their placeholders."""
    had, has = ({code: real_row(row, ids) for code, row in rows.items()} for rows in (made.had, made.has))
    return dataclasses.replace(made, had=had, has=has, before=settled(made.before, ids), after=settled(made.after, ids))


def settled(desk, ids):
    """Return a desk in which real identities stand for placeholders."""
    found = [code for code, row in desk.own.items() if row.state.grid_id in ids]
    own = {code: real_row(desk.own[code], ids) for code in found}
    states = {code: real(desk.states[code], ids) for code in found if code in desk.states}
    return dataclasses.replace(desk, own={**desk.own, **own}, states={**desk.states, **states}) if found else desk


def real_row(row, ids):
    """Return a row with its real identity."""
    return row if row is None else dataclasses.replace(row, state=real(row.state, ids))


def real(state, ids):
    """Return a state with its real identity."""
    return state if state.grid_id not in ids else dataclasses.replace(state, grid_id=ids[state.grid_id])
