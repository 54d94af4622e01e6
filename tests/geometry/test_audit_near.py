"""What is found near some grids is what an audit of everything finds about them, whatever is wrong with the city."""

import numpy as np
import pytest
import shapely
from geometry.random_coverages import CELL, frame_of, lattice
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.coverage import audit, audit_near
from gridmgr.geometry.crs import metric_for
from gridmgr.geometry.near import concerning

METRIC = metric_for(119.5, 39.9)
LATTICE = 1e-9


# --- damage: a shape, another one and chance in, a shape or None out ---------------------


def moved(shape, other, random):
    by = random.choice([3e-9, 4e-8, 3e-7, 2e-5, 0.1 * CELL, 0.7 * CELL])
    return rounded(shape, lambda xy: xy + by * random.uniform(-1, 1, 2))


def holed(shape, other, random):
    spot = shapely.point_on_surface(shape)
    return shape.difference(rounded(spot.buffer(random.choice([1e-8, 1e-6, 0.05 * CELL]), quad_segs=2)))


def jittered(shape, other, random):
    size = random.choice([2e-9, 1e-7, 1e-5])
    return rounded(shape, lambda xy: xy + size * np.sin(xy[:, ::-1] * 1e7 + random.uniform(0, 6)))


def thinned(shape, other, random):
    return shapely.simplify(shape, random.choice([1e-9, 1e-5, 0.1 * CELL]))


def densified(shape, other, random):
    return rounded(shapely.segmentize(shape, CELL / random.uniform(3, 9)))


def grown(shape, other, random):
    return rounded(shapely.buffer(shape, random.choice([-1, 1]) * random.choice([1e-8, 1e-5, 0.2 * CELL]), quad_segs=1))


def crossing(shape, other, random):
    xy = shapely.get_coordinates(shape)[:-1]
    i, j = random.integers(0, len(xy), 2)
    xy[[i, j]] = xy[[j, i]]
    return shapely.Polygon(xy)


def joined(shape, other, random):
    return shape.union(other)


def doubled(shape, other, random):
    return other


def with_splinter(shape, other, random):
    x, y = shapely.get_coordinates(shapely.centroid(other))[0]
    return shape.union(rounded(box(x, y, x + random.choice([2e-6, 1e-3 * CELL]), y + 0.3 * CELL)))


def spread(shape, other, random):
    x, y = shapely.get_coordinates(shapely.centroid(shape))[0]
    return rounded(box(x - CELL, y - CELL, x + random.uniform(0, 3) * CELL, y + random.uniform(0, 3) * CELL))


def gone(shape, other, random):
    return None


def hollow(shape, other, random):
    return shapely.Polygon()


DAMAGE = (
    moved, holed, jittered, thinned, densified, grown, crossing, joined, doubled, with_splinter, spread, gone, hollow,
)  # fmt: skip


def rounded(shape, move=lambda xy: xy):
    return shapely.transform(shape, lambda xy: np.round(move(xy), 9))


# --- frames: a whole coverage in, what it is to cover out ----------------------------------


def no_frame(polygons):
    return None


def own_outline(polygons):
    return frame_of(polygons)


def drawn_apart(polygons):
    return rounded(frame_of(polygons), lambda xy: xy + 2e-8 * np.sin(xy * 1e6))


def wider(polygons):
    return shapely.box(*shapely.bounds(frame_of(polygons)) + np.array([-1, -1, 2, 3]) * 0.6 * CELL)


def narrower(polygons):
    return shapely.box(*shapely.bounds(frame_of(polygons)) + np.array([1, 1, -1, -2]) * 0.6 * CELL)


FRAMES = (no_frame, own_outline, drawn_apart, wider, narrower)


@st.composite
def damaged_cities(draw):
    """Draw a whole city of up to 64 grids, a frame, and the same city after up to five damages."""
    columns, rows = draw(st.integers(2, 8)), draw(st.integers(2, 8))
    cells = lattice(columns, rows, draw(st.integers(0, 2**16)), draw(st.integers(0, 3)))
    whole = {f"{i * 37 % 101:02}": cell for i, cell in enumerate(cells)}
    polygons = dict(whole)
    for damage, seed in draw(st.lists(st.tuples(st.sampled_from(DAMAGE), st.integers(0, 2**16)), max_size=5)):
        random = np.random.default_rng(seed)
        code, other = random.choice(sorted(polygons), 2)
        shape, beside = polygons[code], polygons[other]
        if usable(shape) and usable(beside):
            polygons[code] = damage(shape, beside, random)
        polygons = {code: shape for code, shape in polygons.items() if shape is not None}
        if len(polygons) < 2:
            break
    return whole, polygons, draw(st.sampled_from(FRAMES))(whole)


def usable(shape):
    return shape.is_valid and not shape.is_empty


@given(damaged_cities(), st.data())
def test_what_is_found_near_grids_is_what_the_audit_of_all_says_of_them(city, data):
    _, polygons, frame = city
    codes = data.draw(st.lists(st.sampled_from(sorted(polygons)), min_size=1, max_size=3, unique=True))
    coverage = Coverage.from_polygons(polygons, frame)

    near = audit_near(coverage, codes, metric=METRIC)

    assert told(near) == told(concerning(audit(polygons, frame, metric=METRIC), coverage, codes))


