"""Publishing: a whole draft becomes the next version; what is not whole is refused."""

from gridmgr.domain.drafts import reviewing
from gridmgr.domain.drafts.reviewing import DraftChanged
from gridmgr.domain.grids import Acceptance, Lineage, Version
from gridmgr.domain.versions import lineage
from gridmgr.errors import Conflict, Invalid
from gridmgr.services import auditing, drafts, trail
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.services.versions import assigning, comparing, reposting
from gridmgr.store import bulk, revisions
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows
from gridmgr.store.drafts import reviewing as review_rows

ACCEPTABLE = ("no_person", "no_department")


class PublishRefused(Conflict):
    """A draft with findings cannot be published."""

    slug = "publish-refused"


class DraftOutdated(Conflict):
    """The draft was begun on a version that is no longer the newest one."""

    slug = "draft-outdated"


def publish(engine, draft_id, *, effective_from=None, accept=(), reason="", on_web=False, by, at):
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
    on_web : bool
        Whether it is asked for on the web, where another person has to have approved the draft;
        elsewhere that is so only where there is more than one planner.

    Raises
    ------
    NoSuchDraft, NotApproved, WrongState, PublishRefused, DraftOutdated, DraftChanged, Invalid
    reposting.StaffToRepost
        Somebody posted on a grid that would be dissolved has no other post.
    """
    check_acceptance(accept, reason)
    begins = effective_from or at
    with reading(engine) as session:
        seen = publishable(session, drafts.living_draft(session, draft_id), on_web)
        refuse_instant(session, seen, begins, at)
    found = auditing.audit(engine, draft=draft_id, at=max(begins, at))
    refuse_findings(found, draft_id, accept)
    difference = comparing.of_draft(engine, draft_id)
    with writing(engine) as session:
        review_rows.take_turn(session)
        draft = unchanged(session, seen, found, on_web)
        wanted = draft_rows.boundaries(session, draft_id)
        reposting.refuse_unposted(session, draft_id, difference, wanted.grids, begins)
        version = next_version(session, draft, begins, by=by, at=at, reason=reason)
        write(session, draft, version, wanted, difference)
        record_acceptances(session, version, accept, reason, by=by, at=at)
        draft.status, draft.published_number = "published", version.number
        raise_revisions(session, difference, version.number)
        told = {"draft": draft_id, "effective_from": begins, "accepted": accept, "reason": reason}
        trail.record(session, by, "publish_version", f"version:{version.number}", told, at=at)
        session.flush()
        session.expunge(version)
    return version


def publishable(session, draft, on_web):
    """Return ``draft`` as it may be published now; raise NotApproved or WrongState where it may not."""
    reviewed = reviewing.needs_approval(review_rows.planners(session), on_web=on_web)
    reviewing.require_publishable(draft, reviewed=reviewed)
    return draft


def refuse_instant(session, draft, effective_from, at):
    """Raise where the draft is outdated or would begin too early, before its audit takes its time."""
    newest = version_rows.newest(session)
    refuse_outdated(draft, newest)
    if newest is not None:
        check_instant(effective_from, newest, at)


def unchanged(session, seen, found, on_web):
    """Return the draft, locked; raise DraftChanged where it or the facts are no longer those that were audited."""
    draft = edit_rows.locked(session, seen.id)
    publishable(session, drafts.living_draft(session, seen.id), on_web)
    if draft.revision != seen.revision or not facts.same(revisions.numbers(session), found.revisions):
        raise DraftChanged("Draft {draft} or the city changed while it was audited. Publish again.", draft=seen.id)
    return draft


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


def refuse_outdated(draft, newest):
    """Raise DraftOutdated where ``newest`` is not the version that the draft was begun on."""
    if draft.base_number != (newest.number if newest else None):
        raise DraftOutdated(
            "Draft {draft} was begun on version {base}; version {newest} is the newest. Rebase the draft and publish again.",
            draft=draft.id,
            base=draft.base_number or "—",
            newest=newest.number if newest else "—",
        )


def next_version(session, draft, effective_from, *, by, at, reason):
    """Return the Version that ``draft`` becomes, added to the session."""
    refuse_instant(session, draft, effective_from, at)
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
            approved_by=draft.approved_by,
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


def write(session, draft, version, wanted, difference):
    """Write the grids of ``version``, how they came from those before, and the posts that begin with it."""
    grid_rows.publish(session, draft, version.number, wanted)
    bulk.insert(session, lineage_rows(difference, version.number, wanted.grids))
    known = {"by": version.published_by, "recorded_at": version.published_at, "begins_with": version.number}
    bulk.insert(session, assigning.posts(session, draft.id, wanted.grids, version.effective_from, **known))


def lineage_rows(difference, number, grids):
    """Return the Lineage of a version; a grid without an identity in the draft has got one by now."""
    created = [one.key for one in difference.changes if one.kind == "created"]
    dissolved = [one.key for one in difference.changes if one.kind == "dissolved"]
    moves = lineage.kinds(difference.moves, created=created, dissolved=dissolved)
    return [
        Lineage(number, move.before.grid_id, move.after.grid_id or grids[move.after.code].grid_id, kind, move.area_m2)
        for move, kind in moves
    ]


def raise_revisions(session, difference, number):
    """Tell all who remember that boundaries changed, and people where grids end or posts begin with them."""
    revisions.raise_(session, "boundaries")
    revisions.raise_(session, "drafts")
    begun = version_rows.begins_posts(session, number)
    if begun or any(one.kind == "dissolved" for one in difference.changes):
        revisions.raise_(session, "staff")


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
