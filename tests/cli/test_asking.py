"""The questions of the command line, on a city of four squares."""

import csv
import json

import pyarrow.parquet
import pytest
import small_cities
from click.testing import CliRunner

from gridmgr.cli import main


@pytest.fixture
def run(database_url, engine):
    def run(*words, code=0):
        result = CliRunner().invoke(main, ["--database", database_url, *map(str, words)], env={"GRIDMGR_LANG": "en"})
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_where_says_grid_person_and_department(run, engine):
    small_cities.whole_city(engine)

    said = run("where", 119.605, 39.935, "--category", "06010", "--at", "2026-05-03T21:00")

    assert "Chief of A" in said
    assert "Haigang Sanitation" in said


def test_where_as_json_has_the_names_of_the_contract(run, engine):
    small_cities.whole_city(engine)

    decision = json.loads(run("where", 119.605, 39.935, "--category", "06010", "--json"))

    names = {"grid", "levels", "person", "department", "fallback", "coverage_gap", "near_border", "version", "trace"}
    assert names <= decision.keys()
    assert decision["levels"]["responsibility_grid"] == "A"
    assert all(step["text"] for step in decision["trace"])


def test_where_takes_negative_numbers_and_answers_outside(run, engine):
    small_cities.whole_city(engine)

    assert "Outside the city" in run("where", -71.05, 42.36)


def test_where_before_anything_is_published_says_so(run, engine):
    small_cities.found(engine)

    assert "Nothing is published yet" in run("where", 119.605, 39.935)


def test_a_city_that_is_not_there_is_one_clear_sentence(tmp_path):
    result = CliRunner().invoke(
        main, ["--database", str(tmp_path / "none.gpkg"), "where", "1", "2"], env={"GRIDMGR_LANG": "en"}
    )

    assert result.exit_code == 2
    assert "There is no city at" in result.output
    assert not (tmp_path / "none.gpkg").exists()


ROWS = [
    ("119.605", "39.935", "06010"),
    ("119.615", "39.945", ""),
    ("north", "39.9", ""),
    ("119.9", "39.9", ""),
    ("119.605", "39.935", "1"),
]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("lon,lat,kind\n" + "\n".join(",".join(row) for row in ROWS), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".geojson", ".gpkg"])
def test_route_answers_each_row_and_sets_the_unreadable_aside(run, engine, table, tmp_path, suffix):
    small_cities.whole_city(engine)
    target = tmp_path / f"out{suffix}"

    said = run("route", table, target, "--category", "kind")

    assert "5 rows" in said and "2 routed, 1 outside" in said and "2 rows could not be read" in said
    assert grids(target) == ["A", "D", None]
    with (tmp_path / "out.rejected.csv").open(encoding="utf-8-sig") as file:
        rejected = list(csv.DictReader(file))
    assert [row["row"] for row in rejected] == ["3", "5"]
    assert "not a pair of numbers" in rejected[0]["reason"] and "no category 1" in rejected[1]["reason"]


def grids(path):
    """Return the grids of a routed file, row by row."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig") as file:
            return [row["responsibility_grid"] or None for row in csv.DictReader(file)]
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path).column("responsibility_grid").to_pylist()
    import pyogrio

    frame = pyogrio.read_dataframe(path)
    return [None if grid is None or grid != grid else grid for grid in frame["responsibility_grid"]]


@pytest.mark.parametrize("suffix", [".parquet", ".geojson", ".gpkg"])
def test_a_routed_file_can_be_routed_again(run, engine, table, tmp_path, suffix):
    small_cities.whole_city(engine)
    run("route", table, tmp_path / f"one{suffix}")

    run("route", tmp_path / f"one{suffix}", tmp_path / "two.csv")

    assert grids(tmp_path / "two.csv") == ["A", "D", None, "A"]


def test_a_file_without_a_position_is_refused_and_nothing_is_written(run, engine, tmp_path):
    small_cities.whole_city(engine)
    (tmp_path / "in.csv").write_text("name\nx\n", encoding="utf-8")

    said = run("route", tmp_path / "in.csv", tmp_path / "out.csv", code=2)

    assert "say which columns hold the position" in said
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".csv") == ["in.csv"]


def test_audit_exits_with_1_on_findings_and_0_on_none(run, engine):
    draft = small_cities.found(engine)

    assert "no_person" in run("audit", "--draft", draft, code=1)
    small_cities.staff(engine, draft)
    assert "every grid has a named person" in run("audit", "--draft", draft)


def test_publish_then_list_the_versions(run, engine):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)

    assert "Version 1 is published" in run("publish", draft, "--reason", "first")
    assert "current" in run("version", "list")


def test_publish_refuses_while_the_audit_is_red(run, engine):
    draft = small_cities.found(engine)

    assert "4 no_person" in run("publish", draft, code=2)
    assert "Version 1" in run("publish", draft, "--accept", "no_person", "--reason", "borders first")


def test_the_doctor_says_the_next_step(run, engine):
    draft = small_cities.found(engine)

    assert "4 grids have nobody, or soon will: gridmgr staff import" in run("doctor")
    small_cities.staff(engine, draft)
    assert f"gridmgr publish {draft}" in run("doctor")


@pytest.mark.parametrize("words", [["publish"], ["audit", "--draft"], ["draft", "discard"]])
def test_a_number_that_no_database_holds_is_refused(run, words):
    assert "is not in the range" in run(*words, 10**20, code=2)
