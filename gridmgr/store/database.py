"""Opening the city's database, and one transaction at a time."""

import contextlib
import math
import pathlib
import time

import orjson
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session

from gridmgr.errors import Conflict, NotFound, Unavailable
from gridmgr.i18n import N_
from gridmgr.resources import directory
from gridmgr.store import geopackage, revisions, trouble

PATIENCE = {"connect_timeout": 10, "tcp_user_timeout": 30_000}
"""How long a server that does not answer is waited for, where its address says nothing else; s, ms."""

RESTS, FRESH_S = "rests since", 0.1
"""A connection that was used less than so many seconds ago is not tried before it is used again."""

JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS

BUSY = N_("Another program has been writing to the city file for {seconds} s. Try again when it is done.")

OLDER_FILE = N_(
    "The city at {place} has schema {found}, this program needs {needed}. "
    "Make a copy with gridmgr backup, then gridmgr restore that copy: it comes back with the new schema."
)
OLDER_SERVER = N_(
    "The city at {place} has schema {found}, this program needs {needed}. "
    "Make a copy with pg_dump, then let an administrator run gridmgr.store.database.create on it."
)


class NoDatabase(NotFound):
    """There is no city database here."""

    slug = "no-database"


class DatabaseOlder(Conflict):
    """The database was made by an older gridmgr."""

    slug = "database-older"


class DatabaseNewer(Conflict):
    """The database was made by a newer gridmgr."""

    slug = "database-newer"


class Busy(Unavailable):
    """Another program is writing to the city file."""

    slug = "busy"


def connect(url):
    """Return the engine of the database at ``url``; nothing is opened yet.

    Parameters
    ----------
    url : str
        ``gpkg:////folder/city.gpkg`` or ``postgresql+psycopg://…``.
    """
    if not url.startswith("gpkg:"):
        patience = {name: value for name, value in PATIENCE.items() if name not in sqlalchemy.make_url(url).query}
        return rested(sqlalchemy.create_engine(url, json_serializer=as_json, connect_args=patience))
    engine = sqlalchemy.create_engine(url, json_serializer=as_json, connect_args={"timeout": geopackage.BUSY_SECONDS})
    geopackage.listen(engine)
    return engine


def as_json(value):
    """Return a value as the text that a JSON column keeps, Chinese as it is written."""
    return orjson.dumps(value, option=JSON).decode()


def rested(engine):
    """Let a connection that has rested for a while be tried before it is used; one just used is taken as it is."""

    def rests(_, record):
        record.info[RESTS] = time.monotonic()

    def tried(connection, record, _):
        if time.monotonic() - record.info.get(RESTS, -math.inf) < FRESH_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.dbapi.Error as error:
            raise DisconnectionError from error

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", tried)
    return engine


def create(target, srid=None):
    """Bring a database to this program's schema, from nothing or from an older one; return its engine.

    Parameters
    ----------
    target : str or Engine
        Address or engine of the database.
    srid : int, optional
        The SRID of every layer of a new city, 4326 by default; an existing city keeps its own.
    """
    from gridmgr.store import migrating

    engine = connect(target) if isinstance(target, str) else target
    migrating.upgrade(engine, srid=srid)
    return engine


def is_missing(url):
    """Return whether no database stands at ``url``: no file, or no schema of ours."""
    path = file_of(url)
    if path is not None and not path.exists():
        return True
    engine = connect(url)
    try:
        return revision_found(engine) is None
    finally:
        engine.dispose()


def file_of(url):
    """Return the path of a city file, None for a server's database."""
    parts = sqlalchemy.make_url(url)
    return pathlib.Path(parts.database) if parts.drivername == "gpkg" else None


def require_current(engine):
    """Raise unless the database has exactly this program's schema.

    Raises
    ------
    NoDatabase, DatabaseOlder, DatabaseNewer, Unavailable
    """
    found, needed = refuse_newer(engine), revision_needed()
    if found is None:
        raise NoDatabase("There is no city at {place}: make one with gridmgr init.", place=place_of(engine))
    if found < needed:
        raise DatabaseOlder(
            OLDER_FILE if file_of(engine.url) else OLDER_SERVER,
            place=place_of(engine),
            found=found,
            needed=needed,
        )


def refuse_newer(engine):
    """Raise DatabaseNewer for a schema that this program does not know yet; return the revision found or None."""
    found, needed = revision_found(engine), revision_needed()
    if found is not None and found > needed:
        raise DatabaseNewer(
            "The city at {place} has schema {found}, this program knows only {needed}. Install the newer gridmgr.",
            place=place_of(engine),
            found=found,
            needed=needed,
        )
    return found


def place_of(engine):
    """Return the address of a database as it may be shown: a path, or an address without its password."""
    return engine.url.database if engine.url.drivername == "gpkg" else engine.url.render_as_string(hide_password=True)


def revision_needed():
    """Return the number of the newest migration, the first four characters of its file name."""
    return max(path.name[:4] for path in (directory("migrations") / "versions").glob("[0-9]*.py"))


def revision_found(engine):
    """Return the number of the last migration that the database has seen, None without any."""
    try:
        with engine.connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    except DatabaseError as error:
        message = N_("The database {place} does not answer: {reason}")
        raise Unavailable(message, place=place_of(engine), reason=error.orig) from error


@contextlib.contextmanager
def session(engine, write=False):
    """Give a session in one transaction: all of it is kept at the end, or nothing after an error.

    A reader sees one state of the city throughout and cannot write. A writer of
    a city file waits for its turn; on PostGIS it locks the rows that it reads in
    order to change them (``with_for_update``).

    Raises
    ------
    Busy
        Another writer did not finish within 30 seconds.
    DatabaseAway, DiskFull
    """
    bind = engine.execution_options(**purpose(engine, write))
    waiting = turn(engine) if write else contextlib.nullcontext()
    with trouble.told(may_write=write), waiting, Session(bind, expire_on_commit=False) as work:
        if write:
            begin_writing(work)
        yield work
        work.commit()
        revisions.settle(work)


def purpose(engine, write):
    """Return the execution options that make a transaction one of reading or of writing."""
    if engine.dialect.name == "geopackage":
        return {"purpose": "write" if write else "read"}
    return {} if write else {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}


def begin_writing(work):
    """Begin the transaction of a writer now rather than at its first statement."""
    try:
        work.connection()
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise Busy(BUSY, seconds=geopackage.BUSY_SECONDS) from error


@contextlib.contextmanager
def turn(engine):
    """Hold the turn to write: one thread at a time on a city file, anybody on PostGIS."""
    lock = getattr(engine.dialect, "writing", None)
    if lock is None:
        yield
        return
    if not lock.acquire(timeout=geopackage.BUSY_SECONDS):
        raise Busy(BUSY, seconds=geopackage.BUSY_SECONDS)
    try:
        yield
    finally:
        lock.release()
