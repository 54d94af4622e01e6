"""The calendar on the command line."""

import datetime as dt

import pytest
from click.testing import CliRunner
from services import handled

from gridmgr.cli import main
from gridmgr.store import database


@pytest.fixture
def run(tmp_path):
    """A function that runs a command on a city with a case and no holidays, and returns what it printed."""
    url = f"gpkg:///{tmp_path / 'city.gpkg'}"
    engine = database.create(url, srid=4490)
    handled.city(engine)
    handled.dispatched(engine, "dirty", at=dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC))
    engine.dispose()

    def run(*words, code=0, language="en"):
        result = CliRunner(env={"GRIDMGR_LANG": language}).invoke(main, ["--database", url, "calendar", *words])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_days_are_set_and_listed(run):
    set_ = run("set", "2026-10-01", "holiday", "--name", "国庆节")
    run("set", "2026/10/10", "workday", "--provisional")

    assert "2026-10-01: holiday (before: ordinary day).\n" in set_
    listed = run("list")
    assert "Thu" in listed and "国庆节" in listed and "?" in listed
    assert "2026: 1 holidays, 1 make-up workdays." in listed
    assert "Shifts of a workday: 08:00-12:00,14:00-18:00." in listed
    assert "There is no holiday table for 2027" in run("list", "--year", "2027")


def test_words_are_chinese_for_who_reads_chinese(run):
    said = run("set", "2026-10-01", "holiday", language="zh")
    assert said == "2026-10-01：放假（原为：普通日）。\n1 件未结案件的期限已变动。\n"
    assert all(word in run("list", language="zh") for word in ("周四", "放假", "2026 年：放假 1 天", "作息时间"))


def test_a_day_that_is_none_is_said_in_one_sentence(run):
    assert run("set", "2026-02-30", "holiday", code=2) == "2026-02-30 is not a day; write it like 2026-10-01.\n"


def test_shifts_are_shown_and_set(run):
    assert run("shifts") == "Shifts of a workday: 08:00-12:00,14:00-18:00.\n"
    assert run("shifts", "9:00-17:00") == "Shifts: 09:00-17:00 (before: 08:00-12:00,14:00-18:00).\n"
    assert run("shifts") == "Shifts of a workday: 09:00-17:00.\n"
    assert "is no list of shifts" in run("shifts", "always", code=2)


def test_a_year_goes_out_and_comes_in(run, tmp_path):
    run("set", "2026-10-01", "holiday")
    path = str(tmp_path / "days.csv")

    assert run("export", path) == f"1 days written into {path}.\n"
    with (tmp_path / "days.csv").open("a", encoding="utf-8") as file:
        file.write("2026-10-02,holiday,,false\n")
    assert "1  days added" in run("import", path, "--dry-run")
    assert "2026: 1 holidays" in run("list")
    assert "1  days added" in run("import", path)
    assert "2026: 2 holidays" in run("list")


def test_a_sheet_that_cannot_be_used_names_the_cell(run, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("date,kind\n2026-10-01,holiday\n2026-10-02,feast\n", encoding="utf-8")

    said = run("import", str(path), code=2)

    assert "days.csv: row 3, kind: feast is no kind of day; write holiday or workday." in said
    assert "nothing was written" in said


def test_open_cases_follow_a_change_of_the_calendar(run):
    # A case of one working day was dispatched on Wednesday, 30 September, at noon.
    assert "1 open cases are due at another time now." in run("set", "2026-10-01", "holiday")
    assert "open cases" not in run("set", "2026-11-02", "holiday")
    assert run("recount") == "All open cases are due as the calendar says.\n"
