"""Cells of a column are read as each by itself, whatever the column's type and however they are written."""

import datetime as dt
import decimal
import zoneinfo

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain import times
from gridmgr.domain.times.clocks import Clocks, as_microseconds
from gridmgr.errors import GridmgrError
from gridmgr.services.bulk import cells, rows
from gridmgr.services.streams.sources import GEOMETRY

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
written = st.sampled_from(
    ["119.6", " 119.6", "1_0", "1e2", "+5", ".5", "5.", "", "nan", "inf", "1e999", "٣", "0x1", "north", "1,5", "-7"]
)


def as_one_number(value):
    """Return a cell as a float, as Python reads it."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


@given(st.lists(st.none() | written | st.floats().map(repr) | st.text(max_size=4)))
def test_texts_are_the_numbers_that_they_are_by_themselves(texts):
    column = pa.array(texts, pa.string())

    expected = [as_one_number(one) for one in texts]

    np.testing.assert_array_equal(cells.numbers(column), expected)
    np.testing.assert_array_equal(cells.numbers(pa.chunked_array([column.dictionary_encode()])), expected)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, None, -3]), pa.array([2**63 + 1025], pa.uint64()), pa.array([1.5, None, float("nan")]),
        pa.array([1.1], pa.float32()), pa.array([True, None]), pa.array([None, None]), pa.array([[1.0], None]),
        pa.array([dt.date(2026, 1, 1)]), pa.array(["1", None], pa.large_string()), pa.array([b"1.5"]),
        pa.array([decimal.Decimal("1.25"), None]),
    ],
    ids=lambda column: str(column.type),
)  # fmt: skip
def test_columns_of_any_type_are_read_as_each_cell_by_itself(column):
    np.testing.assert_array_equal(cells.numbers(column), [as_one_number(one) for one in column.to_pylist()])


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        (pa.array(["06010", None, "", " 6 ", "  ", "06010"]), ["06010", None, None, "6", None, "06010"]),
        (pa.array([6010, None, 6010]), ["06010", None, "06010"]),
        (pa.array([6010.0, None, float("nan"), 1.5]), ["06010", None, None, "1.5"]),
        (pa.array(["a", None, "b", "a"]).dictionary_encode(), ["a", None, "b", "a"]),
        (pa.array([["x"], None]), ["['x']", None]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_categories_are_codes_also_where_a_spreadsheet_made_them_numbers(column, codes):
    places, found = cells.codes(pa.chunked_array([column]))

    assert [found[place] if place >= 0 else None for place in places.tolist()] == codes


def as_one_moment(value, timezone):
    """Return an instant in microseconds, or the sentence that says why there is none."""
    try:
        if not isinstance(value, dt.datetime):
            return as_microseconds(times.read_instant("" if value is None else str(value), timezone))
        return as_microseconds(value if value.tzinfo else times.in_city(value, timezone))
    except GridmgrError as error:
        return error.say("en")


def assert_moments(column, timezone):
    """Assert that a column is read as each of its cells by itself."""
    found, errors = cells.moments(column, timezone, Clocks(zoneinfo.ZoneInfo(timezone)))
    read = [errors[row].say("en") if row in errors else one for row, one in enumerate(found.tolist())]
    assert read == [as_one_moment(value, timezone) for value in column.to_pylist()]


# In the doubled and the skipped hour of New York, near the ends of the years one may ask about, and anywhere.
hours = st.sampled_from(["2026-03-08T02:30", "2026-11-01T01:30", "1900-01-01T00:00", "2199-12-31T23:59:59.999999"])
plain = hours | st.datetimes(dt.datetime(1890, 1, 1), dt.datetime(2210, 1, 1)).map(lambda one: one.isoformat())
dates = st.dates(dt.date(1899, 12, 30), dt.date(2200, 1, 2)).map(str)
suffixed = st.tuples(plain, st.sampled_from(["Z", "+08:00", "-05", "+0545", " 08:00"])).map("".join)
odd = st.sampled_from(
    ["", " 2026-05-03 ", "20260503", "2026-W01", "2026-02-30", "2026-05-03T24:00", "noon", "0001-01-01"]
)
zones = st.sampled_from([SHANGHAI, NEW_YORK])


@settings(max_examples=80, deadline=None)
@given(st.lists(plain) | st.lists(suffixed) | st.lists(st.none() | plain | dates | suffixed | odd), zones)
def test_times_as_people_write_them_are_read_as_each_by_itself(texts, timezone):
    assert_moments(pa.array(texts, pa.string()), timezone)
    assert_moments(pa.array(texts, pa.string()).dictionary_encode(), timezone)


naive = st.datetimes(dt.datetime(1900, 1, 3), dt.datetime(2199, 12, 29))
YEARS = [
    dt.datetime(1700, 1, 1),
    dt.datetime(2026, 3, 8, 2, 30),
    dt.datetime(2026, 11, 1, 1, 30),
    dt.datetime(2500, 1, 1),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | naive | st.sampled_from(YEARS)), zones, st.sampled_from(["s", "ms", "us"]))
def test_columns_of_times_are_read_as_each_by_itself(values, timezone, unit):
    column = pa.array(values, pa.timestamp("us")).cast(pa.timestamp(unit), safe=False)

    assert_moments(column, timezone)
    assert_moments(column.cast(pa.timestamp(unit, "UTC")), timezone)


def test_columns_of_days_and_of_nothing_are_read_as_each_by_itself():
    assert_moments(pa.array([dt.date(2026, 5, 3), None, dt.date(1800, 1, 1)]), NEW_YORK)
    assert_moments(pa.array([20260503, None, 5]), NEW_YORK)
    assert_moments(pa.nulls(2), NEW_YORK)
    assert_moments(pa.array([], pa.timestamp("us")), NEW_YORK)


@pytest.mark.parametrize("unit", ["s", "us"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_beyond_the_calendar_are_refused_and_stop_nothing(unit, zone):
    far = [10**12, -(10**12), 1_777_000_000] if unit == "s" else [2**62, -(2**62), 1_777_000_000_000_000]
    column = pa.array(far, pa.timestamp(unit, zone))

    found, errors = cells.moments(column, SHANGHAI, Clocks(zoneinfo.ZoneInfo(SHANGHAI)))

    assert sorted(errors) == [0, 1]
    assert found[2] == (1_777_000_000 - (0 if zone else 8 * 3600)) * 1_000_000


def test_points_are_read_however_they_are_written():
    point = shapely.Point(119.6, 39.9)
    deep = shapely.GeometryCollection([point] * 3)
    written = [
        shapely.to_wkb(point), shapely.to_wkb(point, byte_order=0), shapely.to_wkb(shapely.Point(1, 2, 3)),
        shapely.to_wkb(shapely.set_srid(point, 4326), include_srid=True), shapely.to_wkb(shapely.Point()), None, b"",
        shapely.to_wkb(deep), b"\x01\x01\x00\x00\x00", b"x" * 21, shapely.to_wkb(shapely.box(0, 0, 1, 1)),
    ]  # fmt: skip
    for kind in (pa.binary(), pa.large_binary()):
        chunk = pa.table({GEOMETRY: pa.array([b"front", *written], kind).slice(1)})

        x, y = rows.positions(chunk, rows.Columns())

        nothing = [np.nan] * 7
        np.testing.assert_array_equal(x, [119.6, 119.6, 1, 119.6, *nothing])
        np.testing.assert_array_equal(y, [39.9, 39.9, 2, 39.9, *nothing])
