"""Reports: each is routed and kept once, on both databases."""

import datetime as dt

import pytest
import shapely
import small_cities
import sqlalchemy as sa
from small_cities import NOON

from gridmgr.domain import followed
from gridmgr.domain.notices import Notice
from gridmgr.errors import Invalid
from gridmgr.services import reporting, routing
from gridmgr.services.standing import ground
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities
from gridmgr.store import reports as report_rows

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


def test_a_report_of_a_phone_whose_clock_is_a_little_ahead_is_of_now(engine):
    small_cities.whole_city(engine)

    made, _ = reporting.report(engine, x=119.605, y=39.935, at=NOON, observed_at=NOON + dt.timedelta(seconds=90))

    assert made.observed_at == NOON


def test_a_grid_dissolved_since_the_observation_gives_way_to_the_present_one(engine):
    small_cities.whole_city(engine)
    both = shapely.union_all([small_cities.square(0, 0), small_cities.square(1, 0)])
    small_cities.second_version(engine, {"A": None, "B": both})
    spot = {"x": 119.605, "y": 39.935, "at": NOON + HOUR}

    before, after = (reporting.report(engine, **spot, observed_at=NOON + hours * HOUR)[0] for hours in (-1, 1))

    assert (before.grid_code, before.version_number) == (after.grid_code, after.version_number) == ("B", 2)


def test_a_report_is_answered_from_the_grounds_that_questions_are(engine, monkeypatch):
    small_cities.whole_city(engine)
    routing.knowledge(engine, at=NOON)
    small_cities.second_version(engine, {"A": small_cities.square(1, 0), "B": small_cities.square(0, 0)})
    routing.knowledge(engine, at=NOON)
    monkeypatch.setattr(ground, "survey", lambda *_: pytest.fail("A second ground of a version was built."))

    made, _ = reporting.report(engine, x=119.605, y=39.935, at=NOON + HOUR, observed_at=NOON)

    assert (made.grid_code, made.version_number) == ("B", 2)


def test_a_report_puts_a_receipt_for_its_reporter_and_one_for_the_desk_into_the_outbox(engine):
    small_cities.whole_city(engine)
    with writing(engine) as session:
        cities.set_setting(session, "notices", {"report_received": ["channel:desk"]})

    made, _ = reporting.report(
        engine, x=119.605, y=39.935, category="06010", at=NOON, reporter="li@home.example", key="k"
    )
    reporting.report(engine, x=119.605, y=39.935, category="06010", at=NOON, reporter="li@home.example", key="k")

    told = receipts_of(engine)
    assert [(one.channel, one.address) for one in told] == [("mail", "li@home.example"), ("desk", "")]
    assert {one.payload["number"] for one in told} == {made.number}
    assert told[0].payload["place"] == "A"


def test_a_report_that_is_refused_leaves_no_receipt(engine):
    small_cities.whole_city(engine)

    with pytest.raises(Invalid):
        reporting.report(engine, x=119.605, y=39.935, at=NOON, reporter="li@home.example", photos=["none"])

    assert receipts_of(engine) == []
    assert reported(engine) == 0


def test_a_number_that_is_taken_by_chance_is_drawn_again(engine, monkeypatch):
    small_cities.whole_city(engine)
    drawn = iter(["0000000A", "0000000A", "0000000B"])
    monkeypatch.setattr(reporting.secrets, "token_hex", lambda size: next(drawn))

    first, _ = reporting.report(engine, x=119.605, y=39.935, at=NOON, key="k1", signing_key="s")
    second, is_new = reporting.report(engine, x=119.605, y=39.935, at=NOON, key="k2", signing_key="s")

    assert is_new
    assert (first.number[-1], second.number[-1]) == ("A", "B")
    assert followed.is_secret(second.number, followed.secret_of("s", second.number, "k2"), second.secret_hash)


def test_a_report_sent_again_after_days_gets_the_answer_of_the_first_time(engine):
    small_cities.whole_city(engine)
    first, _ = reporting.report(engine, x=119.605, y=39.935, at=NOON, observed_at=NOON, key="k")

    again, is_new = reporting.report(engine, x=119.605, y=39.935, at=NOON + 80 * HOUR, observed_at=NOON, key="k")

    assert (again.number, is_new) == (first.number, False)


def receipts_of(engine):
    """Return the rows of all notices in the outbox."""
    with reading(engine) as session:
        return session.scalars(sa.select(Notice).order_by(Notice.id)).all()


def reported(engine):
    """Return how many reports there are."""
    with reading(engine) as session:
        return report_rows.count(session)
