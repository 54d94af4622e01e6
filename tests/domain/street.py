"""A small city for tests of rules: one street, its people, and the matrix that the program comes with."""

import datetime as dt
import pathlib

from shapely.geometry import box

from gridmgr.domain import categories
from gridmgr.domain.grids import Boundaries, GridState
from gridmgr.domain.responsibility import NobodysLand, Unit, defaults, matrix
from gridmgr.domain.routing import lands
from gridmgr.domain.staff import Person, Post, staffing

LAYERS = pathlib.Path(__file__).parents[2] / "layers"
BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 5, 6, 4, 0, tzinfo=dt.UTC)  # Wednesday 12:00 in Shanghai
LEVELS = ("city", "evaluated_area", "subdistrict", "community", "responsibility_grid")
CHAIN = ("130300", "130302", "130302001", "130302001001", "13030200100101")
NAMES = ("秦皇岛市", "海港区", "文化路街道", "红旗里社区", "红旗里 01")
GRID = CHAIN[-1]
NEXT = "13030200100102"
AREAS = dict(zip(reversed(LEVELS), reversed(CHAIN), strict=True))


def read(name):
    """Return a file of ``layers/``."""
    return (LAYERS / name).read_text(encoding="utf-8")


def boundaries():
    """Return the city: one area of each level, and two responsibility grids.

    +----+----+
    | 01 | 02 |
    +----+----+
    """
    whole = box(119.60, 39.93, 119.62, 39.94)
    rows = zip(CHAIN, NAMES, LEVELS, (None, *CHAIN[:-1]), range(1, 6), strict=True)
    grids = {code: GridState(i, level, code, name, parent_code=parent) for code, name, level, parent, i in rows}
    grids[NEXT] = GridState(6, "responsibility_grid", NEXT, "红旗里 02", parent_code=CHAIN[3])
    shapes = dict.fromkeys(grids, whole) | {
        GRID: box(119.60, 39.93, 119.61, 39.94),
        NEXT: box(119.61, 39.93, 119.62, 39.94),
    }
    return Boundaries("v1", LEVELS, grids, shapes)


def person(number, name="", **facts):
    """Return a person with id ``number``."""
    return Person(f"P{number:04}", name or f"person {number}", f"555-{number:04}", id=number, **facts)


def post(person_id, grid_id, role="chief", valid_from=BEGAN, valid_to=None):
    """Return a post."""
    return Post(person_id, grid_id, role, valid_from, valid_to)


def people(*posts, persons=9, duties=(), substitutions=(), timezone="Asia/Shanghai", left=None):
    """Return the staffing of persons 1 to ``persons``; ``left`` maps a person to when he leaves."""
    everybody = [person(n, left_at=(left or {}).get(n)) for n in range(1, persons + 1)]
    return staffing(everybody, posts, duties, substitutions, timezone=timezone)


def unit(department, area="", organisation=""):
    """Return a unit with a person."""
    return Unit(
        department, area, organisation or f"{department} office {area}".strip(), f"head of {department}", "555", BEGAN
    )


def all_units():
    """Return a unit of every department: offices for their own areas, the others for the evaluated area."""
    offices = {"SUB": CHAIN[2], "COM": CHAIN[3], "DISTRICT": CHAIN[1], "CITY_COMMAND": ""}
    names = [d.code for d in defaults.read_departments(read("departments.csv"))]
    return [unit(code, offices.get(code, CHAIN[1])) for code in names if code not in ("OWN", "DEV", "PMC")]


def entries():
    """Return the matrix that the program comes with."""
    return defaults.read_defaults(read("categories.csv"), valid_from=BEGAN)


def default_matrix(units=None, more=()):
    """Return the program's matrix with ``units`` (all of them without) and ``more`` entries."""
    departments = defaults.read_departments(read("departments.csv"))
    return matrix([*entries(), *more], all_units() if units is None else units, departments)


def matters():
    """Return code → category."""
    return {category.code: category for category in categories.read_categories(read("categories.csv"))}


def land(kind, **facts):
    """Return a nobody's land of a kind, registered to an organisation."""
    known = lands.read_land_kinds(read("nobodys_lands.toml"))[kind]
    values = {
        "feature_id": 1,
        "code": f"L-{kind}",
        "name": known.title_zh,
        "kind": kind,
        "department_code": "SUB",
        "organisation": f"owner of {kind}",
        "person": "钱为民",
        "phone": "555-9999",
        "document": "秦政办〔2026〕1号",
        "categories": list(known.claims),
        "valid_from": BEGAN,
    }
    return NobodysLand(**{**values, **facts})
