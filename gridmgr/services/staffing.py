"""Staffing: people, posts, rosters and substitutions come in by sheet; a chief hands over."""

import dataclasses

from gridmgr.domain.grids import NoSuchGrid
from gridmgr.domain.staff import Duty, Person, Post, Substitution
from gridmgr.errors import Conflict, NotFound
from gridmgr.services import sheets, trail
from gridmgr.services.sheets import staff_lines
from gridmgr.services.sheets.registers import Absence, Held, Register, Shift
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, cities, revisions
from gridmgr.store import staff as staff_rows
from gridmgr.store.grids import identities


class NoSuchPerson(NotFound):
    """There is no person of that code."""

    slug = "no-such-person"


class NoChief(Conflict):
    """The grid has no chief who could hand over."""

    slug = "no-chief"


@dataclasses.dataclass(frozen=True)
class Imported:
    """What a sheet changed, or would change: its rows, counts by kind, and whether it was written."""

    rows: int
    counts: dict[str, int]
    is_written: bool


def import_staff(engine, path, *, at, by, dry_run=False):
    """Take a staff sheet in and return what it changed; with ``dry_run`` what it would change.

    A person is known by his code. A row that is known already says nothing
    new, so the same sheet may come twice. A new chief takes over from the one
    before him. Nothing is written unless every row can be used.

    Raises
    ------
    SheetRefused
        Names each row and cell that cannot be used.
    """
    rows = staff_rows_of(path)
    with reading(engine) as session:
        timezone = cities.the_city(session).timezone
    lines, problems = sheets.read_each(staff_lines.read_line, rows, timezone)
    with (reading if dry_run else writing)(engine) as session:
        register, grids = load(session, at, timezone)
        problems += [problem for line in lines for problem in register.take(line)]
        if problems:
            session.expunge_all()
            raise sheets.SheetRefused(problems)
        if dry_run:
            session.expunge_all()
        else:
            save(session, register, grids, at=at, by=by)
            told = {"file": sheets.shown_name(path), "rows": len(rows), **register.counts}
            trail.record(session, by, "import_staff", "staff", told, at=at)
    return Imported(len(rows), dict(register.counts), not dry_run)


def hand_over(engine, grid_code, person_code, *, effective_from, at, by):
    """Let the chief of a grid hand over to another person at ``effective_from``; return the new Post.

    Raises
    ------
    NoSuchGrid, NoSuchPerson, NoChief
    """
    with writing(engine) as session:
        grid_id = identities.by_code(session).get(grid_code)
        person = staff_rows.persons_by_code(session).get(person_code)
        if grid_id is None:
            raise NoSuchGrid("There is no grid {grid}: gridmgr where tells the grid of a spot.", grid=grid_code)
        if person is None:
            raise NoSuchPerson(
                "There is no person {person}: gridmgr staff import FILE brings him in.", person=person_code
            )
        chiefs = [post for post in staff_rows.posts_on(session, [grid_id], effective_from) if post.role == "chief"]
        if not chiefs:
            raise NoChief("Grid {grid} has no chief then: post one with gridmgr staff import FILE.", grid=grid_code)
        for post in chiefs:
            post.valid_to = effective_from
        made = Post(person.id, grid_id, "chief", effective_from, recorded_at=at, recorded_by=by)
        session.add(made)
        session.flush()
        revisions.raise_(session, "staff")
        told = {"person": person_code, "effective_from": effective_from}
        trail.record(session, by, "hand_over", f"grid:{grid_code}", told, at=at)
        session.expunge(made)
    return made


@dataclasses.dataclass(frozen=True)
class Worker:
    """A person with his posts [(grid code, Post)], roster lines [(grid code, Duty)] and substitutions [(name, Substitution)]."""

    person: Person
    posts: list
    duties: list
    absences: list


