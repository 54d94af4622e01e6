"""A chunk of rows is answered as each of its rows by itself, and refused as each by itself."""

import datetime as dt

import numpy as np
import pyarrow as pa
import small_cities
from services.routed_rows import flat

from gridmgr.errors import GridmgrError
from gridmgr.services import routing
from gridmgr.services.bulk import answers as bulk_answers
from gridmgr.services.bulk.rows import Columns
from gridmgr.services.routing import asking

NOON = small_cities.NOON
LONS = [119.605, None, 119.615, 119.61, 119.9, 200.0, 119.605, float("inf"), 119.605, 119.605]
LATS = [39.935, 39.9, 39.945, 39.94, 39.9, 39.9, 39.935, 39.9, 39.935, 39.935]
KINDS = ["06010", "06010", None, "06010", "06010", "06010", "99999", "06010", "06010", "99999"]
BEGUN, BEFORE_ALL = NOON, dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
OBSERVED = [BEGUN] * 8 + [BEFORE_ALL] * 2


def alone(timeline, lon, lat, kind, observed, received):
    """Return the answer to one row, or the sentence that says why there is none."""
    try:
        lon, lat = (float("nan") if one is None else one for one in (lon, lat))
        known = timeline.at(observed)
        return flat(routing.where(known, lon, lat, category=kind, at=observed, received_at=received))
    except GridmgrError as error:
        return error.say("en")


def test_rows_with_and_without_an_answer_are_told_apart_each_with_its_reason(engine):
    small_cities.whole_city(engine)
    timeline = asking.timeline(engine, NOON)
    received = [NOON + dt.timedelta(days=row) for row in range(len(LONS))]
    chunk = pa.table({"lon": LONS, "lat": LATS, "kind": KINDS, "seen": OBSERVED, "came": received})
    columns = Columns("lon", "lat", "kind", "seen", "came")

    answers = bulk_answers.answer_chunk(timeline, chunk, columns, crs="wgs84", at=None)

    rows = zip(LONS, LATS, KINDS, OBSERVED, received, strict=True)
    expected = dict(enumerate(alone(timeline, *row) for row in rows))
    found = dict(zip(answers.rows.tolist(), answers.columns.to_pylist(), strict=True))
    refused = {row: error.say("en") for row, error in answers.refused}
    assert found == {row: one for row, one in expected.items() if not isinstance(one, str)}
    assert list(refused) == [1, 5, 6, 7, 8, 9] == sorted(expected.keys() - found.keys())
    assert {row: refused[row] for row in (5, 6, 8, 9)} == {row: expected[row] for row in (5, 6, 8, 9)}


def test_the_columns_have_the_names_and_kinds_that_are_promised(engine):
    small_cities.whole_city(engine)
    timeline = asking.timeline(engine, NOON)

    answers = bulk_answers.answer_chunk(
        timeline, pa.table({"x": [119.605], "y": [39.935]}), Columns("x", "y"), crs="wgs84", at=NOON
    )

    plain = {
        field.name: field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        for field in answers.columns.schema
    }
    assert plain == bulk_answers.ANSWER_TYPES | {bulk_answers.PERSON_ID: pa.int64()}
    np.testing.assert_array_equal(answers.rows, [0])
