"""Where on earth a file lies: its system is settled, never guessed in silence."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence

import numpy as np
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.crs import LON_LAT, OFFSETS, likely_crs, metres_per_degree, transform_shapes
from gridmgr.geometry.formats.features import Features, Mask
from gridmgr.i18n import N_

Bounds = Sequence[float]

NEARBY_M = 30_000
SWAPPED = " (y, x)"
COUNTRY = re.compile(r"(?!Between|World|Arctic|Europe|Africa|Asia|North|South)[^-;.]+ - ")

REFUSALS = {
    ("undeclared", "unknown"): N_(
        "{file} declares no coordinate system and its numbers ({numbers}) are not lon/lat. "
        "They look like metres or feet on a map. Say which system they are in, for example --crs EPSG:4549."
    ),
    ("undeclared", "likely"): N_(
        "{file} declares no coordinate system and its numbers ({numbers}) are not lon/lat. "
        "They look like {likely}. If that is so, say --crs {first}."
    ),
    ("undeclared", "swapped"): N_(
        "{file} declares no coordinate system and its numbers ({numbers}) are not lon/lat. "
        "They look like {first} with swapped axes. Write x (lon, easting) before y (lat, northing)."
    ),
    ("misfit", "unknown"): N_(
        "{file}: its numbers ({numbers}) do not fit {crs}. Say with --crs which system they are in."
    ),
    ("misfit", "likely"): N_(
        "{file}: its numbers ({numbers}) do not fit {crs}. They look like {likely}. If that is so, say --crs {first}."
    ),
    ("misfit", "swapped"): N_(
        "{file}: its numbers ({numbers}) do not fit {crs}. "
        "They look like {first} with swapped axes. Write x (lon, easting) before y (lat, northing)."
    ),
    ("far", "unknown"): N_(
        "{file} read as {crs} lands at {place}, {distance_km} km from the city. Say with --crs which system it is in."
    ),
    ("far", "likely"): N_(
        "{file} read as {crs} lands at {place}, {distance_km} km from the city. "
        "Its numbers look like {likely}. If that is so, say --crs {first}."
    ),
    ("far", "swapped"): N_(
        "{file} read as {crs} lands at {place}, {distance_km} km from the city. "
        "Its numbers look like {first} with swapped axes. Write x (lon, easting) before y (lat, northing)."
    ),
    ("far", "same"): N_(
        "{file} lands at {place}, {distance_km} km from the city, and its numbers are lon/lat already. "
        "Take the file of this city, or correct it."
    ),
}  # fmt: skip
"""What is wrong, and what the numbers look like instead."""


class UnclearPosition(Invalid):
    """It is not clear where on earth the file lies."""

    slug = "unclear-position"


def placed(features: Features, given: str | None, city: Bounds | None = None) -> Features:
    """Return ``features`` as lon/lat on WGS 84, rounded to 1e-9 degree; ``crs`` tells what they were.

    Parameters
    ----------
    features : Features
        Sound shapes in ``features.crs``, None where the file declares none.
    given : str or None
        The system that the user names; it wins over the declared one.
    city : (west, south, east, north), optional
        The city, lon/lat; nothing may land more than 30 km from it.

    Raises
    ------
    UnclearPosition
        Nothing is declared or given and the numbers are not lon/lat, or they
        do not fit what is, or they land far from the city.
    """
    used = given or features.crs or "wgs84"
    moved = dataclasses.replace(features, crs=short(used), shapes=features.shapes)
    if not is_lon_lat(used) or on_the_globe(features.bounds):
        moved = dataclasses.replace(moved, shapes=transform_shapes(features.shapes, used))
    if not on_the_globe(moved.bounds):
        situation = "misfit" if given or features.crs else "undeclared"
        raise refusal(situation, features, city, crs=short(used))
    if city is not None:
        check_distance(moved, features, city)
    return with_remarks(moved, features, given)


def with_remarks(moved: Features, features: Features, given: str | None) -> Features:
    """Return ``moved`` with what has to be said about its system."""
    if given and features.crs and short(given).lower() != short(features.crs).lower():
        return moved.noted(N_("{file} declares {declared}; it was read as {given}, as asked."),
                           declared=short(features.crs), given=short(given))  # fmt: skip
    if not given and features.crs is None and features.kind != "GeoJSON":
        return moved.noted(N_("{file} declares no coordinate system; its numbers were read as lon/lat (WGS 84)."))
    return moved


def check_distance(moved: Features, features: Features, city: Bounds) -> None:
    """Refuse features that land far from the city: all of them by their system, a few by their numbers."""
    far = are_far(moved, city)
    if far.all():
        place = middle(moved.bounds)
        raise refusal("far", features, city, crs=moved.crs, place=place_name(*place),
                      distance_km=distance_km(place, middle(city)))  # fmt: skip
    if far.any():
        first = middle(shapely.bounds(moved.shapes[np.argmax(far)]))
        raise UnclearPosition(
            N_("{file}: these features lie far from the city: {features}. "
               "The first lands at {place}, {distance_km} km away. Correct or remove them."),
            file=features.file, count=int(far.sum()), features=moved.at(np.flatnonzero(far)),
            place=place_name(*first), distance_km=distance_km(first, middle(city)),
        )  # fmt: skip


def are_far(moved: Features, city: Bounds) -> Mask:
    """Return for each feature whether its bounding box lies more than 30 km from the city's."""
    scale = metres_per_degree(middle(city)[1])
    across, along = NEARBY_M / scale.lon, NEARBY_M / scale.lat
    west, south, east, north = shapely.bounds(moved.shapes).T
    beside = (west > city[2] + across) | (east < city[0] - across)
    return np.asarray(beside | (south > city[3] + along) | (north < city[1] - along))


