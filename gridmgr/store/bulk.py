"""Writing many rows at once."""

import dataclasses
import functools
import itertools

import orjson
from sqlalchemy import Text, bindparam, cast, column, func, inspect, literal_column, select
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.attributes import manager_of_class

from gridmgr.store.types import Document

JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


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


def write(connection, table, rows, *, skips_taken=False, returning=()):
    """Write rows of all columns but the id; return the columns named ``returning`` of what is written, in any order.

    PostGIS gets them as one JSON value: a statement with a parameter for each cell is read anew by the
    driver each time, which takes twice as long for three rows.

    Parameters
    ----------
    rows : list of dict
        Column → value; at least one.
    skips_taken : bool
        Leave out a row whose unique key is taken, by a transaction that is under way once that has ended.

    Returns
    -------
    list of row
        Empty without ``returning``.
    """
    if connection.dialect.name == "geopackage":
        found = connection.execute(row_by_row(table, skips_taken, returning), rows)
    else:
        given = as_json(table, connection.dialect)
        text = orjson.dumps([given(row) for row in rows], option=JSON).decode()
        found = connection.execute(from_json(table, skips_taken, returning), {"rows": text})
    return found.all() if returning else []


@functools.cache
def row_by_row(table, skips_taken, returning):
    """Return the statement that writes one row."""
    return finished(sqlite.insert(table), table, skips_taken, returning)


@functools.cache
def from_json(table, skips_taken, returning):
    """Return the statement that writes all rows of a JSON value; the server reads each cell as its column's type."""
    names = written(table)
    rows = func.jsonb_populate_recordset(
        literal_column(f"NULL::{table.name}"), cast(bindparam("rows", type_=Text), JSONB)
    )
    given = select(*(column(name) for name in names)).select_from(rows.table_valued(*names, name="given"))
    return finished(postgresql.insert(table).from_select(names, given), table, skips_taken, returning)


def finished(statement, table, skips_taken, returning):
    """Return an INSERT with what it skips and returns."""
    statement = statement.on_conflict_do_nothing() if skips_taken else statement
    return statement.returning(*(table.c[name] for name in returning)) if returning else statement.inline()


@functools.cache
def as_json(table, dialect):
    """Return the function that turns a row into what JSON holds: documents as they are, others as the driver gets them."""
    kinds = [(name, table.c[name].type) for name in written(table)]
    turned = {name: kind.bind_processor(dialect) for name, kind in kinds if not isinstance(kind, Document)}
    turned = {name: turn for name, turn in turned.items() if turn}
    return lambda row: row | {name: turn(row[name]) for name, turn in turned.items()}


def written(table):
    """Return the names of the columns that a new row is written with; the id is the database's."""
    return [one.name for one in table.columns if one.name != "id"]
