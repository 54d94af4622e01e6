"""Answering: who answers for a grid at an instant, by the first rule that names somebody."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from gridmgr.domain.staff import (
    Person,
    Staffing,
    on_duty,
    post_of,
    posted_ids,
    present,
    rostered_ids,
    stand_ins,
)


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
