"""Reports and the cases they become."""

import dataclasses
import datetime as dt
from typing import Any

import shapely


@dataclasses.dataclass(eq=False)
class Report:
    """What somebody reported, where, and the decision who owns it.

    ``number`` is public. ``x, y`` are as given in ``crs``; ``lon, lat`` are WGS 84.
    ``grid_code`` None means outside the city: logged, not routed. ``photos`` names its photos by their tokens.
    Whoever knows the secret that ``secret_hash`` is of may follow the report; "" is nobody.
    """

    number: str
    received_at: dt.datetime
    observed_at: dt.datetime
    x: float
    y: float
    crs: str
    lon: float
    lat: float
    category_code: str | None = None
    accuracy_m: float | None = None
    description: str = ""
    reporter: str = ""
    source: str = "api"
    idempotency_key: str | None = None
    grid_id: int | None = None
    grid_code: str | None = None
    department_code: str | None = None
    person_id: int | None = None
    version_number: int | None = None
    near_border: bool = False
    coverage_gap: bool = False
    decision: dict[str, Any] = dataclasses.field(default_factory=dict)
    state: str = "reported"
    duplicate_of_id: int | None = None
    photos: list[str] = dataclasses.field(default_factory=list)
    secret_hash: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class ReportPlace:
    """The position of a report as a point; lon/lat."""

    report_id: int
    shape: shapely.Geometry
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Case:
    """A report that was filed: it has a number, a clock and a state.

    All but number, report and grid follow from its history (:mod:`gridmgr.domain.casework.standing`);
    the row keeps them so that they can be asked for. ``history`` is the number of its last event, 0
    for a case whose history was not kept. ``time_limit`` is written like ``4WH``. At ``wakes_at``
    something befalls it by itself (:mod:`gridmgr.domain.casework.supervision`).
    """

    number: str
    report_id: int
    category_code: str
    grid_id: int
    department_code: str
    state: str
    filed_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None = None
    condition: str = ""
    time_limit: str = ""
    handler: str = ""
    clock_from: dt.datetime | None = None
    handled_at: dt.datetime | None = None
    wakes_at: dt.datetime | None = None
    pauses: list[list[str]] = dataclasses.field(default_factory=list)
    extensions: int = 0
    returns: int = 0
    rounds: int = 0
    waits_for: str = ""
    history: int = 0
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Event:
    """One step in the history of a report or a case: who did what when, and why. It never changes.

    Exactly one of ``report_id`` and ``case_id`` is there; ``number`` counts from 1 in each history.
    ``at`` is when it happened, ``recorded_at`` when it was heard of; ``by`` is a login.
    """

    number: int
    action: str
    from_state: str
    to_state: str
    by: str
    role: str
    at: dt.datetime
    recorded_at: dt.datetime
    reason: str = ""
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    report_id: int | None = None
    case_id: int | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class StepKey:
    """That ``by`` (a login) sent a step under ``key``, which the event was added for; ``digest`` is of what he sent."""

    by: str
    key: str
    digest: str
    case_event_id: int
    id: int | None = None


@dataclasses.dataclass(eq=False)
class CaseCounter:
    """How many case numbers a division has given out on a day (eight digits, the city's own day)."""

    division: str
    day: str
    number: int
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Rehoming:
    """That a case belongs to another grid from an instant on, because borders moved."""

    case_id: int
    grid_id: int
    valid_from: dt.datetime
    recorded_at: dt.datetime
    recorded_by: str
    reason: str = ""
    id: int | None = None
