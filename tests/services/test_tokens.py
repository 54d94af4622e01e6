"""Tokens of programs: shown once, good for some rights and some days, counted where they are wrong."""

import datetime as dt

import pytest
from web import small_city

from gridmgr.domain.access import Token, rights_for_tokens
from gridmgr.errors import Invalid
from gridmgr.services import accounts, tokens
from gridmgr.services.accounts import changes as account_changes
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import database

NOW = small_city.NOW
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def city(engine):
    small_city.found(engine)
    small_city.add_account(engine, "dispatcher")
    return engine


@pytest.fixture
def account(city):
    with reading(city) as session:
        return account_rows.by_login(session, "dispatcher")


def make(city, account, rights=("see_cases",), days=90, name="hotline", at=NOW):
    return tokens.make(city, account, name=name, rights=list(rights), days=days, by=account.login, at=at)


def test_a_token_stands_for_its_account_until_it_expires(city, account):
    _, secret = make(city, account, days=2)

    mine, shown = tokens.owner(city, secret, at=NOW + 2 * DAY - dt.timedelta(seconds=1))

    assert (mine.login, shown.name, shown.rights) == ("dispatcher", "hotline", ["see_cases"])
    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, secret, at=NOW + 2 * DAY)


def test_a_secret_is_long_unlike_every_other_and_cannot_be_read_from_the_database(city, account):
    (_, one), (_, other) = make(city, account), make(city, account)

    with reading(city) as session:
        stored = [token.token_hash for token in session.query(Token)]
    assert one != other and min(len(one), len(other)) > 45
    assert not {one, other} & set(stored)
    assert stored == [accounts.hashed(one), accounts.hashed(other)]


def test_a_revoked_token_is_over_at_once_and_only_its_owner_revokes_it(city, account):
    made, secret = make(city, account)
    small_city.add_account(city, "planner")
    with reading(city) as session:
        planner = account_rows.by_login(session, "planner")

    with pytest.raises(tokens.NoSuchToken):
        tokens.revoke(city, planner, made.id, by="planner", at=NOW)
    assert tokens.owner(city, secret, at=NOW)
    tokens.revoke(city, account, made.id, by="dispatcher", at=NOW)

    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, secret, at=NOW)
    with pytest.raises(tokens.NoSuchToken):
        tokens.revoke(city, account, made.id, by="dispatcher", at=NOW)
    assert tokens.of_account(city, account) == []


def test_a_token_carries_only_rights_that_its_role_has_and_never_what_is_done_in_person(city, account):
    for right in ("check_case", "keep_account", "manage_accounts", "fly"):
        with pytest.raises(Invalid, match=right):
            make(city, account, ["see_cases", right])

    made, _ = make(city, account, rights_for_tokens("dispatcher")[::-1])
    assert made.rights == rights_for_tokens("dispatcher")


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 101}, {"days": 0}, {"days": 367}])
def test_a_token_without_a_name_or_without_an_end_is_refused(city, account, wrong):
    with pytest.raises(Invalid):
        make(city, account, **wrong)


def test_an_account_has_at_most_twenty_that_hold(city, account, monkeypatch):
    monkeypatch.setattr(tokens, "MOST", 2)
    make(city, account, days=1)
    made, _ = make(city, account)

    with pytest.raises(tokens.TooManyTokens):
        make(city, account)
    tokens.revoke(city, account, made.id, by="dispatcher", at=NOW)
    make(city, account)

    make(city, account, at=NOW + DAY)
    assert len(tokens.of_account(city, account)) == 3


def test_it_is_kept_to_the_minute_when_a_token_was_last_shown(city, account):
    _, secret = make(city, account)

    def seen():
        return tokens.of_account(city, account)[0].last_used_at

    assert seen() is None
    for seconds, expected in ((0, 0), (59, 0), (60, 60)):
        tokens.owner(city, secret, at=NOW + dt.timedelta(seconds=seconds))
        assert seen() == NOW + dt.timedelta(seconds=expected)


def test_wrong_tokens_of_one_address_are_counted_and_a_right_one_still_works(city, account, monkeypatch):
    monkeypatch.setattr(tokens, "WRONG_PER_ADDRESS", 2)
    _, secret = make(city, account)

    for number, kind in enumerate((tokens.WrongToken, tokens.WrongToken, accounts.TooManyTries, accounts.TooManyTries)):
        with pytest.raises(kind):
            tokens.owner(city, f"guess {number}", at=NOW, address="192.0.2.1")

    assert tokens.owner(city, secret, at=NOW, address="192.0.2.1")
    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, "guess", at=NOW, address="192.0.2.2")
    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, "guess", at=NOW + accounts.PAUSE, address="192.0.2.1")


@pytest.fixture
def elsewhere(city):
    """The same city, as another process has it open."""
    other = database.connect(city.url.render_as_string(hide_password=False))
    yield other
    other.dispose()


def test_a_token_of_a_closed_account_is_refused(city, account, elsewhere):
    _, secret = make(city, account)
    assert tokens.owner(elsewhere, secret, at=NOW)
    with writing(city) as session:
        session.merge(account).disabled_at = NOW

    for engine in (city, elsewhere):
        with pytest.raises(tokens.WrongToken):
            tokens.owner(engine, secret, at=NOW)


def test_a_token_is_of_the_account_as_it_is_by_now(city, account, elsewhere):
    _, secret = make(city, account)
    assert tokens.owner(elsewhere, secret, at=NOW)[0].role == "dispatcher"

    account_changes.change(city, "dispatcher", by="root", at=NOW, role="acceptor", name="Li Ming")

    mine, _ = tokens.owner(elsewhere, secret, at=NOW)
    assert (mine.role, mine.name) == ("acceptor", "Li Ming")


def test_a_token_revoked_elsewhere_is_over_at_once(city, account, elsewhere):
    made, secret = make(city, account)
    assert tokens.owner(elsewhere, secret, at=NOW)

    tokens.revoke(city, account, made.id, by="dispatcher", at=NOW)

    with pytest.raises(tokens.WrongToken):
        tokens.owner(elsewhere, secret, at=NOW)


def test_a_token_that_was_shown_is_not_read_again(city, account, monkeypatch):
    _, secret = make(city, account)
    tokens.owner(city, secret, at=NOW)
    monkeypatch.setattr(tokens.token_rows, "by_hash", lambda *_: pytest.fail("The token was read again."))

    assert tokens.owner(city, secret, at=NOW)
