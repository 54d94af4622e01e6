"""Reviewing: a draft is handed in, approved by another person or returned with comments on places of the map."""

from gridmgr.domain.drafts import Comment, reviewing
from gridmgr.errors import Invalid
from gridmgr.services import auditing, drafts, publishing, trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows
from gridmgr.store.drafts import reviewing as review_rows


def submit(engine, draft_id, *, revision=None, accept=(), reason="", effective_from=None, by, at):
    """Hand a draft in for review and return it; refused while its full audit is red.

    Parameters
    ----------
    revision : int, optional
        The state of the draft that was looked at.
    accept, reason
        Kinds of findings that may stay, as :func:`gridmgr.services.publishing.publish` takes them.
    effective_from : datetime, optional
        When it is meant to take effect: people are looked for from then on.

    Raises
    ------
    NoSuchDraft, WrongState, DraftChanged, DraftOutdated, PublishRefused, Invalid
    """
    publishing.check_acceptance(accept, reason)
    with reading(engine) as session:
        draft = drafts.living_draft(session, draft_id)
        reviewing.require_state(draft, "submit")
        reviewing.require_revision(draft, revision)
        publishing.refuse_outdated(draft, version_rows.newest(session))
        seen = draft.revision
    found = auditing.audit(engine, draft=draft_id, at=max(effective_from or at, at))
    publishing.refuse_findings(found, draft_id, accept)

    def submitted(session, draft):
        trail.record(session, by, "submit_draft", f"draft:{draft_id}", {"accepted": accept, "reason": reason}, at=at)
        return reviewing.submit(draft, by=by, at=at)

    return step(engine, draft_id, seen, submitted)


def approve(engine, draft_id, *, revision=None, by, at):
    """Approve a submitted draft as another person than any who worked on it; return it.

    Raises
    ------
    NoSuchDraft, WrongState, OwnWork, DraftChanged
    """

    def approved(session, draft):
        trail.record(session, by, "approve_draft", f"draft:{draft_id}", {"revision": draft.revision}, at=at)
        return reviewing.approve(draft, review_rows.editors(session, draft_id), by=by, at=at)

    return step(engine, draft_id, revision, approved)


def give_back(engine, draft_id, *, text="", places=(), by, at):
    """Return a draft to those who work on it, with what is to be done; whoever submitted it may take it back.

    Parameters
    ----------
    text : str
        What is said of the whole draft.
    places : iterable of (str, float, float)
        What is said of places: text, longitude, latitude.

    Raises
    ------
    NoSuchDraft, WrongState
    Invalid
        Another person returns it and says nothing.
    """
    said = [(text, None, None)] if text.strip() else []
    said += places
    comments = [Comment(draft_id, words.strip(), by, at, lon, lat) for words, lon, lat in said]

    def returned(session, draft):
        facts = reviewing.give_back(draft)
        if not comments and by != draft.submitted_by:
            raise Invalid("Say what is to be done: a draft is returned with a comment.")
        bulk.insert(session, comments)
        trail.record(session, by, "return_draft", f"draft:{draft_id}", at=at)
        return facts

    return step(engine, draft_id, None, returned)


def step(engine, draft_id, revision, facts_of):
    """Change the state of a draft by ``facts_of(session, draft)`` in one transaction; return the draft."""
    with writing(engine) as session:
        draft = edit_rows.locked(session, draft_id)
        drafts.living_draft(session, draft_id)
        reviewing.require_revision(draft, revision)
        for name, value in facts_of(session, draft).items():
            setattr(draft, name, value)
        session.flush()
        revisions.raise_(session, "drafts")
        session.expunge(draft)
    return draft