def listed(engine, *, at, after="", containing="", limit=100):
    """Return (Workers, more): at most ``limit`` persons by code, after a code, and whether there are more."""
    with reading(engine) as session:
        found = staff_rows.page(session, after=after, containing=containing, limit=limit + 1)
        posts, duties, away = staff_rows.rows_of(session, [one.id for one in found], at)
        codes = {grid_id: code for code, grid_id in identities.by_code(session).items()}
        names = {one.id: one.name for one in staff_rows.persons_by_code(session).values()}
        session.expunge_all()
    workers = [
        Worker(
            one,
            [(codes.get(row.grid_id, ""), row) for row in posts if row.person_id == one.id],
            [(codes.get(row.grid_id, ""), row) for row in duties if row.person_id == one.id],
            [(names.get(row.substitute_id, ""), row) for row in away if row.person_id == one.id],
        )
        for one in found[:limit]
    ]
    return workers, len(found) > limit


def staff_rows_of(path):
    """Return the rows of the sheets that have a column ``person``."""
    found = sheets.read_sheets(path, staff_lines.NAMES)
    rows = [row for sheet in found if "person" in sheet.columns for row in sheet.rows]
    if not rows:
        raise sheets.UnreadableFile(
            "{file} has no rows under a column person: gridmgr template staff OUT.xlsx writes an example.",
            file=sheets.shown_name(path),
        )
    return rows


def load(session, at, timezone):
    """Return the register of a city and code → grid id."""
    persons, posts, duties, substitutions = staff_rows.staffing_rows(session)
    grids = identities.by_code(session)
    names = {person.id: person.code for person in persons}
    places = {grid_id: code for code, grid_id in grids.items()}
    register = Register(at, timezone, set(grids), {person.code: person for person in persons})
    for p in posts:
        code = places.get(p.grid_id, "")
        held = Held(names[p.person_id], code, p.role, p.valid_from, p.valid_to, p)
        register.posts.setdefault(code, []).append(held)
    for d in duties:
        code, hours = places.get(d.grid_id, ""), (tuple(d.weekdays), d.starts_minute, d.ends_minute)
        register.shifts.setdefault(code, []).append(Shift(names[d.person_id], code, hours, d.valid_from, d.valid_to, d))
    register.absences = [
        Absence(names[s.person_id], names[s.substitute_id], s.valid_from, s.valid_to, s.reason, s)
        for s in substitutions
    ]
    return register, grids


def save(session, register, grids, *, at, by):
    """Write what is new in the register: persons first, then posts and the rest; and the ends of posts."""
    bulk.insert(session, [person for person in register.persons.values() if person.id is None])
    posts = [post for held in register.posts.values() for post in held]
    shifts = [shift for listed in register.shifts.values() for shift in listed if shift.row is None]
    for held in posts:
        if held.row is not None:
            held.row.valid_to = held.valid_to
    known = {"recorded_at": at, "recorded_by": by}
    persons = {code: person.id for code, person in register.persons.items()}
    bulk.insert(session, [new_post(held, persons, grids, known) for held in posts if held.row is None])
    bulk.insert(session, [new_duty(shift, persons, grids, known) for shift in shifts])
    absences = [absence for absence in register.absences if absence.row is None]
    bulk.insert(session, [new_substitution(absence, persons, known) for absence in absences])
    revisions.raise_(session, "staff")


def new_post(held, persons, grids, known):
    """Return the row of a new post."""
    return Post(persons[held.person], grids[held.grid], held.role, held.valid_from, held.valid_to, **known)


def new_duty(shift, persons, grids, known):
    """Return the row of a new roster line."""
    weekdays, starts, ends = shift.hours
    return Duty(
        persons[shift.person],
        grids[shift.grid],
        list(weekdays),
        starts,
        ends,
        shift.valid_from,
        shift.valid_to,
        **known,
    )


def new_substitution(absence, persons, known):
    """Return the row of a new substitution."""
    away, substitute = persons[absence.away], persons[absence.substitute]
    return Substitution(away, substitute, absence.valid_from, absence.valid_to, absence.reason, **known)
