"""Scans of reports as columns say what the rows say, on both databases."""

import datetime as dt

import pyarrow as pa
import pytest
from sqlalchemy import select

from gridmgr.domain.cases import Report
from gridmgr.store import bulk, scans
from gridmgr.store.tables.reports import report

NOON = dt.datetime(2026, 5, 4, 4, 0, 0, 123_000, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
AWKWARD = ('a "quoted", one', "two\nlines", " spaced ", "网格", "\\N", "NULL")


def filed(session, number, at, lon=119.1 + 1e-15, category=None, department=None):
    """Keep one report."""
    bulk.insert(
        session,
        [
            Report(
                number, at, at - HOUR, 1, 2, "wgs84", lon, 39.9, category, department_code=department, description="x"
            )
        ],
    )


@pytest.fixture
def awkward(session):
    """A session in which every report has something awkward about it."""
    for hour, word in enumerate(AWKWARD):
        filed(session, f"R{hour}", NOON + hour * HOUR, 100 / 3 + hour, word, "" if hour else None)
    return session


def rows_of(session, names=tuple(scans.REPORTS.names), **options):
    """Return the rows of a scan, as lists of values."""
    return [tuple(row.values()) for table in scans.reports(session, names, **options) for row in table.to_pylist()]


def test_a_scan_says_what_the_rows_say(awkward):
    expected = awkward.execute(select(*(report.c[name] for name in scans.REPORTS.names)).order_by(report.c.id)).all()

    found = rows_of(awkward, in_order=True)

    assert found == [tuple(row) for row in expected]
    assert found[0][2] == NOON


def test_a_scan_begins_at_an_instant_and_ends_before_another(awkward):
    found = rows_of(awkward, ["number"], begins=NOON + HOUR, ends=NOON + 3 * HOUR, in_order=True)

    assert found == [("R1",), ("R2",)]
    assert rows_of(awkward, ["number"], ends=NOON) == []


def test_a_scan_in_order_is_in_the_order_of_receipt(session):
    filed(session, "late", NOON + HOUR)
    filed(session, "early", NOON)

    assert rows_of(session, ["number"], in_order=True) == [("early",), ("late",)]


def test_rows_come_in_lists(session):
    for number in range(40):
        filed(session, f"R{number:02}", NOON + number * HOUR)

    tables = list(scans.reports(session, ["number"], in_order=True, size=1))

    assert len(tables) > 1
    assert pa.concat_tables(tables)["number"].to_pylist() == [f"R{number:02}" for number in range(40)]


def test_a_list_may_be_of_more_rows_than_are_cells_at_a_time(session, monkeypatch):
    for number in range(40):
        filed(session, f"R{number:02}", NOON + number * HOUR, category=None if number % 3 else "06010")
    monkeypatch.setattr(scans, "AT_ONCE", 7)

    tables = list(scans.reports(session, ["number", "received_at", "category_code"], in_order=True, size=25))

    found = [tuple(row.values()) for table in tables for row in table.to_pylist()]
    assert found == [(f"R{n:02}", NOON + n * HOUR, None if n % 3 else "06010") for n in range(40)]
    assert max(map(len, tables)) > 7
