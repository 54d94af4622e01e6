"""Administration over HTTP: what goes out comes back in, what moves is told before, what cannot be used is named."""

import datetime as dt
import io
import json

import pytest
from web import small_city

from gridmgr.domain.deadlines import Calendar
from gridmgr.services import calendars, trail
from gridmgr.services.notifications import letters, put
from gridmgr.services.transactions import writing
from gridmgr.store import outbox

PAGES = ("accounts", "staff", "matrix", "calendar", "layers", "trail", "health")


@pytest.fixture
def administrator(sign_in):
    """A browser of an administrator of the whole city, and the header that his writes carry."""
    browser, token = sign_in("administrator")
    return browser, {"X-CSRFToken": token}


def send(administrator, where, content, name, **fields):
    """Send a file in as a form."""
    browser, headers = administrator
    data = {"file": (io.BytesIO(content), name), **fields}
    return browser.post(f"/api/v1/{where}/import?lang=en", data=data, headers=headers)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_page_is_shown_with_the_way_to_the_others(administrator, page, language):
    answer = administrator[0].get(f"/admin/{page}?lang={language}")

    assert answer.status_code == 200
    assert all(f'href="/admin/{other}"' in answer.text for other in PAGES)


def test_administration_leads_to_the_first_page_one_may_use(administrator, sign_in):
    planner, _ = sign_in("planner")
    collector, _ = sign_in("collector")

    assert administrator[0].get("/admin").headers["Location"] == "/admin/accounts"
    assert planner.get("/admin").headers["Location"] == "/admin/staff"
    assert collector.get("/admin").status_code == 404
    assert "/admin/trail" not in planner.get("/admin/staff").text


@pytest.mark.parametrize("kind", ["staff", "matrix"])
def test_what_is_exported_says_nothing_new_when_it_comes_back(administrator, kind):
    out = administrator[0].get(f"/api/v1/{kind}/export")

    back = send(administrator, kind, out.data, "out.xlsx", dry_run="1").json

    assert out.headers["Content-Disposition"] == f'attachment; filename="{kind}.xlsx"'
    assert [one["what"] for one in back["counts"]] == ["rows that say nothing new"]
    assert back["written"] is False


@pytest.mark.parametrize("kind", ["staff", "matrix"])
def test_an_example_of_each_sheet_is_given(administrator, kind):
    assert administrator[0].get(f"/api/v1/{kind}/template").data[:2] == b"PK"


def test_a_person_comes_in_by_sheet_and_each_row_that_cannot_be_used_is_named(administrator):
    good = "person,name,grid,role\nP-9,赵新,A,deputy\n".encode()
    bad = "person,name,grid,role\nP-8,钱,Z9,deputy\nP-7,孙,A,king\n".encode()

    refused = send(administrator, "staff", bad, "bad.csv")
    written = send(administrator, "staff", good, "good.csv").json
    page = administrator[0].get("/admin/staff?q=赵新").text

    assert refused.status_code == 400
    assert all(words in refused.json["detail"] for words in ("bad.csv: row 2, grid", "bad.csv: row 3, role"))
    assert written["written"] is True
    assert "赵新" in page and "钱" not in page


def test_a_formula_in_a_name_stays_text(administrator):
    send(administrator, "staff", b"person,name,grid,role\nP-6,=1+1,A,deputy\n", "in.csv")

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(administrator[0].get("/api/v1/staff/export").data))

    assert ("=1+1", "s") in {(cell.value, cell.data_type) for cell in book["staff"]["B"]}


@pytest.mark.parametrize("name", ["", "..", "a/../..", "x" * 200])
def test_a_file_without_a_name_is_refused(administrator, name):
    assert send(administrator, "staff", b"person\nP", name).status_code == 400


def test_a_settled_dispute_is_shown_with_its_reason(administrator, small):
    from gridmgr.domain.responsibility import SETTLED, Responsibility

    with writing(small) as session:
        session.add(Responsibility("06010", "A", "UME", small_city.ALWAYS, routing_rule=SETTLED, source="C-7: 归城管"))

    page = administrator[0].get("/admin/matrix?settled=1").text

    assert "C-7: 归城管" in page
    assert "06012" not in page


def test_a_day_is_changed_after_a_look_at_what_moves(administrator, small, monkeypatch):
    browser, headers = administrator
    day = {"date": "2026-05-05", "kind": "holiday", "name": "试"}
    asked = []
    monkeypatch.setattr("gridmgr.services.calendars.recounting.preview", lambda _, found: asked.append(found) or (3, 8))

    looked = browser.post("/api/v1/calendar/days", json=day | {"dry_run": True}, headers=headers).json
    before = calendars.known(small)[1]
    done = browser.post("/api/v1/calendar/days", json=day, headers=headers).json

    assert looked == {"written": False, "moves": 3, "of": 8}
    assert not asked[0].is_workday(dt.date(2026, 5, 5))
    assert (before, done) == ([], {"written": True, "before": "ordinary", "moved": 0})
    assert browser.get("/api/v1/calendar.csv").text.splitlines()[1] == "2026-05-05,holiday,试,false"


