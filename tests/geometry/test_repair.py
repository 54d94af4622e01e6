"""Repair by stated rules: what is small is mended and told, what is large stays a finding."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridmgr.geometry.coverage import audit, repair
from gridmgr.geometry.crs import metric_of

# About 85 m east and 111 m north to a thousandth of a degree, at 40° north.
WEST, SOUTH, STEP = 119.6, 40.0, 0.01


def square(column, row, east=0.0, width=STEP):
    left = WEST + column * STEP + east
    return box(round(left, 9), SOUTH + row * STEP, round(left + width, 9), SOUTH + (row + 1) * STEP)


def rules(changes):
    return [change.rule for change in changes if change.rule not in ("snap", "match")]


def test_a_whole_coverage_is_left_as_it_is():
    whole = {"A": square(0, 0), "B": square(1, 0)}

    mended, changes = repair(whole)

    assert changes == []
    assert all(mended[code].normalize().wkb == whole[code].normalize().wkb for code in whole)


def test_a_narrow_short_gap_goes_to_a_neighbour_and_is_told():
    # +---++---+   a gap of 0.9 m between A and B is 1,000 m long and 950 m² large
    # | A || B |
    # +---++---+
    mended, changes = repair(
        {
            "A": square(0, 0, width=STEP - 1e-5),
            "B": square(1, 0),
            "C": box(119.6, 39.99, 119.62, 40.0),
            "D": box(119.6, 40.01, 119.62, 40.02),
        }
    )

    assert rules(changes) == ["gap"]
    assert 900 < changes[0].area_m2 < 1000
    assert changes[0].codes[0] in ("A", "B")
    assert audit(mended) == []


def test_a_gap_that_is_long_enough_to_be_large_stays_a_finding():
    narrow_but_large = {
        "A": box(119.6, 40.0, 119.61, 40.1),
        "B": box(119.61001, 40.0, 119.62, 40.1),
        "C": box(119.6, 39.99, 119.62, 40.0),
        "D": box(119.6, 40.1, 119.62, 40.11),
    }

    mended, changes = repair(narrow_but_large)

    assert "gap" not in rules(changes)
    assert [f.kind for f in audit(mended)] == ["gap"]


def test_a_wide_gap_stays_a_finding():
    ring = {
        "A": square(0, 0),
        "B": square(1, 0),
        "C": square(2, 0),
        "D": square(0, 1),
        "F": square(2, 1),
        "G": square(0, 2),
        "H": square(1, 2),
        "I": square(2, 2),
    }

    mended, changes = repair(ring)

    assert changes == []
    assert [f.kind for f in audit(mended)] == ["gap"]


def test_an_overlap_goes_to_one_of_the_two():
    mended, changes = repair({"A": square(0, 0, width=STEP + 1e-5), "B": square(1, 0)})

    assert rules(changes) == ["overlap"]
    assert audit(mended) == []


def test_a_bowtie_is_rebuilt_and_keeps_its_code():
    bowtie = shapely.Polygon([(119.6, 40), (119.61, 40.01), (119.61, 40), (119.6, 40.01)])

    mended, changes = repair({"A": bowtie})

    assert rules(changes) == ["make_valid"]
    assert mended["A"].is_valid and mended["A"].area > 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=16, max_size=16), st.integers(2, 4))
def test_any_small_jitter_of_a_whole_coverage_is_mended(jitter, side):
    squares = {f"{r}{c}": square(c, r, east=jitter[(r * 4 + c) % 16] * 1e-7) for r in range(side) for c in range(side)}

    mended, _ = repair(squares)

    assert sorted(mended) == sorted(squares)
    assert [f.kind for f in audit(mended) if f.severity == "error"] == []
    metric = metric_of(list(squares.values()))
    before, after = (shapely.area(metric(shapely.union_all(list(s.values())))) for s in (squares, mended))
    assert abs(before - after) < 40 * side * side
