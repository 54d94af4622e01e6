"""The review of a draft: open → submitted → approved → published, and back to open when it is returned.

Each step returns the facts of the draft that it changes; who keeps them is not decided here.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from gridmgr.domain.drafts import Draft
from gridmgr.errors import Conflict, Forbidden

FROM = {
    "submit": ("open",),
    "return": ("submitted", "approved"),
    "approve": ("submitted",),
    "rebase": ("open",),
}
"""In which states of the draft a step may be taken."""
BACK = {"status": "open", "submitted_by": "", "submitted_at": None, "approved_by": "", "approved_at": None}


class WrongState(Conflict):
    """The draft is not in the state for this step."""

    slug = "wrong-state"


class OwnWork(Forbidden):
    """Whoever worked on a draft does not approve it."""

    slug = "own-work"


class DraftChanged(Conflict):
    """The draft or the city changed in the meantime."""

    slug = "draft-changed"


class NotApproved(Conflict):
    """Another person has to approve the draft before it is published."""

    slug = "not-approved"


def require_state(draft: Draft, step: str) -> None:
    """Raise WrongState where ``step`` (a key of ``FROM``) cannot be taken now."""
    if draft.status in FROM[step]:
        return
    if draft.status == "open":
        raise WrongState("Draft {draft} is open: submit it for review first.", draft=draft.id)
    if draft.status == "submitted":
        raise WrongState("Draft {draft} is submitted: it has to be approved or returned first.", draft=draft.id)
    if draft.status == "approved":
        raise WrongState("Draft {draft} is approved: publish it, or have it returned first.", draft=draft.id)
    raise WrongState("Draft {draft} is published or discarded; nothing more can be done with it.", draft=draft.id)


def require_revision(draft: Draft, revision: int | None) -> None:
    """Raise DraftChanged where the draft is no longer as whoever decides has seen it; None is whoever looks now."""
    if revision is not None and draft.revision != revision:
        raise DraftChanged(
            "Draft {draft} was changed since you looked at it (it is at {found}, you saw {seen}): look again.",
            draft=draft.id,
            found=draft.revision,
            seen=revision,
        )


def submit(draft: Draft, *, by: str, at: dt.datetime) -> dict[str, Any]:
    """Return what changes when a draft is handed in for review.

    Raises
    ------
    WrongState
    """
    require_state(draft, "submit")
    return {"status": "submitted", "submitted_by": by, "submitted_at": at}


def give_back(draft: Draft) -> dict[str, Any]:
    """Return what changes when a draft is returned, or taken back, to be worked on.

    Raises
    ------
    WrongState
    """
    require_state(draft, "return")
    return dict(BACK)


def approve(draft: Draft, editors: Iterable[str], *, by: str, at: dt.datetime) -> dict[str, Any]:
    """Return what changes when another person approves a draft.

    Raises
    ------
    WrongState
    OwnWork
        ``by`` began, edited or submitted the draft.
    """
    require_state(draft, "approve")
    if by in authors(draft, editors):
        raise OwnWork("{by} worked on draft {draft}: another person has to approve it.", by=by, draft=draft.id)
    return {"status": "approved", "approved_by": by, "approved_at": at}


def authors(draft: Draft, editors: Iterable[str]) -> frozenset[str]:
    """Return who began, edited or submitted the draft; those whose edits were undone too."""
    return frozenset({draft.created_by, draft.submitted_by, *editors} - {""})


def needs_approval(planners: int, *, on_web: bool) -> bool:
    """Return whether another person has to approve a draft: on the web, and wherever more than one planner is."""
    return on_web or planners > 1


def require_publishable(draft: Draft, *, reviewed: bool) -> None:
    """Raise unless the draft may be published now: approved, or open where no approval is needed.

    Raises
    ------
    NotApproved, WrongState
    """
    if draft.status == "approved" or (draft.status == "open" and not reviewed):
        return
    if draft.status == "open":
        raise NotApproved(
            "Draft {draft} has to be submitted, and approved by another person, before it is published.",
            draft=draft.id,
        )
    require_state(draft, "submit")
