"""Where in the week the clocks of a city stand, many instants at once."""

import datetime as dt
import zoneinfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain import times
from gridmgr.domain.times.clocks import Clocks, as_instant, as_microseconds
from gridmgr.errors import Invalid

# Their clocks go back over midnight, at a minute past it, by half an hour, in a month of fasting, and hardly ever.
ZONES = ["Asia/Beirut", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai"]
centuries = st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2199, 12, 30), timezones=st.just(dt.UTC))


def minute_of_week(instant, zone):
    """Return the minute as a datetime tells it."""
    local = instant.astimezone(zone)
    return (local.weekday() * 24 + local.hour) * 60 + local.minute


def found(clocks, instants):
    return clocks.minutes_of_week(np.array([as_microseconds(one) for one in instants])).tolist()


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), batches=st.lists(st.lists(centuries, min_size=1, max_size=5), max_size=3))
def test_any_instants_are_read_as_one_by_one_however_far_apart(zone, batches):
    zone = zoneinfo.ZoneInfo(zone)
    clocks = Clocks(zone)

    for instants in batches:
        assert found(clocks, instants) == [minute_of_week(one, zone) for one in instants]


@pytest.mark.parametrize("zone", ZONES)
def test_the_minutes_of_a_year_are_read_as_one_by_one(zone):
    zone = zoneinfo.ZoneInfo(zone)
    instants = [dt.datetime(2007, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=one) for one in range(0, 366 * 1440, 7)]

    assert found(Clocks(zone), instants) == [minute_of_week(one, zone) for one in instants]


def test_one_instant_for_all_is_read_too():
    noon = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)

    minutes = Clocks(zoneinfo.ZoneInfo("Asia/Shanghai")).minutes_of_week(np.array(as_microseconds(noon)))

    assert (int(minutes), as_instant(as_microseconds(noon))) == (12 * 60, noon)


def by_itself(shown, zone):
    """Return the instant of a time by the clocks, None where they skip it."""
    try:
        return times.in_city(shown, zone).astimezone(dt.UTC)
    except Invalid:
        return None


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    shown=st.lists(st.datetimes(dt.datetime(2006, 1, 1), dt.datetime(2008, 1, 1)), min_size=1, max_size=5),
)
def test_times_by_the_clocks_are_the_instants_that_they_are_one_by_one(zone, shown):
    check_shown(zone, shown)


@pytest.mark.parametrize("zone", ZONES)
def test_of_a_doubled_hour_the_first_counts_and_a_skipped_one_is_told(zone):
    check_shown(zone, [dt.datetime(2007, 1, 1) + dt.timedelta(minutes=one) for one in range(0, 366 * 1440, 11)])


def check_shown(zone, shown):
    """Assert that each of ``shown`` is understood as by itself."""
    numbers = np.array([as_microseconds(one.replace(tzinfo=dt.UTC)) for one in shown])
    instants, is_skipped = Clocks(zoneinfo.ZoneInfo(zone)).instants(numbers)
    read = [None if s else as_instant(i) for i, s in zip(instants.tolist(), is_skipped.tolist(), strict=True)]
    assert read == [by_itself(one, zone) for one in shown]
