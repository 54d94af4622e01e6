"""The register of staff: what is known of people and posts, growing line by line of a sheet.

Everything in it goes by codes, so that people and grids which have no row in
the database yet are treated like those that have.
"""

import collections
import dataclasses
import datetime as dt

from gridmgr.domain.staff import Duty, Person, Post, Substitution, holds
from gridmgr.domain.times import show
from gridmgr.i18n import N_
from gridmgr.services.sheets.staff_lines import Line

DAY = 24 * 60
NOTHING_NEW = N_("rows that say nothing new")


@dataclasses.dataclass
class Held:
    """A post by codes; ``row`` is its row where it is stored."""

    person: str
    grid: str
    role: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    row: Post | None = None


@dataclasses.dataclass
class Shift:
    """A roster line by codes; ``hours`` are weekdays, start and end in minutes."""

    person: str
    grid: str
    hours: tuple[tuple[int, ...], int, int]
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    row: Duty | None = None


@dataclasses.dataclass
class Absence:
    """A substitution by codes."""

    away: str
    substitute: str
    valid_from: dt.datetime
    valid_to: dt.datetime
    reason: str = ""
    row: Substitution | None = None


@dataclasses.dataclass
class Register:
    """The staff of a city. ``grids`` is every code that can be posted on; ``counts`` what has changed."""

    at: dt.datetime
    timezone: str
    grids: set[str]
    persons: dict[str, Person] = dataclasses.field(default_factory=dict)
    posts: dict[str, list[Held]] = dataclasses.field(default_factory=dict)
    shifts: dict[str, list[Shift]] = dataclasses.field(default_factory=dict)
    absences: list[Absence] = dataclasses.field(default_factory=list)
    counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def take(self, line: Line):
        """Take a line in; yield what about it cannot be used."""
        if line.grid and line.grid not in self.grids:
            yield line.row.problem("grid", N_("there is no grid {value}; import the grids first, or correct the code."))
        elif line.person not in self.persons and not line.name:
            yield line.row.problem("name", N_("is empty, and {person} is new; fill it in."), person=line.person)
        else:
            self.take_person(line)
            yield from self.take_post(line) if line.role else ()
            yield from self.take_absence(line) if line.stands_in_for else ()
            if line.minutes:
                self.take_shift(line)

    def take_person(self, line):
        """Add the person of a line, or bring him up to date; an empty cell leaves what is known."""
        person = self.persons.get(line.person)
        if person is None:
            self.persons[line.person] = Person(line.person, line.name, line.phone, line.department, line.left_at)
            self.counts[N_("persons added")] += 1
            return
        told = {"name": line.name, "phone": line.phone, "department_code": line.department, "left_at": line.left_at}
        changed = {field: value for field, value in told.items() if value and value != getattr(person, field)}
        for field, value in changed.items():
            setattr(person, field, value)
        self.counts[N_("persons changed")] += bool(changed)

    def take_post(self, line):
        """Add the post of a line, or change its end; a new chief takes over from the one before."""
        starts = line.valid_from or self.at
        posts = self.posts.setdefault(line.grid, [])
        same = next((post for post in posts if is_same(post, line, starts)), None)
        if same is None:
            yield from self.take_over(line, posts, starts) if line.role == "chief" else ()
            posts.append(Held(line.person, line.grid, line.role, starts, line.valid_to))
            self.counts[N_("posts added")] += 1
        elif line.valid_to is None or line.valid_to == same.valid_to:
            self.counts[NOTHING_NEW] += 1
        elif line.valid_to <= same.valid_from:
            yield line.row.problem("to", N_("{value} is before the post begins; correct it."))
        else:
            self.end(same, line.valid_to)

    def take_over(self, line, posts, starts):
        """Let the chief of the grid end at ``starts``; yield a problem where another is chief from then on or later."""
        for post in [p for p in posts if p.role == "chief" and overlaps(p, starts, line.valid_to)]:
            if post.valid_from >= starts:
                message = N_(
                    "{other} is chief of {value} from {since} on; end that post first, or give this one an end."
                )
                yield line.row.problem("grid", message, other=post.person, since=show(post.valid_from, self.timezone))
                return
            self.end(post, starts)

    def end(self, post, at):
        """Let a post end at ``at``."""
        post.valid_to = at
        self.counts[N_("posts ended")] += 1

    def take_shift(self, line):
        """Add the roster line of a line unless it is known."""
        starts, ends = line.minutes
        since = line.valid_from or self.at
        shift = Shift(line.person, line.grid, (line.weekdays, starts, ends), since, line.valid_to)
        shifts = self.shifts.setdefault(line.grid, [])
        if any((s.person, s.hours) == (shift.person, shift.hours) and holds(s, since) for s in shifts):
            self.counts[NOTHING_NEW] += 1
            return
        shifts.append(shift)
        self.counts[N_("duties added")] += 1

    def take_absence(self, line):
        """Add the substitution of a line unless it is known; the one who is away must be."""
        if line.stands_in_for not in self.persons:
            yield line.row.problem("stands_in_for", N_("there is no person {value}; name him in a row above."))
            return
        absence = Absence(line.stands_in_for, line.person, line.valid_from, line.valid_to, line.reason)
        if any(dataclasses.replace(known, row=None, reason=line.reason) == absence for known in self.absences):
            self.counts[NOTHING_NEW] += 1
            return
        self.absences.append(absence)
        self.counts[N_("substitutions added")] += 1


def is_same(post, line, starts):
    """Return whether a line means this very post: it began then, or holds then and the line gives no beginning."""
    same_time = post.valid_from == starts if line.valid_from else holds(post, starts)
    return (post.person, post.role) == (line.person, line.role) and same_time


def overlaps(post, starts, ends):
    """Return whether ``post`` holds at some instant of [starts, ends)."""
    return (post.valid_to is None or starts < post.valid_to) and (ends is None or post.valid_from < ends)
