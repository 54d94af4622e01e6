"""Time limits end when the law says: by four clocks, through nights, holidays, make-up days and suspensions."""

import datetime as dt
import zoneinfo

import pytest
from domain.street import read

from gridmgr.domain.deadlines import UNITS, Calendar, Limit, TooLate, due_at, left, spent, unknown_years
from gridmgr.domain.times.working_time import read_shifts, show_shifts
from gridmgr.errors import Invalid

ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


def in_china(text):
    """Return the instant that a clock in China shows as ``text``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def china():
    """The calendar of a Chinese city with the holidays of ``layers/``."""
    rows = [line.split(",") for line in read("calendars.csv").splitlines()[1:]]
    days = {dt.date.fromisoformat(date): kind for date, kind, *_ in rows}
    return Calendar("Asia/Shanghai", days=days, provisional=frozenset({2027}))


@pytest.mark.parametrize(
    ("limit", "start", "due"),
    [
        ("2UH", "2026-05-01T23:30", "2026-05-02T01:30"),
        ("4WH", "2026-11-23T10:00", "2026-11-23T16:00"),
        ("4WH", "2026-11-23T12:30", "2026-11-23T18:00"),
        ("4WH", "2026-11-23T08:00", "2026-11-23T12:00"),
        ("1WD", "2026-11-23T10:00", "2026-11-24T10:00"),
        ("1WD", "2026-11-22T22:00", "2026-11-23T18:00"),
        ("1WD", "2026-11-20T17:00", "2026-11-23T17:00"),
        ("2WD", "2026-11-20T10:00", "2026-11-24T10:00"),
        ("0.5WD", "2026-11-20T14:00", "2026-11-20T18:00"),
        ("15CD", "2026-02-10T09:12", "2026-02-25T09:12"),
    ],
)
def test_a_limit_ends_by_its_own_clock(china, limit, start, due):
    assert due_at(in_china(start), Limit.read(limit), china) == in_china(due)


def test_a_workday_before_the_spring_festival_of_2026_ends_after_nine_days_off_and_uses_the_make_up_saturday(china):
    # Sat 14 Feb is worked, 15 to 23 Feb are off, Sat 28 Feb is worked again.
    assert due_at(in_china("2026-02-13T17:00"), Limit(1, "work_day"), china) == in_china("2026-02-14T17:00")
    assert due_at(in_china("2026-02-14T17:00"), Limit(1, "work_day"), china) == in_china("2026-02-24T17:00")
    assert due_at(in_china("2026-02-27T17:00"), Limit(1, "work_day"), china) == in_china("2026-02-28T17:00")


def test_an_urgent_hour_does_not_know_holidays(china):
    assert due_at(in_china("2026-02-17T00:00"), Limit(2, "urgent_hour"), china) == in_china("2026-02-17T02:00")


def test_a_deadline_is_in_utc(china):
    assert due_at(in_china("2026-11-23T10:00"), Limit(1, "work_hour"), china).tzinfo is dt.UTC


def test_a_suspension_adds_exactly_the_working_time_that_it_took(china):
    # Three working hours on Monday, and the night and the lunch break add nothing.
    pause = (in_china("2026-11-23T11:00"), in_china("2026-11-23T16:00"))

    due = due_at(in_china("2026-11-23T10:00"), Limit(4, "work_hour"), china, [pause])

    assert due == in_china("2026-11-24T09:00")


def test_a_suspension_through_a_weekend_adds_nothing_to_a_work_day(china):
    pause = (in_china("2026-11-20T18:00"), in_china("2026-11-23T08:00"))

    due = due_at(in_china("2026-11-20T10:00"), Limit(1, "work_day"), china, [pause])

    assert due == in_china("2026-11-23T10:00")


def test_a_suspended_case_has_no_deadline_unless_it_was_overdue_before(china):
    start, limit = in_china("2026-11-23T10:00"), Limit(2, "work_hour")

    assert due_at(start, limit, china, [(in_china("2026-11-23T11:00"), None)]) is None
    assert due_at(start, limit, china, [(in_china("2026-11-23T12:00"), None)]) == in_china("2026-11-23T12:00")


def test_suspensions_that_overlap_count_once(china):
    pauses = [
        (in_china("2026-11-23T15:00"), in_china("2026-11-23T17:00")),
        (in_china("2026-11-23T14:00"), in_china("2026-11-23T16:00")),
    ]

    assert due_at(in_china("2026-11-23T10:00"), Limit(3, "work_hour"), china, pauses) == in_china("2026-11-23T18:00")
    assert spent(in_china("2026-11-23T10:00"), in_china("2026-11-23T18:00"), "work_hour", china, pauses) == 3


def test_a_suspension_within_a_longer_one_adds_nothing():
    calendar, start = Calendar("Asia/Shanghai"), in_china("2026-11-23T10:00")
    longer = (in_china("2026-11-23T14:00"), in_china("2026-11-23T17:00"))
    within = (in_china("2026-11-23T15:00"), in_china("2026-11-23T16:00"))
    lasting = (in_china("2026-11-23T14:00"), None)

    for pauses in ([longer, within], [within, longer]):
        assert due_at(start, Limit(3, "work_hour"), calendar, pauses) == in_china("2026-11-23T18:00")
    for pauses in ([lasting, within], [within, lasting]):
        assert due_at(start, Limit(3, "work_hour"), calendar, pauses) is None
        assert spent(start, in_china("2026-11-23T18:00"), "work_hour", calendar, pauses) == 2


def test_an_extension_by_the_limit_is_the_limit_twice(china):
    start = in_china("2026-04-30T16:20")
    once = due_at(start, Limit(2, "work_day"), china)

    assert due_at(once, Limit(2, "work_day"), china) == due_at(start, Limit(4, "work_day"), china)


def test_what_is_left_falls_to_nothing_at_the_deadline_and_below_it_after(china):
    start, limit = in_china("2026-11-20T10:00"), Limit(4, "work_hour")
    due = due_at(start, limit, china)

    assert left(limit, start, start, china) == 4
    assert left(limit, start, due, china) == 0
    assert left(limit, start, due + dt.timedelta(hours=1), china) == -1
    assert left(limit, start, in_china("2026-11-20T09:00"), china) == 4


def test_a_shift_that_the_clocks_shorten_counts_as_long_as_it_is():
    # In New York the night of 8 March 2026 has no hour from 2 to 3, that of 1 November has the hour from 1 twice.
    nights = Calendar(
        "America/New_York", ((0, 360),), {dt.date(2026, 3, 8): "workday", dt.date(2026, 11, 1): "workday"}
    )
    new_york = zoneinfo.ZoneInfo("America/New_York")

    def night(month, day):
        begin, end = (dt.datetime(2026, month, day, hour, tzinfo=new_york).astimezone(dt.UTC) for hour in (0, 6))
        return spent(begin, end, "work_hour", nights)

    assert (night(3, 8), night(3, 9), night(11, 1)) == (5, 6, 7)


def test_a_night_shift_of_two_halves_goes_on_through_midnight():
    nights = Calendar("Asia/Shanghai", ((0, 360), (1320, 1440)))

    assert due_at(in_china("2026-11-23T23:00"), Limit(3, "work_hour"), nights) == in_china("2026-11-24T02:00")


def test_a_zone_that_skips_a_whole_day_loses_no_deadline():
    # Samoa had no 30 December 2011.
    samoa = Calendar("Pacific/Apia")
    zone = zoneinfo.ZoneInfo("Pacific/Apia")

    due = due_at(dt.datetime(2011, 12, 29, 17, tzinfo=zone), Limit(2, "work_hour"), samoa)

    assert due == dt.datetime(2012, 1, 2, 9, tzinfo=zone)


def test_a_deadline_that_crosses_into_a_year_without_a_table_names_the_year(china):
    start = in_china("2027-12-30T10:00")
    due = due_at(start, Limit(5, "work_day"), china)

    assert due == in_china("2028-01-06T10:00")
    assert unknown_years(start, due, "work_day", china) == [2028]
    assert unknown_years(start, due, "calendar_day", china) == []
    assert china.unknown_years(in_china("2026-01-01T00:00"), in_china("2027-12-31T23:59")) == []
    assert china.provisional_years(start, due) == [2027]


def test_the_year_is_that_of_the_citys_clocks(china):
    new_year = in_china("2028-01-01T00:30")

    assert new_year.astimezone(dt.UTC).year == 2027
    assert china.unknown_years(new_year, new_year) == [2028]


@pytest.mark.parametrize("unit", UNITS)
def test_a_deadline_after_the_last_year_is_refused(china, unit):
    with pytest.raises(TooLate, match="ends after 2199"):
        due_at(in_china("2199-12-01T00:00"), Limit(9999, unit), china)


def test_nobody_who_never_works_is_ever_late():
    days = {dt.date.fromordinal(day): "holiday" for day in range(dt.date(2026, 1, 1).toordinal(), 803_700)}

    with pytest.raises(TooLate):
        due_at(in_china("2026-12-01T00:00"), Limit(1, "work_day"), Calendar("Asia/Shanghai", days=days))


@pytest.mark.parametrize("text", ["2UH", "4WH", "1.5WD", "15CD", "0.25WD"])
def test_a_limit_is_written_as_it_is_read(text):
    assert str(Limit.read(text)) == text


@pytest.mark.parametrize("text", ["", "4", "WH", "4 hours", "0WH", "-1WD", "4XX", "12345WD", "nanWH", "²WH", "1e3WD"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(Invalid, match="is no time limit"):
        Limit.read(text)


@pytest.mark.parametrize("shifts", ["08:00-12:00,14:00-18:00", "00:00-06:00,22:00-24:00", "09:30-17:15"])
def test_shifts_are_written_as_they_are_read(shifts):
    assert show_shifts(read_shifts(shifts)) == shifts


def test_shifts_come_in_any_order_and_with_chinese_marks():
    assert read_shifts("14:00—18:00，8:00至12:00") == ((480, 720), (840, 1080))


@pytest.mark.parametrize("shifts", ["", "8-12", "08:00-12:00,11:00-18:00", "18:00-08:00", "08:00-25:00", "08:60-10:00"])
def test_what_are_no_shifts_is_refused(shifts):
    with pytest.raises(Invalid, match=r"no list of shifts|cannot be"):
        read_shifts(shifts)


def test_a_calendar_with_overlapping_shifts_is_refused():
    with pytest.raises(Invalid, match="none overlaps another"):
        Calendar("Asia/Shanghai", ((480, 720), (700, 900)))
