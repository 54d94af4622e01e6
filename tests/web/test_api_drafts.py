"""Drafts over HTTP: edits are answered with what they changed, previews write nothing, conflicts say who did what."""

import pytest
from web.small_city import SIDE, SOUTH, WEST

from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts
from gridmgr.store.drafts import edits

MIDDLE = [round(WEST + SIDE, 9), round(SOUTH + SIDE, 9)]
MERGE = {"op": "merge", "grids": ["A", "B"], "code": "A"}


@pytest.fixture
def planner(sign_in):
    """A function that sends a request as a planner and gives the answer."""
    browser, token = sign_in("planner")
    browser.set_cookie("lang", "en")

    def send(method, address, body=None):
        return browser.open(f"/api/v1{address}", method=method, json=body, headers={"X-CSRFToken": token})

    return send


@pytest.fixture
def draft(planner):
    """The address of a draft just begun."""
    made = planner("POST", "/drafts", {"name": "New estate", "reason": "the estate is finished"})
    assert made.status_code == 201, made.text
    return f"/drafts/{made.json['draft']['id']}"


def edited(planner, draft, edit, revision=0, **more):
    return planner("POST", f"{draft}/edits", {"revision": revision, "edit": edit, **more})


def test_a_draft_is_begun_on_the_newest_version_and_listed(planner, draft):
    [listed] = planner("GET", "/drafts").json["drafts"]

    assert (listed["name"], listed["reason"]) == ("New estate", "the estate is finished")
    assert (listed["base"], listed["revision"], listed["edits"], listed["status"]) == (1, 0, 0, "open")
    assert listed["created_by"] == "some planner"


def test_an_edit_is_answered_with_the_grids_it_changed_and_those_it_removed(planner, draft):
    answer = edited(planner, draft, MERGE, reason="one shift is enough").json

    shown = {one["properties"]["code"]: one for one in answer["changed"]["features"]}
    assert (answer["revision"], answer["number"], answer["removed"]) == (1, 1, ["B"])
    assert answer["text"] == "红旗里 01 (A), 红旗里 02 (B) merged into 红旗里 01 (A)"
    assert shown["A"]["geometry"]["type"] == "Polygon" and shown["A"]["properties"]["parent"] == "K1"
    assert shown["A"]["properties"]["area_m2"] == pytest.approx(2 * answer["moved"]["area_m2"], rel=1e-4)
    assert answer["findings"] == []
    [kept] = planner("GET", draft).json["edits"]
    assert (kept["edit"], kept["reason"], kept["made_by"]) == (MERGE, "one shift is enough", "some planner")


def test_the_list_of_edits_names_grids_that_are_gone_or_renamed_as_people_know_them(planner, draft):
    rename = {"op": "rename", "grid": "A", "name": "码头", "name_en": "Quay"}
    split = {"op": "split", "grid": "A", "line": [[MIDDLE[0] - SIDE / 2, SOUTH - SIDE], [MIDDLE[0] - SIDE / 2, MIDDLE[1] + SIDE]],
             "codes": ["A", "A2"], "names": {"A2": "West"}}  # fmt: skip
    merge = {"op": "merge", "grids": ["A", "A2"], "code": "A"}
    for revision, edit in enumerate([rename, split, merge]):
        assert edited(planner, draft, edit, revision).status_code == 200

    told = [one["text"] for one in planner("GET", draft).json["edits"]]

    assert told[1:] == ["Quay (A) split into Quay (A), West (A2)", "Quay (A), West (A2) merged into Quay (A)"]


def test_a_preview_answers_the_same_and_writes_nothing(planner, draft, small):
    tried = planner("POST", f"{draft}/edits?dry_run=true", {"revision": 0, "edit": MERGE}).json

    with reading(small) as session:
        assert edits.log(session, 2) == {} and drafts.changes(session, 2) == []
    made = edited(planner, draft, MERGE).json
    assert tried["changed"] == made["changed"] and tried["removed"] == made["removed"]
    assert (tried["revision"], tried["number"], made["revision"]) == (0, None, 1)
    assert tried["moved"] == made["moved"] | {"open_cases": 0}


def test_an_edit_on_an_older_state_is_refused_and_says_who_changed_what(planner, draft):
    edited(planner, draft, MERGE)

    late = edited(planner, draft, {"op": "rename", "grid": "C", "name": "Harbour"})

    assert late.status_code == 409
    assert late.json["type"] == "/problems/draft-moved-on"
    assert "some planner changed A, B" in late.json["detail"]
    assert late.json["revision"] == 1 and late.json["changes"][0]["codes"] == ["A", "B"]
    assert planner("GET", draft).json["draft"]["revision"] == 1


