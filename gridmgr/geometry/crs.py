"""Coordinate systems: everything is kept as lon/lat on WGS 84 and measured in metres.

Order is always x before y, lon before lat, whatever the registry says (EPSG
defines Gauss-Krueger as northing before easting and CGCS2000 as lat before
lon). CGCS2000 differs from WGS 84 by centimetres to decimetres and is taken as
equal. GCJ-02 and BD-09 are the mandated offsets of Chinese web maps; they have
a published approximation, no EPSG code and no closed inverse: the inverse is a
fixed point of ``p <- p + (g - offset(p))``, whose error shrinks about two
hundredfold a step, so that five steps are far below a micrometre.

Source: domain handbook, section 4.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.errors import Invalid
from gridmgr.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyproj

Numbers = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

LON_LAT = frozenset({"wgs84", "cgcs2000", "epsg:4326", "epsg:4490", "ogc:crs84"})
OFFSETS = frozenset({"gcj02", "bd09"})
AUTHORITY = re.compile(r"(EPSG|ESRI|OGC):\w{1,16}", re.IGNORECASE)
WELL_KNOWN_TEXT = re.compile(r"\s*(GEOGCS|PROJCS|COMPD_CS|GEOGCRS|GEODCRS|PROJCRS|COMPOUNDCRS|BOUNDCRS)\s*\[")
USUAL = frozenset({*range(4513, 4555), *range(32601, 32661), *range(32701, 32761)})
INVERSE_STEPS = 5
DECIMALS = 9
LONGEST_EDGE_M = 200.0
WITH_EDGES = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTILINESTRING,
    shapely.GeometryType.MULTIPOLYGON,
)
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
MAJOR_AXIS_M = 6_378_137.0
ECCENTRICITY_2 = 0.00669437999014
KRASOVSKY_AXIS_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_2 = 0.00669342162296594323
BD_WAVE = 3000 * np.pi / 180


class UnknownCrs(Invalid):
    """The coordinate system is not known."""

    slug = "unknown-crs"


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, crs: str) -> tuple[Any, Any]:
    """Return lon, lat of positions given in ``crs``.

    Parameters
    ----------
    x, y : float or array_like
        Lon and lat, or easting and northing, in that order.
    crs : str
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09``, ``EPSG:n`` or well-known text.

    Returns
    -------
    tuple
        Floats for floats, arrays for arrays; NaN or infinite where ``crs`` has no such place.

    Raises
    ------
    UnknownCrs
        ``crs`` is none of these.
    """
    return _converted(x, y, _into_wgs84(crs))


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: str) -> tuple[Any, Any]:
    """Return the positions in ``crs`` of lon, lat; the inverse of ``to_wgs84``."""
    return _converted(lon, lat, _out_of_wgs84(crs))


def transform_shapes(shapes: npt.ArrayLike, crs: str) -> Geometries:
    """Return ``shapes`` as lon/lat, flat and rounded to 1e-9 degree (0.1 mm).

    A straight edge of a projected plane is no straight edge in lon/lat, so
    edges longer than 200 m are divided first. The dividing points do not depend
    on the direction of an edge: two neighbours that shared it still do.
    """
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    projected = not _is_lon_lat(crs) and crs.lower() not in OFFSETS and _system(crs).is_projected
    if projected:
        flat = densify(flat, LONGEST_EDGE_M / _system(crs).axis_info[0].unit_conversion_factor)
    convert = _into_wgs84(crs)

    def rounded(xy: Numbers) -> Numbers:
        return np.round(np.column_stack(convert(xy[:, 0], xy[:, 1])), DECIMALS)

    return np.asarray(shapely.transform(flat, rounded), dtype=object)


def densify(shapes: Geometries, longest: float) -> Geometries:
    """Return ``shapes`` with edges over ``longest`` cut into equal parts, the same from either side."""
    kinds = shapely.get_type_id(shapes)
    result = shapes.copy()
    for kind in WITH_EDGES:
        if (kinds == kind).any():
            result[kinds == kind] = _densified(shapes[kinds == kind], longest)
    return result


def _densified(shapes: Geometries, longest: float) -> Geometries:
    kind, xy, offsets = shapely.to_ragged_array(shapes)
    starts_a_line = np.zeros(len(xy) + 1, bool)
    starts_a_line[offsets[0]] = True
    here, there = xy[:-1], xy[1:]
    pieces = np.ceil(np.hypot(*(there - here).T) / longest)
    pieces = np.where(starts_a_line[1:-1], 1, np.maximum(np.nan_to_num(pieces, nan=1, posinf=1), 1)).astype(int)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    first = np.concatenate([[0], np.cumsum(pieces)])
    points = np.vstack([_along(here[edge], there[edge], np.arange(len(edge)) - first[edge], pieces[edge]), xy[-1:]])
    lines = np.append(first, len(points))[offsets[0]]
    return np.asarray(shapely.from_ragged_array(kind, points, (lines, *offsets[1:])), dtype=object)


def _along(here: Numbers, there: Numbers, step: npt.NDArray[Any], pieces: npt.NDArray[Any]) -> Numbers:
    """Return the points ``step / pieces`` of the way, reckoned from the lower end of each edge."""
    backwards = (here[:, 0] > there[:, 0]) | ((here[:, 0] == there[:, 0]) & (here[:, 1] > there[:, 1]))
    low = np.where(backwards[:, None], there, here)
    high = np.where(backwards[:, None], here, there)
    share = (np.where(backwards, pieces - step, step) / pieces)[:, None]
    return np.where(step[:, None] == 0, here, low + (high - low) * share)


# --- measuring -----------------------------------------------------------------------


class Metric:
    """Takes lon/lat geometries to a plane in metres; ``crs`` names the plane."""

    def __init__(self, crs: str) -> None:
        self.crs = crs

    def __call__(self, shapes: Any) -> Any:
        """Return ``shapes`` (one or an array, lon/lat) in metres."""
        return shapely.transform(shapes, _transformer("EPSG:4326", self.crs).transform, interleaved=False)

    def back(self, shapes: Any) -> Any:
        """Return ``shapes`` (one or an array, metres) as lon/lat."""
        return shapely.transform(shapes, _transformer(self.crs, "EPSG:4326").transform, interleaved=False)


def metric_for(lon: float, lat: float) -> Metric:
    """Return the metric of a city around ``lon``, ``lat``.

    In China it is the CGCS2000 3-degree Gauss-Krueger plane of that meridian
    (EPSG 4534 for 75 E to 4554 for 135 E; 4549 in Qinhuangdao), the one of the
    city's surveys; elsewhere a Lambert equal-area plane centred there, so that
    areas are true.
    """
    if _in_china(lon, lat):
        return Metric(f"EPSG:{4534 + round((min(max(lon, 75), 135) - 75) / 3)}")
    centre = f"+lon_0={round(lon, 2)} +lat_0={round(lat, 2)}"
    return Metric(f"+proj=laea {centre} +datum=WGS84 +units=m +no_defs")


def metric_of(shapes: Any) -> Metric:
    """Return the metric for the middle of ``shapes`` (one or an array, lon/lat)."""
    west, south, east, north = shapely.total_bounds(shapes)
    return metric_for((west + east) / 2, (south + north) / 2)


class Scale(NamedTuple):
    """Metres per degree of longitude and of latitude at one latitude."""

    lon: Any
    lat: Any


def metres_per_degree(lat: Any) -> Scale:
    """Return the local scale at ``lat`` (a float or an array) on the WGS 84 ellipsoid.

    It keeps straight what is straight in lon/lat, as borders are, and is true
    to a millionth within some hundred metres. A float is told digit by digit what an array is.
    """
    phi = np.radians(lat)
    sine = np.sin(phi)
    curve = 1 - ECCENTRICITY_2 * (sine * sine)
    root = np.sqrt(curve)
    meridian = MAJOR_AXIS_M * (1 - ECCENTRICITY_2) / (curve * root)
    return Scale(np.radians(MAJOR_AXIS_M / root * np.cos(phi)), np.radians(meridian))


# --- guessing ------------------------------------------------------------------------


def likely_crs(bounds: Sequence[float], near: Sequence[float] | None = None) -> list[str]:
    """Return the systems in which coordinates like ``bounds`` make sense, best first.

    Parameters
    ----------
    bounds : (x_min, y_min, x_max, y_max)
        Of a file whose system is not declared.
    near : (lon, lat) or (west, south, east, north), optional
        The city, lon/lat. With it every projected system of the registry that
        is used there is tried; without it only systems that coordinates give
        away by themselves (a Gauss-Krueger zone before the easting).

    Returns
    -------
    list of str
        ``EPSG:n``; with `` (y, x)`` behind it where the axes are swapped. At most six.
    """
    if not np.isfinite(bounds).all():
        return []
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    city = _box(near)
    found = [f"EPSG:{code}" for code in _candidates(x, y, city) if _lands(x, y, code, city)]
    swapped = [f"EPSG:{code} (y, x)" for code in _candidates(y, x, city) if _lands(y, x, code, city)]
    return (found + swapped)[:6]


def _box(near: Sequence[float] | None) -> tuple[float, ...]:
    if near is None:
        return (-180, -90, 180, 90)
    west, south, east, north = near if len(near) == 4 else (*near, *near)
    margin = 0.5
    return (west - margin, south - margin, east + margin, north + margin)


def _candidates(x: float, y: float, city: tuple[float, ...]) -> list[int]:
    if abs(x) <= 180 and abs(y) <= 90:
        return [4326]
    if 25e6 <= x < 46e6 and 0 < y < 6.2e6:
        return [4513 + int(x // 1e6) - 25]
    return _registered(city) if city[2] - city[0] < 360 else []


@functools.lru_cache(maxsize=8)
def _registered(city: tuple[float, ...]) -> list[int]:
    """Return the EPSG codes of the projected systems in use around ``city``: usual, local, low ones first."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    middle = AreaOfInterest(*[(city[i] + city[i ^ 2]) / 2 for i in range(4)])
    infos = query_crs_info("EPSG", PJType.PROJECTED_CRS, area_of_interest=middle, contains=True)
    width = {int(i.code): i.area_of_use.east - i.area_of_use.west for i in infos if i.area_of_use}
    return sorted(width, key=lambda code: (code not in USUAL, width[code] > 60, code))


