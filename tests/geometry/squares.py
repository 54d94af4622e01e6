"""Four squares to edit, and what is asked of a coverage after an edit."""

import json

import pytest
import shapely
from shapely import box

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import EditRefused, apply

# 0.02 +---+---+
#      | A | C |
# 0.01 +---+---+      each about a kilometre wide
#      | B | D |
# 0    +---+---+
#      0  0.01 0.02
S = 0.01
SQUARES = {
    "A": box(0, S, S, 2 * S),
    "B": box(0, 0, S, S),
    "C": box(S, S, 2 * S, 2 * S),
    "D": box(S, 0, 2 * S, S),
}
CITY = box(0, 0, 2 * S, 2 * S)


def squares(frame=None, parent_of=None):
    return Coverage.from_polygons(SQUARES, frame, parent_of)


def is_whole(coverage, ground=CITY):
    shapes = list(coverage.polygons().values())
    whole = shapely.coverage_union_all(shapes)
    return (
        shapely.is_valid(shapes).all()
        and shapely.coverage_is_valid(shapes)
        and abs(whole.symmetric_difference(ground).area) < 1e-9 * ground.area
    )


def has_vertex(shape, x, y):
    return (shapely.get_coordinates(shape) == (x, y)).all(axis=1).any()


def geojson(shape):
    return json.loads(shapely.to_geojson(shape))


def refusal(coverage, edit):
    with pytest.raises(EditRefused) as refused:
        apply(coverage, edit)
    return refused.value
