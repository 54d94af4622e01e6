"""The review of a draft: which step is possible in which state, and who may take it."""

import datetime as dt

import pytest

from gridmgr.domain.drafts import STATUSES, Draft, reviewing

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)


def draft(status="open", **facts):
    return Draft("a draft", NOON, "li", status=status, id=7, **facts)


def after(one, facts):
    """Return ``one`` with these facts."""
    return Draft(**{**vars_of(one), **facts})


def vars_of(one):
    return {name: value for name, value in vars(one).items() if not name.startswith("_")}


def test_a_draft_goes_from_open_to_approved_by_two_persons():
    submitted = after(draft(), reviewing.submit(draft(), by="li", at=NOON))
    approved = after(submitted, reviewing.approve(submitted, [], by="wang", at=NOON))

    assert (submitted.status, submitted.submitted_by, submitted.submitted_at) == ("submitted", "li", NOON)
    assert (approved.status, approved.approved_by, approved.approved_at) == ("approved", "wang", NOON)


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_a_returned_draft_is_as_if_nobody_had_submitted_it(status):
    under_review = draft(status, submitted_by="li", submitted_at=NOON, approved_by="wang", approved_at=NOON)

    assert vars_of(after(under_review, reviewing.give_back(under_review))) == vars_of(draft())


@pytest.mark.parametrize("by", ["li", "zhao", "sun"])
def test_whoever_began_edited_or_submitted_a_draft_does_not_approve_it(by):
    with pytest.raises(reviewing.OwnWork, match=f"{by} worked on draft 7"):
        reviewing.approve(draft("submitted", submitted_by="zhao"), ["sun"], by=by, at=NOON)


@pytest.mark.parametrize(("step", "possible"), reviewing.FROM.items())
def test_each_step_is_possible_in_its_states_only(step, possible):
    for status in STATUSES:
        if status in possible:
            reviewing.require_state(draft(status), step)
        else:
            with pytest.raises(reviewing.WrongState):
                reviewing.require_state(draft(status), step)


def test_a_decision_about_an_earlier_state_of_the_draft_is_refused():
    reviewing.require_revision(draft(revision=3), 3)
    reviewing.require_revision(draft(revision=3), None)

    with pytest.raises(reviewing.DraftChanged, match="at 3, you saw 2"):
        reviewing.require_revision(draft(revision=3), 2)


@pytest.mark.parametrize(
    ("planners", "on_web", "needed"), [(0, False, False), (1, False, False), (2, False, True), (1, True, True)]
)
def test_approval_is_needed_on_the_web_and_where_more_than_one_planner_is(planners, on_web, needed):
    assert reviewing.needs_approval(planners, on_web=on_web) is needed


def test_only_an_approved_draft_is_published_where_approval_is_needed():
    reviewing.require_publishable(draft("approved"), reviewed=True)
    reviewing.require_publishable(draft("approved"), reviewed=False)
    reviewing.require_publishable(draft("open"), reviewed=False)

    with pytest.raises(reviewing.NotApproved):
        reviewing.require_publishable(draft("open"), reviewed=True)
    for reviewed in (True, False):
        for status in ("submitted", "published", "discarded"):
            with pytest.raises(reviewing.WrongState):
                reviewing.require_publishable(draft(status), reviewed=reviewed)
