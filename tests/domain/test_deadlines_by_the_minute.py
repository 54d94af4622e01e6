"""The clocks say what somebody would count who looked at the city's clock every minute."""

import datetime as dt
import zoneinfo

from domain import minute_counter
from domain.street import read
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.deadlines import UNITS, Calendar, Limit, due_at, spent

DAYS = {
    dt.date.fromisoformat(date): kind
    for date, kind, *_ in (line.split(",") for line in read("calendars.csv").splitlines()[1:])
}
SHIFTS = (
    ((480, 720), (840, 1080)),
    ((510, 1050),),
    ((0, 360), (1320, 1440)),
    ((90, 150), (600, 1425)),
    ((0, 1440),),
)
# Where clocks change by an hour and by half of one, and by a whole day; where they never do.
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
# Spring festival, National Day, both ends of years with and without a table, changes of clocks, Samoa's lost day.
NEAR = (
    (2026, 2, 12), (2026, 9, 18), (2026, 10, 8), (2026, 12, 30), (2027, 12, 30), (2029, 6, 1),
    (2026, 3, 7), (2026, 3, 28), (2026, 4, 4), (2026, 10, 3), (2026, 10, 24), (2026, 10, 31), (2011, 12, 28),
)  # fmt: skip
MOST_MINUTES = {"urgent_hour": 3000, "work_hour": 900, "work_day": 900, "calendar_day": 6000}
minutes = st.integers(0, 4 * 1440)
calendars = st.builds(Calendar, st.sampled_from(ZONES), st.sampled_from(SHIFTS), st.sampled_from([DAYS, {}]))


@st.composite
def runs(draw):
    """Draw a calendar, a unit, a start, how many minutes, and pauses; all in whole minutes."""
    calendar, unit = draw(calendars), draw(st.sampled_from(UNITS))
    midnight = dt.datetime(*draw(st.sampled_from(NEAR)), tzinfo=zoneinfo.ZoneInfo(calendar.timezone))
    start = midnight.astimezone(dt.UTC) + dt.timedelta(minutes=draw(minutes))
    return calendar, unit, start, draw(st.integers(1, MOST_MINUTES[unit])), draw(pauses_after(start))


@st.composite
def pauses_after(draw, start):
    """Draw pauses that begin around ``start``; they may overlap, and one may last."""
    found = []
    lengths = st.one_of(st.integers(0, 3000), st.integers(1000, 6000))
    for begin, length in draw(st.lists(st.tuples(minutes, lengths), max_size=4)):
        since = start + dt.timedelta(minutes=begin - 1440)
        found.append((since, since + dt.timedelta(minutes=length) if length else None))
    return found


def limit_of(count, unit, calendar):
    """Return the limit of so many minutes."""
    return Limit(count / minute_counter.minutes_in(unit, calendar), unit)


@settings(max_examples=150, deadline=None)
@given(runs())
def test_a_deadline_is_the_end_of_the_minute_in_which_the_limit_is_used_up(run):
    calendar, unit, start, count, pauses = run

    due = due_at(start, limit_of(count, unit, calendar), calendar, pauses)

    assert due == minute_counter.due_at(start, count, unit, calendar, pauses)


@settings(max_examples=100, deadline=None)
@given(runs(), st.integers(-100, 12 * 1440))
def test_what_is_spent_is_the_minutes_in_which_the_clock_ran(run, passed):
    calendar, unit, start, _, pauses = run
    until = start + dt.timedelta(minutes=passed)

    found = spent(start, until, unit, calendar, pauses) * minute_counter.minutes_in(unit, calendar)

    assert abs(found - minute_counter.spent(start, until, unit, calendar, pauses)) < 1e-6


@settings(max_examples=400, deadline=None)
@given(runs(), st.integers(0, 59_999_999))
def test_at_the_deadline_all_of_the_limit_is_spent_and_a_moment_before_less(run, microseconds):
    calendar, unit, start, count, pauses = run
    start += dt.timedelta(microseconds=microseconds)
    limit = limit_of(count, unit, calendar)

    due = due_at(start, limit, calendar, pauses)

    if due is not None:
        a_second = dt.timedelta(seconds=1)
        assert abs(spent(start, due, unit, calendar, pauses) - limit.value) < 1e-9
        assert spent(start, due - a_second, unit, calendar, pauses) < limit.value


@settings(max_examples=200, deadline=None)
@given(runs(), minutes, st.integers(1, 3000))
def test_a_pause_adds_exactly_the_time_that_the_clock_would_have_counted_in_it(run, after, length):
    calendar, unit, start, count, _ = run
    limit = limit_of(count, unit, calendar)
    since = start + dt.timedelta(minutes=after)
    pause = since, since + dt.timedelta(minutes=length)
    without = due_at(start, limit, calendar)

    due = due_at(start, limit, calendar, [pause])

    suspended = spent(*pause, unit, calendar) if since < without else 0.0
    assert abs(spent(start, due, unit, calendar) - limit.value - suspended) < 1e-9


@settings(max_examples=200, deadline=None)
@given(runs())
def test_whoever_starts_later_is_never_due_earlier(run):
    calendar, unit, start, count, pauses = run
    limit, whole = limit_of(count, unit, calendar), [pause for pause in pauses if pause[1] is not None]

    first, second = (due_at(begin, limit, calendar, whole) for begin in (start, start + dt.timedelta(minutes=7)))

    assert first <= second
