"""One's own account and the accounts of a city, as people use them."""

import re
import shutil

import pytest
from browser import browsing, looking
from playwright.sync_api import expect
from web import small_city

from gridmgr.store import database

LOOKS = [*browsing.LOOKS, browsing.Look(320, 640, "light", "en")]
ADMINISTRATOR, DISPATCHER, HANDLER = "qinht", "mawb", "zhengq"
NEW = "four unrelated words here"


@pytest.fixture(scope="module")
def address(browser, city_file, tmp_path_factory):
    """The address of a served small city with an administrator, a dispatcher and a handler."""
    folder = tmp_path_factory.mktemp("accounts")
    city = shutil.copyfile(city_file, folder / "city.gpkg")
    engine = database.connect(f"gpkg:///{city}")
    small_city.found(engine)
    small_city.add_account(engine, "administrator", ADMINISTRATOR)
    small_city.add_account(engine, "dispatcher", DISPATCHER)
    small_city.add_account(engine, "handler", HANDLER, area_code="A")
    engine.dispose()
    with browsing.served(city, folder, at=small_city.NOW) as where:
        yield where


def sign_in(page, login, where, password=small_city.PASSWORD):
    """Sign in and go to a page."""
    page.goto(f"/signin?next={where}")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button[type=submit]")
    page.wait_for_url(f"**{where}")
    page.wait_for_selector("[aria-busy=false]")


def in_english(page, where):
    """Show a page in English."""
    page.goto(f"{where}?lang=en")
    page.wait_for_selector("[aria-busy=false]")


def add(page, login, role="collector"):
    """Add an account by the dialog."""
    page.click("#add")
    page.fill("#account-login", login)
    page.fill("#account-name", "李伟")
    page.select_option("#account-role", role)
    page.fill("#account-password", small_city.PASSWORD)
    page.click("dialog button[type=submit]")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_both_pages_and_their_dialogs_read_well_everywhere(page, look):
    sign_in(page, ADMINISTRATOR, "/account")
    found = {}
    for where, opens in (("/account", "#make"), ("/admin/accounts", "#add")):
        page.goto(f"{where}?lang={look.language}")
        page.wait_for_selector("[aria-busy=false]")
        page.wait_for_load_state("networkidle")
        found[where] = looking.blemishes(page, look.language)
        page.click(opens)
        page.wait_for_selector("dialog[open]")
        found[opens] = looking.blemishes(page, look.language)

    assert {place: blemishes for place, blemishes in found.items() if blemishes} == {}


def test_an_administrator_adds_changes_closes_and_finds_an_account(page):
    sign_in(page, ADMINISTRATOR, "/admin/accounts")
    in_english(page, "/admin/accounts")

    add(page, "li.wei")
    page.get_by_role("button", name="Change li.wei", exact=True).click()
    page.select_option("#account-role", "handler")
    page.select_option("#account-department", "SAN")
    page.fill("#account-area", "K1")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog", state="detached")
    page.get_by_role("button", name="Close the account li.wei").click()
    page.wait_for_selector("tr.closed")
    page.fill("#q", "li.w")
    browsing.until(page, lambda: page.locator("tbody tr").count() == 1)

    row = page.locator("tbody tr").inner_text()
    assert all(words in row for words in ("李伟", "li.wei", "Handler", "K1", "Sanitation", "closed"))


def test_a_refusal_is_said_in_the_dialog_and_what_was_typed_stays(page, watch):
    watch.expect("status of 400")
    sign_in(page, ADMINISTRATOR, "/admin/accounts")
    in_english(page, "/admin/accounts")

    add(page, "x", "handler")
    page.wait_for_selector("dialog [role=alert]:not([hidden])")

    expect(page.locator("dialog [role=alert]")).to_have_text(
        "The role handler works for one department: name its code."
    )
    expect(page.locator("#account-login")).to_have_value("x")


def test_a_token_is_shown_once_works_and_is_revoked(page, context, address):
    sign_in(page, DISPATCHER, "/account")
    in_english(page, "/account")
    page.click("#make")
    page.fill("#token-name", "hotline")
    page.check("input[value=see_drafts]")
    page.click("dialog button[type=submit]")
    secret = page.inner_text("#secret")
    header = {"Authorization": f"Bearer {secret}"}

    def status():
        return page.request.get(f"{address}/api/v1/drafts", headers=header).status

    before = status()
    page.reload()
    page.wait_for_selector("tbody tr")
    is_shown = secret in page.content()
    page.get_by_role("button", name="Revoke hotline").click()
    page.wait_for_selector("tbody tr", state="detached")

    assert (before, is_shown, status()) == (200, False, 401)


def test_a_password_is_changed_after_a_mistake_and_the_new_one_signs_in(page, watch):
    watch.expect("status of 401")
    sign_in(page, HANDLER, "/account")
    in_english(page, "/account")

    for old in ("wrong", small_city.PASSWORD):
        page.fill("#old", old)
        page.fill("#new", NEW)
        page.click("#password-form button[type=submit]")
        if old == "wrong":
            page.wait_for_selector("#password-problem:not([hidden])")
            expect(page.locator("#password-problem")).to_contain_text("Tries left")
    page.wait_for_url(re.compile("/signin"))
    sign_in(page, HANDLER, "/account", NEW)

    expect(page).to_have_url(re.compile("/account$"))


def test_the_language_of_ones_pages_is_chosen_with_a_button(page):
    sign_in(page, DISPATCHER, "/account")

    page.click("[data-language=en]")
    page.wait_for_url("**/account?lang=en")

    expect(page.locator("#password-title")).to_have_text("Password")
    page.click("[data-language=zh]")
    page.wait_for_url("**/account?lang=zh")