@given(damaged_cities())
def test_what_is_found_where_something_changed_is_all_that_is_not_as_before(city):
    whole, polygons, frame = city
    before = Coverage.from_polygons(whole, frame)
    gone = dict.fromkeys(set(whole) - set(polygons))
    after = before.replaced({code: shape for code, shape in (polygons | gone).items() if shape is not whole[code]})
    changed = after.changed_from(before)

    near = audit_near(after, changed, metric=METRIC, before=before)

    everything = audit(polygons, frame, metric=METRIC)
    assert told(near) == told(concerning(everything, after, changed, before=before))
    known = told(audit(whole, frame, metric=METRIC))
    news = [f for f in everything if told([f])[0] not in known]
    assert {(f.kind, f.codes) for f in news} <= {(f.kind, f.codes) for f in near}


# --- what reaches farther than a grid and its neighbours --------------------------------


def cell(column, row, width=1, height=1):
    west, south = 119.5 + column * CELL, 39.9 + row * CELL
    return rounded(box(west, south, west + width * CELL, south + height * CELL))


def same_near_as_everywhere(polygons, frame, code):
    """Return the findings near a grid, once they are what the audit of everything says there."""
    coverage = Coverage.from_polygons(polygons, frame)
    found = audit_near(coverage, [code], metric=METRIC)
    assert told(found) == told(concerning(audit(polygons, frame, metric=METRIC), coverage, [code]))
    return found


def test_a_border_that_does_not_match_is_followed_to_its_far_end():
    # +--+
    # |Z |
    # +--+--+--+--+--+--+--+--+
    # |C0|C1|C2|  ...      |C7|   each C has a vertex more than S in the middle of its south side
    # +--+--+--+--+--+--+--+--+
    # |           S           |
    # +-----------------------+
    cells = {f"C{i}": cell(i, 1) for i in range(8)}
    strip = shapely.Polygon([*shapely.get_coordinates(cell(0, 0, width=8))[:2], *[(119.5 + i * CELL, 39.9 + CELL)
                             for i in range(7, 0, -1)], *shapely.get_coordinates(cell(0, 0, width=8))[2:4]])  # fmt: skip
    polygons = {code: with_middle_of_south(shape) for code, shape in cells.items()} | {"S": rounded(strip)}

    found = same_near_as_everywhere(polygons | {"Z": cell(0, 2)}, None, "Z")

    assert ("C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "S") in {f.codes for f in found}


def with_middle_of_south(shape):
    west, south, east, north = shapely.bounds(shape)
    middle = round((west + east) / 2, 9)
    return shapely.Polygon([(west, south), (middle, south), (east, south), (east, north), (west, north)])


def test_a_gap_is_found_whole_from_each_of_its_ends():
    #  A winding street that nobody has, with grids on both sides.
    polygons = {f"{i}{side}": cell(i, row) for i in range(9) for side, row in (("n", 2), ("s", 0))}
    frame = cell(0, 0, width=9, height=3)

    found = same_near_as_everywhere(polygons, frame, "0n")

    assert [(f.kind, len(f.codes)) for f in found] == [("gap", 18)]


SPIRAL = (
    "#########",
    "#.......#",
    "#.#####.#",
    "#.#...#.#",
    "#.#.###.#",
    "#.#.....#",
    "#.#######",
    "#........",
    "#########",
)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_bay_open_to_the_outside_is_no_gap_however_it_winds(is_closed):
    walls = {f"{row}{column}" for row in range(9) for column in range(9) if SPIRAL[row][column] == "#"}
    polygons = {code: cell(int(code[1]), -int(code[0])) for code in walls | ({"78"} if is_closed else set())}

    for code in ("32", "44", "65"):
        found = same_near_as_everywhere(polygons, None, code)

        assert [f.kind for f in found] == (["gap"] if is_closed else [])


def test_ground_under_two_divisions_is_found_where_no_edge_tells_of_it():
    # Each division is whole in itself, the second half a cell to the north-east.
    one = {f"a{i}{j}": cell(i, j) for i in range(9) for j in range(9)}
    other = {f"b{i}{j}": cell(i + 0.5, j + 0.5) for i in range(9) for j in range(9)}

    found = same_near_as_everywhere(one | other, None, "a44")

    assert {("a44", f"b{i}{j}") for i in (3, 4) for j in (3, 4)} <= {f.codes for f in found}


def test_what_a_dissolved_grid_leaves_is_told_where_it_lay_even_if_nobody_touches_it():
    before = Coverage.from_polygons({"A": cell(0, 0), "B": cell(4, 0)}, shapely.union(cell(0, 0), cell(4, 0)))
    after = before.replaced({"B": None})

    [found] = audit_near(after, ["B"], metric=METRIC, before=before)

    assert (found.kind, found.codes) == ("gap", ())
    assert shapely.equals(found.geometry, cell(4, 0))


def test_a_shape_without_any_extent_is_named_all_the_same():
    found = audit_near({"A": cell(0, 0), "B": shapely.Polygon()}, ["B"], metric=METRIC)

    assert [(f.kind, f.codes) for f in found] == [("invalid", ("B",))]


def test_grids_that_changed_far_apart_are_looked_at_one_place_after_the_other(monkeypatch):
    polygons = {f"{i:02}{j:02}": cell(i, j) for i in range(20) for j in range(20)}
    coverage = Coverage.from_polygons(polygons, frame_of(polygons))
    seen = set()
    monkeypatch.setattr(Coverage, "shape", lambda self, code, shape=Coverage.shape: seen.add(code) or shape(self, code))

    assert audit_near(coverage, ["0101", "1818"], metric=METRIC) == []
    assert 0 < len(seen) < 80


def told(findings):
    """Return findings as values that can be compared, to the last bit."""
    return sorted(
        (f.kind, f.severity, f.codes, f.area_m2, f.place, drawn(f.geometry), f.cause, sorted(f.fields.items(), key=str))
        for f in findings
    )


def drawn(geometry):
    return shapely.to_wkt(shapely.normalize(geometry), rounding_precision=-1)
