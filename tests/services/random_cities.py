"""Random cities of a few squares, made of values alone: people, matrix, lands, and grids that may lap or leave holes."""

import dataclasses
import datetime as dt

import shapely
from domain.rosters import duties, posts, substitutions
from domain.street import BEGAN, people
from hypothesis import strategies as st
from small_cities import SIDE, SOUTH, WEST, square

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries, City, GridState
from gridmgr.domain.responsibility import NobodysLand, Responsibility, Unit, matrix
from gridmgr.services import standing
from gridmgr.services.standing import facts, ground

LEVELS = ("city", "evaluated_area", "responsibility_grid", "unit_grid")
ZONES = ["Asia/Shanghai", "America/New_York", "America/St_Johns"]
CODES = ["06010", "06020"]
DEPARTMENTS = ["SAN", "RLW", "SUB", "DISTRICT", "CITY_COMMAND", "OWN"]
CITY, EAST, ANYBODY = 1, 2, 3
DAY = dt.timedelta(days=1)

# +---+---+---+---+
# | d | e | f |   |   d and e are in the area "west", the others in "east"; each may be
# +---+---+---+---+   missing, larger than its square, or divided into two unit grids.
# | a | b | c |   |
# +---+---+---+---+
PLACES = {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (0, 1), "e": (1, 1), "f": (2, 1)}

instants = st.datetimes(dt.datetime(2026, 2, 1), dt.datetime(2026, 4, 30), timezones=st.just(dt.UTC))
moments = instants | st.sampled_from([dt.datetime(2026, 3, 8, hour, 30, tzinfo=dt.UTC) for hour in (3, 4, 6, 7)])
halves = st.integers(-1, 9).map(lambda number: number / 2) | st.floats(-0.5, 4.5)
places = st.tuples(halves, halves)
areas = st.sampled_from(["", "city", "west", "east", "a", "b"])
departments = st.sampled_from(DEPARTMENTS)
questions = st.tuples(places, st.integers(-1, len(CODES) - 1), moments, moments, st.sampled_from([0.0, 400.0, 3000.0]))


def position(place):
    """Return lon and lat of a place counted in squares from the south-west."""
    return WEST + place[0] * SIDE, SOUTH + place[1] * SIDE


@st.composite
def boundaries(draw, label="draft 1"):
    """Return the boundaries of a city of up to six grids, not always a whole coverage."""
    sizes = {code: draw(st.sampled_from([1, 1, 1, 1.5, 0])) for code in PLACES}
    shapes = {code: square(*PLACES[code], width=size) for code, size in sizes.items() if size}
    states = [
        GridState(CITY, "city", "city", "city"),
        *(GridState(None, "evaluated_area", one, one) for one in ("west", "east")),
    ]
    states[1:] = [dataclasses.replace(one, parent_code="city") for one in states[1:]]
    states[1].grid_id = EAST
    for number, code in enumerate(shapes, ANYBODY):
        identity = draw(st.sampled_from([number, number, None]))
        parent = draw(st.sampled_from(["west" if code in "de" else "east", None]))
        states.append(GridState(identity, "responsibility_grid", code, code, parent_code=parent))
    for code in [code for code in shapes if draw(st.booleans())]:
        for side in (0, 0.5):
            name, (column, row) = f"{code}{side}", PLACES[code]
            states.append(GridState(None, "unit_grid", name, name, parent_code=code))
            shapes[name] = square(column + side, row, width=0.5)
    return Boundaries(label, LEVELS, {one.code: one for one in states}, shapes)


@st.composite
def lands(draw):
    """Return up to four nobody's lands with their shapes, which may lap, expire and claim the same."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        land = NobodysLand(
            number, f"L{number}", "", "railway", "RLW", draw(st.sampled_from(["", f"Railway {number}"])), "", "", "",
            draw(st.sampled_from([CODES, CODES[:1], CODES[1:], []])), draw(st.just(BEGAN) | instants),
            draw(st.none() | instants.map(dt.datetime.date)), draw(st.integers(0, 1)), draw(st.none() | instants),
        )  # fmt: skip
        column, row = draw(st.tuples(st.sampled_from([0, 1, 1.5]), st.sampled_from([0, 0.5])))
        found.append((land, square(column, row, *draw(st.tuples(*[st.sampled_from([0.5, 1, 2])] * 2)))))
    rows = map(tuple, zip(*found, strict=True)) if found else ((), ())
    return facts.Lands(*rows, shapely.STRtree([shape for _, shape in found]))


@st.composite
def staffings(draw, zone):
    """Return people with posts, roster lines and absences on the grids and the areas above them."""
    somewhere = st.integers(CITY, ANYBODY + len(PLACES))
    on = lambda rows: [dataclasses.replace(one, grid_id=draw(somewhere)) for one in rows]  # noqa: E731
    held, rostered = on(draw(st.lists(posts, max_size=8))), on(draw(st.lists(duties, max_size=5)))
    return people(*held, duties=rostered, substitutions=draw(st.lists(substitutions, max_size=3)), timezone=zone)


@st.composite
def matrices(draw):
    """Return entries and units, some of areas, some over."""
    ends = st.none() | instants
    entries = st.builds(
        Responsibility, st.sampled_from(CODES), areas, departments, st.just(BEGAN) | instants, valid_to=ends
    )
    units = st.builds(
        Unit, departments, areas, departments, st.just("Li"), st.just("5"), st.just(BEGAN) | instants, ends
    )
    offices = {"SUB": "evaluated_area", "DISTRICT": "city"}
    return matrix(draw(st.lists(entries, max_size=6)), draw(st.lists(units, max_size=8)), offices=offices)


@st.composite
def cities(draw):
    """Return the Knowledge of a random city."""
    zone = draw(st.sampled_from(ZONES))
    known = facts.Facts(
        city=City("Any", zone, 4490),
        staffing=draw(staffings(zone)),
        matrix=draw(matrices()),
        lands=draw(lands()),
        categories={code: Category("standard", "matter", code, code) for code in CODES},
        revisions={},
    )
    return standing.Knowledge(ground.survey(draw(boundaries())), known)


def one_square(zone, expires_on=None):
    """Return the Knowledge of a city of the one grid ``a``, all of it a railway's land that claims everything."""
    state = GridState(CITY, "responsibility_grid", "a", "a")
    land = NobodysLand(
        1, "L0", "", "railway", "RLW", "Railway", "", "", "", CODES, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), expires_on
    )
    known = facts.Facts(
        city=City("Any", zone, 4490),
        staffing=people(timezone=zone),
        matrix=matrix(),
        lands=facts.Lands((land,), (square(0, 0),), shapely.STRtree([square(0, 0)])),
        categories={code: Category("standard", "matter", code, code) for code in CODES},
        revisions={},
    )
    return standing.Knowledge(ground.survey(Boundaries("draft 1", LEVELS, {"a": state}, {"a": square(0, 0)})), known)
