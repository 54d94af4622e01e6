"""What became of the reports: whose grid each lies in, and the cases that are open or closed."""

import dataclasses
import datetime as dt
from collections import Counter

import numpy as np

from gridmgr.domain.cases import Case
from gridmgr.geometry.locator import Locator
from gridmgr.services.demo.plane import dice

OPEN_CASES = 320
CLOSED_SHARE = 0.5
CLOSED_DAYS = 150
RECENT = dt.timedelta(days=9)
DUE_FROM, DUE_TO = dt.timedelta(days=-2), dt.timedelta(days=5)
LEAST_TOLERANCE_M = 15.0
STATES = (("filed", 0.22), ("dispatched", 0.22), ("handling", 0.36), ("handled", 0.12), ("checking", 0.08))


@dataclasses.dataclass(frozen=True)
class Register:
    """The versions, when each takes effect, the identities by code, who is chief where, who leads in what."""

    versions: list
    effective: list
    identity: dict
    chiefs: dict
    departments: dict


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


def cases(reports, now, seed):
    """Return the Cases: those of the last days still open and due around ``now``, older ones closed.

    ``report_id`` counts the reports from 1.
    """
    rng = dice(seed, "cases")
    inside = [(n, r) for n, r in enumerate(reports, start=1) if r.grid_code is not None]
    recent = [pair for pair in inside if pair[1].received_at > now - RECENT]
    older = [pair for pair in inside if now - dt.timedelta(days=CLOSED_DAYS) < pair[1].received_at <= now - RECENT]
    counter: Counter = Counter()
    still_open = [recent[i] for i in picked(len(recent), OPEN_CASES, rng)]
    closed = [older[i] for i in picked(len(older), int(CLOSED_SHARE * len(older)), rng)]
    return [open_case(n, r, now, rng, counter) for n, r in still_open] + [
        closed_case(n, r, rng, counter) for n, r in closed
    ]


def picked(length, count, rng):
    """Return ``count`` of the numbers below ``length``, in order."""
    return sorted(rng.choice(length, min(count, length), replace=False).tolist())


def case_of(number, report, filed_at, state, due_at, closed_at, counter):
    """Return the case of a report with the next number of its area and day."""
    day = f"{report.grid_code[:6]}{filed_at:%Y%m%d}"
    counter[day] += 1
    return Case(
        f"{day}{counter[day]:05d}",
        number,
        report.category_code,
        report.grid_id,
        report.department_code,
        state,
        filed_at,
        due_at,
        closed_at,
    )


def open_case(number, report, now, rng, counter):
    """Return a case that is still open; most are due in the next days, some are overdue."""
    filed_at = min(report.received_at + dt.timedelta(minutes=int(rng.integers(8, 90))), now - dt.timedelta(minutes=5))
    share = rng.beta(1.6, 2.2)
    due_at = max(now + DUE_FROM + (DUE_TO - DUE_FROM) * share, filed_at + dt.timedelta(hours=2))
    states, weights = zip(*STATES, strict=True)
    state = str(rng.choice(states, p=weights))
    return case_of(number, report, filed_at, state, due_at.replace(microsecond=0), None, counter)


def closed_case(number, report, rng, counter):
    """Return a case that was closed, nine in ten before it was due."""
    filed_at = report.received_at + dt.timedelta(minutes=int(rng.integers(8, 90)))
    limit = dt.timedelta(hours=int(rng.choice([4, 24, 48, 72, 120])))
    taken = limit * float(rng.uniform(0.15, 0.95) if rng.random() < 0.9 else rng.uniform(1.02, 1.6))
    closed_at = (filed_at + taken).replace(microsecond=0)
    return case_of(number, report, filed_at, "closed", filed_at + limit, closed_at, counter)
