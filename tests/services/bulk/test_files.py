"""Routing of whole files: what goes in and out, and what is set aside with its reason, on both databases."""

import csv
import datetime as dt
import json

import geopandas
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely
import small_cities
from small_cities import FOUR, NOON

from gridmgr.domain.drafts import Draft
from gridmgr.domain.drafts.draft_rows import of_state
from gridmgr.domain.staff import Person, Post
from gridmgr.errors import Invalid
from gridmgr.geometry.crs import from_wgs84
from gridmgr.services import routing, streams
from gridmgr.services.bulk import files, parts
from gridmgr.services.bulk.files import Columns
from gridmgr.services.streams import sources
from gridmgr.services.transactions import writing
from gridmgr.store import backups, bulk, drafts, revisions

HOUR = dt.timedelta(hours=1)
IN_A, IN_D, BESIDE = (119.605, 39.935), (119.615, 39.945), (119.9, 39.9)


def route(engine, source, target, *, draft=None, columns=None, **options):
    known = routing.knowledge(engine, at=NOON, draft=draft)
    return files.route_file(
        engine, known, source, target, columns=columns or Columns(), at=NOON, is_draft=draft is not None, **options
    )


def table(path, *rows, header="lon,lat"):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def rows(path):
    """Return the rows of a routed CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def grids(path):
    return [row["responsibility_grid"] for row in rows(path)]


def test_a_draft_that_was_asked_for_answers_though_a_version_is_published(engine, tmp_path):
    small_cities.whole_city(engine)
    with writing(engine) as session:
        draft = drafts.add(session, Draft("without A", NOON, "planner", base_number=1))
        [grid] = [g for g, _ in drafts.changes(session, 1) if g.code == "A"]
        drafts.put(session, draft, [(of_state(grid, removed=True).grid(draft.id), None)])
        revisions.raise_(session, "drafts")
    source = table(tmp_path / "in.csv", "119.605,39.935")

    route(engine, source, tmp_path / "published.csv")
    route(engine, source, tmp_path / "draft.csv", draft=draft.id)

    assert grids(tmp_path / "published.csv") == ["A"]
    assert (grids(tmp_path / "draft.csv"), rows(tmp_path / "draft.csv")[0]["version"]) == ([""], f"draft {draft.id}")


def test_each_row_is_routed_by_the_version_of_its_own_instant(engine, tmp_path):
    small_cities.whole_city(engine)
    source = table(tmp_path / "in.csv", "119.605,39.935,2026-05-03", "119.605,39.935,2025-05-03", header="lon,lat,when")

    outcome = route(engine, source, tmp_path / "out.csv", columns=Columns(at="when"))

    assert (outcome.routed, outcome.refused) == (1, 1)
    assert "No version is in force before" in rows(outcome.side_file)[0]["reason"]


def test_rows_of_several_versions_in_any_order_are_answered_as_each_by_itself(demo_engine, demo_now, tmp_path):
    now = routing.knowledge(demo_engine, at=demo_now)
    instants = [demo_now, demo_now - dt.timedelta(days=300)]
    codes = now.ground.boundaries.at_level("responsibility_grid")[::100]
    inside = [now.ground.boundaries.shapes[code].representative_point() for code in codes]
    asked = [(point.x, point.y, instants[i % 2]) for i, point in enumerate(inside)]
    lines = (f"{lon!r},{lat!r},{at.isoformat()}" for lon, lat, at in asked)
    source = table(tmp_path / "in.csv", *lines, header="lon,lat,when")

    files.route_file(demo_engine, now, source, tmp_path / "out.csv", columns=Columns(at="when"), at=demo_now)

    then = routing.knowledge(demo_engine, at=instants[1])
    alone = [routing.where(now if at == demo_now else then, lon, lat, at=at) for lon, lat, at in asked]
    expected = [(one.version, one.grid["code"], one.person["name"]) for one in alone]
    routed = rows(tmp_path / "out.csv")
    assert [(row["version"], row["responsibility_grid"], row["person"]) for row in routed] == expected
    assert len({row["version"] for row in routed}) == 2


def shaped(path, crs, *places):
    """Write points, given as lon/lat, in a CRS."""
    points = [shapely.Point(*from_wgs84(*place, crs)) for place in places]
    frame = geopandas.GeoDataFrame({"n": range(len(points))}, geometry=points, crs=crs)
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
    return path


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "geojson"])
def test_the_system_that_a_file_declares_counts(engine, tmp_path, ending):
    small_cities.whole_city(engine)

    route(engine, shaped(tmp_path / f"in.{ending}", "EPSG:4549", IN_A, IN_D), tmp_path / "out.csv")

    assert grids(tmp_path / "out.csv") == ["A", "D"]


def test_the_system_that_is_said_goes_before_the_declared_one(engine, tmp_path):
    small_cities.whole_city(engine)
    source = tmp_path / "in.geojson"
    shape = {"type": "Point", "coordinates": [float(v) for v in from_wgs84(119.6099, 39.935, "gcj02")]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")

    route(engine, source, tmp_path / "as_said.csv", crs="gcj02")
    route(engine, source, tmp_path / "as_declared.csv")

    assert (grids(tmp_path / "as_said.csv"), grids(tmp_path / "as_declared.csv")) == (["A"], ["B"])


BAD = [
    (",", "both columns are empty"),
    ("north,39.9", "“north”, “39.9” is not a pair of numbers"),
    ("nan,39.9", "not a pair of numbers"),
    ("1e999,39.9", "not a pair of numbers"),
    ("39.935,119.605", "longitude comes first"),
    ("770000,2950000", "is not on earth in wgs84"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_bad_row_goes_aside_with_its_number_and_reason_and_the_others_are_routed(engine, tmp_path, row, reason):
    small_cities.whole_city(engine)

    outcome = route(engine, table(tmp_path / "in.csv", "119.605,39.935", row, "119.615,39.945"), tmp_path / "out.csv")

    assert grids(tmp_path / "out.csv") == ["A", "D"]
    [aside] = rows(outcome.side_file)
    assert aside["row"] == "2" and reason in aside["reason"]


def test_reasons_are_in_the_reader_s_language_and_beside_a_column_of_that_name(engine, tmp_path):
    small_cities.whole_city(engine)
    source = table(tmp_path / "in.csv", "x,y,noise", header="lon,lat,reason")

    outcome = route(engine, source, tmp_path / "out.csv", language="zh")

    [aside] = rows(outcome.side_file)
    assert aside["reason"] == "noise"
    assert "不是一对数字" in aside["reason_routed"]


def test_ragged_rows_blank_lines_and_repeated_names_stop_nothing(engine, tmp_path):
    small_cities.whole_city(engine)
    text = ["119.605,39.935,a,b,c,d", "", "119.605", "119.615,39.945,e"]

    outcome = route(engine, table(tmp_path / "in.csv", *text, header="lon,lat,T,t,t"), tmp_path / "out.gpkg")
    route(engine, tmp_path / "out.gpkg", tmp_path / "out.csv")

    assert (outcome.rows, outcome.routed, outcome.refused) == (3, 2, 1)
    first, second = rows(tmp_path / "out.csv")
    assert (first["T"], first["t_2"], first["t_2_2"]) == ("a", "b", "c")
    assert (second["T"], second["t_2"]) == ("e", "")


def test_what_a_shape_is_not_a_point_has_no_position(engine, tmp_path):
    small_cities.whole_city(engine)
    frame = geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=[FOUR["A"], shapely.Point(IN_A), None], crs=4326)
    frame.to_parquet(tmp_path / "in.parquet")

    outcome = route(engine, tmp_path / "in.parquet", tmp_path / "out.csv")

    assert (outcome.routed, outcome.refused) == (1, 2)
    assert all("has no point" in row["reason"] for row in rows(outcome.side_file))


def test_a_category_that_became_a_number_keeps_its_leading_zero(engine, tmp_path):
    small_cities.whole_city(engine)
    frame = pd.DataFrame({"lon": [IN_A[0]] * 2, "lat": [IN_A[1]] * 2, "kind": [6010.0, None]})
    frame.to_parquet(tmp_path / "in.parquet")

    route(engine, tmp_path / "in.parquet", tmp_path / "out.csv", columns=Columns(category="kind"))

    assert [row["department"] for row in rows(tmp_path / "out.csv")] == ["SAN", ""]


@pytest.mark.parametrize("ending", ["csv", "parquet", "geojson", "gpkg"])
def test_a_file_of_no_rows_gives_a_file_of_no_rows(engine, tmp_path, ending):
    small_cities.whole_city(engine)
    target = tmp_path / f"out.{ending}"

    outcome = route(engine, table(tmp_path / "in.csv"), target)
    again = route(engine, target, tmp_path / "again.csv") if ending != "geojson" else outcome

    assert (outcome.rows, again.rows, target.exists()) == (0, 0, True)
    assert list(tmp_path.glob("*.rejected.csv")) == []


@pytest.mark.parametrize("ending", ["csv", "parquet", "geojson", "gpkg"])
def test_chunks_of_any_content_fit_into_one_file(engine, tmp_path, ending, monkeypatch):
    monkeypatch.setattr("gridmgr.services.streams.delimited.PART_BYTES", 20)
    small_cities.whole_city(engine)
    outside, inside = ",".join(map(str, BESIDE)), ",".join(map(str, IN_A))
    source, target = table(tmp_path / "in.csv", *[outside] * 3, *[inside] * 2), tmp_path / f"out.{ending}"
    seen = []

    outcome = route(engine, source, target, progress=lambda done, total: seen.append((done, total)))
    route(engine, target, tmp_path / "again.csv")

    assert (outcome.rows, outcome.outside, outcome.routed) == (5, 3, 2)
    assert (len(seen), seen[-1], sorted(seen)) == (3, (5, 5), seen)
    assert grids(tmp_path / "again.csv") == ["", "", "", "A", "A"]


def test_a_routed_parquet_file_is_geoparquet(engine, tmp_path):
    small_cities.whole_city(engine)

    route(engine, table(tmp_path / "in.csv", "119.605,39.935"), tmp_path / "out.parquet")

    frame = geopandas.read_parquet(tmp_path / "out.parquet")
    assert (frame.crs.to_epsg() or 4326, frame.geometry[0]) == (4326, shapely.Point(IN_A))


def test_nested_values_and_categories_of_parquet_survive_into_a_geopackage(engine, tmp_path):
    small_cities.whole_city(engine)
    kinds = pa.array(["a"]).dictionary_encode()
    content = pa.table({"lon": [IN_A[0]], "lat": [IN_A[1]], "box": [{"w": 1}], "kind": kinds, "none": pa.nulls(1)})
    pyarrow.parquet.write_table(content, tmp_path / "in.parquet")

    route(engine, tmp_path / "in.parquet", tmp_path / "out.gpkg")

    import pyogrio

    first = pyogrio.read_dataframe(tmp_path / "out.gpkg").iloc[0]
    assert (json.loads(first["box"]) if isinstance(first["box"], str) else first["box"], first["kind"]) == (
        {"w": 1},
        "a",
    )


@pytest.mark.parametrize("name", ["a!b.gpkg", "vsizip.gpkg", "-x;y 'z'.gpkg"])
def test_a_name_that_gdal_would_obey_is_only_a_name(engine, tmp_path, name):
    small_cities.whole_city(engine)
    shaped(tmp_path / "in.gpkg", "EPSG:4326", IN_A).rename(tmp_path / name)

    route(engine, tmp_path / name, tmp_path / "out.csv")

    assert grids(tmp_path / "out.csv") == ["A"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.gpkg", b"<OGRVRTDataSource/>"), ("x.geojson", b"<OGRVRTDataSource/>"), ("x.geojson", b"{"),
        ("x.parquet", b"PAR1"), ("x.csv", b""), ("x.txt", b"lon,lat\n"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_and_nothing_is_written(engine, tmp_path, name, content):
    small_cities.whole_city(engine)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Invalid, match=name):
        route(engine, tmp_path / name, tmp_path / "out.csv")
    assert [p.name for p in tmp_path.iterdir() if p.suffix != ".gpkg" and "city" not in p.name] in ([name], [])


def test_a_file_of_several_layers_is_refused_with_their_names(engine, tmp_path):
    small_cities.whole_city(engine)
    rows = geopandas.GeoDataFrame(geometry=[shapely.Point(IN_A)], crs=4326)
    for layer in ("first", "second"):
        rows.to_file(tmp_path / "in.gpkg", layer=layer)

    with pytest.raises(Invalid, match="holds the layers first, second"):
        route(engine, tmp_path / "in.gpkg", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_city_is_never_written_over(engine, city_file, tmp_path):
    small_cities.whole_city(engine)
    other = tmp_path / "other.gpkg"
    other.write_bytes(city_file.read_bytes())
    source = table(tmp_path / "in.csv", "119.605,39.935")

    with pytest.raises(Invalid, match=r"other\.gpkg holds a city"):
        route(engine, source, other)
    assert other.read_bytes() == city_file.read_bytes()


def test_the_file_that_is_read_is_never_written_over(engine, tmp_path):
    small_cities.whole_city(engine)
    source = table(tmp_path / "out.rejected.csv", "119.605,39.935")

    for target in ("out.rejected.csv", "out.csv"):
        with pytest.raises(Invalid, match=r"is the file that is read"):
            route(engine, source, tmp_path / target)

    assert source.read_text(encoding="utf-8") == "lon,lat\n119.605,39.935\n"


def test_a_folder_that_is_not_there_is_named(engine, tmp_path):
    small_cities.whole_city(engine)

    with pytest.raises(Invalid, match="There is no folder"):
        route(engine, table(tmp_path / "in.csv", "1,2"), tmp_path / "nowhere" / "out.csv")


def test_a_run_that_breaks_leaves_no_half_file(tmp_path):
    with pytest.raises(ZeroDivisionError), streams.writing(tmp_path / "out.csv") as write:
        write(pa.table({"a": ["1"]}))
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_no_cell_of_a_routed_table_is_a_formula(engine, tmp_path):
    small_cities.whole_city(engine)
    source = table(tmp_path / "in.csv", "119.605,39.935,=1+1,-5", header="lon,lat,@name,=cmd")

    route(engine, source, tmp_path / "out.csv")

    first = rows(tmp_path / "out.csv")[0]
    assert (first["'@name"], first["'=cmd"]) == ("'=1+1", "-5")


def one_by_one(between):
    """Return a way to answer parts one after the other, with ``between`` called once after the first."""
    left = [between]

    def run(job, numbers, moved):
        for number in numbers:
            yield number, parts.answer_part(job, number, moved)
            if left:
                left.pop()()

    return run


@pytest.fixture
def two_parts(tmp_path, monkeypatch):
    """A file of two parts: the south-west square after the second version, and before it."""
    monkeypatch.setattr(sources, "PART", 1)
    lon, lat = IN_A
    whens = [(NOON + hours * HOUR).isoformat() for hours in (1, -1)]
    source = pa.table({"lon": [lon, lon], "lat": [lat, lat], "when": whens})
    pa.parquet.write_table(source, tmp_path / "in.parquet", row_group_size=1)
    return tmp_path / "in.parquet"


def route_in_parts(engine, source, target, between):
    """Route the two parts, with ``between`` called after the first, and return (version, grid, person) of each row."""
    known = routing.knowledge(engine, at=NOON + HOUR)
    how = {"columns": Columns("lon", "lat", at="when"), "at": NOON + HOUR, "run": one_by_one(between)}
    files.route_file(engine, known, source, target, **how)
    return [(row["version"], row["responsibility_grid"], row["person"]) for row in rows(target)]


def swapped(engine):
    """Publish a second version in which A and B change places."""
    small_cities.second_version(engine, {"A": small_cities.square(1, 0), "B": small_cities.square(0, 0)})


def test_all_of_a_file_is_answered_from_one_state_of_the_facts(engine, two_parts, tmp_path):
    small_cities.whole_city(engine)
    swapped(engine)

    def deputies_come():
        with writing(engine) as session:
            grids = routing.knowledge(engine, at=NOON).ground.boundaries.grids
            [person] = bulk.insert(session, [Person("d", "Deputy")])
            posts = [Post(person.id, grids[code].grid_id, "deputy", small_cities.BEFORE) for code in "AB"]
            bulk.insert(session, posts)
            revisions.raise_(session, "staff")

    found = route_in_parts(engine, two_parts, tmp_path / "out.csv", deputies_come)

    assert found == [("v2", "B", "Chief of B"), ("v1", "A", "Chief of A")]


@pytest.mark.parametrize("database_url", ["gpkg"], indirect=True)
def test_all_of_a_file_is_answered_from_a_copy_that_is_put_back_meanwhile(engine, database_url, two_parts, tmp_path):
    small_cities.whole_city(engine)
    backups.backup(database_url, tmp_path / "first.copy")
    swapped(engine)

    found = route_in_parts(
        engine, two_parts, tmp_path / "out.csv", lambda: backups.restore(database_url, tmp_path / "first.copy")
    )

    assert found == [("v1", "A", "Chief of A")] * 2