def test_shifts_are_changed_and_those_that_cannot_be_are_refused(administrator, small):
    browser, headers = administrator

    def ask(shifts, **more):
        return browser.post("/api/v1/calendar/shifts", json={"shifts": shifts, **more}, headers=headers)

    assert ask("09:00-17:00", dry_run=True).json == {"written": False, "moves": 0, "of": 0}
    assert ask("17:00-09:00").status_code == 400
    assert ask("09:00-17:00").json["before"] == "08:00-12:00,14:00-18:00"
    assert calendars.known(small)[0].shifts == Calendar("UTC", ((540, 1020),)).shifts


def test_a_years_days_come_in_by_sheet(administrator, small):
    sheet = "date,kind,name\n2027-10-01,holiday,国庆节\n".encode()

    looked = send(administrator, "calendar", sheet, "2027.csv", dry_run="1").json
    done = send(administrator, "calendar", sheet, "2027.csv").json

    assert looked == {"written": False, "rows": 1, "counts": [{"what": "days added", "count": 1}], "moves": 0, "of": 0}
    assert (done["written"], done["moved"]) == (True, 0)
    assert [day.date.year for day in calendars.known(small)[1]] == [2027]


def test_a_layer_comes_in_after_a_dry_run_and_goes_out_again(administrator):
    road = {"type": "Feature", "properties": {"code": "R-9", "name": "新路"}}
    road["geometry"] = {"type": "LineString", "coordinates": [[119.601, 39.901], [119.609, 39.901]]}
    file = json.dumps({"type": "FeatureCollection", "features": [road]}).encode()

    looked = send(administrator, "layers/road", file, "roads.geojson", dry_run="1").json
    done = send(administrator, "layers/road", file, "roads.geojson").json
    out = administrator[0].get("/api/v1/layers/road/export?format=csv")

    assert (looked["count"], looked["added"], looked["written"]) == (1, 1, False)
    assert (done["added"], done["written"]) == (1, True)
    assert "新路" in out.data.decode()


def test_a_layer_that_cannot_be_read_is_refused_with_its_name(administrator):
    answer = send(administrator, "layers/road", b"no shapes", "roads.geojson")

    assert (answer.status_code, "roads.geojson" in answer.json["detail"]) == (400, True)
    assert send(administrator, "layers/nonsense", b"{}", "roads.geojson").status_code == 404


def test_the_trail_is_listed_and_verified_step_by_step(administrator, small):
    browser, headers = administrator
    with writing(small) as session:
        for number in range(5):
            trail.record(session, "li", "try_out", f"thing:{number}", at=small_city.NOW)
    trail.seal(small, at=small_city.NOW)

    listed = browser.get("/api/v1/trail?by=li&limit=3").json
    rest = browser.get(f"/api/v1/trail?by=li&before={listed['next']}").json
    lines = browser.post("/api/v1/trail/verify", json={}, headers=headers).text.splitlines()
    wrong = browser.post("/api/v1/trail/verify", json={"head": "nonsense"}, headers=headers)

    assert [one["subject"] for one in listed["entries"]] == ["thing:4", "thing:3", "thing:2"]
    assert (len(rest["entries"]), rest["next"]) == (2, None)
    assert json.loads(lines[-1])["whole"] is True
    assert len(lines) == 2
    assert wrong.status_code == 400


def test_a_broken_trail_is_told(administrator, small):
    browser, headers = administrator
    with writing(small) as session:
        told = {"at": small_city.NOW, "by": "li", "action": "try_out", "subject": "thing:1", "data": {}}
        session.execute(trail.trail_rows.trail_entry.insert().values(seal_number=99, **told))

    lines = browser.post("/api/v1/trail/verify", json={}, headers=headers).text.splitlines()

    assert json.loads(lines[-1])["whole"] is False
    assert json.loads(lines[-1])["breaks"]


def test_a_notice_that_was_given_up_is_sent_again(administrator, small):
    browser, headers = administrator
    with writing(small) as session:
        put(session, "case_dispatched", "mail:li@example.org", {"number": "1"}, at=small_city.NOW)
        (taken,) = outbox.claim(session, at=small_city.NOW, until=small_city.NOW, claim="x", limit=1)
        outbox.bury(session, taken.id, "x", small_city.NOW, {"text": "{host} is away.", "fields": {"host": "h"}})

    dead = browser.get("/api/v1/notices/dead").json["letters"]
    page = browser.get("/admin/health").text
    again = browser.post("/api/v1/notices/again", json={"ids": [dead[0]["id"]]}, headers=headers).json
    wrong = browser.post("/api/v1/notices/again", json={"ids": [9999]}, headers=headers)

    assert (dead[0]["to"], dead[0]["reason"]) == ("mail:li@example.org", "h is away.")
    assert "h is away." in page
    assert again == {"again": [dead[0]["id"]]}
    assert (wrong.status_code, letters.dead(small)) == (404, [])


def test_the_doctors_checks_are_told(administrator):
    checks = administrator[0].get("/api/v1/checks").json["checks"]

    assert {one["state"] for one in checks} <= {"ok", "todo", "warn"}
    assert all(one["text"] for one in checks)
