"""On any coverage every point has the same one owner, whoever is asked."""

import csv
import datetime as dt
import itertools
import json

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from web import small_city

from gridmgr.cli import main
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import Version
from gridmgr.geometry.locator import Locator
from gridmgr.services import routing
from gridmgr.store import database, drafts, grids, revisions, versions
from gridmgr.store.grids import identities

CODES = ("2", "10", "a", "B", "网", "A", "Z", "é", "1", "01", "格", "b", "c-1", "c_1", "~", "0")
STEP, JITTER = 0.004, 10**6
LONGEST = 4

# The lowest code, as bytes, of the shapes that touch each point; GEOS decides there too.
OWNER_BY_SQL = text("""
SELECT (
    SELECT min(draft_grid.code COLLATE "C")
    FROM draft_grid JOIN draft_shape ON draft_shape.draft_grid_id = draft_grid.id
    WHERE draft_grid.draft_id = :draft
    AND NOT ST_Relate(draft_shape.shape, ST_SetSRID(ST_MakePoint(:lon, :lat), ST_SRID(draft_shape.shape)), 'FF*FF****')
)
""")


@st.composite
def coverages(draw):
    """A jittered raster whose cells are dealt out among grids: {code: shape}, neighbours sharing their vertices."""
    columns, rows = draw(st.integers(1, LONGEST)), draw(st.integers(1, LONGEST))
    jitter = draw(
        st.lists(st.integers(-JITTER, JITTER), min_size=2 * (LONGEST + 1) ** 2, max_size=2 * (LONGEST + 1) ** 2)
    )
    owners = draw(st.lists(st.sampled_from(CODES), min_size=columns * rows, max_size=columns * rows))
    offsets = np.array(jitter).reshape(LONGEST + 1, LONGEST + 1, 2) * 1e-9
    corners = np.stack(np.meshgrid(range(LONGEST + 1), range(LONGEST + 1), indexing="ij"), axis=-1) * STEP + [
        119.6,
        39.9,
    ]
    nodes = np.round(corners + offsets, 9)
    cells = [(i, j) for i in range(columns) for j in range(rows)]
    quads = [shapely.Polygon([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]]) for i, j in cells]
    return {
        code: shapely.coverage_union_all([q for q, owner in zip(quads, owners, strict=True) if owner == code])
        for code in set(owners)
    }


def places(shapes, anywhere):
    """Return every vertex, the middle of every edge, and the points of ``anywhere``; lon/lat, shape (n, 2)."""
    rings = [
        shapely.get_coordinates(ring)
        for shape in shapes
        for part in shapely.get_parts(shape)
        for ring in shapely.get_rings(part)
    ]
    middles = [(ring[1:] + ring[:-1]) / 2 for ring in rings]
    return np.unique(np.concatenate([*rings, *middles, np.reshape(anywhere, (-1, 2))]), axis=0)


def put(session, shapes):
    """Store a coverage as a draft in the place of all that is published; return the Draft."""
    newest = versions.newest(session).number
    draft = drafts.add(session, Draft("random", small_city.NOW, "test", base_number=newest))
    for level in ("subdistrict", "community", "responsibility_grid"):
        drafts.clear_level(session, draft, level)
    known = identities.by_code(session)
    rows = [
        (
            DraftGrid(draft.id, "responsibility_grid", code, code, grid_id=known.get(code)),
            shapely.MultiPolygon(shapely.get_parts(shape)),
        )
        for code, shape in shapes.items()
    ]
    drafts.put(session, draft, rows)
    revisions.raise_(session, "drafts")
    return draft


