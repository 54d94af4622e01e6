"""Following by number and secret: what a reporter sees, a rating, and a case that he has reopened."""

import datetime as dt

import pytest
from services import handled
from services.handled import DAY, HOUR
from small_cities import NOON

from gridmgr.domain import followed
from gridmgr.domain.casework.guards import StepRefused
from gridmgr.errors import Invalid
from gridmgr.services import accounts, following, nearby, reporting
from gridmgr.services.handling import dispatching, filing, reading, working
from gridmgr.store import database
from gridmgr.store.cases import casework

KEY = "a key of the installation"


@pytest.fixture
def city(engine):
    handled.city(engine)
    return engine


def reported(engine, at=NOON, **more):
    """Report a dirty road with a secret; return (number, secret)."""
    made, _ = reporting.report(
        engine, **{**handled.SPOT, **more}, category="06012", at=at, source="inspection", signing_key=KEY
    )
    return made.number, followed.secret_of(KEY, made.number, made.idempotency_key)


def closed(engine, number, at=NOON):
    """Play the whole way of a report; return the number of its case, closed three hours later."""
    filing.accept(engine, number, by="acceptor", at=at)
    case = filing.file(engine, number, condition="fallen", by="leader", at=at).number
    dispatching.dispatch(engine, case, department="SAN", by="dispatcher", at=at)
    dispatching.assign(engine, case, handler="han", by="boss", at=at)
    working.handle(engine, case, by="han", at=at + HOUR)
    working.check(engine, case, passed=True, by="cai", at=at + 2 * HOUR)
    working.close(engine, case, by="leader", at=at + 3 * HOUR)
    return case


def test_a_secret_is_readable_and_taken_however_it_is_typed():
    secret = followed.secret_of(KEY, "R1", "k")

    assert not set(secret) & set("ILOU")
    assert followed.is_secret("R1", f" {secret.lower().replace('-', ' ')} ", followed.hashed("R1", secret))
    assert followed.is_secret("R1", secret.replace("0", "o").replace("1", "l"), followed.hashed("R1", secret))
    assert secret != followed.secret_of(KEY, "R1", "another") != followed.secret_of("another", "R1", "k")
    assert not followed.is_secret("R1", "", "")


def test_a_report_is_followed_by_number_and_secret_only(city):
    number, secret = reported(city)
    other, others = reported(city)

    assert following.follow(city, number.lower(), secret.lower(), at=NOON).state == "reported"
    for wrong in ((number, others), (other, secret), (number, ""), ("R1", secret), (number, secret[:-1])):
        with pytest.raises(following.NoSuchSecret):
            following.follow(city, *wrong, at=NOON)


def test_a_report_without_a_secret_is_followed_by_nobody(city):
    number = handled.reported(city)

    with pytest.raises(following.NoSuchSecret):
        following.follow(city, number, "", at=NOON)


def test_who_guesses_has_to_wait_and_who_knows_has_not(city):
    number, secret = reported(city)

    for _ in range(following.WRONG_PER_ADDRESS):
        with pytest.raises(following.NoSuchSecret):
            following.follow(city, number, "AAAAA-AAAAA", at=NOON, address="1")

    with pytest.raises(accounts.TooManyTries, match="wait 15 minutes"):
        following.follow(city, number, "AAAAA-AAAAA", at=NOON, address="1")
    assert following.follow(city, number, secret, at=NOON, address="1").report.number == number


def test_a_merged_reporter_follows_his_own_number_and_sees_the_case(city):
    number, _ = reported(city)
    other, secret = reported(city)
    filing.accept(city, other, by="acceptor", at=NOON)
    filing.merge_duplicate(city, other, duplicate_of=number, by="acceptor", at=NOON)
    closed(city, number)

    found = following.follow(city, other, secret, at=NOON + DAY)

    assert (found.report.number, found.origin.number, found.state) == (other, number, "closed")
    assert [one.action for one in found.told] == ["accept", "merge"]


