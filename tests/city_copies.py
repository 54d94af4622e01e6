"""What a database holds, as a copy in memory: a small city is built once a process and put into every other."""

import contextlib
import functools
import hashlib
import sqlite3

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'spatial_ref_sys' ORDER BY 1
"""
SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
FORM = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
  SELECT concat_ws('/', c.oid, relname, relkind, attname, atttypid, attnotnull, attisdropped) AS part
  FROM pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws('/', oid, conname) FROM pg_constraint
  UNION ALL SELECT concat_ws('/', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws('/', indexrelid, indisvalid) FROM pg_index
  UNION ALL SELECT concat_ws('/', max(oid), count(*)) FROM pg_proc
  UNION ALL SELECT concat_ws('/', oid, nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'
  UNION ALL SELECT concat_ws('/', setconfig) FROM pg_db_role_setting
  UNION ALL SELECT concat_ws('/', 'reference systems', count(*)) FROM spatial_ref_sys
) AS parts
"""


def kept(build):
    """Let ``build(engine)`` fill a database of one kind once; put a copy of what it made into every other."""
    copies = {}

    @functools.wraps(build)
    def put_or_build(engine):
        with opened(engine) as database:
            before = database.key()
            if before in copies:
                database.put(copies[before])
                return
        build(engine)
        with opened(engine) as database:
            copies[before] = database.take()

    return put_or_build


@contextlib.contextmanager
def opened(engine):
    """Give the database of an engine, beside all who have it open."""
    if engine.dialect.name == "geopackage":
        with contextlib.closing(sqlite3.connect(engine.url.database)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            yield File(connection)
        return
    connection = engine.raw_connection()
    try:
        yield Server(connection.driver_connection)
    finally:
        connection.close()


class File:
    """A city file; its copies are its bytes."""

    def __init__(self, connection):
        self.connection = connection

    def key(self):
        """Return what is the same only for files that are the same to the last byte."""
        return hashlib.sha256(self.take()).digest()

    def take(self):
        """Return a copy, which says of itself that it is in no WAL mode: memory knows none."""
        content = self.connection.serialize()
        return content[:18] + b"\x01\x01" + content[20:]

    def put(self, copy):
        """Make the file what it was when the copy was taken."""
        with contextlib.closing(sqlite3.connect(":memory:")) as memory:
            memory.deserialize(copy)
            memory.backup(self.connection)


class Server:
    """A database on a server; its copies are its rows and how far its sequences have counted."""

    def __init__(self, connection):
        self.connection = connection

    def form(self):
        """Return what is the same only while no table, index, constraint or function is changed or made anew."""
        with self.connection.transaction():
            return self.connection.execute(FORM).fetchone()[0]

    def key(self):
        """Return what is the same only for databases of the same form that hold the same."""
        return self.form(), repr(self.take())

    def take(self):
        """Return ({table: its rows}, [(sequence, number, is it given)]) of all that hold something."""
        with self.connection.transaction():
            rows = {table: self.rows(table) for table in self.filled()}
            return rows, sorted(self.connection.execute(SEQUENCES).fetchall())

    def filled(self):
        """Return the names of the tables that have rows."""
        names = [name for (name,) in self.connection.execute(TABLES)]
        asked = " UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names)
        return sorted(name for (name,) in self.connection.execute(asked))

    def rows(self, table):
        """Return the rows of a table as the server writes them."""
        with self.connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            return b"".join(map(bytes, copy))

    def put(self, copy):
        """Make the rows and sequences what they were when the copy was taken."""
        rows, sequences = copy
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in self.filled():
                cursor.execute(f'DELETE FROM "{table}"')
            for table, content in rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
                    into.write(content)
            cursor.executemany("SELECT setval(quote_ident(%s)::regclass, %s, %s)", sequences)
