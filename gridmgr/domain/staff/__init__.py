"""People: who is posted where, who is on duty, who stands in.

Every span of time is half-open: somebody posted until noon has no post at noon.
All instants are aware; roster lines count wall-clock minutes of the city.
"""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from gridmgr.domain import times

TWO_LETTERS = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "令狐",
    ]
)
POST_ROLES = ("chief", "deputy", "officer")
DAY_MINUTES = 24 * 60


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
    """A person's post on a grid; half-open in time, ``valid_to`` None is open.

    ``begins_with`` is the number of the version that brought it, None for a post of its own.
    """

    person_id: int
    grid_id: int
    role: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    begins_with: int | None = None
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


Line = TypeVar("Line", Post, Duty)


class Span(Protocol):
    """Something true from one instant until before another."""

    @property
    def valid_from(self) -> dt.datetime:
        """Return the first instant."""

    @property
    def valid_to(self) -> dt.datetime | None:
        """Return the instant at which it is over, None for never."""


def holds(span: Span, at: dt.datetime) -> bool:
    """Return whether ``span`` is true at ``at``."""
    return span.valid_from <= at and (span.valid_to is None or at < span.valid_to)


@dataclasses.dataclass(frozen=True)
class Staffing:
    """Who is where: the rows of a city, indexed for questions.

    Build it with :func:`staffing`. ``persons`` by id, ``posts`` and ``duties``
    by grid id, ``substitutions`` by the id of the person who is away.
    """

    zone: zoneinfo.ZoneInfo
    persons: Mapping[int, Person]
    posts: Mapping[int, Sequence[Post]]
    duties: Mapping[int, Sequence[Duty]]
    substitutions: Mapping[int, Sequence[Substitution]]


def staffing(
    persons: Iterable[Person],
    posts: Iterable[Post] = (),
    duties: Iterable[Duty] = (),
    substitutions: Iterable[Substitution] = (),
    *,
    timezone: str,
) -> Staffing:
    """Return the indexed :class:`Staffing` of these rows.

    Parameters
    ----------
    persons, posts, duties, substitutions : iterables of rows
        Persons need an ``id``; the order of the rows does not matter.
    timezone : str
        The city's time zone, like ``"Asia/Shanghai"``; roster lines are in it.
    """
    by_id = {person.id: person for person in persons if person.id is not None}
    return Staffing(
        times.zone(timezone),
        by_id,
        grouped(posts, "grid_id"),
        grouped(duties, "grid_id"),
        grouped(substitutions, "person_id"),
    )