def test_undo_and_redo_answer_like_edits(planner, draft):
    edited(planner, draft, MERGE)

    undone = planner("POST", f"{draft}/undo", {"revision": 1}).json
    assert {one["id"] for one in undone["changed"]["features"]} == {"A", "B"} and undone["removed"] == []
    told = planner("GET", draft).json
    assert (told["can_undo"], told["can_redo"], told["edits"][0]["undone"]) == (False, True, True)
    redone = planner("POST", f"{draft}/redo", {"revision": 2}).json
    assert (redone["revision"], redone["removed"]) == (3, ["B"])
    nothing = planner("POST", f"{draft}/redo", {"revision": 3})
    assert nothing.status_code == 409 and "done again" in nothing.json["detail"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "fly"}, "op must be one of move_arc"),
        ({"op": "merge", "grids": ["A", "B"]}, "needs code"),
        ({"op": "merge", "grids": ["A", "Z"], "code": "A"}, "Z"),
        ({"op": "merge", "grids": ["A", "B"], "code": "A", "by": "me"}, "no field by"),
        ({"op": "move_node", "at": [1000, 0], "to": [0, 0]}, "[longitude, latitude]"),
        ({"op": "rename", "grid": "A", "name": "  "}, "is empty"),
        ({"op": "recode", "grid": "A", "code": "B"}, "There is a grid B already"),
        ({"op": "hand_over", "grids": ["A"], "to": "K2"}, "borders this draft does not move"),
        ({"op": "assign", "grid": "A", "person": "nobody"}, "There is no person nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_and_changes_nothing(planner, draft, edit, words):
    answer = edited(planner, draft, edit)

    assert answer.status_code == 400
    assert words in answer.json["detail"]
    assert planner("GET", draft).json["draft"]["revision"] == 0


def test_arcs_come_once_with_both_sides_and_say_what_is_locked(planner, draft):
    found = planner("GET", f"{draft}/arcs?bbox={WEST},{SOUTH},{WEST + 2 * SIDE},{SOUTH + 2 * SIDE}").json

    sides = {tuple(arc["sides"]): arc for arc in found["arcs"]}
    assert len(sides) == len(found["arcs"]) == 8
    assert sides["A", "B"]["locked"] is False
    assert sides["A", "C"]["locked"] is True, "the border of two communities stays"
    assert {node["degree"] for node in found["nodes"] if node["at"] == MIDDLE} == {4}
    assert (found["grids"]["A"]["person"], found["grids"]["A"]["parent"]) == ("张梦瑶", "K1")


def test_a_checkpoint_is_named_and_gone_back_to(planner, draft):
    edited(planner, draft, {"op": "rename", "grid": "C", "name": "Harbour"})
    mark = planner("POST", f"{draft}/checkpoints", {"name": "as agreed"})
    edited(planner, draft, MERGE, revision=1)

    back = planner("POST", f"{draft}/checkpoints/{mark.json['checkpoint']['id']}/restore", {"revision": 2})

    assert mark.status_code == 201
    assert back.json["revision"] == 3 and {one["id"] for one in back.json["changed"]["features"]} == {"A", "B"}
    assert [one["undone"] for one in planner("GET", draft).json["edits"]] == [False, True]


def test_comments_are_pinned_to_places_and_settled(planner, draft):
    made = planner("POST", f"{draft}/comments", {"text": "leave the school out", "lon": WEST, "lat": SOUTH})
    settled = planner("POST", f"{draft}/comments/{made.json['comment']['id']}/settle", {})

    [comment] = planner("GET", f"{draft}/comments").json["comments"]
    assert (made.status_code, settled.status_code) == (201, 200)
    assert (comment["text"], comment["lon"], comment["settled"]) == ("leave the school out", WEST, True)
    assert planner("POST", f"{draft}/comments", {"text": " "}).status_code == 400


def test_a_discarded_draft_is_no_more(planner, draft):
    assert planner("DELETE", draft).status_code == 200

    assert planner("GET", draft).status_code == 404
    assert planner("GET", "/drafts").json["drafts"] == []


def test_a_new_grid_has_nobody_until_a_person_is_assigned_to_it(planner, draft):
    middle = round(WEST + SIDE / 2, 9)
    line = [[middle, SOUTH - 0.001], [middle, SOUTH + SIDE + 0.001]]

    cut = edited(planner, draft, {"op": "split", "grid": "A", "line": line, "codes": ["A", "E"]}).json
    posted = edited(planner, draft, {"op": "assign", "grid": "E", "person": "P-B"}, revision=1).json

    [vacant] = cut["findings"]
    assert (vacant["kind"], vacant["codes"]) == ("no_person", ["E"])
    assert vacant["text"].startswith(vacant["cause"]) and "gridmgr" not in vacant["cause"]
    assert (posted["text"], posted["findings"]) == ("王海涛 (P-B) posted on E (chief)", [])
    box = f"{WEST},{SOUTH},{WEST + SIDE},{SOUTH + SIDE}"
    assert planner("GET", f"{draft}/arcs?bbox={box}").json["grids"]["E"]["person"] == "王海涛"


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_a_draft_under_review_is_looked_at_but_not_changed(planner, draft, small, status):
    edited(planner, draft, MERGE)
    with writing(small) as session:
        drafts.get(session, 2).status = status

    tried = [
        edited(planner, draft, {"op": "rename", "grid": "C", "name": "Harbour"}, revision=1),
        planner("POST", f"{draft}/undo", {"revision": 1}),
        planner("POST", f"{draft}/checkpoints", {"name": "late"}),
        planner("DELETE", draft),
    ]

    assert [one.status_code for one in tried] == [409] * 4
    assert {one.json["type"] for one in tried} == {"/problems/draft-under-review"}
    assert planner("GET", draft).json["draft"]["status"] == status
    assert planner("GET", f"{draft}/arcs").status_code == 200
    assert planner("POST", f"{draft}/comments", {"text": "well done"}).status_code == 201


def test_whoever_may_only_look_at_drafts_cannot_change_them(planner, draft, sign_in):
    browser, token = sign_in("supervisor")

    looked = browser.get(f"/api/v1{draft}")
    tried = browser.post(f"/api/v1{draft}/undo", json={"revision": 0}, headers={"X-CSRFToken": token})

    assert (looked.status_code, tried.status_code) == (200, 403)


def test_a_change_without_the_token_of_the_page_is_refused(sign_in):
    browser, _ = sign_in("planner")

    assert browser.post("/api/v1/drafts", json={"name": "by another site"}).status_code == 400
