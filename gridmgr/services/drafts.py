"""Drafts: changes being prepared, beside what is published."""

from gridmgr.domain.drafts import LIVING, Draft
from gridmgr.errors import Conflict, Invalid, NotFound
from gridmgr.services import nesting
from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts as draft_rows
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows


class NoSuchDraft(NotFound):
    """There is no open draft of that number."""

    slug = "no-such-draft"


class WhichDraft(Conflict):
    """Nothing is published and more than one draft is open."""

    slug = "which-draft"


class DraftUnderReview(Conflict):
    """The draft is under review and cannot be changed."""

    slug = "draft-under-review"


def begin(engine, name, *, reason="", moves_level=None, by, at):
    """Begin a draft on the newest version that was not withdrawn, and return it.

    Parameters
    ----------
    moves_level : str, optional
        The highest level whose borders may move, like ``community``; without it only those of the
        grids that reports go to, and of what lies below them.

    Raises
    ------
    Invalid
        There is no such level, or the draft has no name.
    """
    if not name.strip():
        raise Invalid("{field} is empty: write a name.", field="name")
    if moves_level is not None and moves_level not in nesting.chain():
        known = ", ".join(nesting.chain())
        raise Invalid("There is no level {level}: choose one of {known}.", level=moves_level, known=known)
    with writing(engine) as session:
        newest = version_rows.newest(session)
        base = newest.number if newest else None
        facts = {"base_number": base, "reason": reason.strip(), "moves_level": moves_level}
        made = draft_rows.add(session, Draft(name.strip(), at, by, **facts))
        revisions.raise_(session, "drafts")
        session.expunge(made)
    return made


def with_counts(engine):
    """Return [(Draft, how many edits stand in it)] of the drafts that may still become a version, oldest first."""
    with reading(engine) as session:
        found = draft_rows.living(session)
        counts = edit_rows.counts(session, [one.id for one in found])
        session.expunge_all()
    return [(one, counts.get(one.id, 0)) for one in found]


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
