"""The city itself: founding it and opening it."""

import dataclasses
import pathlib
import re

import numpy as np
import shapely

from gridmgr.domain import times
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import UNNUMBERED_CITY, City
from gridmgr.errors import Conflict, Invalid, NotFound
from gridmgr.geometry import formats
from gridmgr.services import trail
from gridmgr.services.cities import furnishing
from gridmgr.services.standing import indexes
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities as city_rows
from gridmgr.store import database, revisions
from gridmgr.store import drafts as draft_rows

CHINA = shapely.box(72.004, 0.8293, 137.8347, 55.8271)


class NoCity(NotFound):
    """There is no city in this database yet."""

    slug = "no-city"


class CityExists(Conflict):
    """There is a city in this database already."""

    slug = "city-exists"


@dataclasses.dataclass(frozen=True)
class Founding:
    """A founded city, where on earth it lies, and the report on its boundary file."""

    city: City
    place: str
    landed: object | None = None


def open_city(url, data=None):
    """Return the engine of an existing city; ``data`` is the folder for what belongs to a server's database here.

    Raises
    ------
    NoCity
        The file is not there, or no city was founded in it.
    DatabaseOlder, DatabaseNewer
        It was made by another gridmgr.
    """
    if database.is_missing(url):
        raise NoCity(
            "There is no city at {place}: gridmgr init --city NAME --boundary FILE founds one, gridmgr demo shows one.",
            place=shown(url),
        )
    engine = database.connect(url)
    database.require_current(engine)
    with reading(engine) as session:
        if city_rows.the_city(session) is None:
            raise NoCity(
                "There is no city at {place}: gridmgr init --city NAME --boundary FILE founds one.", place=shown(url)
            )
    if data is not None:
        indexes.keep_in(engine, data / "indexes")
    return engine


def shown(url):
    """Return a database address as it may be shown: a path, or an address without its password."""
    if url.startswith("gpkg:///"):
        return url.removeprefix("gpkg:///")
    return re.sub(r"://([^:@/]*):[^@]*@", r"://\1:…@", url)


def found(url, *, name, boundary=None, bbox=None, crs=None, timezone=None, profile=None, at, by):
    """Found a city in a new database and return a Founding.

    Everything that can be found out is: the time zone from where the city
    lies or from this machine, the SRID and the code profile from the country.

    Raises
    ------
    CityExists, Invalid
    """
    outline, features = read_outline(boundary, bbox, crs)
    in_china = outline is not None and CHINA.contains(outline.envelope)
    city = City(
        name=name,
        timezone=times.zone(timezone or likely_timezone(in_china)).key,
        srid=4490 if in_china else 4326,
        profile=profile or ("cn" if in_china else "any"),
        settings={"bbox": list(outline.bounds)} if outline is not None else {},
        created_at=at,
    )
    engine = database.create(url, srid=city.srid)
    with writing(engine) as session:
        if city_rows.the_city(session) is not None:
            raise CityExists(
                "There is a city at {place} already; choose another file with --database.", place=shown(url)
            )
        city_rows.add(session, city)
        furnishing.furnish(session, city, by=by)
        if boundary is not None:
            put_boundary(session, city, outline, at=at, by=by)
        trail.record(session, by, "found_city", f"city:{name}", at=at)
    engine.dispose()
    return Founding(city, place_on_earth(outline), features)


def read_outline(boundary, bbox, crs):
    """Return the city's outline and, from a file, what was read; (None, None) without either."""
    if boundary is not None:
        features = formats.read(pathlib.Path(boundary), crs=crs)
        return shapely.union_all(shapely.make_valid(features.shapes)), features
    return (box_of(bbox), None) if bbox else (None, None)


def box_of(text):
    """Return the rectangle that ``W,S,E,N`` names; degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid("{text} is no box: write W,S,E,N in degrees, like 119.3,39.7,119.9,40.2.", text=text) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Invalid("{text} is no box on earth: west before east, south before north, in degrees.", text=text)
    return shapely.box(west, south, east, north)


def likely_timezone(in_china):
    """Return the zone of a city: China has one; elsewhere that of this machine."""
    if in_china:
        return "Asia/Shanghai"
    local = pathlib.Path("/etc/localtime")
    name = str(local.resolve()).partition("zoneinfo/")[2] if local.exists() else ""
    return name or "UTC"


def put_boundary(session, city, outline, *, at, by):
    """Begin the first draft with the city's outer boundary: compared with, never routed by."""
    draft = draft_rows.add(session, Draft(name=city.name, created_at=at, created_by=by))
    grid = DraftGrid(
        draft_id=draft.id, level="city", code=city.code or UNNUMBERED_CITY, name=city.name, role="reference"
    )
    draft_rows.put(session, draft, [(grid, shapely.set_precision(outline, 1e-9, mode="pointwise"))])
    revisions.raise_(session, "drafts")


def place_on_earth(outline):
    """Return where a shape lies, like ``42.22–42.45° N, 71.19–70.99° W``; empty without one."""
    if outline is None:
        return ""
    west, south, east, north = np.round(outline.bounds, 3)
    return f"{span(south, north, 'N', 'S')}, {span(west, east, 'E', 'W')}"


def span(low, high, positive, negative):
    """Return a range of degrees with its hemisphere."""
    return f"{abs(low)}–{abs(high)}° {positive if low + high >= 0 else negative}"
