"""Scripts and styles are kept by the browser for as long as they stay what they are."""

import re
import types

import pytest

from gridmgr.web import assets, auth


def addresses(client):
    """Return the addresses of ours that the map's page names."""
    return sorted(set(re.findall(r'"(/static/v-[^"]+)"', client.get("/map").text)))


def test_every_file_that_a_page_names_may_be_kept_for_good(client):
    found = addresses(client)
    answers = [client.get(address, buffered=True) for address in found]

    assert any(address.endswith("/js/map.js") for address in found)
    assert any(address.endswith("/css/tokens.css") for address in found)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {assets.A_YEAR}


def test_a_changed_file_has_another_address(client, monkeypatch, tmp_path):
    before = assets.digest()
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "map.js").write_text("changed")

    monkeypatch.setattr(assets.resources, "directory", lambda name: tmp_path)

    assert assets.digest() != before


def test_the_files_are_looked_at_at_most_once_a_second_and_nobody_is_asked_who_wants_them(sign_in, monkeypatch):
    looks, clock = [], types.SimpleNamespace(monotonic=lambda: len(clock.passed), passed=[])
    monkeypatch.setattr(assets, "time", clock)
    monkeypatch.setattr(assets, "seen", {})
    monkeypatch.setattr(assets, "state_of", lambda folder: looks.append(folder) or "0123456789abcdef")
    browser, _ = sign_in("dispatcher")
    monkeypatch.setattr(auth.accounts, "account_of", lambda *_, **__: pytest.fail("the account was looked up"))

    def ask():
        return browser.get("/static/v-0123456789abcdef/js/map.js", buffered=True).headers["Cache-Control"]

    kept = [ask() for _ in range(3)]
    clock.passed.append("a second")
    kept.append(ask())

    assert kept == [assets.A_YEAR] * 4
    assert len(looks) == 2


def test_an_address_of_another_state_is_not_kept(client):
    answer = client.get("/static/v-0123456789abcdef/js/map.js", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["../pyproject.toml", "%2e%2e/pyproject.toml", "js/nothing.js", "js"])
def test_nothing_outside_static_is_given(client, path):
    address = addresses(client)[0].split("/css/")[0].split("/img/")[0].split("/js/")[0]

    assert client.get(f"{address}/{path}").status_code == 404
