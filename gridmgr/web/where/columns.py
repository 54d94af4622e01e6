"""Many spots at once by columns: a list for each parameter in, tables and positions in them out.

What many spots share (a grid with the areas above it, a person, a department with its unit) stands
once in a table; the column beside it holds for each spot a position in that table.
"""

import functools
import weakref
from typing import Annotated

import numpy as np
import orjson
from pydantic import AfterValidator, Field, model_validator

from gridmgr.domain import times
from gridmgr.domain.routing import answers
from gridmgr.domain.times.clocks import as_microseconds
from gridmgr.errors import Invalid
from gridmgr.geometry.locator import NONE
from gridmgr.services.routing import asking
from gridmgr.web.reading import Body, ExactPosition, Instant, Metres, Query, storable

MOST = 10_000
LONGEST_CODE = 64
COLUMNS = ("version", "grid", "unit_grid", "person", "department")
FLAGS = ("outside", "fallback", "coverage_gap", "near_border", "on_duty")
SAME_LENGTH = "the lists must be of one length"

NOTHING = np.empty(0, object)

_written: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


def known_codes(codes):
    """Return a list of codes; each of its distinct ones is one that a database could keep."""
    for code in set(codes) - {None}:
        refuse_no_code(code)
    return codes


@functools.lru_cache(maxsize=10_000)
def refuse_no_code(code):
    """Raise ValueError for what cannot be a code."""
    if len(storable(code)) > LONGEST_CODE:
        raise ValueError(f"a code is longer than {LONGEST_CODE} characters")


Positions = Annotated[list[ExactPosition], Field(min_length=1, max_length=MOST)]
Codes = Annotated[list[str | None], Field(max_length=MOST), AfterValidator(known_codes)]


class Form(Query):
    """How an answer by columns is written."""

    names: bool = Field(
        True, description="false: the tables hold codes of areas and departments and ids of persons only."
    )


class Columns(Body):
    """One to 10,000 spots; the lists are of one length."""

    lon: Positions = Field(description="Longitudes, WGS 84.")
    lat: Positions = Field(description="Latitudes, WGS 84.")
    category: Codes | None = Field(None, description="Code of the category of each, or null.")
    at: Instant | Annotated[list[Instant], Field(max_length=MOST)] | None = Field(
        None, description="One instant for all, or one each. Default now."
    )
    accuracy_m: Metres | None = Field(None, description="Accuracy of all the positions; m.")

    @model_validator(mode="after")
    def of_one_length(self):
        """Refuse lists of different lengths."""
        lists = [one for one in (self.lon, self.lat, self.category, self.at) if isinstance(one, list)]
        if len({len(one) for one in lists}) > 1:
            raise ValueError(SAME_LENGTH)
        return self


def decided(house, asked, now):
    """Return what was Decided about the spots of some Columns.

    Raises
    ------
    NothingInForce, UnknownCategory, Invalid
    """
    lons, lats = np.array(asked.lon), np.array(asked.lat)
    refuse_not_on_earth(lons, lats)
    codes = list(dict.fromkeys(asked.category or ()))
    place = {code: number for number, code in enumerate(codes)} | {None: NONE, "": NONE}
    count = len(lons)
    categories = (
        np.array([place[code] for code in asked.category], np.int32) if asked.category else np.full(count, NONE)
    )
    return asking.where_many(
        house.engine,
        lons,
        lats,
        categories.astype(np.int32),
        codes,
        instants(asked.at, house.city.timezone, now),
        at=now,
        accuracy_m=asked.accuracy_m or 0.0,
    )


def refuse_not_on_earth(lons, lats):
    """Raise Invalid where a position is none, naming the first."""
    wrong = np.flatnonzero((np.abs(lons) > 180) | (np.abs(lats) > 90))
    if len(wrong):
        raise Invalid(
            "Position {number} (counted from 0) is not on earth: {lon}, {lat}. Longitude comes first, in WGS 84.",
            number=int(wrong[0]),
            lon=float(lons[wrong[0]]),
            lat=float(lats[wrong[0]]),
        )