@functools.lru_cache(maxsize=4096)
def _lands(x: float, y: float, code: int, city: tuple[float, ...]) -> bool:
    from pyproj.exceptions import ProjError

    try:
        lon, lat = to_wgs84(x, y, f"EPSG:{code}")
    except (ProjError, Invalid):
        return False
    return bool(city[0] <= lon <= city[2] and city[1] <= lat <= city[3])


# --- systems -------------------------------------------------------------------------


def _converted(x: npt.ArrayLike, y: npt.ArrayLike, convert: Callable[..., tuple[Any, Any]]) -> tuple[Any, Any]:
    a, b = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    with np.errstate(invalid="ignore", over="ignore"):
        first, second = convert(np.array(a), np.array(b))
    return (float(first), float(second)) if a.ndim == 0 else (first, second)


def _into_wgs84(crs: str) -> Callable[..., tuple[Any, Any]]:
    if _is_lon_lat(crs):
        return _unchanged
    inverse = {"gcj02": _gcj02_to_wgs84, "bd09": _bd09_to_wgs84}.get(crs.lower())
    return inverse or _registered_transform(crs, "EPSG:4326")


def _out_of_wgs84(crs: str) -> Callable[..., tuple[Any, Any]]:
    if _is_lon_lat(crs):
        return _unchanged
    forward = {"gcj02": _wgs84_to_gcj02, "bd09": _wgs84_to_bd09}.get(crs.lower())
    return forward or _registered_transform("EPSG:4326", crs)


