"""What migrations need beyond Alembic's own operations, on both databases."""

from alembic import op
from sqlalchemy import inspect

EXTENSION = "http://www.geopackage.org/spec120/#extension_rtree"
SIDES = (
    ("min_x", ">", "ST_MinX(NEW.shape)", "min"),
    ("min_y", ">", "ST_MinY(NEW.shape)", "min"),
    ("max_x", "<", "ST_MaxX(NEW.shape)", "max"),
    ("max_y", "<", "ST_MaxY(NEW.shape)", "max"),
)

REFUSAL = "a published version never changes: begin a draft instead"
REFUSE_ON_SERVER = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def srid():
    """Return the SRID of the city that is being migrated."""
    return op.get_context().opts["srid"]


def stored_srid(connection):
    """Return the SRID of the city's layers, None where there are none."""
    on_file = connection.dialect.name == "geopackage"
    table, column = ("gpkg_geometry_columns", "srs_id") if on_file else ("geometry_columns", "srid")
    if on_file or inspect(connection).has_table(table):
        return connection.exec_driver_sql(f"SELECT max({column}) FROM {table}").scalar()
    return None


def enable_postgis():
    """Make PostGIS known in a new database of a server."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def index_shapes(table, shown_by=None):
    """Index the shapes of ``table`` and keep its extent, and that of the view ``shown_by``, up to date."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX idx_{table}_shape ON {table} USING gist (shape)")
        return
    for statement in [*rtree(table), *extent_triggers(table, shown_by or table)]:
        op.get_bind().exec_driver_sql(statement)


def drop_shapes(table):
    """Drop ``table``; on the file also its index and every mention of it as a layer."""
    forget_layer(table)
    op.drop_table(table)


def show_layer(view, select, kind):
    """Make a view that outsiders read as a layer of shapes; its first column numbers the rows."""
    op.execute(f"CREATE VIEW {view} AS {select}")
    if op.get_bind().dialect.name == "geopackage":
        execute = op.get_bind().exec_driver_sql
        layer = "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)"
        execute(layer, (view, view, srid()))
        execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'shape', ?, ?, 0, 0)", (view, kind, srid()))


def hide_layer(view):
    """Drop a view and every mention of it as a layer."""
    forget_layer(view)
    op.execute(f"DROP VIEW {view}")


def forget_layer(table):
    """Take a table or view out of the file's list of layers, with its index."""
    if op.get_bind().dialect.name != "geopackage":
        return
    execute = op.get_bind().exec_driver_sql
    for (trigger,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)).all():
        execute(f'DROP TRIGGER "{trigger}"')
    execute(f"DROP TABLE IF EXISTS rtree_{table}_shape")
    for catalogue in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        execute(f"DELETE FROM {catalogue} WHERE table_name = ?", (table,))


def keep_published(table, columns):
    """Let the database refuse to change ``columns`` of a published row or to delete it, whoever asks.

    A published version never changes; what may still be written is its end.
    """
    moments = {"update": f"UPDATE OF {columns}", "delete": "DELETE"}
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_ON_SERVER)
        refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    else:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for name, moment in moments.items():
        op.execute(f"CREATE TRIGGER published_{table}_{name} BEFORE {moment} ON {table} {refuse}")


def forget_refusal():
    """Drop what :func:`keep_published` left on a server; its triggers go with their tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def reshape(table, shown_by=None):
    """Give a layer back its place in the file after Alembic's batch mode copied the table.

    The copy keeps the registration under its own name and loses index and
    triggers; without this the layer is gone for everybody but us. A view of the
    table is hidden before the batch and shown again after this.
    """
    if op.get_bind().dialect.name != "geopackage":
        return
    execute = op.get_bind().exec_driver_sql
    for catalogue in ("gpkg_geometry_columns", "gpkg_contents"):
        execute(f"UPDATE {catalogue} SET table_name = ? WHERE table_name = ?", (table, f"_alembic_tmp_{table}"))
    execute("UPDATE gpkg_contents SET identifier = table_name WHERE table_name = ?", (table,))
    index_shapes(table, shown_by)


def rtree(table):
    """Return the statements that index the shapes of ``table``.

    Source: OGC 12-128r18, GeoPackage 1.3.1, clause 3.1.3.1 (extension R-tree) and GeoPackage 1.4's
    triggers update6 and update7 in place of update1, which broke on an upsert.
    """
    index = f"rtree_{table}_shape"
    bounds = "ST_MinX({0}), ST_MaxX({0}), ST_MinY({0}), ST_MaxY({0})".format("NEW.shape")
    put = f"INSERT OR REPLACE INTO {index} VALUES (NEW.id, {bounds})"
    full, bare = "(NEW.shape NOTNULL AND NOT ST_IsEmpty(NEW.shape))", "(NEW.shape ISNULL OR ST_IsEmpty(NEW.shape))"
    was_full = "(OLD.shape NOTNULL AND NOT ST_IsEmpty(OLD.shape))"
    stays, moves = "OLD.id = NEW.id", "OLD.id != NEW.id"
    move = f"UPDATE {index} SET (minx, maxx, miny, maxy) = ({bounds}) WHERE id = NEW.id"
    drop_old = f"DELETE FROM {index} WHERE id = OLD.id"
    triggers = {
        "insert": f"AFTER INSERT ON {table} WHEN {full} BEGIN {put}; END",
        "update6": f"AFTER UPDATE OF shape ON {table} WHEN {stays} AND {full} AND {was_full} BEGIN {move}; END",
        "update7": f"AFTER UPDATE OF shape ON {table} WHEN {stays} AND {full} AND NOT {was_full} BEGIN {put}; END",
        "update2": f"AFTER UPDATE OF shape ON {table} WHEN {stays} AND {bare} BEGIN {drop_old}; END",
        "update5": f"AFTER UPDATE ON {table} WHEN {moves} AND {full} BEGIN {drop_old}; {put}; END",
        "update4": f"AFTER UPDATE ON {table} WHEN {moves} AND {bare} BEGIN {drop_old}; END",
        "delete": f"AFTER DELETE ON {table} WHEN OLD.shape NOTNULL BEGIN {drop_old}; END",
    }
    return [
        f"CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)",
        *(f"CREATE TRIGGER {index}_{name} {body}" for name, body in triggers.items()),
        f"INSERT INTO {index} SELECT id, {bounds.replace('NEW.', '')} FROM {table} WHERE {full.replace('NEW.', '')}",
        f"INSERT INTO gpkg_extensions VALUES ('{table}', 'shape', 'gpkg_rtree_index', '{EXTENSION}', 'write-only')",
    ]


def extent_triggers(table, view):
    """Return the statements that let the extents of a table and its view grow with its shapes."""
    wider = " OR ".join(f"{side} ISNULL OR {side} {sign} {new}" for side, sign, new, _ in SIDES)
    grown = ", ".join(f"{side} = {pick}(coalesce({side}, {new}), {new})" for side, _, new, pick in SIDES)
    body = f"UPDATE gpkg_contents SET {grown} WHERE table_name IN ('{table}', '{view}') AND ({wider})"
    when = "WHEN NEW.shape NOTNULL AND NOT ST_IsEmpty(NEW.shape)"
    moments = {"insert": "AFTER INSERT", "update": "AFTER UPDATE OF shape"}
    return [
        f"CREATE TRIGGER extent_{table}_{name} {moment} ON {table} {when} BEGIN {body}; END"
        for name, moment in moments.items()
    ]
