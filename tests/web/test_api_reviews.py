"""The review and the versions over HTTP: who may do what, and what the answers hold."""

import datetime as dt

import pytest
import shapely
from web import small_city
from web.small_city import NOW, square

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, drafts, revisions

LATER = NOW + dt.timedelta(days=2)
MIDDLE_OF_B = {"lon": small_city.WEST + 1.5 * small_city.SIDE, "lat": small_city.SOUTH + 0.5 * small_city.SIDE}


def grid(code, parent="K1", **facts):
    return DraftGrid(0, "responsibility_grid", code, facts.pop("name", f"网格 {code}"), parent_code=parent, **facts)


# +----+----+      +----+----+
# | C  | D  |  →   | C  | D  |     B goes into A
# +----+----+      +----+----+
# | A  | B  |      |    A    |
# +----+----+      +---------+
@pytest.fixture
def draft(small):
    """The number of a draft that somebody began on the command line; the chief of B is posted on A too."""
    whole = shapely.union(square(0, 0), square(1, 0))
    with writing(small) as session:
        made = drafts.add(session, Draft("merge", NOW, "root", base_number=1, reason="too small"))
        drafts.put(session, made, [(grid("A", name="红旗里"), whole), (grid("B", removed=True), None)])
        ids = small_city.grid_ids(session)
        chief = small_city.Post(2, ids["A"], "deputy", small_city.ALWAYS)
        bulk.insert(session, [chief])
        revisions.raise_(session, "staff")
        revisions.raise_(session, "drafts")
        return made.id


@pytest.fixture
def planner(sign_in):
    return Writer(*sign_in("planner"))


@pytest.fixture
def other(sign_in):
    return Writer(*sign_in("administrator"))


class Writer:
    """A browser that sends JSON with its token."""

    def __init__(self, browser, token):
        self.browser, self.headers = browser, {"X-CSRFToken": token}

    def post(self, address, **body):
        """Return the answer to a body of named fields."""
        return self.browser.post(f"/api/v1/{address}", json=body, headers=self.headers)

    def get(self, address):
        """Return the answer as values."""
        return self.browser.get(f"/api/v1/{address}").json


def published(planner, other, draft, **options):
    """Take a draft through the review; return the answer to publishing."""
    for step in (planner.post(f"drafts/{draft}/submit"), other.post(f"drafts/{draft}/approve")):
        assert step.status_code == 200, step.text
    return planner.post(f"drafts/{draft}/publish", **options)


def owner(client, at):
    found = client.get("/api/v1/where", query_string={**MIDDLE_OF_B, "at": at.isoformat()}).json
    return found["version"], found["grid"]["code"], found["person"]["name"]


def test_a_draft_is_reviewed_and_takes_effect_by_itself_at_its_instant(client, planner, other, draft):
    answer = published(planner, other, draft, effective_from=LATER.isoformat())

    assert answer.status_code == 200, answer.text
    assert answer.json["version"]["state"] == "scheduled"
    assert answer.json["version"]["approved_by"] == "some administrator"
    before = LATER - dt.timedelta(seconds=1)
    assert owner(client, before) == ("v1", "B", "王海涛")
    assert owner(client, LATER)[:2] == ("v2", "A")


def test_nobody_approves_or_publishes_alone_on_the_web(planner, draft):
    early = planner.post(f"drafts/{draft}/publish")
    planner.post(f"drafts/{draft}/submit")
    own = planner.post(f"drafts/{draft}/approve")

    assert (early.status_code, early.json["type"]) == (409, "/problems/not-approved")
    assert (own.status_code, own.json["type"]) == (403, "/problems/own-work")


def test_an_administrator_reviews_and_does_not_publish(planner, other, draft):
    planner.post(f"drafts/{draft}/submit")
    assert other.post(f"drafts/{draft}/approve").status_code == 200

    assert other.post(f"drafts/{draft}/publish").status_code == 403


def test_a_draft_comes_back_with_comments_on_places(planner, other, draft):
    planner.post(f"drafts/{draft}/submit")
    place = {"text": "follow the road", "lon": 119.605, "lat": 39.905}

    answer = other.post(f"drafts/{draft}/return", text="not yet", comments=[place])

    assert answer.json["draft"]["status"] == "open"
    found = [{name: one[name] for name in ("text", "lon", "lat")} for one in answer.json["comments"]]
    assert found == [{"text": "not yet", "lon": None, "lat": None}, place]
    assert other.post(f"drafts/{draft}/return", text="again").json["type"] == "/problems/wrong-state"


def test_what_publishing_brings_is_told_before(planner, small, draft):
    with writing(small) as session:
        small_city.file_case(session, "C-1", **MIDDLE_OF_B, code="B", filed_at=NOW, due_at=LATER)

    found = planner.get(f"drafts/{draft}/consequences")

    assert found["difference"]["counts"] == {"created": 0, "dissolved": 1, "changed": 1}
    [displaced] = found["staff"]
    assert (displaced["person"]["name"], displaced["grid"], displaced["next_grids"]) == ("王海涛", "B", ["A"])
    assert found["to_repost"] == 0
    passing = [(one["number"], one["from"], one["to"]) for one in found["cases"]["passing"]]
    assert (passing, found["cases"]["staying"]) == ([("C-1", "B", "A")], [])


