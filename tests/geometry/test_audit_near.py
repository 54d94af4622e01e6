"""What is found near some grids is what an audit of everything finds about them, whatever is wrong with the city."""

import numpy as np
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
    news = [f for f in everything if told([f])[0] not in told(audit(whole, frame, metric=METRIC))]
    assert {(f.kind, f.codes) for f in news} <= {(f.kind, f.codes) for f in near}


def told(findings):
    """Return findings as values that can be compared, to the last bit."""
    return sorted(
        (f.kind, f.severity, f.codes, f.area_m2, f.place, drawn(f.geometry), f.cause, sorted(f.fields.items(), key=str))
        for f in findings
    )


def drawn(geometry):
    return shapely.to_wkt(shapely.normalize(geometry), rounding_precision=-1)
