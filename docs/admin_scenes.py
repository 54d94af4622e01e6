"""Scenes of administration, as the documents show them."""


def sign_in(page, look, login="qinhaitao"):
    """Sign in as the administrator of the demo city."""
    page.goto("/signin?next=/account")
    page.fill("#login", login)
    page.fill("#password", login)
    page.click("button[type=submit]")
    page.wait_for_url("**/account")
    page.goto(f"/account?lang={look.language}")


def calendar(page, look):
    """Make a day a holiday and look at how many deadlines would move."""
    sign_in(page, look)
    page.goto("/admin/calendar?year=2026")
    page.wait_for_load_state("networkidle")
    page.click("[data-date='2026-05-06']")
    page.select_option("#day-kind", "holiday")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .note")


def matrix(page, look):
    """Show who owns what where."""
    sign_in(page, look)
    page.goto("/admin/matrix")
    page.wait_for_load_state("networkidle")


def second_factor(page, look):
    """Take a phone into use as far as its picture."""
    sign_in(page, look, "mawenbo")
    page.wait_for_selector("#second[aria-busy=false] button")
    page.locator("#second button").first.click()
    page.fill("#second-password", "mawenbo")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog .qr")
