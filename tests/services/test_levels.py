"""A city may have any subset of levels: what is audited, who answers, and what cannot be asked yet."""

import json

import pytest
import shapely
import small_cities
from click.testing import CliRunner
from small_cities import NOON, square

from gridmgr.cli import main
from gridmgr.services import auditing, cities, layers, publishing, routing

GRIDS = {f"G{c}{r}": square(c, r) for c in range(3) for r in range(3)}
UNITS = {f"U{c}{r}{i}": square(c + i / 2, r, 0.5) for c in range(3) for r in range(3) for i in (0, 1)}
COMMUNITIES = {"C1": square(0, 0, 3, 1), "C2": square(0, 1, 3, 2)}
CITY = {"CITY": square(0, 0, 3, 3)}
FILES = {"city": CITY, "community": COMMUNITIES, "responsibility_grid": GRIDS, "unit_grid": UNITS}
SPOT = (119.606, 39.935)


@pytest.fixture
def town(engine, database_url):
    """The engine of a city without any boundary."""
    cities.found(
        database_url, name="X", bbox="119,39,120,40.5", timezone="Asia/Shanghai", profile="any", at=NOON, by="planner"
    )
    return engine


@pytest.fixture
def bring(town, tmp_path):
    """A function that imports the shapes of a level and returns the ImportReport."""

    def bring(level, shapes=None):
        path = tmp_path / f"{level}.geojson"
        made = [
            {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(shape)}
            for code, shape in (shapes or FILES[level]).items()
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")
        return layers.import_file(town, path, level, at=NOON, by="planner")

    return bring


def land(engine):
    found = auditing.audit(engine, draft=1, at=NOON)
    return [f for f in found.findings if auditing.part_of(f.kind) == "land"], found


@pytest.mark.parametrize(
    ("levels", "owner", "count"),
    [
        (["responsibility_grid"], "G00", 9),
        (["community"], "C1", 2),
        (["unit_grid"], "U001", 18),
        (["community", "unit_grid"], "U001", 18),
        (["unit_grid", "responsibility_grid"], "G00", 9),
        (["city", "community", "responsibility_grid", "unit_grid"], "G00", 9),
        (["responsibility_grid", "unit_grid", "community", "city"], "G00", 9),
    ],
)
def test_whatever_levels_there_are_the_land_is_audited_and_every_spot_has_an_owner(town, bring, levels, owner, count):
    for level in levels:
        bring(level)

    findings, audit = land(town)
    known = routing.knowledge(town, at=NOON)

    assert (findings, audit.grid_count, audit.is_framed) == ([], count, "city" in levels)
    assert sum(f.kind == "no_person" for f in audit.findings) == count
    assert known.is_unpublished
    assert routing.where(known, *SPOT, at=NOON).grid["code"] == owner


def test_without_a_boundary_an_inner_hole_is_a_gap_and_the_outer_edge_is_said_not_to_be_checked(town, bring):
    bring("responsibility_grid", {code: shape for code, shape in GRIDS.items() if code not in ("G11", "G22")})

    [gap], audit = land(town)

    assert gap.geometry.equals(GRIDS["G11"])
    assert audit.headline("en").endswith("there is no city boundary, so the outer edge was not checked.")
    assert "外缘" in audit.headline("zh")


def test_with_a_boundary_the_outer_edge_counts_too(town, bring):
    bring("city")
    bring("responsibility_grid", {code: shape for code, shape in GRIDS.items() if code not in ("G11", "G22")})

    findings, audit = land(town)

    assert {f.geometry.centroid.wkt for f in findings} == {GRIDS[c].centroid.wkt for c in ("G11", "G22")}
    assert audit.headline("en").endswith("checked against the city's boundary.")


def test_a_city_of_a_boundary_alone_is_one_gap_and_can_neither_answer_nor_be_published(town, bring):
    bring("city")

    [gap], _ = land(town)

    assert (gap.kind, gap.geometry.equals(CITY["CITY"])) == ("gap", True)
    with pytest.raises(routing.NothingInForce, match="no grids yet"):
        routing.where(routing.knowledge(town, at=NOON), *SPOT, at=NOON)
    with pytest.raises(publishing.PublishRefused, match="1 gap"):
        publishing.publish(town, 1, by="director", at=NOON)


def test_children_that_do_not_tile_their_imported_parent_are_a_finding(town, bring):
    bring("responsibility_grid")
    bring("community", {"C1": square(0, 0, 3, 1), "C2": square(0, 1, 3, 1.5)})

    findings, _ = land(town)

    assert {f.kind for f in findings} & {"parent_not_tiled", "outside_parent"}


@pytest.fixture
def run(town, database_url):
    """A function that runs a command and returns its exit code and what it says."""

    def run(*words):
        result = CliRunner().invoke(main, ["--database", database_url, *map(str, words)], env={"GRIDMGR_LANG": "en"})
        return result.exit_code, result.output

    return run


def test_commands_end_with_0_when_clean_1_on_findings_and_2_when_they_could_not_run(town, bring, run):
    assert run("audit")[0] == 2
    bring("responsibility_grid")
    assert run("audit")[0] == 1
    assert run("audit", "--draft", 9)[0] == 2
    assert run("publish", 1)[0] == 2
    assert run("publish", 1, "--accept", "gap", "--reason", "later")[0] == 2
    assert run("publish", 1, "--accept", "no_person")[0] == 2
    small_cities.staff(town, 1)
    assert run("audit")[0] == 0
    assert run("publish", 1)[0] == 0
    assert run("audit")[0] == 0


def test_before_and_after_publishing_where_and_route_say_whose_answer_it_is(town, bring, run, tmp_path):
    bring("responsibility_grid")
    (tmp_path / "in.csv").write_text("lon,lat\n119.606,39.935\n", encoding="utf-8")

    before = [run("where", *SPOT)[1], run("route", tmp_path / "in.csv", tmp_path / "out.csv")[1]]
    run("publish", 1, "--accept", "no_person", "--reason", "borders first")
    after = [run("where", *SPOT)[1], run("route", tmp_path / "in.csv", tmp_path / "out.csv")[1]]

    assert all("Nothing is published yet" in said and "draft 1" in said for said in before)
    assert not any("Nothing is published yet" in said for said in after)
    assert "accepted by" in run("doctor")[1] and "borders first" in run("doctor")[1]


def test_the_outline_of_a_city_without_a_code_breaks_no_pattern(engine, database_url, tmp_path):
    outline = tmp_path / "outline.geojson"
    shape = shapely.geometry.mapping(CITY["CITY"])
    outline.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}), encoding="utf-8")
    cities.found(database_url, name="X", boundary=outline, profile="cn", at=NOON, by="planner")

    found = auditing.audit(engine, draft=1, at=NOON)

    assert [finding.kind for finding in found.findings if finding.kind == "bad_code"] == []
