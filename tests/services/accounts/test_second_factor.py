"""The second factor: taken into use with a first code, asked for at each sign-in, each code good once."""

import concurrent.futures
import datetime as dt

import pyotp
import pytest

from gridmgr.domain.access import SignIn
from gridmgr.domain.grids import City
from gridmgr.services import accounts, trail
from gridmgr.services.accounts import second_factor, signing_in
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities

NOW = dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)
PASSWORD = "海港区-correct horse"

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def city(engine):
    with writing(engine) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490))
        for login, role in (("li.wei", "planner"), ("chief", "administrator")):
            accounts.add_account(session, login=login, password=PASSWORD, name="李伟", role=role, at=NOW)
    return engine


def the_account(city, login="li.wei"):
    with reading(city) as session:
        return second_factor.changes.found(session, login)


def code_of(secret, at):
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def wrong(secret, at):
    return f"{(int(code_of(secret, at)) + 7) % 1_000_000:06}"


def enrolled(city, at=NOW):
    """Return (secret, codes for paper) of li.wei, who has taken a phone into use."""
    secret, _ = second_factor.begin(city, the_account(city), PASSWORD, at=at)
    return secret, second_factor.confirm(city, the_account(city), code_of(secret, at), at=at)


def halfway(city, at=LATER):
    """Return the token of a sign-in that waits for its second step."""
    with pytest.raises(signing_in.SecondStepNeeded) as needed:
        signing_in.sign_in(city, "li.wei", PASSWORD, at=at)
    return needed.value.waiting


def sessions(city):
    with reading(city) as session:
        return session.query(SignIn).count()


def deeds(city):
    return [entry.action for entry in trail.listed(city, limit=20)]


def test_a_phone_counts_only_after_its_first_code(city):
    secret, uri = second_factor.begin(city, the_account(city), PASSWORD, at=NOW)

    signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)
    codes = second_factor.confirm(city, the_account(city), code_of(secret, NOW), at=NOW)

    assert "issuer=%E7%A7%A6%E7%9A%87%E5%B2%9B" in uri and secret in uri
    assert len(set(codes)) == 10
    assert second_factor.state(city, the_account(city))["is_on"]
    assert halfway(city)


def test_there_is_no_session_before_the_second_step(city):
    secret, _ = enrolled(city)

    waiting = halfway(city)
    before = sessions(city)
    account, token, codes = signing_in.finish(city, waiting, code_of(secret, LATER), at=LATER)

    assert (before, codes) == (0, None)
    assert accounts.account_of(city, waiting, at=LATER) is None
    assert accounts.account_of(city, token, at=LATER).login == account.login == "li.wei"


def test_a_code_is_good_once_even_in_another_sign_in_at_the_same_moment(city):
    secret, _ = enrolled(city)
    halves = [halfway(city) for _ in range(4)]

    def finish(waiting):
        try:
            return signing_in.finish(city, waiting, code_of(secret, LATER), at=LATER)[1]
        except second_factor.WrongCode:
            return None

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        opened = [token for token in pool.map(finish, halves) if token]

    assert len(opened) == sessions(city) == 1


def test_the_code_that_took_the_phone_into_use_does_not_sign_in_too(city):
    secret, _ = enrolled(city)

    with pytest.raises(second_factor.WrongCode):
        signing_in.finish(city, halfway(city, NOW), code_of(secret, NOW), at=NOW)


