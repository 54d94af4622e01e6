"""The migrations: the same tables on both databases, and layers that outsiders can read."""

import sqlalchemy

from gridmgr.store import mapping, migrating
from gridmgr.store.types import Shape

SHAPED = [table.name for table in mapping.metadata.tables.values() if any(isinstance(c.type, Shape) for c in table.c)]


def table_names(engine):
    with engine.connect() as connection:
        return set(sqlalchemy.inspect(connection).get_table_names()) & set(mapping.metadata.tables)


def test_the_migrations_make_exactly_the_mapped_tables(engine):
    migrating.check(engine)

    assert table_names(engine) == set(mapping.metadata.tables)


def test_the_migrations_can_be_taken_back_and_run_again(engine):
    migrating.downgrade(engine, "base")
    after_downgrade = table_names(engine)

    migrating.upgrade(engine, srid=4490)

    assert after_downgrade == set()
    migrating.check(engine)
