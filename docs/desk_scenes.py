"""The scenes of the dispatchers' document: the queue with a case near a border, a selection, a dispute, two reports side by side."""


def queue(page, look):
    """Show the cases near a border, with who could have the first."""
    sign_in(page, look, "mawenbo")
    page.click("#narrowed .chip >> nth=0")
    page.wait_for_selector("#case .cand:nth-of-type(2)")
    page.wait_for_selector(".flag button")
    shown(page)


def bulk(page, look):
    """Show three cases chosen."""
    sign_in(page, look, "mawenbo")
    for _ in range(2):
        page.keyboard.press("Shift+J")
        shown(page)


def dispute(page, look):
    """Show a dispute that a supervisor settles, with the rule it writes."""
    sign_in(page, look, "zhaofengying")
    page.click("#tab-disputes")
    page.wait_for_selector("#case [data-step=settle]")
    shown(page)
    page.click("#case [data-step=settle]")
    page.wait_for_selector("dialog #step-area")


def filing(page, look):
    """Show a report that is filed: category, condition, and what follows."""
    sign_in(page, look, "hejianhua")
    page.click("#main-step")
    page.wait_for_selector("#rows .gone")
    page.click("#rows .gone")
    page.wait_for_selector("#case [data-step=file]")
    page.click("#case [data-step=file]")
    page.wait_for_selector("dialog .preview dl")


def sign_in(page, look, login):
    """Sign in at the desk and wait until a case is open."""
    page.goto("/signin?next=/dispatch")
    page.fill("#login", login)
    page.fill("#password", login)
    page.click("button[type=submit]")
    page.wait_for_url("**/dispatch")
    page.goto(f"/dispatch?lang={look.language}")
    page.wait_for_selector("#rows .q")
    shown(page)


def shown(page):
    """Wait until the open case and the map are there."""
    page.wait_for_selector("#case .chain")
    page.wait_for_selector("#case .cand, #case .note")
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    page.wait_for_load_state("networkidle")
