"""The whole loop: eight people at their own screens carry one report of a citizen from the street to its closing.

The citizen reports from a phone; the acceptor and the shift leader file; the collector verifies without a net; the
dispatcher dispatches, has it returned, and dispatches again; the department asks for time; the supervisor urges; the
handler works, twice; the checker fails it, then passes it; the citizen rates what became of it.
"""

import contextlib
import datetime as dt

import pictures
import pytest
from browser import browsing
from domain import minute_counter
from playwright.sync_api import expect

from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.services import calendars, standing
from gridmgr.store import database
from gridmgr.store.cases import casework

WORDS = "袋装垃圾堆在路边"
COMMUNITY = "130302001001"
HAND, DESK = browsing.Look(*browsing.HAND), browsing.Look()
STAFF = {
    "acceptor": "zhouxiaowen",
    "leader": "hejianhua",
    "dispatcher": "mawenbo",
    "department": "sunlirong",
    "supervisor": "zhaofengying",
}
FIELD = {"collector": "liuyang", "handler": "zhengqiang", "checker": "wuguifen"}
REPORT = ["accept", "ask_verify", "verify", "file"]
CASE = [
    *("open", "dispatch", "return", "dispatch", "assign", "ask_extension", "approve_extension", "urge", "reply"),
    *("handle", "check", "handle", "check", "close"),
]


@pytest.fixture
def folder(tmp_path_factory):
    """Where the city of this test lies."""
    return tmp_path_factory.mktemp("loop")


@pytest.fixture
def address(browser, demo_city, demo_now, folder):
    """The address of the demo city of this test alone."""
    with browsing.served(demo_city, folder, at=demo_now) as where:
        yield where


@pytest.fixture
def people(browser, address):
    """Role → a page of a browser of its own, everybody signed in at his workplace; nobody's page complains."""
    with contextlib.ExitStack() as stack:
        pages, watches = {}, []
        for role in ("citizen", *STAFF, *FIELD):
            context = browsing.reader(browser, address, DESK if role in STAFF else HAND)
            stack.callback(context.close)
            watches.append(browsing.watched(context, address))
            pages[role] = context.new_page()
        for watch in watches:
            watch.expect("ERR_INTERNET_DISCONNECTED")
            watch.expect("Failed to load resource")
        yield pages
        assert [problem for watch in watches for problem in watch.problems()] == []


def sign_in(page, login, where):
    """Sign in and go to a workplace."""
    page.goto(f"/signin?next={where}")
    page.fill("#login", login)
    page.fill("#password", login)
    page.click("button[type=submit]")
    page.wait_for_url(f"**{where}")


def at_desk(page, number):
    """Open a case or report at the desk by a link to it, as it is now."""
    with page.expect_response(lambda answer: answer.url.endswith(f"/{number}")):
        page.evaluate("(number) => { location.hash = ''; location.hash = `case=${number}`; }", number)
    expect(page.locator("#case .code")).to_have_text(number)
    page.wait_for_selector("#case .acts")


def take(page, action, number, *, words=None, **chosen):
    """Press the button of a step at the desk and fill in what it asks for."""
    at_desk(page, number)
    button = page.locator(f"#case .acts [data-step={action}]")
    button.click()
    if words or chosen:
        for name, value in chosen.items():
            page.select_option(f"#{name.replace('_', '-')}", value)
        if words:
            page.fill("#step-reason", words)
        page.click("dialog button[type=submit]")
    taken(page, number, action)


def taken(page, number, action):
    """Wait until the history of a case or report ends with a step."""
    kind = "reports" if number.startswith("R") else "cases"
    asked = f"fetch('/api/v1/{kind}/{number}').then((answer) => answer.json())"
    browsing.until(page, lambda: (page.evaluate(asked)["history"] or [{"action": ""}])[-1]["action"] == action)


def in_field(page, number):
    """Open a task on the phone, as it is now: the phone shows first what it kept."""
    page.goto("about:blank")
    page.goto(f"/field#case/{number}")
    event = page.evaluate(f"fetch('/api/v1/cases/{number}').then((answer) => answer.json())")["case"]["event"]
    page.wait_for_selector(f".view[data-seen='{event}'] .foot")


def hand_in(page, number):
    """Hand the work in with a photo of it done."""
    in_field(page, number)
    page.set_input_files("#photo-after", pictures_of_work())
    page.wait_for_selector(".big .shot img")
    for box in page.query_selector_all(".checklist input"):
        box.check()
    page.click("#handle")
    taken(page, number, "handle")