def test_an_open_case_passes_with_its_dissolved_grid_at_the_instant(client, planner, other, small, draft):
    with writing(small) as session:
        small_city.file_case(session, "C-1", **MIDDLE_OF_B, code="B", filed_at=NOW, due_at=LATER)
    published(planner, other, draft, effective_from=LATER.isoformat())

    def home(at):
        [case] = client.get("/api/v1/cases", query_string={"at": at.isoformat()}).json["cases"]
        return case["grid"]

    def counted(at):
        values = client.get("/api/v1/measures/open_cases", query_string={"at": at.isoformat()}).json["values"]
        return {code: count for code, count in values.items() if count}

    before = LATER - dt.timedelta(seconds=1)
    assert (home(before), counted(before)) == ("B", {"B": 1})
    assert (home(LATER), counted(LATER)) == ("A", {"A": 1})


def test_versions_are_compared_as_a_list_and_as_a_map(client, planner, other, draft):
    published(planner, other, draft)

    listed = client.get("/api/v1/versions/1/diff/2")
    drawn = client.get("/api/v1/versions/1/diff/2?format=geojson")

    assert listed.json["counts"] == {"created": 0, "dissolved": 1, "changed": 1}
    assert [(one["from"], one["to"]) for one in listed.json["moves"]] == [("B", "A")]
    assert drawn.mimetype == "application/geo+json"
    told = [(one["properties"]["feature"], one["geometry"]["type"]) for one in drawn.json["features"]]
    assert told == [("grid", "Polygon"), ("grid", "Polygon"), ("piece", "Polygon")]
    assert client.get("/api/v1/versions/1/diff/7").status_code == 404


def test_lineage_is_told_for_a_grid_that_is_gone(client, planner, other, draft):
    published(planner, other, draft)

    [step] = client.get("/api/v1/grids/B/lineage").json["lineage"]

    assert (step["version"], step["kind"], step["from"], step["to"]) == (2, "merge", "B", "A")


def test_counts_of_a_grid_are_for_staff_and_of_grids_that_reports_go_to(client, planner):
    nothing = {"code": "A", "reports": 0, "cases": 0, "inherited": []}

    assert planner.get("grids/A/counts") == nothing
    assert planner.get("grids/K1/counts")["status"] == 404
    assert client.get("/api/v1/grids/A/counts").status_code == 401


def test_a_scheduled_version_is_withdrawn_with_a_reason(client, planner, other, draft):
    published(planner, other, draft, effective_from=LATER.isoformat())

    assert planner.post("versions/2/withdraw", reason=" ").status_code == 400
    assert other.post("versions/2/withdraw", reason="no").status_code == 403
    answer = planner.post("versions/2/withdraw", reason="the street protests")

    assert answer.json["version"]["withdrawn_reason"] == "some planner: the street protests"
    assert owner(client, LATER)[:2] == ("v1", "B")


def test_an_earlier_version_is_revived_through_the_review(client, planner, other, draft):
    published(planner, other, draft, effective_from=(NOW + dt.timedelta(hours=1)).isoformat())
    with writing_staff(client) as session:
        ids = small_city.grid_ids(session)
        bulk.insert(session, [small_city.Post(2, ids["B"], "chief", LATER)])
        revisions.raise_(session, "staff")

    answer = planner.post("versions/1/revive", reason="it did not work", effective_from=LATER.isoformat())

    assert answer.status_code == 201, answer.text
    number = answer.json["draft"]
    assert other.post(f"drafts/{number}/approve").status_code == 200
    assert planner.post(f"drafts/{number}/publish", effective_from=LATER.isoformat()).status_code == 200
    assert owner(client, LATER) == ("v3", "B", "王海涛")


def writing_staff(client):
    return writing(client.application.extensions["gridmgr"].engine)


def test_a_draft_of_an_older_version_is_rebased_or_refused_with_its_grids(planner, other, small, draft):
    with writing(small) as session:
        beside = drafts.add(session, Draft("beside", NOW, "root", base_number=1))
        drafts.put(session, beside, [(grid("C", "K2", name="东港"), None)])
        against = drafts.add(session, Draft("against", NOW, "root", base_number=1))
        drafts.put(session, against, [(grid("A", name="另"), None)])
        numbers = beside.id, against.id
    published(planner, other, draft)

    moved, refused = (planner.post(f"drafts/{number}/rebase") for number in numbers)

    assert moved.json["draft"]["base"] == 2
    assert (refused.status_code, refused.json["grids"]) == (409, ["A"])
    outdated = planner.post(f"drafts/{numbers[1]}/submit")
    assert (outdated.status_code, outdated.json["type"]) == (409, "/problems/draft-outdated")


def test_cases_of_changed_grids_stay_until_they_are_rehomed(client, planner, other, small):
    with writing(small) as session:
        small_city.file_case(session, "C-1", **MIDDLE_OF_B, code="B", filed_at=NOW, due_at=LATER)
        made = drafts.add(session, Draft("swap", NOW, "root", base_number=1))
        drafts.put(session, made, [(grid("A"), square(1, 0)), (grid("B"), square(0, 0))])
        number = made.id
    published(planner, other, number)

    def home(at):
        [case] = client.get("/api/v1/cases", query_string={"at": at.isoformat()}).json["cases"]
        return case["grid"]

    assert home(NOW) == "B"
    tried = planner.post("versions/rehome?dry_run=true")
    assert (tried.json["written"], [(one["from"], one["to"]) for one in tried.json["cases"]]) == (False, [("B", "A")])
    assert home(LATER) == "B"
    assert planner.post("versions/rehome").status_code == 400
    done = planner.post("versions/rehome", reason="the border moved", effective_from=LATER.isoformat())
    assert done.json["written"] is True
    assert (home(NOW), home(LATER)) == ("B", "A")
