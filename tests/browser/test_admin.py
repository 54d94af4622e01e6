"""The pages of administrators and the second factor, as people use them."""

import datetime as dt
import shutil

import pyotp
import pytest
from browser import browsing, looking
from playwright.sync_api import expect
from web import small_city

from gridmgr.store import database

ADMINISTRATOR = "qinht"
PAGES = ("accounts", "staff", "matrix", "calendar", "layers", "trail", "health")
LOOKS = [browsing.Look(1440, 900, "light", "zh"), browsing.Look(390, 844, "dark", "en")]


@pytest.fixture(scope="module")
def address(browser, city_file, tmp_path_factory):
    """The address of a served small city with an administrator."""
    folder = tmp_path_factory.mktemp("admin")
    city = shutil.copyfile(city_file, folder / "city.gpkg")
    engine = database.connect(f"gpkg:///{city}")
    small_city.found(engine)
    small_city.add_account(engine, "administrator", ADMINISTRATOR)
    small_city.add_account(engine, "planner", "linxy")
    engine.dispose()
    with browsing.served(city, folder, at=small_city.NOW) as where:
        yield where


def sign_in(page, login, where):
    """Show the password and go to a page."""
    page.goto(f"/signin?next={where}")
    page.fill("#login", login)
    page.fill("#password", small_city.PASSWORD)
    page.click("button[type=submit]")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_of_administration_reads_well(page, look):
    sign_in(page, ADMINISTRATOR, "/admin")
    found = {}
    for name in PAGES:
        page.goto(f"/admin/{name}?lang={look.language}")
        page.wait_for_load_state("networkidle")
        found[name] = looking.blemishes(page, look.language)
        if name == "calendar":
            page.click("[data-date$='-05-05']")
            page.select_option("#day-kind", "holiday")
            page.click("dialog button[type=submit]")
            page.wait_for_selector("dialog .outcome .note")
            found["day"] = looking.blemishes(page, look.language)

    assert {name: blemishes for name, blemishes in found.items() if blemishes} == {}


def test_a_day_a_sheet_and_the_trail_are_looked_at_before_they_are_done(page, watch, tmp_path):
    watch.expect("status of 400")
    sheet = tmp_path / "people.csv"
    sheet.write_text("person,name,grid,role\nP-9,赵新,Z9,deputy\n", encoding="utf-8")
    sign_in(page, ADMINISTRATOR, "/admin/calendar?lang=en")
    page.wait_for_url("**/admin/calendar?lang=en")
    page.wait_for_load_state("networkidle")
    page.click("[data-date='2026-05-06']")
    page.select_option("#day-kind", "holiday")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .note")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("[data-date='2026-05-06'].holiday")

    page.goto("/admin/staff")
    page.wait_for_load_state("networkidle")
    page.click("[data-import=staff]")
    page.set_input_files("#import-file", sheet)
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog [role=alert]:not([hidden])")
    refused = page.inner_text("dialog [role=alert]")
    sheet.write_text("person,name,grid,role\nP-9,赵新,A,deputy\n", encoding="utf-8")
    page.set_input_files("#import-file", sheet)
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .outcome li")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("text=赵新")

    page.goto("/admin/trail")
    page.wait_for_load_state("networkidle")
    page.click("#verify")
    page.wait_for_selector("#verified .green")

    assert "people.csv: row 2, grid" in refused
    expect(page.locator("tbody tr", has_text="import_staff")).to_have_count(1)


def test_a_phone_is_taken_into_use_and_asked_for_at_the_next_sign_in(page, watch):
    watch.expect("status of 401")
    sign_in(page, "linxy", "/account?lang=en")
    page.get_by_role("button", name="Take a phone into use").click()
    page.fill("#second-password", small_city.PASSWORD)
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .qr")
    secret = pyotp.TOTP(page.inner_text("dialog .qrsecret"))
    codes = typed(page, secret)
    page.keyboard.press("Escape")
    page.context.clear_cookies()

    sign_in(page, "linxy", "/account?lang=en")
    page.wait_for_selector("#code")
    blemishes = looking.blemishes(page, "zh")
    page.fill("#code", "000000")
    page.click("button[type=submit]")
    problem = page.inner_text("#problem")
    page.fill("#code", codes[0])
    page.click("button[type=submit]")
    page.wait_for_url("**/account?lang=en")
    page.wait_for_selector("#second[aria-busy=false]")

    assert blemishes == []
    assert "4" in problem
    expect(page.locator("#second")).to_contain_text("Recovery codes left: 9.")


def typed(page, secret):
    """Type the code of the served city's clock and return the recovery codes."""
    at = page.evaluate("JSON.parse(document.getElementById('page').textContent).now")
    page.fill("#second-code", secret.at(dt.datetime.fromisoformat(at)))
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .codes")
    return page.locator("dialog .codes code").all_inner_texts()
