"""Copies of the city file, taken and put back while the city is in use.

Copying the main file alone would miss what still lies in its write-ahead log,
so both ways go through SQLite's own backup.
"""

import contextlib
import sqlite3

from gridmgr.errors import Conflict, Invalid, Unavailable
from gridmgr.i18n import N_
from gridmgr.store import database, geopackage, revisions

ON_A_SERVER = N_(
    "This city is on a database server; use pg_dump and pg_restore for its copies, "
    "and copy the folder photos of the data folder after each dump."
)


class NotAFile(Conflict):
    """The city is not in a file."""

    slug = "not-a-file"


def backup(url, file):
    """Write a whole copy of the city at ``url`` to ``file``; return its size in bytes. See ``copied``."""
    with copied(url, file):
        pass
    return file.stat().st_size


@contextlib.contextmanager
def copied(url, file):
    """Copy the city at ``url`` and give the path of the copy, which becomes ``file`` at the end.

    Parameters
    ----------
    url : str
        Address of a city file.
    file : Path
        Replaced when all is done, not before; left as it was after an error.

    Raises
    ------
    NotAFile, NoDatabase, Invalid, Unavailable
    """
    city = path_of(url)
    if not city.exists():
        raise database.NoDatabase("There is no city at {place}: make one with gridmgr init.", place=city)
    if file.absolute() == city.absolute():
        raise Invalid("The copy would replace the city itself: choose another file than {file}.", file=file)
    if file.exists() and not file.is_file():
        raise Invalid("{file} is no regular file: name another one for the copy.", file=file)
    unfinished = file.with_name(f"{file.name}.part")
    with reporting_trouble(unfinished):
        copy(city, unfinished)
        yield unfinished
        unfinished.replace(file)


def photos(file):
    """Return the photos of a copy as rows (token, size in bytes, whether it is named); none where it is older than photos."""
    with opened(file) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'photo'").fetchone():
            return []
        return connection.execute("SELECT token, size, used_at IS NOT NULL FROM photo ORDER BY token").fetchall()


def restore(url, file):
    """Put a copy back as the city at ``url``, all at once, and bring it to this program's schema.

    Raises
    ------
    NotAFile, Invalid, DatabaseNewer, Unavailable
    """
    city = path_of(url)
    require_copy(file)
    with reporting_trouble(city if not city.exists() else None):
        copy(file, city)
    engine = database.create(url)
    with database.session(engine, write=True) as session:
        revisions.begin_anew(session)
    engine.dispose()


def path_of(url):
    """Return the path of a city file; raise NotAFile for a server."""
    path = database.file_of(url)
    if path is None:
        raise NotAFile(ON_A_SERVER)
    return path


def copy(source, target):
    """Copy one database over another in one transaction; readers of the target see the old or the new."""
    with opened(source) as old, opened(target) as new:
        old.backup(new)


def opened(path):
    """Return a connection that closes at the end of a ``with``."""
    return contextlib.closing(sqlite3.connect(path, timeout=geopackage.BUSY_SECONDS))


@contextlib.contextmanager
def reporting_trouble(new_file):
    """Turn trouble with the disk into Unavailable; whatever went wrong leaves nothing of ``new_file`` behind."""
    try:
        yield
    except BaseException as error:
        if new_file is not None:
            forget(new_file)
        if not isinstance(error, (sqlite3.Error, OSError)):
            raise
        raise Unavailable("The copy could not be written: {reason}. Nothing was changed.", reason=error) from error


def forget(file):
    """Delete a database file and what SQLite keeps beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def require_copy(file):
    """Raise unless ``file`` is a whole copy of a city that this program can read."""
    if not is_city(file):
        raise Invalid("{file} is no copy of a city: choose a file that gridmgr backup wrote.", file=file)
    engine = database.connect(f"gpkg:///{file.absolute()}")
    try:
        database.refuse_newer(engine)
    finally:
        engine.dispose()


def is_city(file):
    """Return whether ``file`` is an undamaged GeoPackage with our tables."""
    try:
        with opened(file) as connection:
            is_geopackage = connection.execute("PRAGMA application_id").fetchone()[0] == geopackage.APPLICATION_ID
            is_whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            return bool(is_geopackage and is_whole and ours)
    except sqlite3.DatabaseError:
        return False


def refuse_city(file):
    """Raise Invalid where a file that is about to be written over holds a city, also one in use."""
    if file.is_file() and has_our_tables(file):
        raise Invalid("{file} holds a city: name another file to write into.", file=file)


def has_our_tables(file):
    """Return whether ``file`` is a database with our tables, or one so busy that nobody can tell."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
        ) as connection:
            return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone())
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False
