"""The review on a real database: submitted only while whole, approved by another person, returned with places."""

import threading

import pytest
import small_cities
from services.drafted import begin, grid
from small_cities import FOUR, NOON, square

from gridmgr.domain.access import Account
from gridmgr.domain.drafts import reviewing as rules
from gridmgr.errors import Invalid
from gridmgr.services import drafts, publishing, reviewing
from gridmgr.services.drafts import DraftUnderReview
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk
from gridmgr.store.drafts import edits

RENAME = {"op": "rename", "grid": "A", "name": "Renamed"}


def renamed(engine):
    """Begin a draft that li began, in which zhao gave A another name."""
    small_cities.whole_city(engine)
    return begin(engine, [(grid("A", name="Renamed"), None)], edits=[RENAME])


def status(engine, draft_id):
    with reading(engine) as session:
        return drafts.living_draft(session, draft_id).status


def test_a_draft_is_submitted_approved_by_another_and_published(engine):
    draft = renamed(engine)

    reviewing.submit(engine, draft, by="li", at=NOON)
    reviewing.approve(engine, draft, by="wang", at=NOON)
    version = publishing.publish(engine, draft, on_web=True, by="li", at=NOON)

    assert (version.number, version.published_by, version.approved_by) == (2, "li", "wang")


def test_a_draft_with_a_gap_is_not_submitted(engine):
    small_cities.whole_city(engine)
    draft = begin(engine, [(grid("A"), square(0, 0, 0.5))])

    with pytest.raises(publishing.PublishRefused, match="1 gap"):
        reviewing.submit(engine, draft, by="li", at=NOON)

    assert status(engine, draft) == "open"


def test_a_submitted_draft_is_changed_by_nobody_until_it_is_returned(engine):
    draft = renamed(engine)
    reviewing.submit(engine, draft, by="li", at=NOON)

    with pytest.raises(DraftUnderReview), reading(engine) as session:
        drafts.the_draft(session, draft)
    with pytest.raises(DraftUnderReview):
        drafts.discard(engine, draft)

    reviewing.give_back(engine, draft, text="the border", places=[("here", 119.6, 39.93)], by="wang", at=NOON)

    with reading(engine) as session:
        assert drafts.the_draft(session, draft).submitted_by == ""
        found = [(c.text, c.lon, c.lat, c.made_by) for c in edits.comments(session, draft)]
    assert found == [("the border", None, None, "wang"), ("here", 119.6, 39.93, "wang")]


def test_another_person_returns_a_draft_with_a_comment_and_the_submitter_takes_it_back_without(engine):
    draft = renamed(engine)
    reviewing.submit(engine, draft, by="li", at=NOON)

    with pytest.raises(Invalid, match="with a comment"):
        reviewing.give_back(engine, draft, text="  ", by="wang", at=NOON)
    assert status(engine, draft) == "submitted"

    reviewing.give_back(engine, draft, by="li", at=NOON)
    assert status(engine, draft) == "open"


def test_one_who_edited_does_not_approve(engine):
    small_cities.whole_city(engine)
    draft = begin(engine, [(grid("A", name="Renamed"), None)], edits=[RENAME], by="zhao")
    reviewing.submit(engine, draft, by="li", at=NOON)

    for author in ("li", "zhao"):
        with pytest.raises(rules.OwnWork):
            reviewing.approve(engine, draft, by=author, at=NOON)


def test_what_was_not_seen_is_not_approved(engine):
    draft = renamed(engine)
    with writing(engine) as session:
        edits.locked(session, draft).revision = 3
    with pytest.raises(rules.DraftChanged, match="at 3, you saw 2"):
        reviewing.submit(engine, draft, revision=2, by="li", at=NOON)
    reviewing.submit(engine, draft, revision=3, by="li", at=NOON)

    with pytest.raises(rules.DraftChanged):
        reviewing.approve(engine, draft, revision=2, by="wang", at=NOON)
    reviewing.approve(engine, draft, revision=3, by="wang", at=NOON)


def employ_planners(engine, count):
    with writing(engine) as session:
        bulk.insert(session, [Account(f"planner{n}", f"P{n}", "x", "planner", NOON) for n in range(count)])


@pytest.mark.parametrize(("planners", "on_web"), [(2, False), (1, True)])
def test_another_person_approves_on_the_web_and_where_two_planners_are(engine, planners, on_web):
    draft = renamed(engine)
    employ_planners(engine, planners)

    with pytest.raises(rules.NotApproved):
        publishing.publish(engine, draft, on_web=on_web, by="li", at=NOON)


def test_a_lone_planner_publishes_an_open_draft_on_the_command_line(engine):
    draft = renamed(engine)
    employ_planners(engine, 1)

    assert publishing.publish(engine, draft, by="li", at=NOON).number == 2


def test_two_publications_at_once_are_one_after_the_other(engine):
    small_cities.whole_city(engine)
    drafts_begun = [begin(engine, [(grid(code, name="Renamed"), None)]) for code in FOUR]
    heard = []

    def publish(draft):
        try:
            heard.append(small_cities.publish(engine, draft, at=NOON).number)
        except publishing.Conflict as error:
            heard.append(error.slug)

    threads = [threading.Thread(target=publish, args=(draft,)) for draft in drafts_begun]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert sorted(map(str, heard)) == ["2", "draft-outdated", "draft-outdated", "draft-outdated"]


def test_an_edit_while_the_audit_runs_is_neither_published_nor_lost(engine, monkeypatch):
    draft = renamed(engine)
    real = publishing.auditing.audit

    def audit_while_another_edits(engine, **options):
        found = real(engine, **options)
        with writing(engine) as session:
            edits.locked(session, draft).revision += 1
        return found

    monkeypatch.setattr(publishing.auditing, "audit", audit_while_another_edits)
    for step in (publishing.publish, reviewing.submit):
        with pytest.raises(rules.DraftChanged):
            step(engine, draft, by="li", at=NOON)

    assert status(engine, draft) == "open"
