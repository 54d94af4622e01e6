"""Accounts are added, changed, closed and opened, by administrators within their own area."""

import concurrent.futures
import datetime as dt

import pytest
from web import small_city

from gridmgr.domain.access import Account
from gridmgr.errors import Invalid, NotSignedIn
from gridmgr.services import accounts, tokens
from gridmgr.services.accounts import changes as account_changes
from gridmgr.services.accounts import permitting, signing_in
from gridmgr.services.transactions import reading
from gridmgr.store import accounts as account_rows
from gridmgr.store import trail

NOW = small_city.NOW
PASSWORD = small_city.PASSWORD

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def city(engine):
    small_city.found(engine)
    return engine


def add(city, login="li.wei", role="dispatcher", *, by="root", **more):
    facts = {"login": login, "name": "李伟", "role": role, "password": PASSWORD, **more}
    return account_changes.add(city, by=by, at=NOW, **facts)


def change(city, login="li.wei", *, by="root", **changes):
    return account_changes.change(city, login, by=by, at=NOW, **changes)


def signed_in(city, login="li.wei", password=PASSWORD):
    return signing_in.sign_in(city, login, password, at=NOW)[1]


def stored(city, login="li.wei"):
    with reading(city) as session:
        return account_rows.by_login(session, login)


def test_a_role_an_area_and_a_department_change_together_and_at_once(city):
    add(city)
    token = signed_in(city)

    change(city, role="handler", area_code="K1", department_code="SAN", name="李小伟", language="en")

    now = accounts.account_of(city, token, at=NOW)
    assert (now.role, now.area_code, now.department_code, now.name, now.language) == (
        "handler",
        "K1",
        "SAN",
        "李小伟",
        "en",
    )


def test_closing_ends_sessions_and_tokens_and_opening_brings_neither_back(city):
    account = add(city)
    session = signed_in(city)
    _, secret = tokens.make(city, account, name="script", rights=[], days=1, by="li.wei", at=NOW)

    change(city, is_closed=True)
    with pytest.raises(NotSignedIn, match="closed"):
        signed_in(city)
    change(city, is_closed=False)

    assert accounts.account_of(city, session, at=NOW) is None
    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, secret, at=NOW)
    assert signed_in(city)


def test_another_password_ends_sessions_and_a_lock_out(city):
    add(city)
    session = signed_in(city)
    for _ in range(5):
        with pytest.raises(accounts.WrongPassword):
            signed_in(city, password="wrong")

    change(city, password="four unrelated words here")

    assert accounts.account_of(city, session, at=NOW) is None
    assert signed_in(city, password="four unrelated words here")
    with pytest.raises(accounts.WrongPassword):
        signed_in(city)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"role": "emperor"}, "emperor"),
        ({"role": "handler"}, "works for one department"),
        ({"area_code": "nowhere"}, "nowhere"),
        ({"department_code": "ZZZ"}, "ZZZ"),
        ({"language": "fr"}, "fr"),
        ({"name": " "}, "name of a person"),
        ({"password": "Password123!"}, "easy to guess"),
    ],
)
def test_a_change_that_cannot_be_leaves_everything_as_it_was(city, changes, named):
    add(city)
    token = signed_in(city)

    with pytest.raises(Invalid, match=named):
        change(city, area_code="K2", **changes) if "area_code" not in changes else change(city, **changes)

    kept = accounts.account_of(city, token, at=NOW)
    assert (kept.role, kept.area_code, kept.department_code, kept.name) == ("dispatcher", "", "", "李伟")


def test_the_last_administrator_of_the_city_stays(city):
    add(city, "head", "administrator")
    add(city, "district", "administrator", area_code="K1")

    for changes in ({"is_closed": True}, {"role": "planner"}, {"area_code": "K1"}, {"department_code": "SAN"}):
        with pytest.raises(account_changes.LastAdministrator):
            change(city, "head", **changes)
    add(city, "second", "administrator")
    change(city, "head", is_closed=True)

    assert stored(city, "head").disabled_at == NOW


