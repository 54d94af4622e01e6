"""Why a shape is no polygon of a grid, in words and with the place."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.crs import Metric
from gridmgr.geometry.findings import Finding, finding
from gridmgr.i18n import N_

REASON = re.compile(r"(?P<reason>[^\[]*)\[(?P<lon>\S+) (?P<lat>\S+)\]")
CAUSES = {
    "Self-intersection": N_("The outline of {codes} crosses itself."),
    "Ring Self-intersection": N_("A ring of {codes} touches itself in a point."),
    "Hole lies outside shell": N_("A hole of {codes} lies outside its outline."),
    "Holes are nested": N_("Two holes of {codes} lie in each other."),
    "Nested shells": N_("Two parts of {codes} lie in each other."),
    "Duplicate Rings": N_("A ring of {codes} is there twice."),
    "Interior is disconnected": N_("Holes of {codes} cut its inside into pieces that meet in points only."),
    "Too few points in geometry component": N_("A ring of {codes} has too few different points."),
}
OTHERWISE = N_("The shape of {codes} is not valid: {reason}.")
NOT_FINITE = N_("{codes} has a coordinate that is no number.")
NO_POLYGON = N_("{codes} is no polygon with an inside.")
MEND = N_("Let repair rebuild its rings, or draw it anew.")
DRAW = N_("Draw it anew, or leave it out of the file.")


def explain(code: str, shape: Any, metric: Metric) -> Finding:
    """Return the ``invalid`` finding for ``shape``; its geometry is what is left after making it valid."""
    [mended] = defects.made_valid(np.array([shape], dtype=object))
    if shapely.is_empty(mended):
        cause = NOT_FINITE if shape is not None and _has_strange_numbers(shape) else NO_POLYGON
        return finding("invalid", [code], mended, cause, DRAW, metric=metric)
    told, place = reason(shape)
    found = finding("invalid", [code], mended, CAUSES.get(told, OTHERWISE), MEND, metric=metric, reason=told)
    return dataclasses.replace(found, place=place or found.place)


def _has_strange_numbers(shape: Any) -> bool:
    return not bool(np.isfinite(shapely.get_coordinates(shape)).all())


def reason(shape: Any) -> tuple[str, tuple[float, float] | None]:
    """Return why GEOS does not take a shape for valid (a key of ``CAUSES`` where known), and the lon, lat of it."""
    text = str(shapely.is_valid_reason(shape))
    told = REASON.fullmatch(text)
    if told is None:
        return text, None
    return told["reason"], (float(told["lon"]), float(told["lat"]))
