"""Who answers for which grid: chiefs, deputies, officers and their rosters."""

import dataclasses
import datetime as dt

from gridmgr.domain.staff import Duty, Person, Post, Substitution
from gridmgr.services.demo.naming import person_names, phone
from gridmgr.services.demo.plane import dice

EVERY_DAY = list(range(7))
DAY, NIGHT = (8 * 60, 20 * 60), (20 * 60, 8 * 60)
EVENING = (20 * 60, 22 * 60)
RURAL_GRIDS_PER_DEPUTY = 3
LEAVES_IN = dt.timedelta(days=3)
BY = "demo"
AREA = "130302"


@dataclasses.dataclass
class Staff:
    """Persons and what they hold. ``person_id`` and ``grid_id`` count the city's persons and grids from 1."""

    persons: list = dataclasses.field(default_factory=list)
    posts: list = dataclasses.field(default_factory=list)
    duties: list = dataclasses.field(default_factory=list)
    substitutions: list = dataclasses.field(default_factory=list)


class Office:
    """Fills posts, one person after the other."""

    def __init__(self, seed, count):
        self.names = iter(person_names(count, dice(seed, "persons")))
        self.staff = Staff()

    def hire(self, department):
        """Return the number of a new person."""
        number = len(self.staff.persons) + 1
        self.staff.persons.append(Person(f"P{number:05d}", next(self.names), phone(number + 1000), department))
        return number

    def post(self, person, grid, role, start, end=None):
        """Post a person on a grid."""
        self.staff.posts.append(Post(person, grid, role, start, end, recorded_at=start, recorded_by=BY))

    def roster(self, person, grid, hours, start, end=None):
        """Put a person on a grid's roster, every day at these hours (minutes of the day)."""
        self.staff.duties.append(Duty(person, grid, EVERY_DAY, *hours, start, end, recorded_at=start, recorded_by=BY))


def people(versions, instants, identity, now, seed):
    """Return the Staff of all grids that ever were.

    Parameters
    ----------
    versions : list of Boundaries
    instants : list of (published_at, effective_from), one for each version
    identity : dict of code to int
    now : datetime
        One chief leaves three days later.
    """
    office = Office(seed, 4 * len(versions[-1].at_level("responsibility_grid")))
    areas_above(office, versions[0], identity, instants[0][1])
    known = set()
    for number, boundaries in enumerate(versions):
        codes = boundaries.at_level("responsibility_grid")
        start = instants[0][1] if number == 0 else instants[number][0]
        fill(office, boundaries, [c for c in codes if c not in known], identity, start)
        known |= set(codes)
    end_dissolved(office.staff, versions, instants, identity)
    let_one_leave(office.staff, versions[-1], identity, now, seed)
    thin_out_nights(office.staff, versions[-1], identity, now, seed)
    send_away(office.staff, now, seed)
    return office.staff


def areas_above(office, boundaries, identity, start):
    """Give every urban community, subdistrict and evaluated area a chief."""
    for level, department in (("evaluated_area", "DISTRICT"), ("subdistrict", "SUB"), ("community", "COM")):
        for code in boundaries.at_level(level):
            if level != "community" or boundaries.grids[code].props["urban"]:
                office.post(office.hire(department), identity[code], "chief", start)


def fill(office, boundaries, codes, identity, start):
    """Post people on the grids ``codes``: in towns a chief by day and a deputy by night, in villages a chief."""
    urban = [c for c in codes if boundaries.grids[c[:12]].props["urban"]]
    rural = [c for c in codes if not boundaries.grids[c[:12]].props["urban"]]
    for code in urban:
        chief, deputy = office.hire("COM"), office.hire("COM")
        office.post(chief, identity[code], "chief", start)
        office.post(deputy, identity[code], "deputy", start)
        office.roster(chief, identity[code], DAY, start)
        office.roster(deputy, identity[code], NIGHT, start)
    for first in range(0, len(rural), RURAL_GRIDS_PER_DEPUTY):
        deputy = office.hire("SUB")
        for code in rural[first : first + RURAL_GRIDS_PER_DEPUTY]:
            office.post(office.hire("COM"), identity[code], "chief", start)
            office.post(deputy, identity[code], "deputy", start)
    officers(office, boundaries, urban, identity, start)


def officers(office, boundaries, codes, identity, start):
    """Give every urban community a patrol officer for all its grids, up to three."""
    for community in dict.fromkeys(code[:12] for code in codes):
        grids = [code for code in codes if code[:12] == community]
        for first in range(0, len(grids), RURAL_GRIDS_PER_DEPUTY):
            officer = office.hire("UME")
            for code in grids[first : first + RURAL_GRIDS_PER_DEPUTY]:
                office.post(officer, identity[code], "officer", start)


def end_dissolved(staff, versions, instants, identity):
    """End posts and rosters of grids when a version dissolves them."""
    for number in range(1, len(versions)):
        gone = {
            identity[c] for c in versions[number - 1].at_level("responsibility_grid") if c not in versions[number].grids
        }
        for row in (*staff.posts, *staff.duties):
            if row.grid_id in gone:
                row.valid_to = instants[number][1]


def grids_to_pick(boundaries):
    """Return the divided grids of the supervisor's area, lowest code first; all grids, where none is divided."""
    codes = boundaries.at_level("responsibility_grid")
    divided = [c for c in codes if c.startswith(AREA) and boundaries.grids[c].role == "derived"]
    return divided or codes


def let_one_leave(staff, boundaries, identity, now, seed):
    """Let the chief of one grid in Haigang leave in three days; he alone was posted there, so the grid will be vacant."""
    candidates = grids_to_pick(boundaries)
    grid = identity[candidates[int(dice(seed, "leaving").integers(len(candidates)))]]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    leaves = midnight + LEAVES_IN
    chief = next(p for p in staff.posts if p.grid_id == grid and p.role == "chief")
    staff.persons[chief.person_id - 1].left_at = leaves
    chief.valid_to = leaves
    staff.posts = [p for p in staff.posts if p.grid_id != grid or p is chief]
    staff.duties = [d for d in staff.duties if d.grid_id != grid]


def thin_out_nights(staff, boundaries, identity, now, seed):
    """Leave two grids in Haigang without anybody on duty from 22:00 until 08:00: a warning."""
    candidates = grids_to_pick(boundaries)
    chosen = {identity[candidates[int(i)]] for i in dice(seed, "nights").choice(len(candidates), 2, replace=False)}
    for duty in staff.duties:
        if duty.grid_id in chosen and (duty.starts_minute, duty.ends_minute) == NIGHT:
            duty.starts_minute, duty.ends_minute = EVENING


def send_away(staff, now, seed):
    """Let a dozen chiefs be on leave these days, a deputy of the same grid standing in for each."""
    rng = dice(seed, "leave")
    deputy_of = {p.grid_id: p.person_id for p in staff.posts if p.role == "deputy"}
    chiefs = [p for p in staff.posts if p.role == "chief" and p.grid_id in deputy_of and p.valid_to is None]
    for number in rng.choice(len(chiefs), 12, replace=False).tolist():
        start = now - dt.timedelta(days=int(rng.integers(1, 5)))
        end = now + dt.timedelta(days=int(rng.integers(2, 9)))
        line = Substitution(chiefs[number].person_id, deputy_of[chiefs[number].grid_id], start, end, "年休假")
        staff.substitutions.append(dataclasses.replace(line, recorded_at=start, recorded_by=BY))
