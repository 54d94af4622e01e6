"""The measurements measure the right thing: cities are whole, ways are compared, and the guard cries out."""

import argparse
import json
import subprocess
import sys

import numpy as np
import pytest
import shapely

from bench import borders, intake, loop, measure, ours, partitions, points, table, verify
from bench.reference import Reference, lowest

CITY = partitions.City(90, 4_500, seed=4)


@pytest.fixture(scope="module")
def city():
    """The grids of a small city."""
    return partitions.drawn(CITY)


@pytest.mark.parametrize("seed", range(5))
def test_a_drawn_city_is_whole_and_has_the_grids_and_about_the_vertices_asked_for(seed):
    shapes = partitions.drawn(partitions.City(60, 6_000, seed=seed))

    assert len(shapes) == 60
    assert shapely.coverage_is_valid(shapes)
    assert shapely.get_num_interior_rings(shapely.get_parts(shapely.coverage_union_all(shapes))).sum() == 0
    assert 4_500 < shapely.get_num_coordinates(shapes).sum() < 7_500


def test_drawn_coordinates_are_rounded_as_stored_ones_are(city):
    coordinates = shapely.get_coordinates(city)

    assert (coordinates == np.round(coordinates, 9)).all()


def test_borders_of_a_drawn_city_wind(city):
    share_of_hull = shapely.area(city) / shapely.area(shapely.convex_hull(city))

    assert share_of_hull.max() < 0.98
    assert share_of_hull.min() > 0.5


def test_a_torn_city_is_refused(city):
    with pytest.raises(AssertionError, match="gap inside"):
        partitions.assert_whole(city[~shapely.contains_xy(city, 119.6, 39.94)])


def test_the_same_city_is_drawn_twice_and_another_seed_draws_another(city):
    assert shapely.equals_exact(city, partitions.drawn(CITY)).all()
    assert not shapely.equals_exact(city, partitions.drawn(partitions.City(90, 4_500, seed=5))).any()


def test_a_city_is_kept_and_read_again(city, tmp_path, monkeypatch):
    monkeypatch.setattr(partitions, "CACHE", tmp_path)

    first, second = partitions.polygons(CITY), partitions.polygons(CITY)

    assert [path.suffix for path in tmp_path.iterdir()] == [".parquet"]
    assert shapely.equals_exact(first, city).all()
    assert shapely.equals_exact(second, city).all()


def test_tangled_shapes_overlap_have_holes_parts_and_gaps_and_are_valid(city):
    shapes = points.tangled(city)
    parts = shapely.get_num_geometries(shapes)

    assert shapely.is_valid(shapes).all()
    assert not shapely.coverage_is_valid(shapes)
    assert (parts > 1).any()
    assert shapely.is_empty(shapes).any()
    assert shapely.get_num_interior_rings(shapely.get_parts(shapes)).max() > 0


def test_the_reference_gives_a_point_on_a_border_to_the_lowest_code():
    # +---+---+
    # | B * A |
    # +---+---+
    reference = Reference({"B": shapely.box(0, 0, 1, 1), "A": shapely.box(1, 0, 2, 1)})

    owners = reference.owners(np.array([1.0, 0.5, 3.0, np.nan]), np.array([0.5, 0.5, 0.5, 0.5]))

    assert reference.codes == ["A", "B"]
    assert owners.tolist() == [0, 1, -1, -1]


def test_a_way_that_differs_is_named_before_anything_is_timed():
    honest = measure.Way("honest", lambda: np.array([0, 1]))
    wrong = measure.Way("wrong", lambda: lowest([0, 1], [0, 0], 2))

    with pytest.raises(AssertionError, match="wrong differs at 1 points"):
        measure.checked([honest, wrong], np.array([0, 1]))


@pytest.mark.parametrize(
    ("value", "less", "verdict"),
    [
        (1, False, "must MISSED"),
        (3, False, "must reached, aim missed"),
        (5, False, "aim reached"),
        (5, True, "must MISSED"),
        (1, True, "aim reached"),
    ],
)
def test_a_figure_says_which_goal_it_reaches(value, less, verdict):
    must, aim = (3, 2) if less else (2, 4)

    assert table.Figure("speed", value, "×", must, aim, less=less).verdict == verdict


@pytest.mark.parametrize(("factor", "code", "said"), [(0, 0, "Fast enough"), (1e9, 1, "Too slow: ours, numpy against")])
def test_the_guard_fails_when_a_ratio_is_below_its_floor(tmp_path, factor, code, said):
    floors = json.loads((partitions.ROOT / "bench" / "floors.json").read_text(encoding="utf-8"))
    (tmp_path / "floors.json").write_text(json.dumps({name: floor * factor for name, floor in floors.items()}))

    done = run_guard("--floors", tmp_path / "floors.json", "--points", "2000")

    assert done.returncode == code
    assert said in done.stdout.splitlines()[-1]


def test_without_numba_only_the_form_that_needs_none_is_measured(monkeypatch):
    monkeypatch.setattr(ours.importlib.util, "find_spec", lambda name: None)

    assert ours.forms() == {ours.NUMPY: False}


@pytest.fixture
def few():
    """The options of a short proof."""
    return argparse.Namespace(singly=100, nasty=200)


def test_the_proof_finds_nothing_on_a_city(city, few):
    rows = verify.differences("city", city, 200, few)

    assert {way for _, way, _, _ in rows} >= {"ours, numpy", "replaced, numpy", "loaded, numpy", "one at a time"}
    assert all(asked > 0 and wrong == 0 for _, _, asked, wrong in rows)


def test_the_proof_names_the_points_that_are_given_to_the_wrong_grid(city, few, monkeypatch, capsys):
    right = Reference.owners
    monkeypatch.setattr(Reference, "owners", lambda *asked: np.maximum(right(*asked), 1))

    rows = verify.differences("city", city, 200, few)

    assert all(wrong > 0 for _, way, _, wrong in rows if not way.startswith("border"))
    assert "DIFFERS: city | uniform | ours, numpy: (" in capsys.readouterr().out


def test_a_wrong_flag_of_a_near_border_is_found(city):
    reference = Reference(partitions.coded(city))
    locator = ours.Locator(partitions.coded(city))
    lons, lats = points.vertices(city[:3])

    assert len(borders.wrong_flags(reference, locator, lons, lats, 5.0)) == 0
    locator.near_border_many = lambda lons, lats, radius_m: np.zeros(len(lons), bool)
    assert len(borders.wrong_flags(reference, locator, lons, lats, 5.0)) == len(lons)


def run_guard(*arguments):
    """Run the guard as continuous integration does."""
    command = [sys.executable, "-m", "bench.guard", *map(str, arguments)]
    return subprocess.run(command, cwd=partitions.ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_a_report_that_is_sent_is_one_whole_request_under_its_own_key():
    sent = intake.request({"lon": 119.6, "lat": 39.9}, "k7", "gridmgr_x")

    head, body = sent.split(b"\r\n\r\n")
    assert b"Idempotency-Key: k7" in head.split(b"\r\n")
    assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")


def test_bare_rows_are_written_under_other_keys_and_are_else_the_same():
    assert intake.changed(["number", "lon", "idempotency_key"], ["R1", 119.6, "k"], "new") == ["new", 119.6, "new"]


def test_a_page_of_the_queue_is_asked_for_by_what_is_wanted_only():
    assert loop.queue() == "/api/v1/cases/queue"
    assert loop.queue(state="filed", area="A 1") == "/api/v1/cases/queue?state=filed&area=A+1"
