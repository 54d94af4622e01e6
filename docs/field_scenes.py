"""The scenes of the field's document: a patch, a case, a report and the queue, on a phone of the demo city."""

import io

from PIL import Image

HANDLER, COLLECTOR = "zhengqiang", "liuyang"
HERE = {"longitude": 119.5995, "latitude": 39.9325, "accuracy": 12}
BIN = (62, 92, 74)


def patch(page, look):
    """Show the patch of a collector with what is to be checked."""
    signed_in(page, look, COLLECTOR)
    page.wait_for_selector(".items .it b")


def case(page, look):
    """Show a case that is being handled, with the photo of the work done."""
    signed_in(page, look, HANDLER)
    number = page.evaluate(
        """() => fetch("/api/v1/field/patch").then((answer) => answer.json()).then(({ tasks }) =>
            tasks.find(({ possible }) => possible.some((one) => one.action === "handle" && !one.forbidden)).number)"""
    )
    page.evaluate("(number) => (location.hash = `#case/${number}`)", number)
    page.set_input_files("#photo-after", photo())
    page.wait_for_selector(".big .shot img")
    page.locator(".checklist input").first.check()


def report(page, look):
    """Show a report half made: the photo taken, the kind chosen."""
    signed_in(page, look, COLLECTOR)
    page.click("#report")
    page.set_input_files("#photo-report", photo())
    page.wait_for_selector(".shots .shot img")
    page.click(".cats [data-code='06010']")
    page.wait_for_load_state("networkidle")


def queue(page, look):
    """Show what waits on a phone that has lost the net."""
    report(page, look)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); dispatchEvent(new Event('offline')); }")
    page.click("#send")
    page.wait_for_selector(".offl")
    page.click(".offl")
    page.wait_for_selector(".queuelist .it")


def signed_in(page, look, login):
    """Sign in on a phone that knows where it is."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.goto(f"/signin?next=/field&lang={look.language}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_selector("#phone[aria-busy=false]")
    page.wait_for_load_state("networkidle")


def photo():
    """Return a picture as a phone would take it; nothing but light and shade."""
    file = io.BytesIO()
    shade = Image.radial_gradient("L").resize((1600, 1200)).point(lambda value: 255 - value // 2)
    Image.merge("RGB", [shade.point(lambda value, part=part: value * part // 110) for part in BIN]).save(file, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
