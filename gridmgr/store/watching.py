"""Watching: whether what somebody remembers is still true, asked at every question and therefore cheaply."""

import sqlite3
import threading
import time

from gridmgr.errors import Unavailable
from gridmgr.store import database, geopackage, revisions, trouble


class Watch:
    """The revisions as they are now, at the price of one small question on a connection of its own.

    An answer counts for as long as :func:`gridmgr.store.revisions.settle` makes whoever commits a change wait.
    Threads that ask while a question is under way share the next one: its answer
    is never older than any of their own questions would have been. ``renewing``
    lets one of them at a time read anew what changed.
    """

    def __init__(self, engine):
        self._asking, self.renewing = threading.Lock(), threading.Lock()
        self._begun = self._answered = 0
        self._numbers, self._until = {}, 0.0
        self._holds_s = revisions.holds_s(engine)
        self._asked = (OfFile if engine.dialect.name == "geopackage" else OfServer)(engine)

    def numbers(self):
        """Return kind → number of changes whose writers were told so before this call; the same dict while none came."""
        begun_before = self._begun
        if time.monotonic() < self._until:
            return self._numbers
        with self._asking:
            if self._answered <= begun_before:
                self._begun += 1
                asked_at = time.monotonic()
                self._numbers = self._asked.numbers(self._numbers)
                self._until = asked_at + self._holds_s
                self._answered = self._begun
            return self._numbers

    def close(self):
        """Close the connection; the next question opens another."""
        with self._asking:
            self._until = 0.0
            self._asked.close()


class OfFile:
    """Asks a city file, which counts the changes of all other connections by itself."""

    def __init__(self, engine):
        self.path = engine.url.database
        self.connection, self.version = None, None

    def numbers(self, known):
        """Return the revisions; ``known`` where nobody has written since it was read."""
        try:
            return self.asked(known)
        except sqlite3.Error as error:
            self.close()
            raise silent(self.path, error) from error

    def asked(self, known):
        """Return the revisions of a file that can be read."""
        if self.connection is None:
            self.connection = sqlite3.connect(
                self.path, timeout=geopackage.BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        [version] = self.connection.execute("PRAGMA data_version").fetchone()
        if version == self.version:
            return known
        found = dict(self.connection.execute("SELECT kind, number FROM revision ORDER BY kind"))
        self.version = version
        return known if found == known else found

    def close(self):
        """Close the connection."""
        connection, self.connection, self.version = self.connection, None, None
        if connection is not None:
            connection.close()


class OfServer:
    """Asks a PostGIS server by one prepared statement, outside any transaction."""

    DONE, ANSWERED = 1, 2  # libpq's PGRES_COMMAND_OK and PGRES_TUPLES_OK
    NAME, QUESTION = b"revisions", b"SELECT kind, number FROM revision ORDER BY kind"

    def __init__(self, engine):
        self.dialect, self.place = engine.dialect, database.place_of(engine)
        self.arguments, self.options = engine.dialect.create_connect_args(engine.url)
        self.connection, self.rows = None, None

    def numbers(self, known):
        """Return the revisions; ``known`` where they are the same. A connection that broke is made anew once."""
        try:
            rows = self.asked() if self.connection is not None else None
        except Unavailable:
            rows = None
        if rows is None:
            self.connect()
            rows = self.asked()
        if rows == self.rows:
            return known
        self.rows = rows
        found = {kind.decode(): int(number) for kind, number in rows}
        return known if found == known else found

    def asked(self):
        """Return the rows as the server writes them."""
        try:
            found = self.connection.pgconn.exec_prepared(self.NAME, None)
        except self.dialect.loaded_dbapi.Error as error:
            raise silent(self.place, error) from error
        if found.status != self.ANSWERED:
            raise silent(self.place, found.error_message.decode("utf-8", "replace").strip())
        return [(found.get_value(row, 0), found.get_value(row, 1)) for row in range(found.ntuples)]

    def connect(self):
        """Open a connection and prepare the question on it."""
        self.close()
        try:
            self.connection = self.dialect.connect(*self.arguments, **database.PATIENCE | self.options, autocommit=True)
        except self.dialect.loaded_dbapi.Error as error:
            raise silent(self.place, error) from error
        found = self.connection.pgconn.prepare(self.NAME, self.QUESTION)
        if found.status != self.DONE:
            raise silent(self.place, found.error_message.decode("utf-8", "replace").strip())

    def close(self):
        """Close the connection."""
        connection, self.connection, self.rows = self.connection, None, None
        if connection is not None:
            connection.close()


def silent(place, reason):
    """Return the error that a database without an answer is."""
    return trouble.away(f"{place}: {reason}")
