"""The wards of Boston as the city publishes them: their real defects, and what mending them changes.

How the defects are counted: *wards with bad edges* are the codes named by an
``overlap``, ``gap`` or ``near_miss``; *holes* are the ``gap`` findings without a
frame; the *overlap* is the sum over pairs of wards. Coordinates are rounded to
1e-9 degree first, as every import does.
"""

import csv
import json
import os
import pathlib

import numpy as np
import pytest
import shapely

from gridmgr.geometry.coverage import audit, repair
from gridmgr.geometry.crs import transform_shapes
from gridmgr.geometry.locator import NONE, Locator

FOLDER = pathlib.Path(__file__).parents[3] / "shared" / "data" / "boston"
LOCATED, PLAIN_JOIN, LEAST_RIGHT = 2_422, 2_389, 2_387


def needed(name):
    """Return the path of a file of the Boston folder; skip where it is absent, fail in CI."""
    path = FOLDER / name
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the Boston data are not beside this checkout: {path}")
    return path


def features(name):
    content = json.loads(needed(name).read_text(encoding="utf-8"))["features"]
    return [f["properties"] for f in content], [shapely.geometry.shape(f["geometry"]) for f in content]


@pytest.fixture(scope="module")
def wards():
    properties, shapes = features("wards.geojson")
    codes = [str(ward["WARD"]) for ward in properties]
    return dict(zip(codes, transform_shapes(shapes, "wgs84"), strict=True))


@pytest.fixture(scope="module")
def city():
    _, [shape] = features("city_boundary.geojson")
    return transform_shapes([shape], "wgs84")[0]


@pytest.fixture(scope="module")
def mended(wards):
    return repair(wards)


@pytest.fixture(scope="module")
def reports():
    """Lon, lat and recorded ward of each located report."""
    with needed("boston_311_2025.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["longitude"] and row["latitude"]]
    recorded = [row["ward"].removeprefix("Ward").strip().lstrip("0") for row in rows]
    return np.array([float(r["longitude"]) for r in rows]), np.array([float(r["latitude"]) for r in rows]), recorded


def owners(polygons, reports):
    locator = Locator(polygons)
    positions = locator.locate_many(reports[0], reports[1])
    return [None if i == NONE else locator.codes[i] for i in positions]


def of_kind(findings, *kinds):
    return [f for f in findings if f.kind in kinds]


def test_the_audit_names_the_real_defects_of_the_wards(wards):
    findings = audit(wards)

    assert len(of_kind(findings, "gap")) == pytest.approx(30, abs=2)
    assert sum(f.area_m2 for f in of_kind(findings, "overlap")) == pytest.approx(242, abs=2)
    with_bad_edges = {code for f in of_kind(findings, "overlap", "gap", "near_miss") for code in f.codes}
    assert len(with_bad_edges) == pytest.approx(18, abs=1)
    assert {f.codes for f in of_kind(findings, "invalid")} == {("16",), ("17",), ("5",)}


def test_the_repair_ends_clean_with_all_twenty_two_wards(wards, mended):
    polygons, changes = mended

    assert sorted(polygons) == sorted(wards) and len(polygons) == 22
    assert audit(polygons) == []
    assert shapely.coverage_is_valid(list(polygons.values()))
    assert sum(c.area_m2 for c in changes if c.rule == "overlap") == pytest.approx(242, abs=2)
    assert max(c.area_m2 for c in changes) < 150


def test_against_the_city_s_own_boundary_only_large_differences_and_an_islet_remain(wards, city):
    polygons, _ = repair(wards, city)

    left = [f for f in audit(polygons, city) if f.severity == "error"]

    assert {f.kind for f in left} == {"gap", "outside_parent"}
    assert all(f.area_m2 > 1_000 or f.fields["width_m"] > 5 for f in of_kind(left, "gap") if f.codes)
    assert any("none touches them" in f.say("en") for f in of_kind(left, "gap") if f.area_m2 <= 1_000)
    assert shapely.coverage_is_valid(list(polygons.values())) and len(polygons) == 22


def test_a_ward_left_out_stays_a_gap_after_the_repair(wards):
    without = {code: shape for code, shape in wards.items() if code != "14"}

    polygons, _ = repair(without)

    [gap] = audit(polygons)
    assert gap.kind == "gap"
    assert gap.area_m2 == pytest.approx(4.9e6, rel=0.01)


def test_reports_reach_the_recorded_ward_before_and_after_the_repair(wards, mended, reports):
    before, after = owners(wards, reports), owners(mended[0], reports)

    right = [sum(found == ward for found, ward in zip(one, reports[2], strict=True)) for one in (before, after)]

    assert len(reports[2]) == LOCATED
    assert right[0] == PLAIN_JOIN
    assert right[1] >= LEAST_RIGHT
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= PLAIN_JOIN - LEAST_RIGHT
