"""PostGIS as a rival: a private server on a socket, grids and points in tables, several ways to join them.

A way is timed as ``CREATE UNLOGGED TABLE answer AS …``: the answer stays in the
server, which may use all cores, and is fetched outside the time to be compared.
Copying the points in is not counted; sorting and indexing them, which the faster
plans need, is the job of a plan and counted, and shown once more without.
"""

import contextlib
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import shapely

from bench.measure import seconds
from bench.reference import lowest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
    " -c shared_buffers=1GB -c work_mem=256MB -c maintenance_work_mem=512MB -c max_wal_size=8GB -c jit=off"
    " -c max_parallel_workers_per_gather=2 -c min_parallel_table_scan_size=0"
)
USUAL = """
    SELECT p.id, g.position
    FROM points AS p
    JOIN grids AS g ON ST_Intersects(g.shape, p.shape)"""
# Where only the points have an index the planner goes from the grids to the points, and GEOS
# prepares each shape once instead of once a point.
FROM_SHAPES = """
    SELECT p.id, g.position
    FROM {shapes} AS g
    JOIN sorted AS p ON ST_Covers(g.shape, p.shape)"""
BETTER = {
    "ST_Covers, whole grids to sorted and indexed points": FROM_SHAPES.format(shapes="whole"),
    "ST_Covers, pieces by ST_Subdivide(64) to sorted and indexed points": FROM_SHAPES.format(shapes="pieces"),
}


@contextlib.contextmanager
def connection():
    """Give a connection to a private server with PostGIS, or None where there is none; stop it after."""
    import postgresql
    import psycopg

    programs = postgresql.postgresql_programs()
    if programs is None:
        yield None
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gridmgr-bench-"))
    run = postgresql.as_its_user(folder)
    try:
        start(run, programs, folder)
        with psycopg.connect(f"host={folder} user=gridmgr dbname=postgres", autocommit=True) as connected:
            connected.execute("CREATE EXTENSION postgis")
            yield connected
    finally:
        run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def start(run, programs, folder):
    """Make a cluster in ``folder`` and start it."""
    new = ("-U", "gridmgr", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run(programs / "initdb", "-D", folder / "data", *new)
    options = ("-l", folder / "log", "-o", f"-k {folder} {SETTINGS}")
    run(programs / "pg_ctl", "-D", folder / "data", "-w", *options, "start")


def load_grids(connected, reference):
    """Fill the tables of grids: one with a GiST index, one without, one of their pieces without."""
    connected.execute("DROP TABLE IF EXISTS grids, whole, pieces")
    copy(connected, "grids", "position", reference.shapes)
    for table, shape in (("whole", "shape"), ("pieces", "ST_Subdivide(shape, 64)")):
        query = f"SELECT position, {shape} AS shape FROM grids WHERE NOT ST_IsEmpty(shape)"
        connected.execute(f"CREATE UNLOGGED TABLE {table} AS {query}")
        connected.execute(f"VACUUM ANALYZE {table}")
    index(connected, "grids")


def load_points(connected, lons, lats):
    """Fill the table of points in the order they came."""
    connected.execute("DROP TABLE IF EXISTS points")
    copy(connected, "points", "id", shapely.points(lons, lats))
    connected.execute("VACUUM ANALYZE points")


def sort_points(connected):
    """Make the table of points in the order of their place, with a GiST index."""
    connected.execute("DROP TABLE IF EXISTS sorted")
    connected.execute("CREATE UNLOGGED TABLE sorted AS SELECT id, shape FROM points ORDER BY shape")
    index(connected, "sorted")


def copy(connected, table, number, shapes):
    """Make a table of numbered shapes and copy them into it."""
    connected.execute(f"CREATE UNLOGGED TABLE {table} ({number} int, shape geometry(Geometry, 4326))")
    wkb = shapely.to_wkb(shapely.set_srid(shapes, 4326), include_srid=True)
    with connected.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as rows:
        rows.set_types(["int4", "bytea"])
        for row in enumerate(wkb):
            rows.write_row(row)


def index(connected, *tables):
    """Index the shapes of tables."""
    for table in tables:
        connected.execute(f"CREATE INDEX ON {table} USING gist (shape)")
        connected.execute(f"VACUUM ANALYZE {table}")


def answer(connected, query):
    """Run a query into the table of answers."""
    connected.execute("DROP TABLE IF EXISTS answer")
    connected.execute(f"CREATE UNLOGGED TABLE answer AS {query}")


def fetched(connected, count):
    """Return the owners in the table of answers, int32, shape (count,)."""
    rows = connected.execute("SELECT id, position FROM answer").fetchall()
    point, position = np.array(rows, np.int64).reshape(-1, 2).T
    return lowest(point, position, count)


def best(connected):
    """Return the name of the fastest of the BETTER ways on sorted points, each tried once."""
    return min(BETTER, key=lambda name: seconds(lambda: answer(connected, BETTER[name])))
