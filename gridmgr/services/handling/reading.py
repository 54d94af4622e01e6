"""Looking at cases: one with all its history, and the queue of those that are due first."""

import dataclasses
import datetime as dt
from typing import Any

from gridmgr.domain.cases import Case, Event, Report
from gridmgr.domain.casework import clock, guards
from gridmgr.domain.casework.policy import policy_of
from gridmgr.domain.casework.standing import Standing, state_of
from gridmgr.domain.casework.steps import BY_ITSELF, CASE, REPORT, Step, begun_in
from gridmgr.domain.categories import Category
from gridmgr.domain.ratings import Rating
from gridmgr.errors import NotFound
from gridmgr.services import calendars, homes, standing
from gridmgr.services.catalogue import answering_level
from gridmgr.services.handling import finding
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import accounts as account_rows
from gridmgr.store import cities
from gridmgr.store.cases import casework as rows
from gridmgr.store.cases import queue as queue_rows
from gridmgr.store.cases import ratings as rating_rows
from gridmgr.store.cases.queue import Wanted

__all__ = ["Page", "Possible", "Queue", "Wanted", "case_page", "queue", "report_page"]


@dataclasses.dataclass(frozen=True)
class Possible:
    """A step that the state allows. ``forbidden`` is the sentence of the rule that forbids it now, None where none does."""

    step: Step
    forbidden: str | None
    fields: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Page:
    """All that is known of a case, or of a report that is none yet (``case`` None).

    ``report`` tells of the place, by the grid that it belongs to now; ``duplicates`` are the reports
    merged into it. ``history`` begins with the steps of the report, ``people`` names by login those who took them.
    """

    case: Case | None
    report: Report
    duplicates: list[Report]
    history: list[Event]
    standing: Standing
    category: Category | None
    due_at: dt.datetime | None
    policy: dict[str, Any]
    people: dict[str, str]
    asked: guards.Asked
    ratings: dict[int, Rating]

    @property
    def kind(self):
        """Return ``case`` or ``report``."""
        return CASE if self.case else REPORT

    def possible(self, may, by):
        """Return the Possible steps of somebody: ``may`` tells of a right whether he has it, ``by`` is his login."""
        asked = dataclasses.replace(self.asked, by=by)
        steps = [one for one in begun_in(self.kind, self.standing.state) if one.action not in BY_ITSELF]
        fields = {**self.policy, "handler": self.standing.handler}
        return [Possible(one, guards.forbidding(one, self.standing, asked), fields) for one in steps if may(one.right)]


def case_page(engine, number, *, at):
    """Return the Page of a case.

    Raises
    ------
    NoSuchCase
    """
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        found = finding.case_of(session, number)
        case, told = homes.at_home(session, known.ground, [found], at)[0] if known else found
        events = rows.history(session, case_id=case.id)
        return page(session, case, told, state_of(events), events, at)


def report_page(engine, number, *, at):
    """Return the Page of a report as long as it is no case.

    Raises
    ------
    NoSuchReport
    """
    with reading(engine) as session:
        told = finding.report_of(session, number)
        events = rows.history(session, report_id=told.id)
        return page(session, None, told, state_of(events, REPORT), [], at)


def page(session, case, told, now, events, at):
    """Return the Page of a report and the case that it became."""
    history = [*rows.history(session, report_id=told.id), *events]
    policy, calendar = policy_of(cities.the_city(session).settings), calendars.calendar(session)
    due_at = clock.due_of(now, calendar) if now.filed_at else case.due_at if case else None
    asked = guards.Asked("", CASE if case else REPORT, "", at, due_at=due_at, source=told.source, policy=policy)
    duplicates = rows.duplicates_of(session, told.id)
    return Page(
        case,
        told,
        duplicates,
        history,
        now,
        facts.known(session).categories.get(case.category_code if case else told.category_code),
        due_at,
        dataclasses.asdict(policy),
        names(session, history),
        asked,
        rating_rows.of_reports(session, [told.id, *(one.id for one in duplicates)]),
    )


def names(session, events):
    """Return login → name of those who took the steps of a history, and of those whom a step names."""
    named = {login for event in events for login in (event.by, event.data.get("handler"))}
    return account_rows.names(session, named - {"", None})


@dataclasses.dataclass(frozen=True)
class Queue:
    """A page of the queue: [(Case, Report)] by the grids they belong to now, and the categories by code.

    ``next`` is where the page after it begins, None after the last.
    """

    pairs: list[tuple[Case, Report]]
    categories: dict[str, Category]
    next: tuple[dt.datetime, int] | None


def queue(engine, wanted, *, areas=(), at):
    """Return a page of the cases that are due first.

    Parameters
    ----------
    wanted : Wanted
        See :class:`gridmgr.store.cases.queue.Wanted`; it names the place that the page begins after.
    areas : sequence of str
        Codes of grids or areas, each of which a case must lie in.

    Raises
    ------
    NotFound
        There is no such area in the boundaries in force.
    """
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        land = area_of(session, known, areas, at) if areas else None
        more = dataclasses.replace(wanted, limit=wanted.limit + 1)
        found = queue_rows.page(session, more, land)
        pairs = found[: wanted.limit]
        last = pairs[-1][0] if len(found) > wanted.limit else None
        if known is not None:
            pairs = homes.at_home(session, known.ground, pairs, at)
        return Queue(pairs, facts.known(session).categories, last and (last.due_at, last.id))


def area_of(session, known, areas, at):
    """Return the Area of the grids that lie in all of ``areas``, with the cases that belong elsewhere than their row says."""
    if known is None:
        raise NotFound("Nothing is published yet: there is no area {area}.", area=areas[0])
    bounds = known.ground.boundaries
    level = answering_level(bounds)
    inside = {code: bounds.grids[code].grid_id for code in codes_in(bounds, level, areas)}
    alive = {bounds.grids[code].grid_id for code in bounds.at_level(level)}
    pairs = queue_rows.strays(session, alive, level, at)
    wanted = set(inside.values())
    at_homes = zip(pairs, homes.home_ids(session, known.ground, pairs, at), strict=True) if pairs else ()
    moved = [(case, home) for (case, _), home in at_homes if home != case.grid_id]
    return queue_rows.Area(
        tuple(sorted(wanted)),
        len(wanted) / max(len(alive), 1),
        tuple(case.id for case, home in moved if home in wanted),
        tuple(case.id for case, home in moved if home not in wanted),
    )


def codes_in(bounds, level, areas):
    """Return the codes of the grids of ``level`` that lie in every one of ``areas``."""
    missing = next((code for code in areas if code not in bounds.grids), None)
    if missing is not None:
        raise NotFound("There is no area or grid {area} now.", area=missing)
    return sorted(set.intersection(*(set(bounds.inside(area, level)) for area in areas)), key=str.encode)
