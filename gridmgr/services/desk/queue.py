"""The queue of the desk: tabs, groups, and pages that go on where the one before ended."""

import dataclasses
import datetime as dt
import zoneinfo
from typing import Any

from gridmgr.domain.cases import Case, Report
from gridmgr.domain.casework.policy import policy_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.categories import Category
from gridmgr.domain.desk import CASE_TABS, GROUPS, INTAKE, TABS, Usual
from gridmgr.errors import Invalid, NotFound
from gridmgr.services import homes, standing
from gridmgr.services.desk import streets
from gridmgr.services.desk.usual import usual
from gridmgr.services.handling.reading import Wanted, area_of
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import accounts, cities
from gridmgr.store.cases import casework, intake
from gridmgr.store.cases import queue as queue_rows

MOST_COUNTED = 1000


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the queue: a case with its report, or a report that is none yet, with the Roads that it lies at who answered then, and its Grid.

    ``grid`` is None outside the city and where the grid is gone; ``handler`` is the name of who has it in hand, "" for nobody.
    ``next_owner`` is the code of the department that a return named, "" without one.
    """

    case: Case | None
    report: Report
    group: str
    roads: list[streets.Road]
    person: str
    grid: Any
    handler: str = ""
    next_owner: str = ""


@dataclasses.dataclass(frozen=True)
class Page:
    """A page of a tab; ``counts`` by group (at most ``MOST_COUNTED``), ``next`` is (group, instant, id) or None."""

    rows: list[Row]
    counts: dict[str, int]
    categories: dict[str, Category]
    usual: Usual
    next: tuple[str, dt.datetime, int] | None


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is asked for: a tab, narrowed by what :class:`Wanted` knows (``narrowed``), within ``areas``."""

    tab: str
    narrowed: dict[str, Any]
    areas: tuple[str, ...]
    near_border: bool = False
    after: tuple[str, dt.datetime, int] | None = None
    limit: int = 50


def page(engine, asked, *, at):
    """Return a Page of the desk.

    Raises
    ------
    Invalid
        There is no such tab.
    NotFound
        There is no such area, or nothing is published yet.
    """
    if asked.tab not in TABS:
        raise Invalid("There is no tab {tab}: choose one of {known}.", tab=asked.tab, known=", ".join(TABS))
    known = standing.in_force(engine, at)
    if known is None:
        raise NotFound("Nothing is published yet: there is nobody to dispatch to.")
    with reading(engine) as session:
        city = cities.the_city(session)
        times = usual(session, policy_of(city.settings), at)
        land = area_of(session, known, asked.areas, at) if asked.areas else None
        found = intake_rows if asked.tab == INTAKE else case_rows
        pairs, counts, goes_on = found(session, asked, land, times, at, day_end(at, city.timezone))
        rows = rows_of(session, known, pairs, at)
        return Page(rows, counts, facts.known(session).categories, times, goes_on)


def rows_of(session, known, pairs, at):
    """Return the Rows of [(Case or None, Report, group)], each case with the grid that it belongs to now."""
    cases = [(case, told) for case, told, _ in pairs if case is not None]
    if cases:
        at_homes = homes.at_home(session, known.ground, cases, at)
        pairs = [(*pair, group) for pair, (_, _, group) in zip(at_homes, pairs, strict=True)]
    roads = streets.places(session, known, [told for _, told, _ in pairs])
    named = accounts.names(session, {case.handler for case, _ in cases if case.handler})
    owners = next_owners(session, [case for case, _ in cases])
    persons, grids = known.facts.staffing.persons, known.ground.boundaries.grids
    return [
        Row(
            case,
            told,
            group,
            near,
            name_in(persons, told.person_id),
            grids.get(told.grid_code),
            named.get(case.handler, case.handler) if case else "",
            owners.get(case.id, "") if case else "",
        )
        for (case, told, group), near in zip(pairs, roads, strict=True)
    ]


def next_owners(session, cases):
    """Return case id → the department that the last return of a case named."""
    returned = [case.id for case in cases if case.state == "returned"]
    histories = casework.histories(session, returned) if returned else {}
    return {case_id: state_of(events).next_owner for case_id, events in histories.items()}