def _is_lon_lat(crs: str) -> bool:
    return crs.strip().lower() in LON_LAT


def _unchanged(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    return x, y


def _registered_transform(source: str, target: str) -> Callable[..., tuple[Any, Any]]:
    for crs in (source, target):
        _system(crs)
    return _transformer(source, target).transform


@functools.lru_cache(maxsize=64)
def _system(crs: str) -> pyproj.CRS:
    import pyproj

    if not (AUTHORITY.fullmatch(crs.strip()) or WELL_KNOWN_TEXT.match(crs)):
        raise UnknownCrs(N_("“{crs}” is no coordinate system; say wgs84, cgcs2000, gcj02, bd09 or EPSG:n."), crs=crs)
    try:
        system = pyproj.CRS.from_user_input(crs.strip())
    except pyproj.exceptions.CRSError as error:
        raise UnknownCrs(N_("The registry has no coordinate system “{crs}”; check the number."), crs=crs) from error
    if not (system.is_projected or system.is_geographic):
        raise UnknownCrs(N_("“{crs}” is tied to no place on earth; name a system of maps, EPSG:n."), crs=crs)
    return system


@functools.lru_cache(maxsize=256)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(source, target, always_xy=True)


# --- GCJ-02 and BD-09 ----------------------------------------------------------------


def _in_china(lon: Any, lat: Any) -> Any:
    west, south, east, north = CHINA
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def _wgs84_to_gcj02(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    shifted = _gcj02_everywhere(lon, lat)
    inside = _in_china(lon, lat)
    return np.where(inside, shifted[0], lon), np.where(inside, shifted[1], lat)


def _gcj02_to_wgs84(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Return the place that GCJ-02 moves here; where that is outside China nothing was moved."""
    origin = _fixed_point(_gcj02_everywhere, lon, lat, (lon, lat))
    inside = _in_china(*origin)
    return np.where(inside, origin[0], lon), np.where(inside, origin[1], lat)


def _wgs84_to_bd09(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat))


def _bd09_to_wgs84(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    start = _bd09_turn(lon - 0.0065, lat - 0.006, -1)
    return _gcj02_to_wgs84(*_fixed_point(_gcj02_to_bd09, lon, lat, start))


def _fixed_point(forward: Callable[..., Any], x: Numbers, y: Numbers, start: tuple[Any, Any]) -> tuple[Any, Any]:
    lon, lat = start
    for _ in range(INVERSE_STEPS):
        there = forward(lon, lat)
        lon, lat = lon + (x - there[0]), lat + (y - there[1])
    return lon, lat


def _gcj02_everywhere(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Return the published approximation of GCJ-02, without its border."""
    x, y = lon - 105.0, lat - 35.0
    shared = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + shared
    north = north + _waves(y, 20, 40, 3) + _waves(y / 12, 160, 320, 2.5)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + shared
    east = east + _waves(x, 20, 40, 3) + _waves(x / 12, 150, 300, 2.5)
    scale = _krasovsky_metres_per_degree(lat)
    return lon + east / scale.lon, lat + north / scale.lat


def _waves(t: Numbers, high: float, low: float, ratio: float) -> Numbers:
    return np.asarray((high * np.sin(np.pi * t) + low * np.sin(np.pi * t / ratio)) * 2 / 3)


def _krasovsky_metres_per_degree(lat: Numbers) -> Scale:
    phi = np.radians(lat)
    curve = 1 - KRASOVSKY_ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian = KRASOVSKY_AXIS_M * (1 - KRASOVSKY_ECCENTRICITY_2) / (curve * np.sqrt(curve))
    return Scale(np.radians(KRASOVSKY_AXIS_M / np.sqrt(curve) * np.cos(phi)), np.radians(meridian))


def _gcj02_to_bd09(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    x, y = _bd09_turn(lon, lat, 1)
    return x + 0.0065, y + 0.006


def _bd09_turn(x: Numbers, y: Numbers, sign: int) -> tuple[Numbers, Numbers]:
    radius = np.hypot(x, y) + sign * 2e-5 * np.sin(y * BD_WAVE)
    angle = np.arctan2(y, x) + sign * 3e-6 * np.cos(x * BD_WAVE)
    return radius * np.cos(angle), radius * np.sin(angle)
