"""Writing many rows at once."""

import dataclasses
import itertools

from sqlalchemy import func, inspect, select
from sqlalchemy import insert as insert_into
from sqlalchemy.orm.attributes import manager_of_class


def values(kind, result):
    """Return the rows of a result as objects of a mapped class that no session follows.

    Setting their attributes one by one, each with SQLAlchemy's bookkeeping, takes most of the time
    in which a city is read. Each column is an attribute, and each attribute a column.
    """
    names, new = tuple(result.keys()), manager_of_class(kind).new_instance
    found = []
    for row in result:
        found.append(new())
        vars(found[-1]).update(zip(names, row, strict=True))
    return found


def insert(session, things):
    """Write new domain objects by the thousand and give each its ``id``; return them.

    They are written at once, in their order, and are not tracked by the
    session: a later change of theirs is not saved.
    """
    things = list(things)
    session.flush()
    for kind, of_kind in itertools.groupby(things, key=type):
        insert_kind(session, kind, list(of_kind))
    return things


def insert_kind(session, kind, things):
    """Write new objects of one class; an id that is None is filled in."""
    table = inspect(kind).local_table
    nameless = [thing for thing in things if thing.id is None]
    for thing, number in zip(nameless, free_ids(session, table, len(nameless)), strict=True):
        thing.id = number
    names = [field.name for field in dataclasses.fields(kind)]
    rows = [{name: getattr(thing, name) for name in names} for thing in things]
    session.connection().execute(insert_into(table), rows)


def free_ids(session, table, count):
    """Return ``count`` ids that no row of ``table`` has; numbering rows before writing them spares reading them back."""
    if session.connection().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        return session.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))).all()
    highest = session.scalar(select(func.max(table.c.id))) or 0
    return range(highest + 1, highest + 1 + count)
