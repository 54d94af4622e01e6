"""Publishing: a whole draft becomes the next version; what is not whole is refused."""

from gridmgr.domain.grids import Acceptance, Version
from gridmgr.errors import Conflict, Invalid
from gridmgr.services import auditing
from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows

ACCEPTABLE = ("no_person", "no_department")


class PublishRefused(Conflict):
    """A draft with findings cannot be published."""

    slug = "publish-refused"


class DraftOutdated(Conflict):
    """The draft was begun on a version that is no longer the newest one."""

    slug = "draft-outdated"


class DraftChanged(Conflict):
    """The draft or the city changed while it was being audited."""

    slug = "draft-changed"


def publish(engine, draft_id, *, effective_from=None, accept=(), reason="", by, at):
    """Publish a draft and return its Version.

    The audit runs in full first, outside the write transaction; the
    transaction then checks that nothing moved in between.

    Parameters
    ----------
    effective_from : datetime, optional
        Aware; ``at`` without it. Only the first version may lie in the past.
    accept : iterable of str
        Kinds of findings to publish in spite of: ``no_person``, ``no_department``.
    reason : str
        Why; required with ``accept``.

    Raises
    ------
    PublishRefused, DraftOutdated, DraftChanged, Invalid
    """
    check_acceptance(accept, reason)
    found = auditing.audit(engine, draft=draft_id, at=at)
    refuse_findings(found, draft_id, accept)
    with writing(engine) as session:
        if revisions.numbers(session) != found.revisions:
            raise DraftChanged("Draft {draft} or the city changed while it was audited. Publish again.", draft=draft_id)
        draft = draft_rows.get(session, draft_id)
        version = next_version(session, draft, effective_from or at, by=by, at=at, reason=reason)
        grid_rows.publish(session, draft, version.number)
        record_acceptances(session, version, accept, reason, by=by, at=at)
        draft.status, draft.published_number = "published", version.number
        revisions.raise_(session, "boundaries")
        session.expunge(version)
    return version


def check_acceptance(accept, reason):
    """Raise Invalid where findings would be accepted that may not be, or without a reason."""
    for kind in accept:
        if kind not in ACCEPTABLE:
            raise Invalid(
                "Findings of kind {kind} cannot be accepted, only no_person and no_department: repair the land.",
                kind=kind,
            )
    if accept and not reason.strip():
        raise Invalid("Accepting findings needs a reason: add --reason.")


def refuse_findings(found, draft_id, accept):
    """Raise PublishRefused where errors remain that were not accepted."""
    counts: dict[str, int] = {}
    for finding in found.findings:
        if finding.severity == "error" and finding.kind not in accept:
            counts[finding.kind] = counts.get(finding.kind, 0) + 1
    if counts:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        raise PublishRefused(
            "Draft {draft} has findings that block publishing: {listed}. See gridmgr audit --draft {draft}.",
            draft=draft_id,
            listed=listed,
        )


def next_version(session, draft, effective_from, *, by, at, reason):
    """Return the Version that ``draft`` becomes, added to the session."""
    newest = version_rows.newest(session)
    if draft.base_number != (newest.number if newest else None):
        raise DraftOutdated(
            "Draft {draft} was begun on version {base}; version {newest} is the newest. Begin a new draft.",
            draft=draft.id,
            base=draft.base_number or "—",
            newest=newest.number if newest else "—",
        )
    if newest is not None:
        check_instant(effective_from, newest, at)
    number = version_rows.highest_number(session) + 1
    return version_rows.add(
        session,
        Version(
            number=number,
            effective_from=effective_from,
            published_at=at,
            published_by=by,
            name=draft.name,
            reason=reason or draft.reason,
        ),
    )


def check_instant(effective_from, newest, at):
    """Raise Invalid where a version would begin in the past or before one already scheduled."""
    if effective_from < at:
        raise Invalid(
            "A version cannot begin in the past ({instant}); choose now or later.",
            instant=effective_from.isoformat(timespec="seconds"),
        )
    if effective_from <= newest.effective_from:
        raise Invalid(
            "Version {number} is scheduled for {instant}; choose a later instant or withdraw it.",
            number=newest.number,
            instant=newest.effective_from.isoformat(timespec="seconds"),
        )


def record_acceptances(session, version, accept, reason, *, by, at):
    """Store with the version which kinds of findings were accepted, and why."""
    for kind in accept:
        session.add(Acceptance(version_number=version.number, kind=kind, reason=reason, accepted_by=by, accepted_at=at))


def versions(engine, at):
    """Return [(Version, state)], newest first; state is past, current, scheduled or withdrawn."""
    with reading(engine) as session:
        current = version_rows.in_force(session, at)
        return [(v, state_of(v, current)) for v in reversed(version_rows.all_versions(session))]


def state_of(version, current):
    """Return what ``version`` is beside the one in force."""
    if version.withdrawn_at is not None:
        return "withdrawn"
    if current is None or version.number > current.number:
        return "scheduled"
    return "current" if version.number == current.number else "past"
