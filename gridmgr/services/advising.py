"""The doctor: looks a city over and says the next step."""

import dataclasses
import datetime as dt
from typing import Any

from gridmgr.i18n import N_, translate
from gridmgr.services import auditing, calendars, trail
from gridmgr.services.transactions import reading
from gridmgr.store import accounts as account_rows
from gridmgr.store import drafts as draft_rows
from gridmgr.store import outbox
from gridmgr.store import versions as version_rows

ADVICE = {
    "no_person": (
        N_(
            "1 grid has nobody, or soon will: gridmgr staff import FILE (gridmgr template staff staff.xlsx writes an example)."
        ),
        N_(
            "{count} grids have nobody, or soon will: gridmgr staff import FILE (gridmgr template staff staff.xlsx writes an example)."
        ),
    ),
    "no_department": (
        N_("1 duty has no department or no unit; gridmgr audit names it: gridmgr matrix import FILE."),
        N_("{count} duties have no department or no unit; gridmgr audit names them: gridmgr matrix import FILE."),
    ),
}
LAND = N_(
    "{count} findings about land in {label}: gridmgr audit shows them, layer import --repair mends the small ones."
)

DEADLINES_REACH = dt.timedelta(days=60)
"""So far ahead do deadlines lie that are counted now."""
NO_TABLE = N_(
    "There is no holiday table for {year}: deadlines there count Monday to Friday. gridmgr calendar import FILE brings one."
)
NOT_ANNOUNCED = N_(
    "The holidays of {year} are provisional: when they are announced, gridmgr calendar import FILE puts them right."
)


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing looked at. ``state`` is ``ok``, ``warn`` or ``todo`` (the next step)."""

    state: str
    text: str
    fields: dict[str, Any] = dataclasses.field(default_factory=dict)

    def say(self, language):
        """Return the check as a sentence."""
        return translate(self.text, language, **self.fields)


def check_up(engine, *, at):
    """Return the checks of a city, in the order in which things are put right."""
    with reading(engine) as session:
        drafts = draft_rows.open_drafts(session)
        in_force = version_rows.in_force(session, at)
        checks = [*people_of_the_desk(session), *coming_holidays(session, at), *worker(session, at)]
        accepted = version_rows.acceptances(session, in_force.number) if in_force else []
    return [*boundaries(engine, drafts, in_force, at), *accepted_findings(accepted), *checks]


def boundaries(engine, drafts, in_force, at):
    """Yield what is to do about land, people and departments, in the version in force or the one draft."""
    draft = drafts[0] if in_force is None and len(drafts) == 1 else None
    if in_force is None and not drafts:
        yield Check(
            "todo", N_("Import a city boundary and grids: gridmgr layer import FILE --layer responsibility_grid.")
        )
        return
    if in_force is None and draft is None:
        yield Check(
            "todo", N_("{count} drafts are open and nothing is published: gridmgr draft list."), {"count": len(drafts)}
        )
        return
    found = auditing.audit(engine, draft=draft.id if draft else None, at=at)
    if not found.grid_count:
        yield Check("todo", N_("No grids yet: gridmgr layer import FILE --layer responsibility_grid."))
        return
    yield from by_kind(found)
    if draft and not found.blocking:
        yield Check("todo", N_("Draft {number} is whole: gridmgr publish {number}."), {"number": draft.id})


def by_kind(found):
    """Yield one check for land, people and departments each."""
    if not found.is_framed:
        yield Check(
            "warn",
            N_(
                "Import a city boundary: without it the outer edge is not checked (gridmgr layer import FILE --layer city)."
            ),
        )
    land = [f for f in found.findings if f.severity == "error" and f.kind not in ADVICE]
    yield (
        Check("todo", LAND, {"count": len(land), "label": found.label})
        if land
        else Check("ok", N_("Land is whole in {label}."), {"label": found.label})
    )
    for kind, (one, many) in ADVICE.items():
        count = sum(f.kind == kind and f.severity == "error" for f in found.findings)
        if count:
            yield Check("todo", one if count == 1 else many, {"count": count})


def accepted_findings(accepted):
    """Yield what the version in force was published in spite of."""
    for acceptance in accepted:
        yield Check(
            "warn",
            N_("Published with {kind} accepted by {by}: {reason}"),
            {"kind": acceptance.kind, "by": acceptance.accepted_by, "reason": acceptance.reason},
        )


def people_of_the_desk(session):
    """Yield whether somebody can sign in."""
    if not account_rows.count(session):
        yield Check("warn", N_("Nobody can sign in on the web: gridmgr user add LOGIN --name NAME --role planner."))


def coming_holidays(session, at):
    """Yield which years that deadlines may soon cross into have no holiday table, or one that is not announced yet."""
    calendar, horizon = calendars.calendar(session), at + DEADLINES_REACH
    for year in calendar.unknown_years(at, horizon):
        yield Check("warn", NO_TABLE, {"year": year})
    for year in calendar.provisional_years(at, horizon):
        yield Check("warn", NOT_ANNOUNCED, {"year": year})


DEAD = (
    N_("1 notice could not be delivered: gridmgr work dead says why."),
    N_("{count} notices could not be delivered: gridmgr work dead says why."),
)
WAITING = N_("{count} notices wait for more than a minute: is gridmgr work running?")
UNSEALED = N_("{count} entries of the audit trail wait for more than a minute to be sealed: is gridmgr work running?")


def worker(session, at):
    """Yield whether notices arrive, and whether a worker is there to deliver them and to seal the trail."""
    if dead := outbox.count_dead(session):
        yield Check("warn", DEAD[dead > 1], {"count": dead})
    for text, count in (
        (WAITING, outbox.untried_since(session, at - trail.BEHIND)),
        (UNSEALED, trail.is_behind(session, at)),
    ):
        if count:
            yield Check("warn", text, {"count": count})