def test_a_report_is_rated_once_when_nothing_more_is_done(city):
    number, secret = reported(city)
    with pytest.raises(StepRefused, match="still being worked on"):
        following.rate(city, number, secret, stars=5, at=NOON)
    case = closed(city, number)

    found = following.rate(city, number, secret, stars=4, words=" quick ", at=NOON + DAY)

    assert (found.rating.stars, found.rating.words) == (4, "quick")
    with pytest.raises(following.RatedAlready):
        following.rate(city, number, secret, stars=1, at=NOON + DAY)
    shown = reading.case_page(city, case, at=NOON + DAY)
    assert [one.stars for one in shown.ratings.values()] == [4]


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(city, stars):
    number, secret = reported(city)
    closed(city, number)

    with pytest.raises(Invalid, match="1 to 5"):
        following.rate(city, number, secret, stars=stars, at=NOON + DAY)


def test_a_reporter_has_a_closed_case_reopened_as_a_step_of_its_history(city):
    number, secret = reported(city)
    case = closed(city, number)

    found = following.reopen(city, number, secret, reason="still there", at=NOON + DAY)

    with database.session(city) as session:
        row, _ = casework.case_of_number(session, case)
        last = casework.history(session, case_id=row.id)[-1]
    assert (last.action, last.by, last.role, last.reason) == ("reopen", "public", "public", "still there")
    assert last.data == {"report": number}
    assert (found.state, row.state, row.closed_at) == ("filed", "filed", None)


def test_a_case_is_reopened_within_its_days_and_with_a_reason(city):
    number, secret = reported(city)
    closed(city, number)

    with pytest.raises(Invalid, match="reason"):
        following.reopen(city, number, secret, reason=" ", at=NOON + DAY)
    with pytest.raises(StepRefused, match="within 15 days"):
        following.reopen(city, number, secret, reason="still there", at=NOON + 16 * DAY)
    assert not following.follow(city, number, secret, at=NOON + 16 * DAY).may_reopen(NOON + 16 * DAY)


def test_a_reporter_does_not_reopen_for_ever(city, monkeypatch):
    monkeypatch.setattr(following, "MOST_REOPENINGS", 1)
    number, secret = reported(city)
    case = closed(city, number)
    following.reopen(city, number, secret, reason="still there", at=NOON + DAY)
    with pytest.raises(StepRefused, match="Only a closed case"):
        following.reopen(city, number, secret, reason="still there", at=NOON + DAY)
    working.force_close(city, case, by="zhao", at=NOON + DAY + HOUR, reason="gone")

    with pytest.raises(StepRefused, match="call the hotline"):
        following.reopen(city, number, secret, reason="still there", at=NOON + 2 * DAY)


def near(engine, at=NOON, **more):
    return nearby.near(engine, 119.605, 39.935, "06012", key=KEY, at=at, **more)


def test_reports_alike_near_by_are_told_without_their_number(city):
    number, _ = reported(city)
    reported(city, x=119.61)

    found = near(city, NOON + HOUR)

    assert [(one.distance_m, one.state) for one in found] == [(0, "reported")]
    assert number not in found[0].handle
    assert near(city, NOON + dt.timedelta(days=300)) == []


def test_who_saw_it_too_is_merged_and_keeps_his_own_number(city):
    number, _ = reported(city)
    handle = near(city)[0].handle
    own, secret = reported(city, at=NOON + HOUR, x=119.60501)

    with database.session(city) as session:
        from gridmgr.store import reports

        told = reports.by_number(session, own)
    given = {"key": KEY, "by": "public", "role": "public", "at": NOON + HOUR}
    joined = nearby.join(city, told, handle, **given)

    found = following.follow(city, own, secret, at=NOON + HOUR)
    assert joined
    assert (found.origin.number, found.report.state, found.told[-1].by) == (number, "duplicate", "public")
    assert nearby.join(city, found.report, handle, **given)


def test_a_handle_of_something_else_joins_nothing(city):
    reported(city)
    own, _ = reported(city)
    with database.session(city) as session:
        from gridmgr.store import reports

        told = reports.by_number(session, own)

    for handle in ("x", "", "é", nearby.handle(KEY, own), nearby.handle("another key", own)):
        assert not nearby.join(city, told, handle, key=KEY, by="public", role="public", at=NOON)
