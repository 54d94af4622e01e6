"""The city file: a GeoPackage that the standard library's sqlite3 reads and writes.

A shape is stored as the specification's blob: a header with SRID and bounding
box, then WKB. The few SQL functions that the R-tree's triggers need come from
here, so no loadable extension is needed; GDAL and QGIS bring their own.

Source: OGC 12-128r18, GeoPackage Encoding Standard 1.3.1, clauses 1.1, 2.1 and annex F.3.
"""

import struct
import threading

import geoalchemy2  # noqa: F401  registers the dialect that ours extends
import shapely
from geoalchemy2.admin.dialects.geopackage import GeoPackageDialect
from sqlalchemy import event, types
from sqlalchemy.dialects import registry
from sqlalchemy.ext.compiler import compiles

APPLICATION_ID = 0x47504B47
USER_VERSION = 10300
BUSY_SECONDS = 30
ENVELOPE_SIZES = (0, 32, 48, 48, 64)
BASE_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents (table_name),
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id),
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  PRIMARY KEY (table_name, column_name)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
"""


class CityFile(GeoPackageDialect):
    """The dialect of a city file. ``srid`` is the city's, ``writing`` lets one thread write at a time."""

    supports_statement_cache = True

    def __init__(self, **options):
        super().__init__(**options)
        self.srid = 0
        self.writing = threading.Lock()


registry.register("gpkg", "gridmgr.store.geopackage", "CityFile")


def listen(engine):
    """Prepare each connection of ``engine``, and begin its transactions as their purpose asks."""
    event.listen(engine, "connect", lambda connection, _: open_connection(engine.dialect, connection))
    event.listen(engine, "begin", begin)


def open_connection(dialect, connection):
    """Set up a new connection: durable, patient, with foreign keys and our functions."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    register_functions(connection)
    dialect.srid = dialect.srid or stored_srid(connection)


def begin(connection):
    """Begin a transaction: a writer at once, because a reader that turns into a writer can lose updates."""
    purpose = connection.get_execution_options().get("purpose")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if purpose == 'read' else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if purpose == "write" else "BEGIN")


def stored_srid(connection):
    """Return the SRID of the city's layers, 0 while there are none."""
    has_layers = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_geometry_columns'").fetchone()
    found = has_layers and connection.execute("SELECT max(srs_id) FROM gpkg_geometry_columns").fetchone()[0]
    return found or 0


def prepare(connection, srid):
    """Make an empty SQLite file a GeoPackage that knows the city's SRID."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        connection.executescript(f"BEGIN; {BASE_TABLES} COMMIT;")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={USER_VERSION}")
    for code in {4326, srid}:
        add_srid(connection, code)


def add_srid(connection, srid):
    """Add a row for EPSG ``srid`` to the file's reference systems."""
    import pyproj

    crs = pyproj.CRS.from_epsg(srid)
    row = (crs.name, srid, "EPSG", srid, crs.to_wkt("WKT1_GDAL"), None)
    connection.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)
    return 1


def register_functions(connection):
    """Give ``connection`` the SQL functions of the R-tree's triggers and of GeoAlchemy2's table events."""
    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
    for name, position in {"ST_MinX": 0, "ST_MaxX": 1, "ST_MinY": 2, "ST_MaxY": 3}.items():
        connection.create_function(name, 1, bound_at(position), deterministic=True)
    for left_to_our_migrations in ("gpkgAddGeometryTriggers", "gpkgAddSpatialIndex"):
        connection.create_function(left_to_our_migrations, 2, lambda table, column: 1)
    connection.create_function("gpkgInsertEpsgSRID", 1, lambda srid: add_srid(connection, srid))


def to_blob(shape, srid):
    """Return the GeoPackage blob of a two-dimensional ``shape``."""
    flags = 0b10001 if shape.is_empty else 0b00011
    header = b"GP\x00" + bytes([flags]) + struct.pack("<i", srid)
    if not shape.is_empty:
        west, south, east, north = shape.bounds
        header += struct.pack("<4d", west, east, south, north)
    return header + shapely.to_wkb(shape, output_dimension=2, byte_order=1)


def wkb_of(blob):
    """Return the WKB in a GeoPackage blob."""
    return blob[8 + ENVELOPE_SIZES[(blob[3] >> 1) & 7] :]


def is_empty(blob):
    """Return 1 for an empty shape, 0 for another, None for NULL."""
    return None if blob is None else (blob[3] >> 4) & 1


def bound_at(position):
    """Return the function that reads one bound (west, east, south, north) of a blob."""

    def bound(blob):
        if blob is None or is_empty(blob):
            return None
        if (blob[3] >> 1) & 7:
            return struct.unpack_from("<d" if blob[3] & 1 else ">d", blob, 8 + 8 * position)[0]
        west, south, east, north = shapely.from_wkb(wkb_of(blob)).bounds
        return (west, east, south, north)[position]

    return bound


@compiles(types.String, "geopackage")
@compiles(types.JSON, "geopackage")
def text_column(type_, compiler, **options):
    """Declare strings and JSON as TEXT: GDAL drops a column whose type GeoPackage does not know."""
    return "TEXT"
