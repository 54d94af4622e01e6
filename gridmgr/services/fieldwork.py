"""Field work: what somebody has to do out there, as one parcel that a phone keeps for hours without a net."""

import dataclasses
import datetime as dt
import functools
import math
from typing import Any

from gridmgr import resources
from gridmgr.domain.access import Account
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.steps import AT_WORK, REPORT
from gridmgr.domain.categories import Category
from gridmgr.domain.deadlines import Limit, spent
from gridmgr.domain.fieldwork import read_advice
from gridmgr.domain.grids import Boundaries, Grid
from gridmgr.domain.responsibility import Department
from gridmgr.services import calendars, homes, standing
from gridmgr.services.catalogue import answering_level
from gridmgr.services.handling import reading as casework
from gridmgr.services.handling.reading import Page
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store.cases import casework as rows
from gridmgr.store.cases import fieldwork as field_rows
from gridmgr.store.cases import queue as queue_rows

MOST = 100
"""Most things to do in one parcel; those due first."""
OFTEN = 7
MOST_GRIDS = 60
"""Up to so many grids come with their outlines, for the hint at a border while there is no net."""
METRES_A_DEGREE = 111_320.0
TO_CHECK = ("handled", "checking")


@dataclasses.dataclass(frozen=True)
class Task:
    """One thing to do: ``handle``, ``check``, ``verify`` or ``reply``; ``burnt`` is the share of its time limit, 0 and up."""

    kind: str
    page: Page
    burnt: float | None


@dataclasses.dataclass(frozen=True)
class Patch:
    """What somebody has to do, and what his phone needs to know of his area; ``area`` "" is the whole city.

    ``grids`` is empty where the area has too many for a phone.
    """

    area: str
    boundaries: Boundaries | None
    grids: list[Grid]
    tasks: list[Task]
    is_cut: bool
    often: list[str]
    departments: list[Department]
    colleagues: list[Account]
    categories: dict[str, Category]

    @property
    def shapes(self) -> dict[str, Any]:
        """Return code → shape of the area and of the grids that come along; lon/lat."""
        codes = [*([self.area] if self.area else []), *(one.code for one in self.grids)]
        return {code: self.boundaries.shapes[code] for code in codes if code in self.boundaries.shapes}


@functools.cache
def advice():
    """Return the Advice that a city's GIS officer may change."""
    return read_advice((resources.directory("layers") / "field.toml").read_text(encoding="utf-8"))


def patch(engine, account, may, *, at):
    """Return the Patch of an account.

    Parameters
    ----------
    may : callable
        Tells of a right whether the account has it, by the token that is shown.

    Raises
    ------
    NotFound
        The area of the account is no more.
    """
    known = standing.in_force(engine, at)
    areas = (account.area_code,) if account.area_code else ()
    with reading(engine) as session:
        land = casework.area_of(session, known, areas, at) if areas else None
        codes = grids_in(known, areas)
        tasks = [*of_cases(session, known, account, may, land, at), *of_reports(session, may, codes, at)]
        tasks.sort(key=lambda one: (one.page.due_at or one.page.report.received_at, one.page.report.number))
        return Patch(
            account.area_code,
            known.ground.boundaries if known else None,
            few(known, codes),
            tasks[:MOST],
            len(tasks) > MOST,
            field_rows.often(session, codes, OFTEN),
            responsibility_rows.departments(session),
            field_rows.colleagues(session, account.department_code) if may("handle_case") else [],
            facts.known(session).categories,
        )


def grids_in(known, areas):
    """Return the codes of the grids that answer in some areas, None for the whole city."""
    if not areas:
        return None
    bounds = known.ground.boundaries
    return casework.codes_in(bounds, answering_level(bounds), areas)


def few(known, codes):
    """Return the grids of these codes where they are few enough for a phone, else none."""
    if codes is None or len(codes) > MOST_GRIDS:
        return []
    return [known.ground.boundaries.grids[code] for code in codes]


def of_cases(session, known, account, may, land, at):
    """Return the Tasks that cases give to an account."""
    found = {}
    for kind, wanted in wanted_of(account, may):
        for pair in queue_rows.page(session, wanted, land):
            found.setdefault(pair[0].id, (kind, pair))
    pairs = [pair for _, pair in found.values()]
    if known is not None:
        pairs = homes.at_home(session, known.ground, pairs, at)
    histories = rows.histories(session, [case.id for case, _ in pairs])
    kinds = [kind for kind, _ in found.values()]
    return [
        task(session, kind, case, told, histories[case.id], at)
        for kind, (case, told) in zip(kinds, pairs, strict=True)
        if may_be_his(kind, case, account)
    ]


def wanted_of(account, may):
    """Yield (kind of task, which cases) of what an account may do something about."""
    if may("handle_case"):
        own = {"department": account.department_code, "limit": MOST + 1}
        yield "handle", queue_rows.Wanted(states=AT_WORK, **own)
    if may("check_case"):
        yield "check", queue_rows.Wanted(states=TO_CHECK, limit=MOST + 1)
    if may("reply_urge"):
        yield "reply", queue_rows.Wanted(department=account.department_code, waits_for="urge", limit=MOST + 1)


def may_be_his(kind, case, account):
    """Return whether a case is not plainly somebody else's: a handler leaves alone what another was given."""
    return account.role != "handler" or kind != "handle" or case.handler in ("", account.login)


def task(session, kind, case, told, events, at):
    """Return the Task of a case."""
    made = casework.page(session, case, told, state_of(events), events, at)
    return Task(kind, made, burnt(made.standing, made.due_at, calendars.calendar(session), at))


def of_reports(session, may, codes, at):
    """Return the Tasks of reports that wait to be verified on the spot."""
    if not may("verify_report"):
        return []
    found = field_rows.to_verify(session, codes, MOST + 1)
    return [Task("verify", of_report(session, told, at), None) for told in found]


def of_report(session, told, at):
    """Return the Page of a report."""
    return casework.page(session, None, told, state_of(rows.history(session, report_id=told.id), REPORT), [], at)


def burnt(now, due_at, calendar, at):
    """Return the share of its time limit that a case has used, as the law counts it; more than 1 is overdue."""
    until = min(at, now.handled_at) if now.handled_at else at
    begins = now.clock_from or now.waits_from or now.filed_at
    if begins is None or due_at is None:
        return None
    if now.limit and now.due is None:
        limit = Limit.read(now.limit)
        pauses = [pause for pause in now.pauses if pause[1] > pause[0]]
        return spent(begins, until, limit.unit, calendar, pauses) / (limit.value * (1 + now.extensions))
    return max((until - begins) / max(due_at - begins, dt.timedelta(seconds=1)), 0.0)


def distance_m(position, told):
    """Return how far a report is from a position (lon, lat); metres, good enough to sort by. None without a position."""
    if position is None:
        return None
    lon, lat = position
    east = (lon - told.lon) * math.cos(math.radians(told.lat))
    return METRES_A_DEGREE * math.hypot(east, lat - told.lat)
