"""Whatever is edited, and however often: no gap opens, no grid is laid over another, and nobody else's border changes."""

import json

import numpy as np
import shapely
from geometry.random_coverages import coverages, frame_of
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import random_edits
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import apply

EDITS = 10


@st.composite
def cities(draw):
    """Draw a whole coverage, with or without a frame and locked parents, and a generator of random numbers."""
    polygons = draw(coverages())
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    frame = frame_of(polygons) if draw(st.booleans()) else None
    parents = {code: str(random.choice(["P", "Q"])) for code in polygons} if draw(st.booleans()) else {}
    return Coverage.from_polygons(polygons, frame, parents), random


def as_bytes(coverage):
    return {code: shape.wkb for code, shape in coverage.polygons().items()}


@settings(max_examples=100)
@given(cities())
def test_any_sequence_of_edits_keeps_the_coverage_whole_and_can_be_replayed_and_undone(city):
    first, random = city
    before = as_bytes(first)

    last, made, _ = random_edits.sequence(first, random, EDITS)

    random_edits.assert_no_findings(last)
    again = first
    for edit in json.loads(json.dumps(made)):
        again = apply(again, edit)
    assert as_bytes(again) == as_bytes(last)
    assert as_bytes(last.replaced(first.changed_from(last))) == before == as_bytes(first)


def test_random_edits_are_of_every_kind_and_a_fair_share_of_them_can_be_made():
    columns = [shapely.box(0.01 * i, 0.01 * j, 0.01 * i + 0.01, 0.01 * j + 0.01) for i in range(4) for j in range(4)]
    city = Coverage.from_polygons({f"{i:02}": shape for i, shape in enumerate(columns)}, shapely.union_all(columns))

    _, made, refused = random_edits.sequence(city, np.random.default_rng(7), 200)

    assert {edit["op"] for edit in made} == set(random_edits.WEIGHTS)
    assert len(made) > len(refused) / 2
    assert not [reason for _, reason in refused if "gap" in reason]
