"""People: who is posted where, who is on duty, who stands in, and who answers now.

Every span of time is half-open: somebody posted until noon has no post at noon.
All instants are aware; roster lines count wall-clock minutes of the city.
"""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from gridmgr.domain import times

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


@dataclasses.dataclass(frozen=True)
class Tried:
    """A rule that was asked for a grid, and whom it named."""

    rule: str
    grid_id: int
    person: Person | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """Who answers for a spot at an instant, and which rules were asked.

    ``rule`` is ``duty, substitute, deputy, chief, officer`` on the spot's own
    grid, ``parent_chief, parent_substitute, parent_deputy`` above it, or
    ``nobody``. ``grid_id`` is the grid whose rule won. ``post`` is the person's
    role there, "" for one who is only rostered or stands in.
    """

    person: Person | None
    post: str
    rule: str
    on_duty: bool
    grid_id: int | None
    tried: tuple[Tried, ...]
    runner_up: Tried | None = None


def answering(staffing: Staffing, grid_ids: Sequence[int], at: dt.datetime) -> Answer:
    """Return who answers at ``at``: whom the first rule names that names anybody.

    The order is: duty roster at that hour, the stand-in of one who is away,
    deputy, chief, officer; then the chiefs of the areas above. Of several
    persons under one rule the lowest person code answers, compared as bytes.

    Parameters
    ----------
    staffing : Staffing
        The rows of the city.
    grid_ids : sequence of int
        The spot's grid, then its ancestors, nearest first.
    at : datetime
        The instant; aware.
    """
    tried: list[Tried] = []
    asked = ask(staffing, grid_ids, at)
    for answer in asked:
        tried.append(answer)
        if answer.person is not None:
            return won(staffing, tuple(tried), next(others(asked, answer.person), None), at)
    return Answer(None, "", "nobody", False, None, tuple(tried))


def ask(staffing: Staffing, grid_ids: Sequence[int], at: dt.datetime) -> Iterator[Tried]:
    """Yield what each rule says, in order: those of the spot's own grid, then those of each area above."""
    for position, grid_id in enumerate(grid_ids):
        for rule, find in (PARENT_RULES if position else OWN_RULES).items():
            yield Tried(rule, grid_id, next(find(staffing, grid_id, at), None))


def others(asked: Iterable[Tried], person: Person) -> Iterator[Tried]:
    """Yield the answers that name somebody other than ``person``."""
    return (answer for answer in asked if answer.person not in (None, person))


def won(staffing: Staffing, tried: tuple[Tried, ...], runner_up: Tried | None, at: dt.datetime) -> Answer:
    """Return the answer whose rule is the last of ``tried``."""
    rule, grid_id, person = tried[-1].rule, tried[-1].grid_id, tried[-1].person
    assert person is not None
    post = post_of(staffing, person, grid_id, at)
    return Answer(person, post, rule, person in on_duty(staffing, grid_id, at), grid_id, tried, runner_up)


def has_person(staffing: Staffing, grid_id: int, at: dt.datetime) -> bool:
    """Return whether somebody posted, rostered or standing in on this very grid is there at ``at``."""
    return any(next(find(staffing, grid_id, at), None) is not None for find in OWN_RULES.values())


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


def from_roster(staffing: Staffing, grid_id: int, at: dt.datetime) -> Iterator[Person]:
    """Yield the rostered who are present."""
    return present(staffing, rostered_ids(staffing, grid_id, at), at)


def from_absence(staffing: Staffing, grid_id: int, at: dt.datetime) -> Iterator[Person]:
    """Yield the stand-ins of the rostered, then of the chief, then of a deputy."""
    yield from stand_ins(staffing, rostered_ids(staffing, grid_id, at), at)
    for role in ("chief", "deputy"):
        yield from stand_ins(staffing, posted_ids(staffing, grid_id, role, at), at)


def chiefs_stand_in(staffing: Staffing, grid_id: int, at: dt.datetime) -> Iterator[Person]:
    """Yield the stand-ins of a chief who is away."""
    return stand_ins(staffing, posted_ids(staffing, grid_id, "chief", at), at)


def from_officers(staffing: Staffing, grid_id: int, at: dt.datetime) -> Iterator[Person]:
    """Yield the officers who are present, then the stand-ins of those away."""
    ids = posted_ids(staffing, grid_id, "officer", at)
    yield from present(staffing, ids, at)
    yield from stand_ins(staffing, ids, at)


def from_post(role: str) -> "Finder":
    """Return the rule that names those who hold ``role`` and are present."""
    return lambda staffing, grid_id, at: present(staffing, posted_ids(staffing, grid_id, role, at), at)


Finder = Callable[[Staffing, int, dt.datetime], Iterator[Person]]
OWN_RULES: dict[str, Finder] = {
    "duty": from_roster,
    "substitute": from_absence,
    "deputy": from_post("deputy"),
    "chief": from_post("chief"),
    "officer": from_officers,
}
PARENT_RULES: dict[str, Finder] = {
    "parent_chief": from_post("chief"),
    "parent_substitute": chiefs_stand_in,
    "parent_deputy": from_post("deputy"),
}
