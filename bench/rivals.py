"""The ways to find owners that a user could pick instead. What they ask of the points beforehand is not counted."""

import importlib

import geopandas
import numpy as np
import pyarrow as pa
import shapely

from bench import postgis
from bench.measure import Way
from bench.reference import lowest

SJOIN = "geopandas.sjoin"
PREPARED = "bbox + prepared intersects_xy"
TREE = "STRtree of grids, intersects"
POSTGIS_BEST = "PostGIS, best plan"
POSTGIS_USUAL = "PostGIS, usual plan: GiST on the grids, ST_Intersects"
JOIN = """
    SELECT p.id, g.position
    FROM points AS p
    JOIN grids AS g ON ST_Intersects(g.shape, p.shape)"""


def shapely_ways(reference, lons, lats):
    """Return the Ways of Shapely and GeoPandas; the prepared shapes stay prepared."""
    points, count = shapely.points(lons, lats), len(lons)
    shapely.prepare(reference.shapes)
    left, right = geopandas.GeoDataFrame(geometry=points), geopandas.GeoDataFrame(geometry=reference.shapes)

    def sjoin():
        return geopandas.sjoin(left, right, predicate="intersects")

    def by_points():
        return shapely.STRtree(points).query(reference.shapes, predicate="intersects")

    return [
        Way(SJOIN, sjoin, lambda found: lowest(found.index, found["index_right"], count)),
        Way(TREE, lambda: reference.tree.query(points, predicate="intersects"), lambda found: lowest(*found, count)),
        Way("STRtree of points, intersects", by_points, lambda found: lowest(*found[::-1], count)),
        Way(PREPARED, lambda: boxed(reference, points, lons, lats), lambda found: lowest(*found, count)),
    ]


def boxed(reference, points, lons, lats):
    """Return the pairs of point and shape that touch: boxes first, then the prepared shapes."""
    point, shape = reference.tree.query(points)
    touches = shapely.intersects_xy(reference.shapes[shape], lons[point], lats[point])
    return point[touches], shape[touches]


def postgis_ways(connected, reference, lons, lats):
    """Return the Ways of PostGIS; the tables of grids are loaded already."""
    postgis.load_points(connected, lons, lats)
    postgis.sort_points(connected)
    best = postgis.best(connected)

    def fetched(_):
        return postgis.fetched(connected, len(lons))

    def whole_best():
        postgis.sort_points(connected)
        postgis.answer(connected, postgis.BETTER[best])

    print(f"PostGIS's best plan here: {best}.")
    return [
        Way(POSTGIS_USUAL, lambda: postgis.answer(connected, postgis.USUAL), fetched),
        Way(POSTGIS_BEST, whole_best, fetched),
        Way(f"{POSTGIS_BEST}, points indexed before", lambda: postgis.answer(connected, postgis.BETTER[best]), fetched),
    ]


class Unusable(Exception):
    """A rival that cannot be asked on this machine."""


def sedona_ways(reference, lons, lats):
    """Return the Way of SedonaDB; raise Unusable where it is not installed."""
    sedonadb = imported("sedonadb")
    session = sedonadb.connect()
    numbered = pa.table({"id": pa.array(np.arange(len(lons)), pa.int32()), "lon": lons, "lat": lats})
    session.create_data_frame(numbered).to_view("numbered")
    session.create_data_frame(table_of(reference)).to_view("shapes")
    view(session, "points", "SELECT id, ST_Point(lon, lat) AS shape FROM numbered")
    view(session, "grids", "SELECT position, ST_GeomFromWKB(wkb) AS shape FROM shapes")

    def join():
        return pa.table(session.sql(JOIN))

    return [Way("SedonaDB", join, lambda found: lowest(*map(np.asarray, found.columns), len(lons)))]


def view(session, name, query):
    """Keep what a query gives in memory under a name."""
    session.sql(query).to_memtable().to_view(name)


def duckdb_ways(reference, lons, lats):
    """Return the Way of DuckDB; raise Unusable where it or its spatial extension is not installed."""
    duckdb = imported("duckdb")
    connected = duckdb.connect()
    try:
        connected.execute("LOAD spatial")
    except duckdb.Error as error:
        raise Unusable("its extension spatial is not installed, and is not downloaded here") from error
    numbered = pa.table({"id": pa.array(np.arange(len(lons)), pa.int32()), "lon": lons, "lat": lats})
    shapes = table_of(reference)
    connected.register("numbered", numbered)
    connected.register("shapes", shapes)
    connected.execute("CREATE TABLE points AS SELECT id, ST_Point(lon, lat) AS shape FROM numbered")
    connected.execute("CREATE TABLE grids AS SELECT position, ST_GeomFromWKB(wkb) AS shape FROM shapes")

    def join():
        return connected.execute(JOIN).fetchnumpy()

    return [Way("DuckDB spatial", join, lambda found: lowest(found["id"], found["position"], len(lons)))]


def imported(name):
    """Return a module; raise Unusable where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Unusable("it is not installed") from error


def table_of(reference):
    """Return the shapes as an Arrow table."""
    positions = pa.array(np.arange(len(reference.shapes)), pa.int32())
    return pa.table({"position": positions, "wkb": pa.array(shapely.to_wkb(reference.shapes), pa.binary())})
