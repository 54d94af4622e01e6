"""Instants as people write them."""

import datetime as dt

import pytest

from gridmgr.domain.times import EVER, as_heard, read_instant, show
from gridmgr.errors import Invalid


def test_a_time_without_offset_is_the_citys_time():
    at = read_instant("2026-05-03T21:00", "Asia/Shanghai")

    assert at == dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)


def test_a_space_before_the_offset_is_a_plus_that_a_url_ate():
    assert read_instant("2026-05-03T21:00:00 08:00", "UTC") == dt.datetime(2026, 5, 3, 13, tzinfo=dt.UTC)
    assert read_instant("2026-05-03T21:00:00+08:00", "UTC") == dt.datetime(2026, 5, 3, 13, tzinfo=dt.UTC)


def test_a_space_between_date_and_time_stays_a_space():
    assert read_instant("2026-05-03 21:00", "UTC") == dt.datetime(2026, 5, 3, 21, tzinfo=dt.UTC)


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(Invalid, match="clocks skip"):
        read_instant("2026-03-08T02:30", "America/New_York")


def test_a_time_that_comes_twice_means_the_first():
    at = read_instant("2026-11-01T01:30", "America/New_York")

    assert at.utcoffset() == dt.timedelta(hours=-4)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-05-03T25:00"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(Invalid, match="is not a time"):
        read_instant(text, "UTC")


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31T23:59", "2200-01-02", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_clock_reaches_is_refused(text):
    with pytest.raises(Invalid, match="times run from 1900 to 2199"):
        read_instant(text, "Asia/Shanghai")


def test_an_open_end_in_a_list_may_be_the_last_day_of_all():
    assert read_instant("9999-12-31", "Asia/Shanghai", until=EVER).year == 9999


def test_an_unknown_zone_is_refused():
    with pytest.raises(Invalid, match="no time zone"):
        read_instant("2026-05-03T21:00", "Mars/Olympus")


def test_answers_carry_the_offset():
    assert show(dt.datetime(2026, 5, 3, 13, tzinfo=dt.UTC), "Asia/Shanghai") == "2026-05-03T21:00:00+08:00"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (-3600, -3600),
        (-301, -301),
        (-300, -180),
        (-240, -180),
        (-181, -180),
        (-1, -1),
        (0, 0),
        (1, 0),
        (120, 0),
        (121, 121),
    ],
)
def test_a_clock_that_differs_a_little_tells_of_nothing_after_now_or_before_the_beginning(told, meant):
    now = dt.datetime(2026, 5, 3, 21, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)

    assert as_heard(now + told * second, now, now - 180 * second) == now + meant * second
