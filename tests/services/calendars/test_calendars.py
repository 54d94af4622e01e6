"""The calendar is edited in the database, and whoever counts by it knows at once."""

import datetime as dt
import threading

import pytest
import small_cities
from small_cities import NOON

from gridmgr.domain.deadlines import CalendarDay, Limit, due_at
from gridmgr.errors import Invalid
from gridmgr.services import calendars, trail
from gridmgr.services.cities import NoCity
from gridmgr.services.sheets import SheetRefused, UnreadableFile, calendar_sheets
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, cities, database

OCTOBER = dt.date(2026, 10, 1)
BY = {"at": NOON, "by": "li"}


@pytest.fixture
def city(engine):
    """The engine of a city with three days of 2026 and one of 2027."""
    small_cities.found(engine)
    days = [
        CalendarDay(OCTOBER, "holiday", "国庆节"),
        CalendarDay(dt.date(2026, 10, 2), "holiday", "国庆节"),
        CalendarDay(dt.date(2026, 10, 10), "workday", "国庆节调休"),
        CalendarDay(dt.date(2027, 1, 1), "holiday", "元旦", True),
    ]
    with writing(engine) as session:
        bulk.insert(session, days)
    return engine


def now(engine):
    """Return the Calendar that stands."""
    with reading(engine) as session:
        return calendars.calendar(session)


def kinds(engine):
    """Return date → kind of the days that are not like the others."""
    return {day.date.isoformat(): day.kind for day in calendars.known(engine)[1]}


