"""When a grid has nobody, and who has too much."""

import datetime as dt
import itertools

from domain.rosters import away, duties, duty, posts, substitutions
from domain.street import BEGAN, NOON, people, post
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.staff import on_duty
from gridmgr.domain.staff.answering import has_person
from gridmgr.domain.staff.vacancies import next_gaps, off_duty, overloaded

GRID = 5
FORTNIGHT = NOON + dt.timedelta(days=14)


def test_a_grid_with_a_chief_has_no_gap():
    assert next_gaps(people(post(1, GRID)), GRID, NOON, FORTNIGHT) == []


def test_a_grid_without_anybody_has_one_gap_as_long_as_the_horizon():
    assert next_gaps(people(), GRID, NOON, FORTNIGHT) == [(NOON, FORTNIGHT)]


def test_a_chief_who_leaves_in_three_days_makes_a_gap_at_once():
    leaves = NOON + dt.timedelta(days=3)
    staffing = people(post(1, GRID), left={1: leaves})

    assert next_gaps(staffing, GRID, NOON, FORTNIGHT) == [(leaves, FORTNIGHT)]


def test_a_successor_from_the_same_instant_closes_the_gap():
    leaves = NOON + dt.timedelta(days=3)
    staffing = people(post(1, GRID), post(2, GRID, valid_from=leaves), left={1: leaves})

    assert next_gaps(staffing, GRID, NOON, FORTNIGHT) == []


def test_an_absence_is_a_gap_where_the_stand_in_leaves_too():
    starts, ends, leaves = (NOON + dt.timedelta(days=days) for days in (1, 5, 3))
    staffing = people(post(1, GRID), substitutions=[away(1, 2, starts, ends)], left={2: leaves})

    assert next_gaps(staffing, GRID, NOON, FORTNIGHT) == [(leaves, ends)]


def test_somebody_only_rostered_leaves_the_other_hours_vacant():
    staffing = people(duties=[duty(3, 8, 20)])
    evening = NOON + dt.timedelta(hours=8)

    gaps = next_gaps(staffing, GRID, NOON, NOON + dt.timedelta(days=2))

    assert gaps == [
        (evening + day, evening + day + dt.timedelta(hours=12)) for day in (dt.timedelta(0), dt.timedelta(1))
    ]


def test_two_lines_that_meet_leave_no_hour_off_duty():
    staffing = people(duties=[duty(3, 8, 20), duty(4, 20, 8)])

    assert off_duty(staffing, GRID, NOON) == []


def test_a_post_alone_is_off_duty_all_week():
    assert off_duty(people(post(1, GRID)), GRID, NOON) == [(NOON, NOON + dt.timedelta(days=7))]


def test_the_skipped_hour_of_boston_cuts_the_duty_at_the_change_of_the_clocks():
    # 02:00 EST on 2026-03-08 is 03:00 EDT, 07:00 UTC: a line from 02:30 begins there, one to 02:30 ends there.
    changes = dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC)
    midnight = dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC)
    before, after = duty(3, 0, 2), duty(4, 3, 6)
    before.ends_minute, after.starts_minute = 150, 150
    staffing = people(duties=[before, after], timezone="America/New_York")

    assert off_duty(staffing, GRID, midnight, changes + dt.timedelta(hours=3)) == []
    assert off_duty(
        people(duties=[after], timezone="America/New_York"), GRID, midnight, changes + dt.timedelta(hours=2)
    ) == [(midnight, changes)]


def test_more_than_three_grids_are_too_many():
    staffing = people(*(post(1, grid) for grid in (11, 12, 13, 14)), *(post(2, grid) for grid in (11, 12, 13)))

    assert overloaded(staffing, [11, 12, 13, 14, 15], NOON) == {1: [11, 12, 13, 14]}


def test_posts_that_are_over_and_posts_elsewhere_do_not_count():
    over = [post(1, grid, valid_to=NOON) for grid in (11, 12)]
    staffing = people(*over, *(post(1, grid) for grid in (13, 14, 99)))

    assert overloaded(staffing, [11, 12, 13, 14], NOON) == {}


starts = st.datetimes(dt.datetime(2026, 2, 1), dt.datetime(2026, 11, 15), timezones=st.just(dt.UTC))
seconds = st.integers(0, 7 * 24 * 3600 - 1)
zones = st.sampled_from(["Asia/Shanghai", "America/New_York"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(posts, max_size=4),
    st.lists(duties, max_size=4),
    st.lists(substitutions, max_size=3),
    starts,
    st.lists(seconds, min_size=1, max_size=20),
    zones,
)
def test_every_instant_of_the_horizon_is_in_a_gap_just_when_nobody_is_there(
    held, rostered, absent, start, after, timezone
):
    staffing = people(*held, duties=rostered, substitutions=absent, persons=5, timezone=timezone)
    week = dt.timedelta(days=7)
    gaps, idle = next_gaps(staffing, GRID, start, start + week), off_duty(staffing, GRID, start)

    for at in (start + dt.timedelta(seconds=second) for second in after):
        assert any(begins <= at < ends for begins, ends in gaps) != has_person(staffing, GRID, at)
        assert any(begins <= at < ends for begins, ends in idle) == (not on_duty(staffing, GRID, at))


def test_gaps_are_in_order_and_apart():
    staffing = people(duties=[duty(3, 8, 12), duty(4, 14, 18)])

    gaps = next_gaps(staffing, GRID, BEGAN, BEGAN + dt.timedelta(days=3))

    assert all(first[1] < second[0] for first, second in itertools.pairwise(gaps))
