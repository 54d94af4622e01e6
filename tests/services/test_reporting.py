"""Reports: each is routed and kept once, on both databases."""

import datetime as dt

import pytest
import small_cities
from small_cities import NOON

from gridmgr.errors import Invalid
from gridmgr.services import reporting

HOUR = dt.timedelta(hours=1)


def test_a_report_is_kept_with_its_decision(engine):
    small_cities.whole_city(engine)

    made, is_new = reporting.report(engine, x=119.605, y=39.935, category="06010", description="rubbish", at=NOON)

    assert is_new
    assert (made.grid_code, made.department_code, made.version_number) == ("A", "SAN", 1)
    assert made.decision["grid"]["code"] == "A"


def test_the_same_key_gives_the_same_report(engine):
    small_cities.whole_city(engine)
    first, _ = reporting.report(engine, x=119.605, y=39.935, category="06010", at=NOON, key="k1")

    second, is_new = reporting.report(engine, x=119.605, y=39.935, category="06010", at=NOON + HOUR, key="k1")

    assert not is_new
    assert second.number == first.number


def test_a_report_without_a_known_category_waits_for_the_dispatcher(engine):
    small_cities.whole_city(engine)

    made, _ = reporting.report(engine, x=119.605, y=39.935, category="12345", at=NOON)

    assert made.grid_code == "A"
    assert made.category_code is None and made.department_code is None


def test_a_report_from_outside_is_logged_without_an_owner(engine):
    small_cities.whole_city(engine)

    made, _ = reporting.report(engine, x=119.9, y=39.935, category="06010", at=NOON)

    assert made.grid_code is None
    assert made.decision["outside"]


@pytest.mark.parametrize("observed", [NOON + HOUR, NOON - 73 * HOUR])
def test_a_report_of_the_future_or_of_last_week_is_refused(engine, observed):
    small_cities.whole_city(engine)

    with pytest.raises(Invalid):
        reporting.report(engine, x=119.605, y=39.935, at=NOON, observed_at=observed)
