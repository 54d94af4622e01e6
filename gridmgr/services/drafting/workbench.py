"""The workbench: desks of drafts kept in memory, brought up to what the database holds when they are taken up.

What another process did to a draft is laid over its desk from the rows beside the edits. Only what
was done otherwise (an import, a new base) is read anew from the beginning.
"""

import dataclasses
import threading
import weakref

from gridmgr.domain.drafts import draft_rows
from gridmgr.domain.grids import Boundaries
from gridmgr.services.drafting import desk as desks
from gridmgr.services.standing import ground
from gridmgr.services.transactions import reading
from gridmgr.store import cities as city_rows
from gridmgr.store import drafts as draft_tables
from gridmgr.store import revisions
from gridmgr.store.drafts import edits as edit_rows

MOST_DESKS, NEWS = 8, 200

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_beginning = threading.Lock()


class Place:
    """Where the desk of one draft lies. ``changing`` lets one thread at a time change the draft.

    ``surveyed`` is (desk, its Ground), where somebody has asked for that. ``changes`` counts those of
    all drafts, ``rows`` marks the rows of this one.
    """

    def __init__(self):
        self.changing, self.bringing, self.surveying = threading.Lock(), threading.Lock(), threading.Lock()
        self.desk, self.state, self.surveyed = None, None, None
        self.changes, self.rows = None, None


def place(engine, draft_id):
    """Return the Place of a draft; of the least lately used ones only so many are kept."""
    with _beginning:
        places = _kept.setdefault(engine.pool, {})
        found = places.pop(draft_id, None) or Place()
        places[draft_id] = found
        for old in list(places)[:-MOST_DESKS]:
            del places[old]
        return found


def take_up(engine, draft_id):
    """Return the Desk of a draft as the database holds it now."""
    with reading(engine) as session:
        return brought_up(session, place(engine, draft_id), draft_id)


def brought_up(session, at_place, draft_id):
    """Return the Desk of a draft inside a transaction, from the one that lies there if it can be caught up."""
    draft, numbers = draft_tables.get(session, draft_id), revisions.numbers(session)
    state = (draft.revision, draft.base_number, draft.moves_level, numbers.get(revisions.RESTORED, 0))
    with at_place.bringing:
        if at_place.desk is not None and is_later(at_place.state, state):
            return at_place.desk
        written = written_over(session, at_place, draft, numbers.get("drafts", 0))
        if at_place.desk is None or at_place.state != state or written:
            known = None if written else caught_up(session, at_place, draft, state)
            at_place.desk, at_place.state = known or read(session, draft), state
        return at_place.desk


def written_over(session, at_place, draft, changes):
    """Return whether somebody wrote grids into the draft without a revision of its own."""
    if at_place.changes == changes:
        return False
    before, rows = at_place.rows, draft_tables.rows_mark(session, draft.id)
    at_place.changes, at_place.rows = changes, rows
    is_same_revision = at_place.state is not None and at_place.state[0] == draft.revision
    return is_same_revision and before is not None and rows != before


def is_later(state, other):
    """Return whether a state was committed after another that a transaction begun earlier still sees."""
    return state[1:] == other[1:] and state[0] > other[0]


def read(session, draft):
    """Return the Desk of a draft, read from the beginning."""
    base = Boundaries("", (), {}, {})
    if draft.base_number is not None:
        base = ground.of_version(session, draft.base_number).boundaries
    own = {grid.code: draft_rows.of_grid(grid, shape) for grid, shape in draft_tables.changes(session, draft.id)}
    profile = city_rows.the_city(session).profile
    return desks.begun(draft, base, own, profile=profile, log=edit_rows.log(session, draft.id))


def caught_up(session, at_place, draft, state):
    """Return the Desk that lies there with what was done since; None where that is not told by edits."""
    before = at_place.desk
    if before is None or at_place.state[1:] != state[1:] or before.revision > draft.revision:
        return None
    log = edit_rows.log(session, draft.id)
    if not is_told(before.log, log):
        return None
    gone = [number for number in before.log if before.log[number][0] and not log[number][0]]
    come = [number for number in log if log[number][0] and not before.log.get(number, (False, True))[0]]
    edits = edit_rows.numbered(session, draft.id, [*gone, *come])
    steps = [(edits[n], edits[n].before) for n in sorted(gone, reverse=True)]
    steps += [(edits[n], edits[n].after) for n in sorted(come)]
    return replayed(before, steps, log, draft.revision)


def is_told(before, now):
    """Return whether the edits tell all that happened between two states of the log."""
    if not before.keys() <= now.keys() or before == now:
        return False
    closed = [number for number, (is_done, is_open) in now.items() if is_done and not is_open]
    return all(number in before and before[number] == now[number] for number in closed)


def replayed(desk, steps, log, revision):
    """Return the Desk after these rows were laid over it, one edit after the other."""
    rows, news = {}, []
    for edit, values in steps:
        rows |= {code: draft_rows.from_values(code, value) for code, value in values.items()}
        news.append((revision, edit.made_by, edit.edit, tuple(sorted(values))))
    after = desks.laid(desk, rows) if rows else desk
    return dataclasses.replace(after, revision=revision, log=log, news=(*desk.news, *news)[-NEWS:])


def keep(at_place, desk):
    """Let the Desk that a change led to lie there, unless a later one does already."""
    with at_place.bringing:
        if at_place.desk is not None and at_place.desk.revision < desk.revision:
            at_place.desk = desk
            at_place.state, at_place.rows = (desk.revision, *at_place.state[1:]), None
