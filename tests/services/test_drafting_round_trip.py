"""A draft out to a desktop GIS and back: what was moved there is moved here, and nothing else."""

import boston
import divided_city
import geopandas
import numpy as np
import pytest
import shapely
import small_cities
from click.testing import CliRunner
from small_cities import NOON, SIDE, SOUTH, WEST

from gridmgr.cli import main
from gridmgr.services import auditing, cities, drafts, layers
from gridmgr.services.drafting import editing
from gridmgr.services.drafting.round_trip import exporting, importing
from gridmgr.services.transactions import reading
from gridmgr.store import drafts as draft_rows

DOING = {"by": "planner", "at": NOON}


def stored(engine, draft):
    """Return code → (name, parent, shape as bytes) of the grids of a draft, as the database has them."""
    with reading(engine) as session:
        found = draft_rows.boundaries(session, draft)
    return {
        c: (g.name, g.parent_code, found.shapes[c].wkb if c in found.shapes else None) for c, g in found.grids.items()
    }


def changed(before, after):
    return {code for code in before.keys() | after.keys() if before.get(code) != after.get(code)}


def edited(path, change, target=None):
    """Let ``change`` alter the table of a file, as a desktop GIS would, and save it."""
    table = geopandas.read_file(path).set_index("code", drop=False)
    table = table if (made := change(table)) is None else made
    table.reset_index(drop=True).to_file(target or path, layer="grids", driver="GPKG")


@pytest.fixture
def four(engine, tmp_path):
    """(engine, draft, file) of the city of four squares, exported."""
    small_cities.whole_city(engine)
    return out(engine, drafts.begin(engine, "outside", **DOING).id, tmp_path)


@pytest.fixture
def wards(engine, tmp_path):
    """(engine, draft, file) of the repaired wards of Boston, exported."""
    source = boston.folder() / "wards.geojson"
    box = "-71.2,42.2,-70.8,42.45"
    cities.found(engine, name="Boston", bbox=box, timezone="America/New_York", profile="any", at=NOON, by="test")
    draft = layers.import_file(engine, source, "responsibility_grid", code="WARD", repair=True, **DOING).draft_id
    return out(engine, draft, tmp_path)


def out(engine, draft, folder):
    exporting.export(engine, draft, folder / "out.gpkg")
    return engine, draft, folder / "out.gpkg"


def longest_border(desk):
    """Return (arc, its two sides): the longest between two grids."""
    found = desk.coverage.topology()
    inner = [
        i
        for i, sides in enumerate(found.sides)
        if None not in sides and not np.array_equal(found.arcs[i][0], found.arcs[i][-1])
    ]
    longest = max(inner, key=lambda i: len(found.arcs[i]))
    return found.arcs[longest], found.sides[longest]


def moved(shape, places, by):
    """Return a shape with some of its vertices moved."""
    wanted = {tuple(place) for place in np.asarray(places).tolist()}
    return shapely.transform(shape, lambda xy: np.array([p + by if tuple(p.tolist()) in wanted else p for p in xy]))


