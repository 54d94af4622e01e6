"""Coverages as values, and their borders as shared arcs."""

import itertools

import numpy as np
import pytest
import shapely
from geometry import random_coverages
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmgr.geometry.arcs import PATCH_AT_MOST, Coverage


def two_and_a_half():
    # +---+---+
    # | A |   |
    # +---+ C |
    # | B |   |
    # +---+---+
    tall = shapely.Polygon([(1, 0), (2, 0), (2, 2), (1, 2), (1, 1)])
    return {"A": box(0, 1, 1, 2), "B": box(0, 0, 1, 1), "C": tall}


def put_together(topology):
    """Return {code: polygon} from the arcs alone."""
    made = {}
    for code, parts in topology.rings.items():
        polygons = [
            shapely.Polygon(ring(topology, rings[0]), [ring(topology, r) for r in rings[1:]]) for rings in parts
        ]
        made[code] = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return made


def ring(topology, arcs):
    return np.vstack([(topology.arcs[i] if i >= 0 else topology.arcs[~i][::-1])[:-1] for i in arcs])


def same(one, other):
    return shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), 0)


def test_a_coverage_gives_back_the_shapes_it_was_made_of():
    polygons = two_and_a_half()

    coverage = Coverage.from_polygons(polygons)

    assert coverage.codes == ["A", "B", "C"]
    assert all(coverage.polygons()[code] is polygons[code] for code in polygons)
    assert "A" in coverage and "D" not in coverage and len(coverage) == 3
    with pytest.raises(KeyError):
        coverage.shape("D")


def test_neighbours_have_a_common_edge_and_not_only_a_corner():
    coverage = Coverage.from_polygons({"A": box(0, 0, 1, 1), "B": box(1, 0, 2, 1), "C": box(1, 1, 2, 2)})

    assert coverage.neighbours("A") == ["B"]
    assert coverage.border_length("A", "C") == 0
    assert coverage.border_length("A", "B") == pytest.approx(110_574, rel=1e-4)


def test_the_arcs_of_a_small_city_run_between_its_nodes():
    topology = Coverage.from_polygons(two_and_a_half()).topology()

    assert sorted(topology.sides, key=str) == sorted(
        [("A", None), ("A", "B"), ("A", "C"), ("B", None), ("B", "C"), ("C", None)], key=str
    )
    assert topology.nodes.tolist() == [[0, 1], [1, 0], [1, 1], [1, 2]]
    assert topology.degrees.tolist() == [3, 3, 3, 3]


def test_an_island_is_one_closed_arc_without_a_node():
    hole = box(1, 1, 2, 2)
    topology = Coverage.from_polygons({"A": box(0, 0, 3, 3) - hole, "B": hole}).topology()

    assert sorted(topology.sides, key=str) == [("A", "B"), ("A", None)]
    assert [len(arc) for arc in topology.arcs] == [5, 5]
    assert len(topology.nodes) == 0


def test_some_grids_have_their_true_sides_and_degrees_without_the_rest():
    topology = Coverage.from_polygons(two_and_a_half()).topology(["A"])

    assert list(topology.rings) == ["A"]
    assert set(topology.sides) == {("A", None), ("A", "B"), ("A", "C")}
    assert topology.degrees.tolist() == [3, 3, 3]


@given(random_coverages.coverages(least=1))
def test_polygons_put_together_from_their_arcs_are_the_same_to_the_last_bit(polygons):
    topology = Coverage.from_polygons(polygons).topology()

    made = put_together(topology)

    assert all(same(made[code], polygons[code]) for code in polygons)
    edges = sum(len(arc) - 1 for arc in topology.arcs)
    assert edges == len({frozenset(edge) for shape in polygons.values() for edge in edges_of(shape)})


def edges_of(shape):
    for line in shapely.get_parts(shapely.boundary(shape)):
        places = list(map(tuple, shapely.get_coordinates(line).tolist()))
        yield from itertools.pairwise(places)


def test_a_changed_coverage_leaves_the_one_it_came_from_as_it_was():
    before = Coverage.from_polygons(two_and_a_half(), parent_of={"A": "P", "B": "P"})
    both = box(0, 0, 1, 2)

    after = before.replaced({"A": both, "B": None, "D": box(5, 5, 6, 6)}, {"D": "Q"})

    assert before.codes == ["A", "B", "C"] and after.codes == ["A", "C", "D"]
    assert after.changed_from(before) == {"A": both, "B": None, "D": after.shape("D")}
    assert before.changed_from(after)["B"] is before.shape("B")
    assert after.near((4, 4, 7, 7)) == ["D"] and before.near((4, 4, 7, 7)) == []
    assert after.near(box(0.2, 0.2, 0.3, 0.3)) == ["A"]
    assert (before.parent_of.get("B"), after.parent_of.get("B"), after.parent_of.get("D")) == ("P", None, "Q")


@given(st.integers(0, 2**16))
def test_after_many_changes_the_index_still_finds_what_is_there(seed):
    rng = np.random.default_rng(seed)
    shapes = {f"{i:02}": unit_box(rng) for i in range(20)}
    coverage = Coverage.from_polygons(shapes)
    first = coverage

    for _ in range(PATCH_AT_MOST + 40):
        code = f"{rng.integers(400):03}"
        shapes[code] = None if rng.random() < 0.3 else unit_box(rng)
        coverage = coverage.replaced({code: shapes[code]})

    present = {code: shape for code, shape in shapes.items() if shape is not None}
    probe = unit_box(rng)
    assert coverage.polygons() == dict(sorted(present.items()))
    assert coverage.near(probe) == sorted(code for code, shape in present.items() if shape.intersects(probe))
    assert coverage.changed_from(first) == {
        code: shapes[code] for code in sorted(shapes) if len(code) == 3 and code in present
    }


def unit_box(rng):
    x, y = rng.uniform(0, 10, 2)
    return box(x, y, x + 1, y + 1)