@pytest.fixture
def sheet(tmp_path):
    """A function that writes a CSV file and returns its path."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "holidays.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_the_calendar_of_a_city_has_its_zone_its_days_and_the_usual_shifts(city):
    found = now(city)

    assert found.timezone == "Asia/Shanghai"
    assert found.shifts == ((480, 720), (840, 1080))
    assert not found.is_workday(OCTOBER)
    assert found.is_workday(dt.date(2026, 10, 10))
    assert (found.years, found.provisional) == ({2026, 2027}, {2027})


def test_it_is_kept_until_somebody_changes_it(city):
    before = now(city)
    calendars.set_day(city, OCTOBER, "ordinary", **BY)

    assert now(city) is now(city)
    assert now(city) is not before
    assert now(city).is_workday(OCTOBER)


def test_every_process_knows_a_change_at_its_next_question(city, database_url):
    other = database.connect(database_url)
    before = now(other)

    calendars.set_day(city, OCTOBER, "ordinary", **BY)
    calendars.set_shifts(city, [(540, 1020)], **BY)

    assert not before.is_workday(OCTOBER)
    assert now(other).is_workday(OCTOBER)
    assert now(other).shifts == ((540, 1020),)
    other.dispose()


def test_a_change_that_is_not_kept_leaves_nothing_in_memory(city):
    with pytest.raises(RuntimeError), writing(city) as session:
        calendars.begin_change(session)
        session.add(CalendarDay(dt.date(2026, 5, 8), "holiday"))
        session.flush()
        assert not calendars.calendar(session).is_workday(dt.date(2026, 5, 8))
        raise RuntimeError("interrupted")

    assert now(city).is_workday(dt.date(2026, 5, 8))


def test_a_day_is_put_changed_and_made_ordinary_again(city):
    day = dt.date(2026, 5, 8)

    assert calendars.set_day(city, day, "holiday", "市庆", **BY) == "ordinary"
    assert calendars.set_day(city, day, "workday", **BY) == "holiday"
    assert kinds(city)["2026-05-08"] == "workday"
    assert calendars.set_day(city, day, "ordinary", **BY) == "workday"
    assert "2026-05-08" not in kinds(city)
    assert calendars.set_day(city, day, "ordinary", **BY) == "ordinary"


@pytest.mark.parametrize(("kind", "name"), [("festival", ""), ("holiday", "x" * 65), ("holiday", "a\x00b")])
def test_what_is_no_kind_or_name_of_a_day_is_refused(city, kind, name):
    with pytest.raises(Invalid):
        calendars.set_day(city, OCTOBER, kind, name, **BY)

    assert calendars.known(city)[1][0].name == "国庆节"


def test_shifts_are_kept_among_the_settings_beside_the_others(city):
    with writing(city) as session:
        cities.set_setting(session, "bbox", [1, 2, 3, 4])

    before = calendars.set_shifts(city, [(840, 1020), (510, 720)], **BY)

    with reading(city) as session:
        assert cities.the_city(session).settings == {"bbox": [1, 2, 3, 4], "shifts": [[510, 720], [840, 1020]]}
    assert before == ((480, 720), (840, 1080))
    assert now(city).length("work_day") == 390 * 60_000_000


def test_shifts_that_cannot_be_change_nothing(city):
    with pytest.raises(Invalid, match="08:00-12:00,11:00-15:00 cannot be"):
        calendars.set_shifts(city, [(480, 720), (660, 900)], **BY)

    assert now(city).shifts == ((480, 720), (840, 1080))


def test_a_deadline_goes_by_the_shifts_and_days_of_the_database(city):
    calendars.set_shifts(city, [(540, 1020)], **BY)
    start = dt.datetime(2026, 9, 30, 8, tzinfo=dt.UTC)  # 16:00 in the city

    due = due_at(start, Limit(2, "work_hour"), now(city))

    assert due == dt.datetime(2026, 10, 5, 2, tzinfo=dt.UTC)  # Mon 10:00: the 1st and 2nd are off here, then a weekend


def test_a_city_that_is_not_founded_has_no_calendar(engine):
    with pytest.raises(NoCity), reading(engine) as session:
        calendars.calendar(session)


def test_an_import_lets_each_year_it_names_be_as_it_says(city, sheet):
    path = sheet("date,kind,name,provisional\n2026-10-01,holiday,国庆节,false\n2026-10-03,holiday,国庆节,false\n")

    done = calendar_sheets.import_days(city, path, **BY)

    assert kinds(city) == {"2026-10-01": "holiday", "2026-10-03": "holiday", "2027-01-01": "holiday"}
    assert done.counts == {"days added": 1, "days made ordinary": 2, "days that stay as they are": 1}
    assert done.is_written


def test_an_import_that_keeps_adds_and_changes_only(city, sheet):
    done = calendar_sheets.import_days(
        city, sheet("date,kind\n2026-10-10,holiday\n2026-12-31,holiday\n"), keep=True, **BY
    )

    assert kinds(city)["2026-10-10"] == "holiday"
    assert {"2026-10-01", "2026-10-02", "2026-12-31"} <= kinds(city).keys()
    assert done.counts == {"days added": 1, "days changed": 1}


def test_a_dry_run_says_what_would_change_and_writes_nothing(city, sheet):
    before = kinds(city)

    tried = calendar_sheets.import_days(city, sheet("date,kind\n2026-10-03,holiday\n"), dry_run=True, **BY)

    assert tried.counts == {"days added": 1, "days made ordinary": 3}
    assert not tried.is_written
    assert kinds(city) == before


def test_an_office_may_write_its_sheet_in_chinese(city, sheet):
    path = sheet("日期,类型,名称,暂定\n2028/1/1,休,元旦,是\n2028年1月2日,补班,元旦,否\n", "gb18030")

    calendar_sheets.import_days(city, path, **BY)

    found = {day.date: (day.kind, day.name, day.is_provisional) for day in calendars.known(city, 2028)[1]}
    assert found == {
        dt.date(2028, 1, 1): ("holiday", "元旦", True),
        dt.date(2028, 1, 2): ("workday", "元旦", False),
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-02-30,holiday,,", "row 3, date: 2026-02-30 is not a day"),
        ("soon,holiday,,", "row 3, date: soon is not a day"),
        ("1026-01-01,holiday,,", "row 3, date: 1026-01-01 is not a day"),
        (",holiday,,", "row 3, date: is empty"),
        ("2026-05-08,,,", "row 3, kind: is empty"),
        ("2026-05-08,festival,,", "row 3, kind: festival is no kind of day"),
        ("2026-05-08,holiday,,perhaps", "row 3, provisional: perhaps is neither true nor false"),
        (f"2026-05-08,holiday,{'x' * 65},", "row 3, name: a name has at most 64 characters"),
        ("2026/5/4,workday,,", "row 3, date: 2026/5/4 stands in row 2 already"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_written(city, sheet, row, said):
    before = kinds(city)

    with pytest.raises(SheetRefused) as refused:
        calendar_sheets.import_days(city, sheet(f"date,kind,name,provisional\n2026-05-04,holiday,,\n{row}\n"), **BY)

    assert f"holidays.csv: {said}" in str(refused.value)
    assert kinds(city) == before


@pytest.mark.parametrize("text", ["date,kind\n", "day,what\n2026-01-01,holiday\n", "\n"])
def test_a_file_without_days_is_refused(city, sheet, text):
    with pytest.raises(UnreadableFile, match="no rows under the columns date and kind"):
        calendar_sheets.import_days(city, sheet(text), **BY)


def test_what_is_exported_comes_in_again_as_it_was(city, tmp_path):
    calendars.set_day(city, dt.date(2026, 5, 8), "holiday", "=1+1", is_provisional=True, **BY)
    path = tmp_path / "out.csv"

    count = calendar_sheets.export_days(city, path)
    done = calendar_sheets.import_days(city, path, **BY)

    assert count == 5
    assert done.counts == {"days that stay as they are": 5}
    assert "'=1+1" in path.read_text(encoding="utf-8-sig")


def test_one_year_is_exported_and_no_draft_of_the_file_is_left(city, tmp_path):
    assert calendar_sheets.export_days(city, tmp_path / "out.csv", year=2027) == 1
    assert [path.name for path in tmp_path.glob("*out.csv*")] == ["out.csv"]


def test_the_bundled_table_comes_in_as_it_is(city):
    from gridmgr import resources

    done = calendar_sheets.import_days(city, resources.directory("layers") / "calendars.csv", **BY)

    assert done.rows == 85
    assert now(city).provisional == {2027}


def test_each_change_leaves_its_entry_in_the_trail(city, sheet):
    calendars.set_day(city, OCTOBER, "ordinary", **BY)
    calendars.set_shifts(city, [(540, 1020)], **BY)
    calendar_sheets.import_days(city, sheet("date,kind\n2026-10-03,holiday\n"), dry_run=True, **BY)
    calendar_sheets.import_days(city, sheet("date,kind\n2026-10-03,holiday\n"), **BY)

    entries = [(entry.by, entry.action, entry.subject) for entry in reversed(trail.listed(city))]
    assert entries == [
        ("li", "set_day", "day:2026-10-01"),
        ("li", "set_shifts", "calendar"),
        ("li", "import_calendar", "calendar"),
    ]
    assert trail.listed(city, action="set_shifts")[0].data == {
        "before": "08:00-12:00,14:00-18:00",
        "now": "09:00-17:00",
    }


def test_two_who_set_the_same_day_at_once_leave_one_row(city):
    day, barrier = dt.date(2026, 5, 8), threading.Barrier(4)

    def work():
        barrier.wait()
        calendars.set_day(city, day, "holiday", **BY)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found.kind for found in calendars.known(city)[1] if found.date == day] == ["holiday"]
    assert len(trail.listed(city, action="set_day")) == 4