def publish(session, draft, number):
    """Publish a draft as a version that is in force."""
    since = small_city.FIRST + dt.timedelta(minutes=number)
    versions.add(session, Version(number=number, effective_from=since, published_at=since, published_by="test"))
    grids.publish(session, draft, number)
    draft.status = "published"
    revisions.raise_(session, "boundaries")


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_every_point_has_one_owner_the_same_from_every_door(sign_in, small, database_url, tmp_path):
    browser, token = sign_in("planner")
    numbers = itertools.count(2)

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        coverages(), st.lists(st.tuples(st.floats(119.59, 119.62), st.floats(39.89, 39.92)), min_size=20, max_size=20)
    )
    def holds(shapes, anywhere):
        points = places(shapes.values(), anywhere)
        with database.session(small, write=True) as session:
            draft = put(session, shapes)
            draft_id = draft.id

        by_index = asked_of_index(shapes, points)
        assert asked_of_touch(shapes, points) == by_index
        for which in (draft_id, None):
            if which is None:
                with database.session(small, write=True) as session:
                    publish(session, drafts.get(session, draft_id), next(numbers))
            assert asked_of_service(small, which, points) == by_index
            assert asked_of_api(browser, token, which, points) == by_index
            assert asked_of_route(database_url, which, points, tmp_path) == by_index
            few = slice(None, None, len(points))
            assert asked_of_command(database_url, which, points[few]) == by_index[few]
        if small.dialect.name == "postgresql":
            assert asked_of_sql(small, draft_id, points) == by_index

    holds()


def asked_of_index(shapes, points):
    """Return the owner of each point by the locator, one at a time and all at once."""
    locator = Locator(shapes)
    one_by_one = [locator.locate(lon, lat) for lon, lat in points]
    at_once = [locator.codes[i] if i >= 0 else None for i in locator.locate_many(points[:, 0], points[:, 1])]
    assert at_once == one_by_one
    return one_by_one


def asked_of_touch(shapes, points):
    """Return the lowest code, as bytes, of the shapes that touch each point: the rule itself."""
    touching = {code: shapely.intersects_xy(shape, points[:, 0], points[:, 1]) for code, shape in shapes.items()}
    return [
        min((code for code in shapes if touching[code][n]), key=str.encode, default=None) for n in range(len(points))
    ]


def asked_of_service(engine, draft, points):
    """Return the owner of each point by the use case, from what the database keeps."""
    known = routing.knowledge(engine, at=small_city.NOW, draft=draft)
    decisions = [routing.where(known, lon, lat, at=small_city.NOW) for lon, lat in points]
    return [one.grid["code"] if one.grid else None for one in decisions]


def asked_of_api(browser, token, draft, points):
    """Return the owner of each point over HTTP."""
    body = [{"lon": lon, "lat": lat} for lon, lat in points]
    which = "" if draft is None else f"&draft={draft}"
    answer = browser.post(f"/api/v1/where?trace=false{which}", json=body, headers={"X-CSRFToken": token})
    return [one["grid"]["code"] if one["grid"] else None for one in answer.json]


def asked_of_route(url, draft, points, folder):
    """Return the owner of each point by the command that routes files."""
    source, target = folder / "points.csv", folder / "routed.csv"
    source.write_text("lon,lat\n" + "".join(f"{lon!r},{lat!r}\n" for lon, lat in points.tolist()), encoding="utf-8")
    said(url, "route", str(source), str(target), draft=draft)
    with target.open(encoding="utf-8-sig", newline="") as file:
        return [row["responsibility_grid"] or None for row in csv.DictReader(file)]


def asked_of_command(url, draft, points):
    """Return the owner of each point by the command line."""
    found = [
        json.loads(said(url, "where", repr(lon), repr(lat), "--json", draft=draft)) for lon, lat in points.tolist()
    ]
    return [one["grid"]["code"] if one["grid"] else None for one in found]


def said(url, *words, draft):
    """Return what a command answers about a draft, or about the published version."""
    which = [] if draft is None else ["--draft", str(draft)]
    answer = CliRunner().invoke(main, ["--database", url, *words, *which])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def asked_of_sql(engine, draft, points):
    """Return the owner of each point by a query of PostGIS itself."""
    with engine.connect() as connection:
        return [connection.scalar(OWNER_BY_SQL, {"draft": draft, "lon": lon, "lat": lat}) for lon, lat in points]
