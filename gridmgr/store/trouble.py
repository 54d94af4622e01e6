"""What a database is in trouble with, in a sentence: away, or its disk full; nothing was written then."""

import contextlib

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from gridmgr.errors import Unavailable

FULL_STATES = ("53100",)
READS_ONLY_STATES = ("25006",)
AWAY_STATES = ("08", "57P01", "57P02", "57P03", "53300", *READS_ONLY_STATES)
"""Of SQLSTATE: no connection, shut down, too many connections, and a standby that only reads. Source: PostgreSQL, Appendix A."""
GROWING = ("mdextend", "mdzeroextend")
"""Functions of the server that make a table longer; what fails there is the disk, a quota or a limit, whatever the state."""
FULL_FILE = ("database or disk is full", "disk i/o error")
READS_ONLY_FILE = ("readonly database",)
AWAY_FILE = ("unable to open database file", *READS_ONLY_FILE)


class DatabaseAway(Unavailable):
    """The database does not answer."""

    slug = "database-away"
    headers = (("Retry-After", "5"),)


class DiskFull(Unavailable):
    """The disk of the database is full."""

    slug = "disk-full"
    headers = (("Retry-After", "60"),)


@contextlib.contextmanager
def told(may_write=True):
    """Raise, for what the driver says of a database that is away or full, the sentence of ours.

    Whoever writes where he only reads hears the driver's own words: that is a fault of the program.

    Raises
    ------
    DatabaseAway, DiskFull
    """
    try:
        yield
    except NoConnection as error:
        raise DatabaseAway("All connections to the database are in use: send it again in some seconds.") from error
    except DBAPIError as error:
        found = meaning(error, may_write)
        if found is None:
            raise
        raise found from error


def meaning(error, may_write=True):
    """Return the error of ours that an error of the driver means, None for any other."""
    reason = first_line(error.orig)
    if not may_write and is_one_of(error.orig, READS_ONLY_STATES, READS_ONLY_FILE):
        return None
    if is_one_of(error.orig, FULL_STATES, FULL_FILE) or cannot_grow(error.orig):
        return DiskFull(
            "The disk of the database is full, nothing was written: make room, then send it again ({reason}).",
            reason=reason,
        )
    if error.connection_invalidated or is_unreachable(error.orig) or is_one_of(error.orig, AWAY_STATES, AWAY_FILE):
        return away(reason)
    return None


def away(reason):
    """Return the error that a database without an answer is."""
    return DatabaseAway("The database does not answer: send it again in some seconds ({reason}).", reason=reason)


def is_one_of(error, states, texts):
    """Return whether an error of the driver has one of these states, or says one of these things on a file."""
    state = getattr(error, "sqlstate", None)
    return state.startswith(states) if state else any(text in str(error).lower() for text in texts)


def cannot_grow(error):
    """Return whether a server could not make a table longer: beyond a quota or a limit it has no state of its own."""
    return getattr(getattr(error, "diag", None), "source_function", None) in GROWING


def is_unreachable(error):
    """Return whether the driver of a server could not connect: an operational error without a state."""
    return hasattr(error, "sqlstate") and error.sqlstate is None and type(error).__name__ == "OperationalError"


def first_line(error):
    """Return the first line of what a driver says."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
