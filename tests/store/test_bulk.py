"""Rows that are written at once: they come back as they were given, and one whose key is taken is left out."""

import dataclasses
import datetime as dt

import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmgr.domain.cases import Report
from gridmgr.store import bulk, reports
from gridmgr.store.tables.reports import report, report_place

AT = dt.datetime(2026, 5, 4, 12, 0, 0, 123000, dt.timezone(dt.timedelta(hours=8)))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | WORDS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS, part, max_size=3),
    max_leaves=8,
)


def told(number, key=None, **more):
    """Return a report that is not kept yet."""
    return Report(number, AT, AT, 119.6, 39.9, "wgs84", 119.6, 39.9, idempotency_key=key, **more)


def rows(*made):
    """Return reports as rows."""
    return [{name: getattr(one, name) for name in reports.NAMES} for one in made]


@given(words=WORDS, x=NUMBERS, document=st.dictionaries(WORDS, DOCUMENTS, max_size=4), accuracy=st.none() | NUMBERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_comes_back_as_it_was_given(session, words, x, document, accuracy):
    given_ = dataclasses.replace(told("R1"), x=x, description=words, decision=document, accuracy_m=accuracy)
    with session.begin_nested() as undone:
        reports.add_new(session, [given_])
        found = reports.by_number(session, "R1")
        session.expunge(found)
        undone.rollback()

    names = [name for name in reports.NAMES if name not in ("received_at", "observed_at")]
    assert {name: getattr(found, name) for name in names} == {name: getattr(given_, name) for name in names}
    assert (found.received_at, found.received_at.tzinfo) == (AT, dt.UTC)


def test_a_shape_is_written_as_a_place_of_the_city(session):
    [kept] = reports.add_new(session, [told("R1")])

    [shape] = session.scalars(sa.select(report_place.c.shape).where(report_place.c.report_id == kept.id))

    assert shape.equals(shapely.Point(119.6, 39.9))


def test_whose_key_or_number_is_taken_is_left_out_and_the_others_are_kept(session):
    reports.add_new(session, [told("R1", "a")])

    kept = reports.add_new(session, [told("R2", "a"), told("R3", "b"), told("R1", "c"), told("R4", "b")])

    assert [one.number for one in kept] in (["R3"], ["R4"])
    assert session.scalar(sa.select(sa.func.count()).select_from(report)) == 2
    assert session.scalar(sa.select(sa.func.count()).select_from(report_place)) == 2


def test_without_leave_to_skip_a_taken_key_is_an_error(session):
    bulk.write(session.connection(), report, rows(told("R1")))

    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        bulk.write(session.connection(), report, rows(told("R2"), told("R1")))

    assert session.scalars(sa.select(report.c.number)).all() == ["R1"]