def test_two_administrators_who_close_each_other_at_once_leave_one(city):
    add(city, "one", "administrator")
    add(city, "other", "administrator")

    def close(login):
        try:
            change(city, login, is_closed=True)
        except account_changes.LastAdministrator:
            return "stays"

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(close, ("one", "other")))

    assert sorted(answers, key=str) == [None, "stays"]
    assert sorted(stored(city, login).disabled_at is None for login in ("one", "other")) == [False, True]


def test_an_administrator_of_an_area_keeps_to_it(city):
    district = add(city, "district", "administrator", area_code="K1")
    add(city, "inside", area_code="A")
    add(city, "outside", area_code="C")
    add(city, "everywhere")

    change(city, "inside", by=district, name="王")
    for login in ("outside", "everywhere"):
        with pytest.raises(permitting.Elsewhere):
            change(city, login, by=district, name="王")
    with pytest.raises(permitting.Elsewhere):
        change(city, "inside", by=district, area_code="")
    with pytest.raises(permitting.Elsewhere):
        add(city, "new", by=district, area_code="K2")
    add(city, "new", by=district, area_code="B")

    listed, _ = account_changes.listed(city, district, at=NOW)
    assert [one.login for one in listed] == ["district", "inside", "new"]
    assert stored(city, "inside").area_code == "A"
    assert stored(city, "inside").name == "王"


def test_an_administrator_of_an_area_cannot_make_who_acts_on_the_whole_city(city):
    district = add(city, "district", "administrator", area_code="K1")
    add(city, "draws", "planner", area_code="A")

    for refused in (
        lambda: add(city, "new", "planner", by=district, area_code="A"),
        lambda: change(city, "draws", by=district, password="four unrelated words here"),
        lambda: change(city, "district", by=district, role="planner"),
    ):
        with pytest.raises(account_changes.CityWide):
            refused()

    assert signed_in(city, "draws")


def test_the_area_is_that_of_the_boundaries_in_force_at_that_instant(city):
    before = small_city.FIRST - dt.timedelta(seconds=1)
    district = Account("d", "d", "", "administrator", NOW, area_code="K1")

    assert permitting.permits(city, district, "A", "", at=NOW)
    assert not permitting.permits(city, district, "C", "", at=NOW)
    assert not permitting.permits(city, district, "A", "", at=before)


def test_accounts_are_listed_in_pages_by_login_and_found_by_name(city, monkeypatch):
    monkeypatch.setattr(account_changes, "AT_ONCE", 2)
    for number in range(5):
        add(city, f"login{number}", "collector" if number % 2 else "acceptor", name=f"Person_{number}%")

    first, more = account_changes.listed(city, "root", at=NOW, limit=3)
    rest, end = account_changes.listed(city, "root", at=NOW, limit=3, after=first[-1].login)
    odd, _ = account_changes.listed(city, "root", at=NOW, role="collector")
    named, _ = account_changes.listed(city, "root", at=NOW, containing="person_3%")
    wild, _ = account_changes.listed(city, "root", at=NOW, containing="%_%")

    assert [[one.login[-1] for one in page] for page in (first, rest, odd)] == [["0", "1", "2"], ["3", "4"], ["1", "3"]]
    assert (more, end) == (True, False)
    assert [one.login for one in named] == ["login3"]
    assert wild == []


def test_what_was_done_to_accounts_is_in_the_trail_without_a_password(city):
    add(city, by="root")
    change(city, role="acceptor", password="four unrelated words here")
    accounts.change_password(city, "li.wei", "four unrelated words here", "other unrelated words", at=NOW)

    with reading(city) as session:
        entries = trail.unsealed_entries(session, 10)
    told = [(one.by, one.action, one.subject) for one in entries]
    assert told == [
        ("root", "add_account", "account:li.wei"),
        ("root", "change_account", "account:li.wei"),
        ("li.wei", "change_password", "account:li.wei"),
    ]
    assert entries[1].data["role"] == ["dispatcher", "acceptor"]
    assert "unrelated" not in str([one.data for one in entries])
