"""The field phone: it works without a net, and what was done there arrives exactly once; over https it knows where it is."""

import base64
import contextlib
import hashlib
import io
import time

import pytest
import trustme
from browser import browsing, looking
from PIL import Image
from playwright.sync_api import expect

HANDLER, COLLECTOR, OFFICE, SUPERVISOR = "zhengqiang", "liuyang", "sunlirong", "zhaofengying"
HAND = browsing.Look(*browsing.HAND)
SLOW_S = 3
"""So long an answer is on its way on a net like that of a cellar."""
TASK = """async (action) => {
    const { tasks } = await (await fetch("/api/v1/field/patch")).json();
    return tasks.find(({ possible }) => possible.some((one) => one.action === action && !one.forbidden)).number;
}"""
WORKING = "() => navigator.serviceWorker.ready.then(({ active }) => Boolean(active))"
SOONER = "const { timeout } = AbortSignal; AbortSignal.timeout = (within) => timeout.call(AbortSignal, within / 20);"
"""Minutes of patience become seconds."""
CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"


def photo(colour):
    """Return a photo as a phone takes it, larger than it is sent."""
    file = io.BytesIO()
    Image.effect_noise((2400, 1800), 40).convert("RGB").point(lambda value: (value + colour) % 256).save(file, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def sign_in(page, login, language="zh"):
    """Sign in and wait until the field is there."""
    page.goto(f"/signin?next=/field&lang={language}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", login)
    page.click("button[type=submit]")
    ready(page)


def ready(page):
    page.wait_for_selector("#phone[aria-busy=false]")


def keep(page):
    """Wait until the worker has all that the page needs."""
    page.wait_for_function(WORKING)
    page.wait_for_function(CONTROLLED)
    page.wait_for_load_state("networkidle")


def waiting(page):
    """Return how many things wait to be sent."""
    return page.evaluate(
        """() => new Promise((done) => {
            const opened = indexedDB.open("gridmgr-field");
            opened.onsuccess = () => {
                const asked = opened.result.transaction("queue").objectStore("queue").count();
                asked.onsuccess = () => (opened.result.close(), done(asked.result));
            };
        })"""
    )


def report(page):
    """Report rubbish with a photo."""
    page.click("#report")
    page.set_input_files("#photo-report", photo(30))
    page.wait_for_selector(".shots .shot")
    page.click(".cats [data-code='06010']")
    page.wait_for_selector(".picker .note")
    page.click("#send")
    page.wait_for_selector(".patch .items")


def hand_in(page, number):
    """Hand a case in with a photo of the work done."""
    page.evaluate("(number) => (location.hash = `#case/${number}`)", number)
    page.set_input_files("#photo-after", photo(90))
    page.wait_for_selector(".big .shot img")
    for box in page.query_selector_all(".checklist input"):
        box.check()
    page.click("#handle")
    page.wait_for_selector(".patch .items")


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_on_a_slow_net_what_is_done_now_is_not_of_the_future(page, watch):
    def slowly(route):
        time.sleep(SLOW_S)
        route.continue_()

    page.route("**/api/v1/field/patch*", slowly)
    sign_in(page, HANDLER)
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/reports")) as answered:
        report(page)

    assert answered.value.status == 201, answered.value.text()
    browsing.until(page, lambda: waiting(page) == 0)
    made = answered.value.json()["report"]
    assert made["observed_at"] <= made["received_at"]


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_a_net_that_falls_silent_is_given_up_and_what_waits_is_sent_later(page, context, watch):
    context.add_init_script(SOONER)
    sign_in(page, HANDLER)
    silent = []
    page.route("**/api/v1/reports", lambda route: silent.append(route), times=1)

    report(page)
    browsing.until(page, lambda: silent and page.locator(".offl").is_visible())
    page.evaluate("() => dispatchEvent(new Event('online'))")
    browsing.until(page, lambda: waiting(page) == 0)

    assert len(silent) == 1
    expect(page.locator(".offl")).to_be_hidden()


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_what_was_done_without_a_net_arrives_exactly_once_though_the_page_was_closed_and_an_answer_was_lost(
    page, context, watch
):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("Failed to load resource")
    sign_in(page, HANDLER)
    keep(page)
    number = page.evaluate(TASK, "handle")

    context.set_offline(True)
    report(page)
    hand_in(page, number)
    assert waiting(page) == 2
    expect(page.locator(".offl")).to_be_visible()
    page.close()
    again = context.new_page()
    again.goto("/field")
    ready(again)
    assert waiting(again) == 2

    made, lost = [], []

    def lose_the_first_answer(route):
        answer = route.fetch()
        made.append(answer.json()["report"]["number"])
        if len(made) == 1:
            lost.append(route.request.headers["idempotency-key"])
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    again.route("**/api/v1/reports", lose_the_first_answer)
    context.set_offline(False)
    browsing.until(again, lambda: made)
    again.wait_for_timeout(300)
    again.evaluate("() => dispatchEvent(new Event('online'))")
    browsing.until(again, lambda: waiting(again) == 0, within_s=30)

    history = again.evaluate("(number) => fetch(`/api/v1/cases/${number}`).then((a) => a.json())", number)["history"]
    handled = [one for one in history if one["action"] == "handle"]
    assert waiting(again) == 0
    assert (len(made), len(set(made)), len(lost)) == (2, 1, 1)
    assert [one["by"] for one in handled] == [HANDLER]
    assert handled[0]["at"] <= handled[0]["recorded_at"]
    thumb = again.evaluate(
        "(address) => fetch(address).then((a) => a.blob()).then(({ type, size }) => [type, size])",
        handled[0]["photos"]["after"][0]["url"],
    )
    assert thumb[0] == "image/jpeg"
    assert 0 < thumb[1] < len(photo(90)["buffer"])


STEP = """async ([number, action]) => {
    const get = async (path) => (await fetch(path)).json();
    const { csrf_token } = await get("/api/v1/me");
    const { history } = await get(`/api/v1/cases/${number}`);
    const seen = history.filter(({ subject }) => subject === "case").at(-1).number;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf_token };
    const body = JSON.stringify({ action, seen, reason: "now" });
    return (await fetch(`/api/v1/cases/${number}/steps`, { method: "POST", headers, body })).status;
}"""


def step(browser, address, login, number, action):
    """Take a step of a case as somebody else does, in a browser of his own; return the status of the answer."""
    with contextlib.closing(browsing.reader(browser, address, HAND)) as other:
        desk = other.new_page()
        desk.goto("/signin?next=/account")
        desk.fill("[name=login]", login)
        desk.fill("[name=password]", login)
        desk.click("button[type=submit]")
        desk.wait_for_url("**/account")
        return desk.evaluate(STEP, [number, action])


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_what_the_server_refuses_stays_with_its_reason_and_what_a_lost_sign_in_holds_up_is_sent_after_the_next(
    page, context, watch, browser, address
):
    watch.expect("Failed to load resource")
    sign_in(page, HANDLER)
    number = page.evaluate(TASK, "handle")

    context.set_offline(True)
    hand_in(page, number)
    meanwhile = step(browser, address, OFFICE, number, "revoke")
    context.set_offline(False)
    page.click("#queue")
    page.wait_for_selector(".queuelist [data-status=refused]")
    reason = page.locator(".refusal p").first.inner_text()
    page.click(".refusal .danger")
    page.wait_for_selector(".queuelist .empty")
    page.keyboard.press("Escape")

    context.clear_cookies()
    report(page)
    page.wait_for_function("() => document.querySelector('.offl').textContent.includes('登录')")
    held = waiting(page)
    sign_in(page, HANDLER)
    browsing.until(page, lambda: waiting(page) == 0, within_s=30)

    assert meanwhile == 200
    assert OFFICE in reason
    assert (held, waiting(page)) == (1, 0)


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_work_that_was_urged_meanwhile_is_handed_in_once_the_urge_is_replied_to(page, context, watch, browser, address):
    watch.expect("Failed to load resource")
    sign_in(page, HANDLER)
    number = page.evaluate(TASK, "handle")
    context.set_offline(True)
    hand_in(page, number)
    assert step(browser, address, SUPERVISOR, number, "urge") == 200

    context.set_offline(False)
    page.evaluate("(number) => (location.hash = `#case/${number}`)", number)
    expect(page.locator(".view .note[role=status]")).to_contain_text("未被接受")
    page.click("#reply")
    page.fill("dialog textarea", "half done")
    page.click("dialog button[type=submit]")
    browsing.until(page, lambda: waiting(page) == 1)
    page.click("#queue")
    page.click(".refusal .btn:has-text('重新发送')")
    browsing.until(page, lambda: waiting(page) == 0)

    history = page.evaluate("(number) => fetch(`/api/v1/cases/${number}`).then((a) => a.json())", number)["history"]
    assert [one["action"] for one in history][-3:] == ["urge", "reply", "handle"]


@pytest.mark.parametrize("look", [HAND], ids=str)
def test_a_case_that_was_kept_is_shown_as_it_stands_by_now_and_what_was_begun_stays(page, browser, address):
    sign_in(page, HANDLER)
    number = page.evaluate(TASK, "handle")
    page.goto("about:blank")
    assert step(browser, address, SUPERVISOR, number, "urge") == 200
    held = []
    page.route("**/api/v1/field/patch*", lambda route: held.append(route))
    page.goto(f"/field#case/{number}")
    page.wait_for_selector(".view .foot")
    page.set_input_files("#photo-after", photo(90))
    page.wait_for_selector(".big .shot img")
    before = page.locator(".view .note.s-overdue").count()

    browsing.until(page, lambda: held)
    held[0].continue_()

    page.wait_for_selector(".view .note.s-overdue")
    assert before == 0
    expect(page.locator(".big .shot img[src^=blob]")).to_have_count(1)


@pytest.mark.parametrize("look", browsing.LOOKS, ids=str)
def test_the_field_reads_well_in_the_hand(page, look):
    sign_in(page, HANDLER, look.language)
    page.wait_for_selector(".items .it b")
    found = {"patch": looking.blemishes(page, look.language)}
    page.click(".items .it >> nth=0")
    page.wait_for_selector(".view .chain")
    found["case"] = looking.blemishes(page, look.language)
    page.go_back()
    page.click("#report")
    page.wait_for_selector(".cats button")
    found["report"] = looking.blemishes(page, look.language)

    assert {name: those for name, those in found.items() if those} == {}


@pytest.fixture(scope="module")
def secured(browser, demo_city, demo_now, tmp_path_factory):
    """The demo city over https, and a Chromium that trusts its key: (browser, address)."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    folder = tmp_path_factory.mktemp("secured")
    made = trustme.CA().issue_cert("127.0.0.1")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made.cert_chain_pems[0].write_to_path(cert)
    made.private_key_pem.write_to_path(key)
    public = x509.load_pem_x509_certificate(cert.read_bytes()).public_key()
    digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    trusted = f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"
    with browsing.served(demo_city, folder, at=demo_now, tls=(cert, key)) as address:
        running = browser.browser_type.launch(
            executable_path=browsing.executable(), headless=True, args=[*browsing.ARGUMENTS, trusted]
        )
        yield running, address
        running.close()


def test_over_https_the_phone_knows_where_it_is_and_the_worker_is_there(secured):
    browser, address = secured
    context = browsing.reader(browser, address, HAND)
    context.grant_permissions(["geolocation"], origin=address)
    context.set_geolocation({"longitude": 119.6, "latitude": 39.93, "accuracy": 9})
    page = context.new_page()
    try:
        sign_in(page, COLLECTOR)
        page.wait_for_function(WORKING)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.dist b')].some((one) => / k?m$/.test(one.textContent))"
        )
        scope = page.evaluate("() => navigator.serviceWorker.ready.then(({ scope }) => scope)")
        cookies = {one["name"]: one["secure"] for one in context.cookies()}
        page.click("#report")
        page.wait_for_function("() => document.querySelector('.step h3 span')?.isConnected")
        said = page.locator(".step h3 span").nth(1).inner_text()
    finally:
        context.close()

    assert address.startswith("https://")
    assert scope == f"{address}/field"
    assert cookies["gridmgr"] is True
    assert "±9 m" in said
