"""Drafts: changes being prepared, beside what is published."""

from gridmgr.domain.drafts import LIVING
from gridmgr.errors import Conflict, NotFound
from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts as draft_rows
from gridmgr.store import revisions


class NoSuchDraft(NotFound):
    """There is no open draft of that number."""

    slug = "no-such-draft"


class WhichDraft(Conflict):
    """Nothing is published and more than one draft is open."""

    slug = "which-draft"


class DraftUnderReview(Conflict):
    """The draft is under review and cannot be changed."""

    slug = "draft-under-review"


def open_drafts(engine):
    """Return the drafts that may still become a version, those under review too, oldest first."""
    with reading(engine) as session:
        return draft_rows.living(session)


def the_draft(session, draft_id):
    """Return the draft ``draft_id``, to be changed.

    Raises
    ------
    NoSuchDraft, DraftUnderReview
    """
    draft = living_draft(session, draft_id)
    if draft.status != "open":
        raise DraftUnderReview(
            "Draft {draft} is under review and cannot be changed: have it returned first.", draft=draft_id
        )
    return draft


def living_draft(session, draft_id):
    """Return the draft ``draft_id``, open or under review, to be looked at.

    Raises
    ------
    NoSuchDraft
    """
    draft = draft_rows.get(session, draft_id)
    if draft is None or draft.status not in LIVING:
        raise NoSuchDraft("There is no open draft {number}: gridmgr draft list shows them.", number=draft_id)
    return draft


def the_only_draft(session):
    """Return the one open draft of a city where nothing is published, None where there is none.

    Raises
    ------
    WhichDraft
    """
    found = draft_rows.open_drafts(session)
    if len(found) > 1:
        listed = ", ".join(str(d.id) for d in found)
        raise WhichDraft("Nothing is published and drafts {listed} are open: say which with --draft.", listed=listed)
    return found[0] if found else None


def discard(engine, draft_id):
    """Put a draft away; nothing published changes."""
    with writing(engine) as session:
        the_draft(session, draft_id).status = "discarded"
        revisions.raise_(session, "drafts")
