"""What became of the reports: whose grid each lies in, and the cases that are open or closed, with their histories."""

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any

import numpy as np

from gridmgr.domain.cases import Case
from gridmgr.domain.casework.numbers import case_number, division_of
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.deadlines import Limit, due_at
from gridmgr.geometry.locator import Locator
from gridmgr.services.demo import stories
from gridmgr.services.demo.paths import closed_story, open_story
from gridmgr.services.demo.plane import dice

OPEN_CASES = 320
CLOSED_SHARE = 0.5
CLOSED_DAYS = 150
RECENT, FRESH = dt.timedelta(days=9), dt.timedelta(days=2)
DUE_FROM, DUE_TO = dt.timedelta(days=-2), dt.timedelta(days=5)
LEAST_TOLERANCE_M = 15.0
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Register:
    """The versions, when each takes effect, the identities by code, who is chief where, who leads in what.

    ``categories`` by code give the filing conditions, ``cast`` those who take the steps.
    """

    versions: list
    effective: list
    identity: dict
    chiefs: dict
    departments: dict
    categories: dict
    cast: Any
    zone: Any


def fill_in(reports, register):
    """Fill in version, grid, nearness of a border, chief and leading department of ``reports`` (by the plain matrix)."""
    in_force = np.searchsorted(
        [e.timestamp() for e in register.effective], [r.observed_at.timestamp() for r in reports], "right"
    )
    for number in np.unique(np.maximum(in_force, 1)).tolist():
        place(reports, np.flatnonzero(np.maximum(in_force, 1) == number), number, register)


def place(reports, chosen, number, register):
    """Fill in the reports numbered ``chosen`` by version ``number``."""
    boundaries = register.versions[number - 1]
    locator = Locator({c: boundaries.shapes[c] for c in boundaries.at_level("responsibility_grid")})
    lons, lats = ([getattr(reports[i], axis) for i in chosen] for axis in ("lon", "lat"))
    owners = locator.locate_many(lons, lats)
    tolerance = np.array([max(reports[i].accuracy_m, LEAST_TOLERANCE_M) for i in chosen])
    near = np.bincount(locator.within_many(lons, lats, tolerance)[0], minlength=len(chosen))
    for i, owner, count in zip(chosen.tolist(), owners.tolist(), near.tolist(), strict=True):
        reports[i].version_number = number
        if owner >= 0:
            file_under(reports[i], locator.codes[owner], count > 1, register)


def file_under(report, code, is_near, register):
    """Fill in a report that lies in the grid ``code``."""
    report.grid_code, report.grid_id = code, register.identity[code]
    report.near_border = is_near
    report.department_code = register.departments[report.category_code]
    report.person_id = register.chiefs.get(report.grid_id)


@dataclasses.dataclass(frozen=True)
class Filed:
    """Cases and the steps of all histories; ``report_id`` and ``case_id`` count from 1."""

    cases: list
    events: list


@dataclasses.dataclass(frozen=True)
class Chosen:
    """How a report was filed: when, under which condition, and when the clock began that now counts."""

    row: int
    report: Any
    filed_at: dt.datetime
    condition: str
    limit: str
    clock_from: dt.datetime
    due_at: dt.datetime

    @property
    def is_bounced(self):
        """Return whether the clock began long after filing: the case went from hand to hand before."""
        return self.clock_from - self.filed_at > HOUR


def cases(reports, now, seed, register):
    """Return the Filed: cases of the last days still open and due around ``now``, older ones closed.

    What is neither was not filed, but for reports of the last two days, which wait.
    """
    rng = dice(seed, "cases")
    inside = [(n, r) for n, r in enumerate(reports, start=1) if r.grid_code is not None]
    recent = [pair for pair in inside if pair[1].received_at > now - RECENT]
    older = [pair for pair in inside if now - dt.timedelta(days=CLOSED_DAYS) < pair[1].received_at <= now - RECENT]
    told = [open_story(chosen, now, rng, register) for chosen in chosen_open(recent, now, rng, register)]
    closed = [older[i] for i in picked(len(older), int(CLOSED_SHARE * len(older)), rng)]
    told += [closed_story(*chosen_any(n, r, now, rng, register), rng, register) for n, r in closed]
    return put_down(reports, told, now, register)


