"""People: who is posted where, who is on duty, who stands in."""

import dataclasses
import datetime as dt

POST_ROLES = ("chief", "deputy", "officer")


@dataclasses.dataclass(eq=False)
class Person:
    """Somebody who can answer for a grid."""

    code: str
    name: str
    phone: str = ""
    department_code: str = ""
    left_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Post:
    """A person's post on a grid; half-open in time, ``valid_to`` None is open."""

    person_id: int
    grid_id: int
    role: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Duty:
    """A weekly roster line in the city's time: days 0 (Monday) to 6, minutes of the day.

    ``ends_minute`` not after ``starts_minute`` runs over midnight.
    """

    person_id: int
    grid_id: int
    weekdays: list[int]
    starts_minute: int
    ends_minute: int
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Substitution:
    """Somebody stands in for a person who is away, on all his grids."""

    person_id: int
    substitute_id: int
    valid_from: dt.datetime
    valid_to: dt.datetime
    reason: str = ""
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None