@pytest.mark.parametrize(("off", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_clock_of_a_phone_may_be_half_a_minute_off(city, off, is_good):
    secret, _ = enrolled(city)
    waiting = halfway(city)
    code = code_of(secret, LATER + dt.timedelta(seconds=off))

    if is_good:
        assert signing_in.finish(city, waiting, f"{code[:3]} {code[3:]}", at=LATER)
    else:
        with pytest.raises(second_factor.WrongCode):
            signing_in.finish(city, waiting, code, at=LATER)


def test_a_wrong_code_says_how_many_tries_are_left_and_a_right_password_gives_none_back(city):
    secret, _ = enrolled(city)
    left = []
    for _ in range(5):
        waiting = halfway(city)
        with pytest.raises(second_factor.WrongCode) as refused:
            signing_in.finish(city, waiting, wrong(secret, LATER), at=LATER)
        left.append(refused.value.fields["count"])
        with writing(city) as session:
            accounts.account_rows.forget_tries(session, "sign_in", accounts.hashed("li.wei"))

    with pytest.raises(accounts.TooManyTries):
        signing_in.finish(city, waiting, code_of(secret, LATER), at=LATER)

    assert left == [4, 3, 2, 1, 0]


def test_a_recovery_code_takes_the_place_of_the_phone_once(city):
    _, codes = enrolled(city)

    signing_in.finish(city, halfway(city), codes[3].lower().replace("-", " "), at=LATER)
    with pytest.raises(second_factor.WrongCode):
        signing_in.finish(city, halfway(city), codes[3], at=LATER)

    assert second_factor.state(city, the_account(city))["recovery_left"] == 9
    assert "use_recovery_code" in deeds(city)


def test_new_recovery_codes_take_the_place_of_the_old(city):
    secret, old = enrolled(city)

    new = second_factor.renew_recovery(city, the_account(city), code_of(secret, LATER), at=LATER)

    with pytest.raises(second_factor.WrongCode):
        second_factor.check(city, the_account(city), old[0], at=LATER)
    second_factor.check(city, the_account(city), new[0], at=LATER)


def test_another_phone_needs_the_password_and_the_first_goes_on_until_then(city):
    secret, _ = enrolled(city)
    with pytest.raises(accounts.WrongPassword):
        second_factor.begin(city, the_account(city), "not this one", at=LATER)
    other, _ = second_factor.begin(city, the_account(city), PASSWORD, at=LATER)

    second_factor.check(city, the_account(city), code_of(secret, LATER), at=LATER)
    second_factor.confirm(city, the_account(city), code_of(other, LATER), at=LATER)

    later = LATER + dt.timedelta(minutes=2)
    with pytest.raises(second_factor.WrongCode):
        second_factor.check(city, the_account(city), code_of(secret, later), at=later)


def test_a_role_that_must_have_one_takes_its_phone_before_its_first_session(city):
    second_factor.set_roles(city, ["planner"], by="chief", at=NOW)
    waiting = halfway(city, NOW)
    _, step, (secret, _) = signing_in.halfway(city, waiting, at=NOW)

    account, token, codes = signing_in.finish(city, waiting, code_of(secret, NOW), at=NOW)

    assert (step, len(codes)) == ("enrol", 10)
    assert accounts.account_of(city, token, at=NOW).login == account.login
    with pytest.raises(second_factor.SecondFactorRequired):
        second_factor.drop(city, account, codes[0], at=NOW)
    assert signing_in.sign_in(city, "chief", PASSWORD, at=NOW)


def test_who_may_go_without_gives_it_up_with_a_code(city):
    secret, _ = enrolled(city)
    with pytest.raises(second_factor.WrongCode):
        second_factor.drop(city, the_account(city), wrong(secret, LATER), at=LATER)

    second_factor.drop(city, the_account(city), code_of(secret, LATER), at=LATER)

    assert signing_in.sign_in(city, "li.wei", PASSWORD, at=LATER)


def test_a_reset_ends_sessions_and_is_in_the_trail(city):
    secret, _ = enrolled(city)
    _, token, _ = signing_in.finish(city, halfway(city), code_of(secret, LATER), at=LATER)

    second_factor.reset(city, "li.wei", by=the_account(city, "chief"), at=LATER)

    assert accounts.account_of(city, token, at=LATER) is None
    assert signing_in.sign_in(city, "li.wei", PASSWORD, at=LATER)
    assert deeds(city)[0] == "reset_second_factor"
    with pytest.raises(second_factor.NoSecondFactor):
        second_factor.reset(city, "li.wei", by="root", at=LATER)


@pytest.mark.parametrize("waiting", [None, "", "guess"])
def test_a_second_step_without_a_first_is_refused(city, waiting):
    enrolled(city)

    with pytest.raises(signing_in.StepOver):
        signing_in.finish(city, waiting, "123456", at=LATER)


def test_the_second_step_waits_ten_minutes_and_not_for_a_password_that_was_changed(city):
    secret, _ = enrolled(city)
    late, changed = halfway(city), halfway(city)
    end = LATER + signing_in.PATIENCE

    with pytest.raises(signing_in.StepOver):
        signing_in.finish(city, late, code_of(secret, end), at=end)
    accounts.change_password(city, "li.wei", PASSWORD, "another long one", at=LATER)
    with pytest.raises(signing_in.StepOver):
        signing_in.finish(city, changed, code_of(secret, LATER), at=LATER)


@pytest.mark.parametrize("code", ["", " ", "１２３", "\x00", "😀", "A" * 1000, "-----"])
def test_nonsense_is_a_wrong_code(city, code):
    enrolled(city)

    with pytest.raises(second_factor.WrongCode):
        second_factor.check(city, the_account(city), code, at=LATER)
