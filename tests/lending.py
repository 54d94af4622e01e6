"""Databases on the run's server, each a test's own: what one gave back is emptied, named anew and lent to the next."""

import contextlib
import itertools
import os

import city_copies
import postgresql

SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
GROWTH = 4 * 2**20
"""A database that grew by more than so many bytes is not lent again: deleted rows would make it slow."""

names = (f"city_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{number}" for number in itertools.count(1))


@contextlib.contextmanager
def new_database(server, options):
    """Make a database, give its name, and drop it."""
    name = next(names)
    postgresql.execute(server, f"CREATE DATABASE {name} {options}")
    try:
        yield name
    finally:
        postgresql.execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def lender(server, template):
    """Give who lends copies of the database ``template``."""
    import psycopg

    with psycopg.connect(postgresql.place(server, "postgres"), autocommit=True) as connection:
        yield Lender(server, template, connection)


class Lender:
    """Lends databases that are as the template, until none could tell that they were used."""

    def __init__(self, server, template, connection):
        self.server, self.template, self.connection = server, template, connection
        self.free = []
        self.made = None

    @contextlib.contextmanager
    def lend(self):
        """Give the name of a database that nobody else has, or had."""
        name = next(names)
        if self.free:
            self.connection.execute(f"ALTER DATABASE {self.free.pop()} RENAME TO {name}")
        else:
            self.connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        self.made = self.made or self.state(name)
        try:
            yield name
        finally:
            self.take_back(name)

    def take_back(self, name):
        """Empty a database, or drop it where its form was changed."""
        self.connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        if self.emptied(name):
            self.free.append(name)
        else:
            self.connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def state(self, name):
        """Return the form of a database, its size in bytes and a copy of what it holds."""
        with self.opened(name) as database:
            return database.form(), self.size(database), database.take()

    def emptied(self, name):
        """Make a database as it was lent; return whether that could be done."""
        form, size, copy = self.made
        with self.opened(name) as database:
            if database.form() != form or self.size(database) > size + GROWTH:
                return False
            database.put(copy)
        return True

    def size(self, database):
        """Return the size of a database's tables and indexes, bytes."""
        return database.connection.execute(SIZE).fetchone()[0]

    @contextlib.contextmanager
    def opened(self, name):
        """Give a database by its name."""
        import psycopg

        with psycopg.connect(postgresql.place(self.server, name), autocommit=True) as connection:
            yield city_copies.Server(connection)