def refusal(situation: str, features: Features, city: Bounds | None, **fields: object) -> UnclearPosition:
    """Return the error that says what the numbers look like instead."""
    likely = likely_crs(features.bounds, city) or likely_crs(features.bounds)
    straight = [name for name in likely if not name.endswith(SWAPPED)]
    first = (straight or likely or [""])[0].removesuffix(SWAPPED)
    is_read_so = bool(straight) and is_lon_lat(first) and is_lon_lat(str(fields.get("crs", "")))
    hint = "same" if situation == "far" and is_read_so else "likely" if straight else "swapped" if likely else "unknown"
    return UnclearPosition(REFUSALS[situation, hint], file=features.file, numbers=spoken(features.bounds),
                           likely=" / ".join(straight), first=first, **fields)  # fmt: skip


def is_lon_lat(crs: str) -> bool:
    return crs.strip().lower() in LON_LAT | OFFSETS


def on_the_globe(bounds: Bounds) -> bool:
    """Return whether ``bounds`` are numbers of a lon/lat system."""
    west, south, east, north = bounds
    return bool(np.isfinite(bounds).all() and west >= -180 and east <= 180 and south >= -90 and north <= 90)


def short(crs: str) -> str:
    """Return a name of ``crs`` fit for a message: well-known text is cut to its title."""
    return crs.split('"')[1][:60] if '"' in crs else crs.strip()[:40]


def spoken(bounds: Bounds) -> str:
    """Return ``x 740000 … 820000, y 2900000 … 2970000``."""
    west, south, east, north = (f"{number:.6g}" if abs(number) < 1000 else f"{number:.0f}" for number in bounds)
    return f"x {west} … {east}, y {south} … {north}"


def middle(bounds: Bounds) -> tuple[float, float]:
    west, south, east, north = bounds
    return float((west + east) / 2), float((south + north) / 2)


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Return the way over the ellipsoid, in whole kilometres."""
    import pyproj

    return round(float(pyproj.Geod(ellps="WGS84").inv(*here, *there)[2]) / 1000)


@functools.lru_cache(maxsize=64)
def place_name(lon: float, lat: float) -> str:
    """Return ``119.500°E 39.900°N, China``: the country as far as the registry of coordinate systems knows it."""
    position = f"{abs(lon):.3f}°{'W' if lon < 0 else 'E'} {abs(lat):.3f}°{'S' if lat < 0 else 'N'}"
    country = country_at(lon, lat)
    return f"{position}, {country}" if country else position


def country_at(lon: float, lat: float) -> str:
    """Return the country in which a position lies; empty at sea. Source: areas of use in the EPSG registry."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    infos = query_crs_info("EPSG", PJType.PROJECTED_CRS, AreaOfInterest(lon, lat, lon, lat), contains=True)
    areas = [info.area_of_use for info in infos if info.area_of_use is not None]
    of_countries = [a for a in areas if a.west <= a.east and COUNTRY.match(str(a.name))]
    if not of_countries:
        return ""
    smallest = min(of_countries, key=lambda a: ((a.east - a.west) * (a.north - a.south), str(a.name)))
    country, _, region = str(smallest.name).partition(" - ")
    region = re.sub(r" ?(mainland|onshore|offshore).*", "", region.split(" - ")[0]).strip(" .")
    return f"{country}, {region}" if region and not re.search(r"\d|;", region) else country
