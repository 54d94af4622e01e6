"""The doctor says the next step, and then the one after it."""

import datetime as dt

import small_cities
from small_cities import NOON

from gridmgr.domain.grids import City
from gridmgr.services import advising, calendars
from gridmgr.services.transactions import writing
from gridmgr.store import cities


def said(engine, state):
    """Return what the doctor says of that state, in English."""
    checks = advising.check_up(engine, at=small_cities.NOON)
    return [check.say("en") for check in checks if check.state == state]


def test_an_empty_city_is_told_to_import_a_boundary_and_grids(engine):
    with writing(engine) as session:
        cities.add(session, City("Qinhuangdao", "Asia/Shanghai", 4490, created_at=small_cities.BEFORE))

    assert said(engine, "todo") == [
        "Import a city boundary and grids: gridmgr layer import FILE --layer responsibility_grid."
    ]


def test_grids_without_people_are_counted_with_the_command_that_posts_them(engine):
    draft = small_cities.found(engine)
    small_cities.rubbish(engine)

    everybody_missing = said(engine, "todo")
    small_cities.staff(engine, draft, {"A", "B", "C"})
    one_missing = said(engine, "todo")

    assert "4 grids have nobody, or soon will: gridmgr staff import FILE" in everybody_missing[0]
    assert "1 grid has nobody, or soon will: gridmgr staff import FILE" in one_missing[0]


def test_a_whole_draft_is_told_to_be_published(engine):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)
    small_cities.rubbish(engine)

    assert said(engine, "todo") == [f"Draft {draft} is whole: gridmgr publish {draft}."]


def test_a_whole_city_is_told_that_it_is_whole_and_that_nobody_can_sign_in(engine):
    small_cities.whole_city(engine)

    assert said(engine, "ok") == ["Land is whole in v1."]
    assert said(engine, "todo") == []
    assert any("Nobody can sign in on the web: gridmgr user add" in text for text in said(engine, "warn"))


def test_a_year_without_holidays_is_named_sixty_days_ahead(engine):
    small_cities.found(engine)
    for year in (2026, 2027):
        calendars.set_day(engine, dt.date(year, 1, 1), "holiday", is_provisional=year == 2027, at=NOON, by="li")

    assert holidays(engine, dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) == []
    assert holidays(engine, dt.datetime(2026, 11, 3, tzinfo=dt.UTC)) == [
        "The holidays of 2027 are provisional: when they are announced, gridmgr calendar import FILE puts them right."
    ]
    [without, _] = holidays(engine, dt.datetime(2027, 12, 1, tzinfo=dt.UTC))
    assert "no holiday table for 2028" in without and "gridmgr calendar import FILE brings one" in without


def holidays(engine, at):
    """Return what the doctor says of holidays at an instant."""
    said = [check.say("en") for check in advising.check_up(engine, at=at) if check.state == "warn"]
    return [text for text in said if "holiday" in text]
