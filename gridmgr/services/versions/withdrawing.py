"""Withdrawing: a version that is scheduled does not come into force after all."""

from gridmgr.errors import Conflict, Invalid
from gridmgr.services import trail
from gridmgr.services.maps import viewing
from gridmgr.services.transactions import writing
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import reviewing as review_rows


class NotScheduled(Conflict):
    """Only a version that is still to come can be withdrawn."""

    slug = "not-scheduled"


def withdraw(engine, number, *, reason, by, at):
    """Withdraw the scheduled version ``number`` and return it; its number and its rows stay, out of force for ever.

    The versions scheduled after it were begun on it and have to be withdrawn first. What follows from
    the version (ends of posts, posts that would begin with it) is asked for by queries and so does not happen.

    Raises
    ------
    NoSuchVersion, NotScheduled, Invalid
    """
    if not reason.strip():
        raise Invalid("Withdrawing a version needs a reason: say why.")
    with writing(engine) as session:
        review_rows.take_turn(session)
        version = viewing.numbered(session, number)
        refuse_unscheduled(version, version_rows.newest(session), at)
        version.withdrawn_at, version.withdrawn_reason = at, f"{by}: {reason.strip()}"
        for kind in ("boundaries", "drafts", "staff"):
            revisions.raise_(session, kind)
        trail.record(session, by, "withdraw_version", f"version:{number}", {"reason": reason.strip()}, at=at)
        session.flush()
        session.expunge(version)
    return version


def refuse_unscheduled(version, newest, at):
    """Raise NotScheduled where a version was withdrawn before, has begun, or others are scheduled after it."""
    if version.withdrawn_at is not None:
        raise NotScheduled("Version {number} was withdrawn before.", number=version.number)
    if version.effective_from <= at:
        raise NotScheduled(
            "Version {number} is in force since {instant}: revive an earlier one as a new version instead.",
            number=version.number,
            instant=version.effective_from.isoformat(timespec="seconds"),
        )
    if newest.number != version.number:
        raise NotScheduled(
            "Version {newest} is scheduled after version {number}: withdraw it first.",
            newest=newest.number,
            number=version.number,
        )