@pytest.mark.parametrize("how", ["both sides", "one side only"])
def test_a_border_of_bostons_wards_moved_outside_is_one_edit_and_changes_two_wards(wards, how):
    engine, draft, path = wards
    before, desk = stored(engine, draft), editing.look(engine, draft)
    arc, sides = longest_border(desk)
    middle = arc[len(arc) // 2 : len(arc) // 2 + 1]

    def change(table):
        for code in sides if how == "both sides" else sides[:1]:
            table.loc[code, "geometry"] = moved(table.loc[code, "geometry"], middle, np.array([2e-5, 1e-5]))

    edited(path, change)
    found = importing.import_edits(engine, draft, path, reason="from the desktop", **DOING)

    after = stored(engine, draft)
    [(edit, area_m2)] = found.edits
    assert (edit["op"], set(edit["grids"])) == ("move_arc", set(sides))
    assert area_m2 > 0.1 and found.is_written
    assert (found.count, found.unchanged, found.missing, found.left) == (
        22,
        22 - len(sides if how == "both sides" else sides[:1]),
        [],
        [],
    )
    assert changed(before, after) == set(sides)
    assert [
        f for f in auditing.audit(engine, draft=draft, at=NOON).findings if f.kind in ("gap", "overlap", "near_miss")
    ] == []


def test_wards_that_come_back_by_way_of_feet_and_other_starts_of_their_rings_are_recognised(wards):
    engine, draft, path = wards
    before = stored(engine, draft)

    def change(table):
        there = table.to_crs("EPSG:2249").to_crs("EPSG:4326").geometry
        table["geometry"] = [shapely.reverse(shapely.normalize(shape)) for shape in there]

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    assert (found.edits, found.unchanged, found.slivers, found.is_written) == ([], 22, 0, False)
    assert stored(engine, draft) == before


def test_names_come_back_and_new_grids_are_carved_and_lost_ones_merged(four):
    engine, draft, path = four

    def change(table):
        table.loc["C", "name"] = "Harbour"
        west, south = WEST + 0.2 * SIDE, SOUTH + 0.2 * SIDE
        table.loc["M"] = {
            **table.loc["A"],
            "code": "M",
            "name": "Market",
            "geometry": shapely.box(west, south, west + 0.2 * SIDE, south + 0.2 * SIDE),
        }
        table.loc["B", "geometry"] = table.loc["B", "geometry"].union(table.loc["D", "geometry"])
        return table.drop("D")

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    assert sorted(edit["op"] for edit, _ in found.edits) == ["carve", "merge", "rename"]
    after = editing.look(engine, draft)
    assert set(after.coverage.codes) == {"A", "B", "C", "M"}
    assert (after.states["C"].name, after.states["M"].name) == ("Harbour", "Market")
    assert [
        f for f in auditing.audit(engine, draft=draft, at=NOON).findings if auditing.part_of(f.kind) == "land"
    ] == []


def test_a_corner_that_all_four_grids_have_elsewhere_is_one_edit_and_comes_back_exactly(four):
    engine, draft, path = four
    middle = [[round(WEST + SIDE, 9), round(SOUTH + SIDE, 9)]]

    def change(table):
        for code in "ABCD":
            table.loc[code, "geometry"] = moved(table.loc[code, "geometry"], middle, np.array([1e-3, 5e-4]))

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    desk = editing.look(engine, draft)
    back = geopandas.read_file(path).set_index("code").geometry
    assert [edit["op"] for edit, _ in found.edits] == ["move_node"] and found.is_written
    assert all(shapely.equals_exact(desk.shapes[c].normalize(), back[c].normalize(), 1e-9) for c in "ABCD")
    assert [f for f in auditing.audit(engine, draft=draft, at=NOON).findings if f.severity == "error"] == []


def test_ground_that_only_one_grid_claims_across_a_corner_goes_to_it_piece_by_piece(four):
    engine, draft, path = four
    west, south = WEST + 0.7 * SIDE, SOUTH + 0.7 * SIDE
    claimed = shapely.box(west, south, west + 0.6 * SIDE, south + 0.6 * SIDE)

    def change(table):
        table.loc["A", "geometry"] = table.loc["A", "geometry"].union(claimed)

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    desk = editing.look(engine, draft)
    assert {edit["op"] for edit, _ in found.edits} == {"transfer"} and found.is_written
    assert shapely.covers(shapely.buffer(desk.shapes["A"], 1e-9), claimed)
    assert [f for f in auditing.audit(engine, draft=draft, at=NOON).findings if f.severity == "error"] == []


def test_two_grids_that_draw_their_border_differently_are_named_and_nothing_is_written(four):
    engine, draft, path = four
    before = stored(engine, draft)

    def change(table):
        for code, bend in (("A", 0.2), ("B", 0.4)):
            ring = (
                shapely.get_coordinates(
                    table.loc[code, "geometry"].geoms[0]
                    if table.loc[code, "geometry"].geom_type == "MultiPolygon"
                    else table.loc[code, "geometry"]
                )[:-1]
                .round(9)
                .tolist()
            )
            low, high = [round(WEST + SIDE, 9), round(SOUTH, 9)], [round(WEST + SIDE, 9), round(SOUTH + SIDE, 9)]
            at = max(ring.index(low), ring.index(high)) if abs(ring.index(low) - ring.index(high)) == 1 else len(ring)
            ring.insert(at, [WEST + (1 + bend) * SIDE, SOUTH + SIDE / 2])
            table.loc[code, "geometry"] = shapely.Polygon(ring)

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    assert (found.disputed, found.is_written) == ([("A", "B")], False)
    assert stored(engine, draft) == before


def test_a_unit_grid_comes_back_under_another_grid(engine, tmp_path):
    divided_city.found(engine)
    engine, draft, path = out(engine, drafts.begin(engine, "outside", **DOING).id, tmp_path)

    def change(table):
        table.loc["B1", "parent"] = "A"

    edited(path, change)
    found = importing.import_edits(engine, draft, path, **DOING)

    assert [edit for edit, _ in found.edits] == [{"op": "hand_over", "grids": ["B1"], "to": "A"}]
    assert "B1" in editing.look(engine, draft).children["A"]


def test_the_round_trip_goes_by_command_and_reports_the_difference(database_url, engine, tmp_path):
    small_cities.whole_city(engine)
    engine.dispose()
    path = tmp_path / "out.gpkg"

    def run(*words):
        result = CliRunner(env={"GRIDMGR_LANG": "en"}).invoke(main, ["--database", database_url, *map(str, words)])
        return result.exit_code, result.output

    run("draft", "new", "outside")
    assert run("draft", "export", 2, path) == (0, f"4 features written into {path}.\n")
    same = run("draft", "import", 2, path)
    edited(path, lambda table: table.replace({"name": {"Grid C": "Harbour"}}))
    tried = run("draft", "import", 2, path, "--dry-run")
    taken = run("draft", "import", 2, path)

    assert same[0] == 0 and "The file holds nothing otherwise than draft 2." in same[1]
    assert tried[0] == 0 and "C named Harbour" in tried[1] and "Nothing was changed." in tried[1]
    assert taken[0] == 0 and "Edits made in draft 2: 1." in taken[1]
