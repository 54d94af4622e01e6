"""The calendar over HTTP."""

import datetime as dt

from gridmgr.services import calendars

BY = {"at": dt.datetime(2026, 5, 4, tzinfo=dt.UTC), "by": "li"}


def test_anybody_may_read_by_which_days_and_shifts_deadlines_are_counted(client, small):
    calendars.set_day(small, dt.date(2026, 10, 1), "holiday", "国庆节", **BY)
    calendars.set_day(small, dt.date(2027, 1, 1), "holiday", "元旦", is_provisional=True, **BY)

    answer = client.get("/api/v1/calendar").json

    assert answer["timezone"] == "Asia/Shanghai"
    assert answer["shifts"] == [{"from": "08:00", "to": "12:00"}, {"from": "14:00", "to": "18:00"}]
    assert (answer["years"], answer["provisional_years"]) == ([2026, 2027], [2027])
    assert answer["days"][0] == {"date": "2026-10-01", "kind": "holiday", "name": "国庆节", "provisional": False}


def test_one_year_may_be_asked_for_and_what_is_none_is_refused(client, small):
    calendars.set_day(small, dt.date(2026, 10, 1), "holiday", **BY)

    assert client.get("/api/v1/calendar?year=2027").json["days"] == []
    assert len(client.get("/api/v1/calendar?year=2026").json["days"]) == 1
    assert client.get("/api/v1/calendar?year=soon").status_code == 400
    assert client.get("/api/v1/calendar?year=99999").status_code == 400
