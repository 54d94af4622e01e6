"""Departments, their units, and the matrix: which department owns which category where."""

import dataclasses
import datetime as dt


@dataclasses.dataclass(eq=False)
class Department:
    """A department of the matrix, by its code (UME, SAN, …)."""

    code: str
    name: str
    name_en: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Unit:
    """The office through which a department answers in an area; ``area_code`` "" is the whole city."""

    department_code: str
    area_code: str
    organisation: str
    person: str
    phone: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Responsibility:
    """One entry of the matrix; ``area_code`` "" is the city's default."""

    category_code: str
    area_code: str
    department_code: str
    valid_from: dt.datetime
    co_departments: list[str] = dataclasses.field(default_factory=list)
    fallback_chain: list[str] = dataclasses.field(default_factory=list)
    routing_rule: str = "territory_first"
    to_confirm: bool = False
    source: str = ""
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class NobodysLand:
    """A railway strip, urban village, fringe or unmanaged estate with its registered owner.

    It claims the ``categories`` listed. Its shape hangs on the feature ``feature_id``.
    """

    feature_id: int
    code: str
    name: str
    kind: str
    department_code: str
    organisation: str
    person: str
    phone: str
    document: str
    categories: list[str]
    valid_from: dt.datetime
    expires_on: dt.date | None = None
    priority: int = 0
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None