def picked(length, count, rng):
    """Return ``count`` of the numbers below ``length``, in order."""
    return sorted(rng.choice(length, min(count, length), replace=False).tolist())


def conditions(report, register):
    """Return [(condition, Limit)] under which a report could be filed."""
    category = register.categories[report.category_code]
    return list(category.limits.items()) or [("", category.limit or Limit(3, "work_day"))]


def chosen_open(recent, now, rng, register):
    """Return the Chosen of the cases that are still open, in the order of their reports."""
    found = []
    for i in rng.permutation(len(recent)).tolist():
        chosen = chosen_due(*recent[i], now, rng, register)
        if chosen is not None:
            found.append(chosen)
        if len(found) == OPEN_CASES:
            break
    return sorted(found, key=lambda one: one.row)


def chosen_due(row, report, now, rng, register):
    """Return how a report was filed so that it is due around ``now``, None where no condition makes it so.

    An older one was confirmed late, or went from hand to hand.
    """
    filed_at = min(report.received_at + int(rng.integers(8, 90)) * MINUTE, now - 5 * MINUTE)
    wanted = now + DUE_FROM + (DUE_TO - DUE_FROM) * float(rng.beta(1.6, 2.2))
    starts = [(filed_at, filed_at + 2 * MINUTE)]
    if now - filed_at > 9 * HOUR:
        later = now - min(now - filed_at - 8 * HOUR, 40 * HOUR) * float(rng.uniform(0.02, 1))
        starts.append((filed_at if rng.random() < 0.3 else later - 10 * MINUTE, later))
    options = [
        Chosen(row, report, filed, condition, str(limit), start, due_at(start, limit, register.cast.calendar))
        for filed, start in starts
        for condition, limit in conditions(report, register)
    ]
    fitting = [one for one in options if now + DUE_FROM <= one.due_at <= now + DUE_TO - 5 * HOUR]
    return min(fitting, key=lambda one: abs(one.due_at - wanted), default=None)


def chosen_any(row, report, now, rng, register):
    """Return (how an older report was filed, the share of its limit that the work took)."""
    filed_at = report.received_at + int(rng.integers(8, 90)) * MINUTE
    options = conditions(report, register)
    condition, limit = options[int(rng.integers(len(options)))]
    start = filed_at + int(rng.integers(1, 20)) * MINUTE
    due = due_at(start, limit, register.cast.calendar)
    share = float(rng.uniform(0.15, 0.95) if rng.random() < 0.9 else rng.uniform(1.02, 1.6))
    return Chosen(row, report, filed_at, condition, str(limit), start, due), min(
        share, (now - start - 5 * HOUR) / (due - start)
    )


def put_down(reports, told, now, register):
    """Return the Filed of stories: cases numbered in the order of filing, and what became of all reports."""
    told.sort(key=lambda pair: (pair[0].filed_at, pair[0].row))
    counter: Counter = Counter()
    made, events, rows = [], [], set()
    for row, (chosen, story) in enumerate(told, start=1):
        number = next_number(chosen, counter, register)
        made.append(case_of(chosen, story, number))
        said = {"category": chosen.report.category_code, "condition": chosen.condition, "case": number}
        of_report = stories.of_report(register.cast, chosen.row, chosen.report, chosen.filed_at, said)
        chosen.report.state = of_report.standing.state
        events += of_report.events + [dataclasses.replace(event, case_id=row) for event in story.events]
        rows.add(chosen.row)
    for row, report in enumerate(reports, start=1):
        if row not in rows and (report.received_at < now - FRESH or report.grid_code is None):
            story = stories.of_report_without_a_case(register.cast, row, report)
            report.state = story.standing.state
            events += story.events
    return Filed(made, events)


def next_number(chosen, counter, register):
    """Return the next number of a case's division and day."""
    code, boundaries = chosen.report.grid_code, register.versions[chosen.report.version_number - 1]
    division = division_of(code, [code, *boundaries.ancestors(code)])
    day = f"{chosen.filed_at.astimezone(register.zone):%Y%m%d}"
    counter[division, day] += 1
    return case_number(division, day, counter[division, day])


def case_of(chosen, story, number):
    """Return the row that follows from a history."""
    row = row_of(story.standing, story.cast.calendar, Policy())
    return Case(number=number, report_id=chosen.row, grid_id=chosen.report.grid_id, **row)
