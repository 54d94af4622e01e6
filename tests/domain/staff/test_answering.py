"""Who answers for a grid at an instant."""

import datetime as dt

from domain.rosters import ABOVE, COMMUNITY, GRID, SUBDISTRICT, away, duties, duty, instants, posts, substitutions
from domain.street import NOON, people, post
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.domain.staff.answering import answering, has_person


def local(text, zone):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def test_the_roster_comes_before_the_deputy_and_the_chief():
    staffing = people(post(1, GRID), post(2, GRID, "deputy"), duties=[duty(3, 8, 20)])

    answer = answering(staffing, ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.on_duty, answer.post) == (3, "duty", True, "")


def test_outside_the_rostered_hours_the_deputy_answers_and_the_chief_is_next():
    staffing = people(post(1, GRID), post(2, GRID, "deputy"), duties=[duty(3, 18, 20)])

    answer = answering(staffing, ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.on_duty, answer.post) == (2, "deputy", False, "deputy")
    assert (answer.runner_up.person.id, answer.runner_up.rule) == (1, "chief")


def test_a_stand_in_of_the_rostered_is_on_duty():
    staffing = people(post(1, GRID), duties=[duty(3, 8, 20)], substitutions=[away(3, 4)])

    answer = answering(staffing, ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.on_duty) == (4, "substitute", True)


def test_a_stand_in_of_the_chief_comes_before_the_deputy_and_is_not_on_duty():
    staffing = people(post(1, GRID), post(2, GRID, "deputy"), substitutions=[away(1, 4)])

    answer = answering(staffing, ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.on_duty) == (4, "substitute", False)


def test_a_stand_in_who_is_away_hands_on_to_his_own():
    staffing = people(post(1, GRID), substitutions=[away(1, 4), away(4, 5)])

    assert answering(staffing, ABOVE, NOON).person.id == 5


def test_two_who_stand_in_for_each_other_leave_the_grid_to_the_area_above():
    staffing = people(post(1, GRID), post(7, COMMUNITY), substitutions=[away(1, 4), away(4, 1)])

    answer = answering(staffing, ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.grid_id) == (7, "parent_chief", COMMUNITY)
    assert not has_person(staffing, GRID, NOON)


def test_an_officer_answers_where_there_is_neither_deputy_nor_chief():
    answer = answering(people(post(6, GRID, "officer"), post(7, COMMUNITY)), ABOVE, NOON)

    assert (answer.person.id, answer.rule) == (6, "officer")


def test_the_nearest_area_with_a_chief_answers_for_an_empty_grid():
    answer = answering(people(post(8, SUBDISTRICT)), ABOVE, NOON)

    assert (answer.person.id, answer.rule, answer.grid_id) == (8, "parent_chief", SUBDISTRICT)


def test_a_roster_of_an_area_above_does_not_answer_for_its_grids():
    answer = answering(people(post(8, COMMUNITY), duties=[duty(3, 0, 24, grid_id=COMMUNITY)]), ABOVE, NOON)

    assert (answer.person.id, answer.rule) == (8, "parent_chief")


def test_nobody_answers_where_nobody_is_posted_and_every_rule_was_asked():
    answer = answering(people(), ABOVE, NOON)

    assert (answer.person, answer.rule, answer.grid_id) == (None, "nobody", None)
    assert len(answer.tried) == 5 + 3 + 3


def test_of_two_chiefs_the_lower_code_answers():
    assert answering(people(post(2, GRID), post(1, GRID)), ABOVE, NOON).person.code == "P0001"


def test_posts_are_half_open():
    ends = NOON
    staffing = people(post(1, GRID, valid_to=ends), post(2, GRID, valid_from=ends))

    before, then = answering(staffing, ABOVE, ends - dt.timedelta(seconds=1)), answering(staffing, ABOVE, ends)

    assert (before.person.id, then.person.id) == (1, 2)


def test_one_who_has_left_holds_no_post_from_that_instant_on():
    staffing = people(post(1, GRID), left={1: NOON})

    assert has_person(staffing, GRID, NOON - dt.timedelta(seconds=1))
    assert not has_person(staffing, GRID, NOON)


def test_a_night_line_belongs_to_the_day_on_which_it_starts():
    # Friday 20:00 to Saturday 08:00; 2026-05-08 is a Friday.
    staffing = people(duties=[duty(3, 20, 8, weekdays=[4])])
    zone = staffing.zone

    hours = ["2026-05-08T19:59", "2026-05-08T20:00", "2026-05-09T07:59", "2026-05-09T08:00", "2026-05-09T21:00"]

    assert [has_person(staffing, GRID, local(at, zone)) for at in hours] == [False, True, True, False, False]


def test_the_night_from_sunday_reaches_into_monday():
    staffing = people(duties=[duty(3, 22, 6, weekdays=[6])])

    assert has_person(staffing, GRID, local("2026-05-11T05:59", staffing.zone))
    assert not has_person(staffing, GRID, local("2026-05-10T05:59", staffing.zone))


def test_a_line_that_ends_when_it_starts_lasts_a_whole_day():
    staffing = people(duties=[duty(3, 8, 8, weekdays=[2])])

    hours = ["2026-05-06T07:59", "2026-05-06T08:00", "2026-05-07T07:59", "2026-05-07T08:00"]

    assert [has_person(staffing, GRID, local(at, staffing.zone)) for at in hours] == [False, True, True, False]


def test_in_boston_both_of_the_doubled_hours_count():
    # On 2026-11-01 at 02:00 EDT the clocks go back to 01:00 EST.
    staffing = people(duties=[duty(3, 1, 2)], timezone="America/New_York")
    instants = [dt.datetime(2026, 11, 1, hour, 30, tzinfo=dt.UTC) for hour in (4, 5, 6, 7)]

    assert [has_person(staffing, GRID, at) for at in instants] == [False, True, True, False]


def test_in_boston_a_line_over_the_skipped_hour_is_an_hour_shorter():
    # On 2026-03-08 at 02:00 EST the clocks go to 03:00 EDT; 06:30 UTC is 01:30 EST, 07:30 UTC is 03:30 EDT.
    staffing = people(duties=[duty(3, 2, 4)], timezone="America/New_York")
    instants = [dt.datetime(2026, 3, 8, hour, 30, tzinfo=dt.UTC) for hour in (6, 7, 8)]

    assert [has_person(staffing, GRID, at) for at in instants] == [False, True, False]


@given(st.lists(posts, max_size=6), st.lists(duties, max_size=4), st.lists(substitutions, max_size=4), instants)
def test_answering_is_total_and_does_not_depend_on_the_order_of_the_rows(held, rostered, absent, at):
    staffing = people(*held, duties=rostered, substitutions=absent, persons=5)
    turned = people(*held[::-1], duties=rostered[::-1], substitutions=absent[::-1], persons=5)

    answer, again = answering(staffing, ABOVE, at), answering(turned, ABOVE, at)

    assert (answer.person and answer.person.code, answer.rule) == (again.person and again.person.code, again.rule)
    assert (answer.person is None) == (answer.rule == "nobody")


@given(st.lists(posts, max_size=6), st.lists(duties, max_size=4), st.lists(substitutions, max_size=4), instants)
def test_a_grid_has_a_person_just_when_a_rule_of_its_own_wins(held, rostered, absent, at):
    staffing = people(*held, duties=rostered, substitutions=absent, persons=5)

    answer = answering(staffing, ABOVE, at)

    assert has_person(staffing, GRID, at) == (answer.grid_id == GRID)