def grouped(rows: Iterable[Any], attribute: str) -> dict[int, list[Any]]:
    """Return the rows by the value of ``attribute``."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, attribute), []).append(row)
    return found


def is_active(staffing: Staffing, person_id: int, at: dt.datetime) -> bool:
    """Return whether the person is known and has not left the service by ``at``."""
    person = staffing.persons.get(person_id)
    return person is not None and (person.left_at is None or at < person.left_at)


def is_away(staffing: Staffing, person_id: int, at: dt.datetime) -> bool:
    """Return whether somebody is entered to stand in for the person at ``at``."""
    return any(holds(line, at) for line in staffing.substitutions.get(person_id, ()))


def is_present(staffing: Staffing, person_id: int, at: dt.datetime) -> bool:
    """Return whether the person is in service and not away."""
    return is_active(staffing, person_id, at) and not is_away(staffing, person_id, at)


def is_rostered(duty: Duty, at: dt.datetime, zone: zoneinfo.ZoneInfo) -> bool:
    """Return whether ``at`` falls into the weekly line ``duty``, read on the city's clocks.

    A line over midnight belongs to the weekday on which it starts. When the
    clocks go back, both of the doubled hours count.
    """
    local = at.astimezone(zone)
    minute, today = local.hour * 60 + local.minute, local.weekday()
    if not holds(duty, at):
        return False
    if duty.starts_minute < duty.ends_minute:
        return today in duty.weekdays and duty.starts_minute <= minute < duty.ends_minute
    started_yesterday = (today - 1) % 7 in duty.weekdays and minute < duty.ends_minute
    return started_yesterday or (today in duty.weekdays and minute >= duty.starts_minute)


def rostered_ids(staffing: Staffing, grid_id: int, at: dt.datetime) -> list[int]:
    """Return the ids of those in service whom the roster names, present or away."""
    lines = staffing.duties.get(grid_id, ())
    return [
        line.person_id
        for line in lines
        if is_rostered(line, at, staffing.zone) and is_active(staffing, line.person_id, at)
    ]


def posted_ids(staffing: Staffing, grid_id: int, role: str, at: dt.datetime) -> list[int]:
    """Return the ids of those in service who hold ``role`` on the grid, present or away."""
    posts = staffing.posts.get(grid_id, ())
    return [p.person_id for p in posts if p.role == role and holds(p, at) and is_active(staffing, p.person_id, at)]


def by_code(staffing: Staffing, person_ids: Iterable[int]) -> list[Person]:
    """Return the persons, lowest code as bytes first, each once."""
    return sorted((staffing.persons[one] for one in set(person_ids)), key=lambda person: person.code.encode())


def present(staffing: Staffing, person_ids: Iterable[int], at: dt.datetime) -> Iterator[Person]:
    """Yield those of the persons who are present, lowest code first."""
    return (p for p in by_code(staffing, person_ids) if p.id is not None and is_present(staffing, p.id, at))


def stand_ins(staffing: Staffing, person_ids: Iterable[int], at: dt.datetime) -> Iterator[Person]:
    """Yield who is present in place of those of the persons who are away."""
    for person in by_code(staffing, person_ids):
        if person.id is not None and is_away(staffing, person.id, at):
            yield from replacements(staffing, person.id, at, frozenset({person.id}))


def replacements(staffing: Staffing, person_id: int, at: dt.datetime, seen: frozenset[int]) -> Iterator[Person]:
    """Yield those present for a person who is away; one who is away too hands on to his own stand-in."""
    lines = [line for line in staffing.substitutions.get(person_id, ()) if holds(line, at)]
    ids = {line.substitute_id for line in lines if is_active(staffing, line.substitute_id, at)} - seen
    yield from present(staffing, ids, at)
    for other in by_code(staffing, ids):
        if other.id is not None and is_away(staffing, other.id, at):
            yield from replacements(staffing, other.id, at, seen | ids)


def on_duty(staffing: Staffing, grid_id: int, at: dt.datetime) -> list[Person]:
    """Return those on duty on the grid at that hour: the rostered, or who stands in for them."""
    ids = rostered_ids(staffing, grid_id, at)
    return [*present(staffing, ids, at), *stand_ins(staffing, ids, at)]


def post_of(staffing: Staffing, person: Person, grid_id: int, at: dt.datetime) -> str:
    """Return the highest role that ``person`` holds on the grid, "" for none."""
    held = (role for role in POST_ROLES if person.id in posted_ids(staffing, grid_id, role, at))
    return next(held, "")


# --- what versions do to posts -------------------------------------------------------


def in_effect(
    posts: Iterable[Post], dissolved: Mapping[int, Sequence[dt.datetime]], withdrawn: Iterable[int] = ()
) -> list[Post]:
    """Return the posts as the versions leave them; ended ones are copies.

    Parameters
    ----------
    posts : iterable of Post
        As they were recorded.
    dissolved : mapping of grid id to list of datetime
        When a version dissolved the grid: whoever was posted there before has no post there any more,
        even where a later version revives it.
    withdrawn : iterable of int
        Versions that never came into force: a post that would begin with one does not.
    """
    never = frozenset(withdrawn)
    held = [post for post in posts if post.begins_with is None or post.begins_with not in never]
    begun = [post for post in held if post.begins_with is not None and post.role == "chief"]
    ends = {grid_id: list(instants) for grid_id, instants in dissolved.items()}
    return take_over([ended(post, ends.get(post.grid_id, ())) for post in held], begun)


def take_over(posts: Iterable[Post], begun: Iterable[Post]) -> list[Post]:
    """Return the posts with those of earlier chiefs ended where one of ``begun`` follows them."""
    follows: dict[int, list[dt.datetime]] = {}
    for post in begun:
        follows.setdefault(post.grid_id, []).append(post.valid_from)
    return [ended(post, follows.get(post.grid_id, ()) if post.role == "chief" else ()) for post in posts]


def ended(line: Line, instants: Iterable[dt.datetime]) -> Line:
    """Return a line that is over at the first of ``instants`` after it began, the line itself where none cuts it."""
    later = [one for one in instants if one > line.valid_from and (line.valid_to is None or one < line.valid_to)]
    return dataclasses.replace(line, valid_to=min(later)) if later else line


def surname(name: str) -> str:
    """Return the surname of a Chinese name, also in Latin letters where it comes first; "" for no name."""
    words = name.split()
    if len(words) != 1:
        return words[0] if words else ""
    whole = words[0]
    if whole.isascii():
        return whole
    return whole[:2] if whole[:2] in TWO_LETTERS and len(whole) > 2 else whole[:1]
