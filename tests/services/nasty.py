"""Files that nobody should send: those of ../shared/data/nasty, and more of our own making."""

import os
import pathlib

import pytest
import sqlalchemy

FOLDER = pathlib.Path(__file__).parents[3] / "shared" / "data" / "nasty"
ABSENT = "absent"


def names():
    """Return the names of the files in the folder, the parts of one Shapefile counted once."""
    if not FOLDER.is_dir():
        return [ABSENT]
    return sorted(path.name for path in FOLDER.iterdir() if path.suffix not in (".dbf", ".prj", ".shx"))


def path_of(name):
    """Return the path of a file; without the folder the test is skipped, in CI it fails."""
    if FOLDER.is_dir():
        return FOLDER / name
    absent = "the nasty files are not beside the checkout (../shared/data/nasty)"
    return pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)


def dump(engine):
    """Return every row of every table, and the schema itself."""
    with engine.connect() as connection:
        found = {"schema": rows(connection, SCHEMAS[engine.dialect.name])}
        for name in sqlalchemy.inspect(connection).get_table_names():
            found[name] = rows(connection, f'SELECT * FROM "{name}"')
        return found


def rows(connection, query):
    """Return the rows of a query as texts, in order."""
    return sorted(map(repr, connection.exec_driver_sql(query).all()))


SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master"
POSTGRESQL = """
SELECT 'column', table_name, column_name, udt_name, is_nullable, column_default
FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', ''
FROM pg_indexes
WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
"""
SCHEMAS = {"geopackage": SQLITE, "sqlite": SQLITE, "gpkg": SQLITE, "postgresql": POSTGRESQL}