def name_in(persons, person_id):
    """Return the name of a person, "" where there is none."""
    return persons[person_id].name if person_id in persons else ""


def day_end(at, timezone):
    """Return the midnight after an instant on the city's clocks."""
    zone = zoneinfo.ZoneInfo(timezone)
    day = at.astimezone(zone).date() + dt.timedelta(days=1)
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)


def case_rows(session, asked, land, times, at, day_ends):
    """Return [(Case, Report, group)], the counts of the groups, and where the next page begins."""
    groups = wanted_by_group(asked, times, at, day_ends)
    found, begin = [], asked.after[0] if asked.after else GROUPS[0]
    for group in GROUPS[GROUPS.index(begin) :]:
        after = asked.after[1:] if asked.after and group == begin else None
        room = asked.limit - len(found)
        wanted = dataclasses.replace(groups[group], after=after, limit=room + 1)
        some = queue_rows.page(session, wanted, land)
        found += [(case, told, group) for case, told in some[:room]]
        if len(some) > room:
            return found, counted(session, groups, land, asked), mark(found, group, asked)
    return found, counted(session, groups, land, asked), None


def mark(found, group, asked):
    """Return where the next page begins: after the last row, or where a group begins that no row is of yet."""
    if not found or found[-1][2] != group:
        return group, dt.datetime.min.replace(year=1970, tzinfo=dt.UTC), 0
    return group, found[-1][0].due_at, found[-1][0].id


def counted(session, groups, land, asked):
    """Return how many cases each group has; only with the first page."""
    if asked.after is not None:
        return {}
    return {group: queue_rows.count(session, wanted, land, MOST_COUNTED) for group, wanted in groups.items()}


def wanted_by_group(asked, times, at, day_ends):
    """Return group → the Wanted of its cases."""
    base = base_of(asked)
    soon = times.soon(at)
    return {
        "predicted": dataclasses.replace(base, due_from=at, soon=soon, is_soon=True),
        "overdue": dataclasses.replace(base, due_before=at),
        "today": dataclasses.replace(base, due_from=at, due_before=day_ends, soon=soon, is_soon=False),
        "rest": dataclasses.replace(base, due_from=day_ends, soon=soon, is_soon=False),
    }


def base_of(asked):
    """Return the Wanted of all cases of a tab."""
    narrowed = {**asked.narrowed}
    if asked.tab == "urges" and not narrowed.get("waits_for"):
        narrowed["waits_for"] = "any"
    states = narrowed.pop("states", ()) or CASE_TABS[asked.tab]
    return Wanted(states=states, near_border=asked.near_border, **narrowed)


def intake_rows(session, asked, land, times, at, day_ends):
    """Return [(None, Report, "rest")] of the reports that wait to be filed, their count, and where the next page begins."""
    category, after = asked.narrowed.get("category", ""), asked.after[1:] if asked.after else None
    some = intake.page(session, category, land, after, asked.limit + 1)
    found = [(None, told, "rest") for told in some[: asked.limit]]
    counts = {"rest": intake.count(session, category, land, MOST_COUNTED)} if asked.after is None else {}
    last = some[asked.limit - 1] if len(some) > asked.limit else None
    return found, counts, last and ("rest", last.received_at, last.id)


def overview(engine, areas, narrowed, *, at):
    """Return tab → how many wait in it, at most ``MOST_COUNTED``; nothing where nothing is published yet."""
    known = standing.in_force(engine, at)
    if known is None:
        return dict.fromkeys(TABS, 0)
    with reading(engine) as session:
        land = area_of(session, known, areas, at) if areas else None
        return tab_counts(session, land, narrowed)


def tab_counts(session, land, narrowed):
    """Return tab → how many wait in it, at most ``MOST_COUNTED``."""
    found = {INTAKE: intake.count(session, "", land, MOST_COUNTED)}
    for tab in CASE_TABS:
        wanted = base_of(Asked(tab, narrowed, ()))
        found[tab] = queue_rows.count(session, wanted, land, MOST_COUNTED)
    return found
