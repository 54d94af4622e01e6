"""Writing many rows at once."""

import dataclasses
import itertools

from sqlalchemy import insert as insert_into
from sqlalchemy import inspect


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
    if all(thing.id is None for thing in things):
        rows = [without_id(row) for row in rows_of(kind, things)]
        numbered = insert_into(table).returning(table.c.id, sort_by_parameter_order=True)
        for thing, number in zip(things, session.connection().execute(numbered, rows).scalars(), strict=True):
            thing.id = number
    else:
        session.connection().execute(insert_into(table), rows_of(kind, things))


def rows_of(kind, things):
    """Return the values of the dataclass fields of each thing."""
    names = [field.name for field in dataclasses.fields(kind)]
    return [{name: getattr(thing, name) for name in names} for thing in things]


def without_id(row):
    """Return ``row`` without its id, which the database gives."""
    return {name: value for name, value in row.items() if name != "id"}
