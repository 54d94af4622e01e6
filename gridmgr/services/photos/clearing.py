"""Clearing photos away: those that nobody named for a day, and files that a crash left without a row."""

import datetime as dt
import string

from gridmgr.services.photos import files
from gridmgr.services.transactions import reading, writing
from gridmgr.store import photos as rows

KEPT_UNUSED = dt.timedelta(days=1)
AT_ONCE = 100
LETTERS = string.ascii_letters + string.digits + "-_"


def clear(engine, data, *, at):
    """Remove photos that nobody named for a day, at most ``AT_ONCE``; return how many."""
    with reading(engine) as session:
        if not rows.count_unused(session, at - KEPT_UNUSED):
            return 0
    with writing(engine) as session:
        gone = rows.forget_unused(session, at - KEPT_UNUSED, AT_ONCE)
    for token in gone:
        files.remove(data, token)
    return len(gone)


def clear_strays(engine, data, letter, *, at):
    """Remove the files of one first letter that have had no row for a day, as a crash leaves them; return how many."""
    found = files.strays(data, letter, (at - KEPT_UNUSED).timestamp())
    if not found:
        return 0
    with reading(engine) as session:
        known = rows.known(session, {token for token, _ in found})
    gone = [path for token, path in found if token not in known]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