def instants(at, timezone, now):
    """Return one instant, or those of a list in microseconds, as the tables take them."""
    if isinstance(at, list):
        known = {text: as_microseconds(times.read_instant(text, timezone)) for text in set(at)}
        return np.array([known[text] for text in at], np.int64)
    return times.read_instant(at, timezone) if at else now


def as_json(found, reader, *, names=True):
    """Return what was Decided as JSON for ``reader``: ``tables``, and for each column a position for each spot.

    Without ``names`` the tables hold codes and ids only.
    """
    tables, columns = [], {}
    for name in COLUMNS:
        values, columns[name] = shared(found, name, reader if names else None)
        tables.append(b'"%s":[%s]' % (name.encode(), b",".join(values)))
    flags = {name: found.flag(name) for name in FLAGS}
    rest = orjson.dumps({"count": len(found.asked), **columns, **flags}, option=orjson.OPT_SERIALIZE_NUMPY)
    return b'%s,"tables":{%s}}' % (rest[:-1], b",".join(tables))


def shared(found, name, reader):
    """Return the distinct values of a column, written as JSON, and the positions of all rows among them."""
    table, positions = [], np.empty(len(found.asked), np.int32)
    for part in found.parts:
        numbers, places = distinct(numbers_of(part, name))
        positions[part.rows] = places + len(table)
        table += written(part.tables, name, reader, numbers)
    return table, positions


def written(tables, name, reader, numbers):
    """Return the values of a column that have these numbers, as JSON; each is written out once."""
    kept = _written.setdefault(tables, {})
    known = kept.get((name, reader), NOTHING)
    if numbers[-1] + 1 >= len(known):
        known = kept[name, reader] = np.append(known, np.full(numbers[-1] + 2, None))
    values = known[numbers + 1].tolist()
    for place, number in enumerate(numbers.tolist() if None in values else ()):
        if values[place] is None:
            values[place] = known[number + 1] = orjson.dumps(value(tables, name, number, reader))
    return values


def numbers_of(part, name):
    """Return for each row of a part the number of its value; that of None, or -1, for none."""
    if name == "version":
        return np.zeros(len(part.asked), np.int32)
    if name == "unit_grid":
        name = part.tables.unit_level
    return part.arrays[name] if name else np.full(len(part.asked), NONE, np.int32)


def distinct(numbers):
    """Return the distinct values of an array of small numbers from -1 on, rising, and each row's place among them."""
    shifted = numbers + 1
    places = np.zeros(shifted.max(initial=0) + 1, np.int32)
    places[shifted] = 1
    values = np.flatnonzero(places)
    places[values] = np.arange(len(values))
    return values - 1, places[shifted]


def value(tables, name, number, reader):
    """Return what a number in a column stands for, as ``reader`` may see it; its code or id without a reader."""
    boundaries = tables.ground.boundaries
    if name == "version":
        return boundaries.label
    kind = tables.unit_level if name == "unit_grid" else name
    found = None if number == NONE else tables.values[kind][number]
    if found is None or name == "unit_grid":
        return found
    if reader is None:
        return code_of(name, found)
    if name == "person":
        return reader.shown(answers.of_person(found, tables.places))
    if name == "department":
        return reader.shown(answers.of_department(found, tables.matrix))
    return answers.of_grid(boundaries, found) | {"levels": levels(boundaries, found)}


def code_of(name, found):
    """Return the id of a person, the code of a grid or department; None for nobody."""
    if name == "person":
        return found.person.id if found.person else None
    return found.department_code if name == "department" else found


def levels(boundaries, code):
    """Return level → code of a grid and the areas above it, from the top down."""
    return {boundaries.grids[one].level: one for one in reversed([code, *boundaries.ancestors(code)])}