def pictures_of_work():
    """Return a photo as a phone takes it."""
    return {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": pictures.from_a_phone()}


def spot_in(engine, at):
    """Return a point well inside a grid of the community."""
    bounds = standing.in_force(engine, at).ground.boundaries
    code = sorted(bounds.inside(COMMUNITY, "responsibility_grid"))[0]
    return bounds.shapes[code].representative_point()


def report_from_the_street(page, spot):
    """Report rubbish with a photo; return number and secret."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": spot.y, "longitude": spot.x, "accuracy": 8})
    page.goto("/report")
    page.wait_for_selector(".leaflet-container canvas")
    page.click("text=用我的位置")
    expect(page.locator("#spot-words")).to_contain_text("网格")
    page.set_input_files("#photo", pictures_of_work())
    expect(page.locator(".pics img")).to_have_count(1)
    page.click(".opts label:nth-child(1)")
    page.fill("#words", WORDS)
    page.click("#send")
    return page.inner_text("#number"), page.inner_text("#secret")


def verify_without_a_net(page, number):
    """Verify a report on the spot while the phone has no net; it is sent when the net is back."""
    page.wait_for_function("() => navigator.serviceWorker.ready.then(({ active }) => Boolean(active))")
    page.reload()
    page.evaluate("(number) => (location.hash = `#case/${number}`)", number)
    page.wait_for_selector("#verify-found")
    page.context.set_offline(True)
    page.click("#verify-found")
    page.wait_for_selector(".offl:visible")
    page.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    taken(page, number, "verify")


def number_of_case(page):
    """Return the number of the case that the report has become."""
    rows = page.evaluate("fetch('/api/v1/desk/queue?tab=dispatch&limit=500').then((answer) => answer.json())")["rows"]
    filed = max(rows, key=lambda row: row["filed_at"])
    return filed["number"]


def test_eight_people_carry_a_report_from_the_street_to_its_closing(people, folder, demo_now):
    engine = database.connect(f"gpkg:///{folder / 'served.gpkg'}")
    for role, login in STAFF.items():
        sign_in(people[role], login, "/dispatch")
    for role, login in FIELD.items():
        sign_in(people[role], login, "/field")

    report, secret = report_from_the_street(people["citizen"], spot_in(engine, demo_now))
    take(people["acceptor"], "accept", report)
    take(people["acceptor"], "ask_verify", report)
    verify_without_a_net(people["collector"], report)
    at_desk(people["leader"], report)
    people["leader"].click("#main-step")
    people["leader"].wait_for_selector("dialog .preview dl")
    people["leader"].click("dialog button[type=submit]")
    people["leader"].wait_for_selector("dialog", state="detached")
    case = number_of_case(people["dispatcher"])

    take(people["dispatcher"], "dispatch", case)
    take(people["department"], "return", case, words="which side of the road?", step_kind="insufficient_info")
    take(people["dispatcher"], "dispatch", case)
    take(people["department"], "assign", case, step_handler=FIELD["handler"])
    take(people["department"], "ask_extension", case, words="rain")
    take(people["dispatcher"], "approve_extension", case)
    take(people["supervisor"], "urge", case, words="it stands before a school")
    take(people["department"], "reply", case, words="a car is on its way")
    hand_in(people["handler"], case)
    in_field(people["checker"], case)
    expect(people["checker"].locator(".chain")).to_contain_text("郑强")
    people["checker"].click("#check-failed")
    people["checker"].fill("#step-reason", "bags are left behind the bin")
    people["checker"].click("dialog button[type=submit]")
    taken(people["checker"], case, "check")
    hand_in(people["handler"], case)
    in_field(people["checker"], case)
    people["checker"].click("#check-passed")
    taken(people["checker"], case, "check")
    take(people["leader"], "close", case)
    rate(people["citizen"], report, secret)

    history_is_whole(engine, case, report)
    clock_is_right(engine, case)
    engine.dispose()


def rate(page, number, secret):
    """Follow the report as its reporter, and give it four stars."""
    page.goto("about:blank")
    page.goto("/report#follow")
    page.fill("#follow-number", number)
    page.fill("#follow-secret", secret)
    page.click("form.cols button")
    page.click("label:has(input[name=stars][value='4'])")
    page.click("form:has(input[name=stars]) button")
    expect(page.locator("body")).to_contain_text("4")


def history_is_whole(engine, number, report):
    """Every step is there in its order, by whom it was taken, with words and photos; nobody both handled and checked."""
    with database.session(engine) as session:
        case, told = casework.case_of_number(session, number)
        before = casework.history(session, report_id=told.id)
        steps = casework.history(session, case_id=case.id)
    assert told.number == report and len(told.photos) == 1
    assert [event.action for event in before] == REPORT
    assert [event.action for event in steps] == CASE
    logins = {**STAFF, **FIELD}
    by = {event.action: event.by for event in (*before, *steps)}
    assert by["verify"] == logins["collector"] and by["file"] == logins["leader"] and by["urge"] == logins["supervisor"]
    assert {event.by for event in steps if event.action == "handle"} == {logins["handler"]}
    assert {event.by for event in steps if event.action == "check"} == {logins["checker"]}
    assert [len(event.data["after"]) for event in steps if event.action == "handle"] == [1, 1]
    assert [event.data["passed"] for event in steps if event.action == "check"] == [False, True]
    assert before[2].at <= before[2].recorded_at


def clock_is_right(engine, number):
    """The row is what the history says, and the deadline what a counter of minutes says: twice the limit, without the check."""
    with database.session(engine) as session:
        case, _ = casework.case_of_number(session, number)
        now = state_of(casework.history(session, case_id=case.id))
        calendar = calendars.calendar(session)
    expected = row_of(now, calendar, Policy())
    assert {name: getattr(case, name) for name in expected} == expected
    assert (now.returns, now.extensions, now.rounds, now.state) == (1, 1, 1, "closed")
    counted = minute_counter.due_at(now.clock_from, minutes_of(now, calendar), unit_of(now), calendar, now.pauses)
    assert abs(counted - case.due_at) <= dt.timedelta(minutes=2)


def unit_of(now):
    """Return the unit of a limit."""
    from gridmgr.domain.deadlines import Limit

    return Limit.read(now.limit).unit


def minutes_of(now, calendar):
    """Return the minutes of a limit, extended."""
    from gridmgr.domain.deadlines import Limit

    limit = Limit.read(now.limit)
    whole = limit.value * (1 + now.extensions)
    return round(whole * minute_counter.minutes_in(limit.unit, calendar))
