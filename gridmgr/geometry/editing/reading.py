"""The JSON of an edit, read: places, lines and pieces are rounded to 1e-9 degree, as all shapes are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import DECIMALS, Numbers
from gridmgr.geometry.edges import Complex
from gridmgr.geometry.editing.refusing import EditRefused

Edit = Mapping[str, Any]
FARTHEST_DEG = (180.0, 90.0)


def place(edit: Edit, field: str) -> complex:
    """Return a place, x + iy."""
    found = _positions([edit.get(field)], field)
    return complex(found[0])


def line(edit: Edit, field: str = "line") -> Complex:
    """Return the vertices of a drawn line, x + iy, none twice in a row; at least two."""
    found = _positions(edit.get(field), field)
    found = found[np.append(True, found[1:] != found[:-1])]
    if len(found) < 2:
        raise EditRefused("“{field}” has to be a line of two different positions or more.", field=field)
    return np.asarray(found)


def _positions(value: Any, field: str) -> Complex:
    try:
        xy: Numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        xy = np.empty(0)
    if xy.ndim != 2 or xy.shape[1] != 2 or not np.isfinite(xy).all() or (np.abs(xy) > FARTHEST_DEG).any():
        raise EditRefused("“{field}” has to give positions as [lon, lat], in degrees.", field=field)
    xy = np.round(xy, DECIMALS)
    return np.asarray(xy[:, 0] + 1j * xy[:, 1])


def piece(edit: Edit, field: str = "piece") -> Any:
    """Return a drawn (multi)polygon, valid; it may be a geometry or GeoJSON.

    Raises
    ------
    EditRefused
        It is no polygon, crosses itself or has no inside.
    """
    given = edit.get(field)
    shape = given if isinstance(given, shapely.Geometry) else _geometry(given, field)
    if shapely.get_type_id(shape) not in (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON):
        raise EditRefused("“{field}” has to be a polygon in GeoJSON.", field=field)
    xy = shapely.get_coordinates(shape)
    _positions(xy, field)
    shape = shapely.transform(shapely.force_2d(shape), lambda xy: np.round(xy, DECIMALS))
    if shapely.is_empty(shape) or not shapely.is_valid(shape):
        at = tuple(xy[0].tolist()) if len(xy) else None
        raise EditRefused("The drawn piece crosses itself or has no inside; draw it again.", place=at)
    return shapely.remove_repeated_points(shape)


def _geometry(given: Any, field: str) -> Any:
    found = given.get("geometry", given) if isinstance(given, Mapping) else given
    try:
        return shapely.from_geojson(json.dumps(found))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        raise EditRefused("“{field}” has to be a polygon in GeoJSON.", field=field) from None


def grid(edit: Edit, coverage: Coverage, field: str = "grid") -> str:
    """Return the code of a grid that is there."""
    return _known(edit.get(field), coverage)


def grids(edit: Edit, coverage: Coverage, least: int = 1) -> list[str]:
    """Return the different codes of ``grids``, in the order given; all are there."""
    given = edit.get("grids")
    if not isinstance(given, list | tuple) or len(set(map(str, given))) < max(least, len(given)):
        raise EditRefused("“grids” has to be a list of {least} different codes or more.", least=least)
    return [_known(code, coverage) for code in given]


def sides(edit: Edit, coverage: Coverage) -> tuple[str, str | None]:
    """Return the two grids of a border, the lower code first; None (the outside) is the second."""
    given = edit.get("grids")
    if not isinstance(given, list | tuple) or len(given) != 2 or given[0] == given[1]:
        raise EditRefused("“grids” has to name the grids on both sides of the border; null is the outside.")
    names = sorted((_known(code, coverage) for code in given if code is not None), key=str.encode)
    return names[0], names[1] if len(names) == 2 else None


def _known(code: Any, coverage: Coverage) -> str:
    if not isinstance(code, str) or code not in coverage:
        raise EditRefused("There is no grid {code} here.", code=code)
    return code


def new_code(code: Any, coverage: Coverage, dissolved: tuple[str, ...] = ()) -> str:
    """Return a code that no grid has but those that the edit dissolves."""
    if not isinstance(code, str) or not code.strip():
        raise EditRefused("The edit has to give the new grid a code.")
    if code in coverage and code not in dissolved:
        raise EditRefused("There is a grid {code} already; give the new one another code.", code=code, codes=[code])
    return code


def new_codes(edit: Edit, coverage: Coverage, dissolved: str) -> tuple[str, str]:
    """Return the two codes that the parts of a grid get."""
    given = edit.get("codes")
    if not isinstance(given, list | tuple) or len(given) != 2 or given[0] == given[1]:
        raise EditRefused("“codes” has to give both parts a code of their own.")
    return new_code(given[0], coverage, (dissolved,)), new_code(given[1], coverage, (dissolved,))


def multipart(edit: Edit) -> bool:
    """Tell whether grids may fall into more parts than before."""
    return edit.get("multipart") is True
