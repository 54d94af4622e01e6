"""The scenes of the public page's document: a report half made, one that is followed, and who is responsible."""

import field_scenes

TOWN = (119.603, 39.931)


def report(page, look):
    """Show a report half made: spot, photo and kind are chosen."""
    begin(page, look)
    page.click(".opts label:nth-child(1)")
    page.set_input_files("#photo", field_scenes.photo())
    page.wait_for_selector(".pics img")
    page.wait_for_load_state("networkidle")
    page.locator(".finder").evaluate("one => one.scrollIntoView({ block: 'nearest' })")


def follow(page, look):
    """Show a report that was just sent."""
    report(page, look)
    page.click("#send")
    page.click(".receipt a.primary")
    page.wait_for_selector(".steps li")


def who(page, look):
    """Show who is responsible for a spot."""
    begin(page, look)
    page.evaluate("() => (location.hash = '#who')")
    page.wait_for_selector(".duties li")


def begin(page, look):
    """Open the page and put the pin."""
    page.goto("/report")
    page.wait_for_selector(".leaflet-container canvas")
    box = page.locator(".leaflet-container").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.55)
    page.wait_for_selector(".spotline small, .spotline .grow:not(:has(.faint))")
    page.wait_for_timeout(800)
