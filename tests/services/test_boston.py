"""The main job on the real files of the City of Boston, by command and by use case, on both databases."""

import importlib.util
import json
import pathlib

import boston
import pytest
from click.testing import CliRunner

from gridmgr.cli import main
from gridmgr.services import layers, publishing
from gridmgr.store import database

SCRIPT = pathlib.Path(__file__).parents[2] / "bench" / "boston.py"
LOCATED, PLAIN_JOIN, LEAST_RIGHT = 2_422, 2_389, 2_387


@pytest.fixture(scope="module")
def bench():
    """The measuring script, whose table is the evidence."""
    spec = importlib.util.spec_from_file_location("bench_boston", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture
def town(bench, database_url, engine):
    """The engine of a Boston without grids."""
    boston.folder()
    engine.dispose()
    made = bench.founded(database_url)
    yield made
    made.dispose()


@pytest.fixture
def run(town, database_url):
    """A function that runs a command on that Boston and returns what it says."""

    def run(*words, code=0, language="en"):
        result = CliRunner().invoke(
            main, ["--database", database_url, *map(str, words)], env={"GRIDMGR_LANG": language}
        )
        assert result.exit_code == code, result.output
        return result.output

    return run


def dump(url):
    """Return every row of every table."""
    import sqlalchemy

    engine = database.connect(url)
    with engine.connect() as connection:
        tables = sqlalchemy.inspect(connection).get_table_names()
        rows = {name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())) for name in tables}
    engine.dispose()
    return rows


def land(run, *words, code):
    """Return the findings on land of an audit."""
    return [f for f in json.loads(run("audit", "--json", *words, code=code))["findings"] if f["part"] == "land"]


def test_the_wards_come_in_by_command_with_their_defects_named_and_end_clean_by_repair(run):
    wards = boston.folder() / "wards.geojson"

    assert "22 features (GeoJSON" in run("layer", "import", wards, "--layer", "responsibility_grid")
    found = land(run, "--draft", 1, code=1)
    run("layer", "import", wards, "--layer", "responsibility_grid", "--repair")
    said = run("audit", "--draft", 1, code=1)

    kinds = [f["kind"] for f in found]
    assert kinds.count("invalid") == 3
    assert 28 <= kinds.count("gap") <= 32
    assert sum(f["area_m2"] for f in found if f["kind"] == "overlap") == pytest.approx(242, abs=2)
    assert 17 <= len({c for f in found if f["kind"] in ("overlap", "gap", "near_miss") for c in f["codes"]}) <= 19
    assert all(f["text"] and f["lon"] and f["lat"] for f in found)
    assert "22 grids; there is no city boundary, so the outer edge was not checked." in said.splitlines()[0]
    assert "22 grids, no gap, no overlap" in said
    assert land(run, "--draft", 1, code=1) == []


@pytest.mark.parametrize(
    ("name", "column"), [("police_districts.geojson", "DISTRICT"), ("precincts.geojson", "WARD_PRECINCT")]
)
def test_feet_without_a_declared_system_are_refused_until_it_is_named(run, database_url, name, column):
    words = ("layer", "import", boston.folder() / name, "--layer", "responsibility_grid", "--code", column)
    before = dump(database_url)

    for language in ("en", "zh"):
        said = run(*words, code=2, language=language)
        assert name in said and "--crs EPSG:2249" in said
    assert dump(database_url) == before
    assert "landed at 42.2" in run(*words, "--crs", "EPSG:2249")


def test_the_reports_reach_their_recorded_ward_before_and_after_the_repair(bench, town, tmp_path):
    folder = boston.folder()
    reports, wards = folder / "boston_311_2025.csv", folder / "wards.geojson"
    draft = bench.brought(town, wards).draft_id
    before = bench.routed(town, draft, reports, tmp_path / "before.csv")
    bench.brought(town, wards, repair=True)
    after = bench.routed(town, draft, reports, tmp_path / "after.csv")

    rest = bench.strays(after, bench.shapes_of(town, draft))

    assert len(before) == len(after) == LOCATED
    assert sum(bench.recorded(row) == row["responsibility_grid"] for row in before) == PLAIN_JOIN
    assert len(rest) <= LOCATED - LEAST_RIGHT
    assert sum(one.distance_m < 1 for one in rest) == 25
    assert [one.number for one in rest if not one.found] == ["101006007316", "101006032590"]
    assert [one.recorded for one in rest if one.distance_m == float("inf")] == ["0"]
    assert max(one.distance_m for one in rest if one.distance_m < float("inf")) == pytest.approx(422, abs=1)
    assert bench.moved(before, after) == []


def test_a_row_that_changes_owner_would_be_named(bench):
    before, after = [{"responsibility_grid": ward} for ward in "123"], [{"responsibility_grid": w} for w in "143"]

    assert bench.moved(before, after) == [({"responsibility_grid": "2"}, {"responsibility_grid": "4"})]


def test_the_ground_of_a_ward_left_out_stays_a_finding_and_blocks_publishing(bench, town, tmp_path):
    wards = json.loads((boston.folder() / "wards.geojson").read_text(encoding="utf-8"))
    wards["features"] = [one for one in wards["features"] if one["properties"]["WARD"] != 14]
    (tmp_path / "21.geojson").write_text(json.dumps(wards), encoding="utf-8")

    report = bench.brought(town, tmp_path / "21.geojson", repair=True)

    [gap] = report.findings
    assert (gap.kind, gap.area_m2) == ("gap", pytest.approx(4.9e6, rel=0.01))
    assert set(gap.codes) == {"12", "13", "15", "17", "18", "19"}
    assert all(change.area_m2 < 1_000 for change in report.changes)
    with pytest.raises(publishing.PublishRefused, match="1 gap"):
        publishing.publish(
            town, report.draft_id, accept=["no_person"], reason="wards first", by="director", at=bench.NOW
        )


def test_the_repaired_wards_come_out_of_the_city_as_22_valid_shapes(bench, town, tmp_path):
    import shapely

    from gridmgr.geometry import formats

    draft = bench.brought(town, boston.folder() / "wards.geojson", repair=True).draft_id

    layers.export(town, "responsibility_grid", tmp_path / "wards.gpkg", at=bench.NOW, draft=draft)

    back = formats.read(tmp_path / "wards.gpkg")
    assert sorted(back.columns["code"], key=int) == [str(n) for n in range(1, 23)]
    assert shapely.is_valid(back.shapes).all() and shapely.coverage_is_valid(back.shapes)
