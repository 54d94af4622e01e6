"""What an audit finds: a kind, a place, a size, a cause and what to do."""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from gridmgr.geometry.crs import Metric
from gridmgr.i18n import N_, translate

KINDS = (
    "invalid",
    "overlap",
    "gap",
    "outside_parent",
    "parent_not_tiled",
    "partly_divided",
    "near_miss",
    "duplicate_code",
    "sliver",
    "bad_code",
)
MANY = 6


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that keeps a city from being whole.

    ``codes`` are the grids concerned, lowest first as bytes; ``geometry`` is
    lon/lat, ``place`` a lon, lat on it. ``severity`` is ``"error"`` (blocks
    publishing) or ``"warning"``. ``cause`` and ``advice`` are English templates
    over ``fields``.
    """

    kind: str
    codes: tuple[str, ...]
    area_m2: float = 0.0
    geometry: Any = None
    place: tuple[float, float] | None = None
    severity: str = "error"
    cause: str = ""
    advice: str = ""
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return cause and advice in ``language``."""
        return f"{self.say_cause(language)} {self.say_advice(language)}".strip()

    def say_cause(self, language: str) -> str:
        """Return what is wrong and why, in ``language``."""
        return translate(self.cause, language, **self.fields)

    def say_advice(self, language: str) -> str:
        """Return what to do, in ``language``."""
        return translate(self.advice, language, **self.fields)


def finding(
    kind: str,
    codes: Iterable[str],
    geometry: Any,
    cause: str,
    advice: str,
    *,
    metric: Metric,
    severity: str = "error",
    **fields: Any,
) -> Finding:
    """Return a finding about ``geometry`` with its place and its area in the metric CRS."""
    ordered = tuple(sorted(set(codes), key=str.encode))
    area_m2 = float(shapely.area(metric(geometry)))
    known = {"codes": listed(ordered), "area_m2": area_m2, **fields}
    return Finding(kind, ordered, area_m2, geometry, place_on(geometry), severity, cause, advice, known)


def listed(codes: tuple[str, ...]) -> str:
    """Return codes as one text, the first few of many."""
    shown = ", ".join(codes[:MANY])
    return f"{shown} … ({len(codes)})" if len(codes) > MANY else shown


def place_on(geometry: Any) -> tuple[float, float] | None:
    """Return lon, lat of a point on ``geometry``, on its largest part; None where it is empty."""
    if geometry is None or shapely.is_empty(geometry):
        return None
    parts = shapely.get_parts(geometry)
    largest = max(parts, key=lambda part: (shapely.area(part), shapely.length(part)))
    point = shapely.point_on_surface(largest)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by kind, the largest of each kind first."""
    return sorted(findings, key=lambda f: (KINDS.index(f.kind), -f.area_m2, [code.encode() for code in f.codes]))


def audit_codes(
    codes: Iterable[str], pattern: str | None = None, shapes: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Return findings on codes alone.

    Parameters
    ----------
    codes : iterable of str
        As imported, repeated ones included.
    pattern : str, optional
        Regular expression for the whole code; what does not match is ``bad_code``, a warning.
    shapes : mapping of str to geometry, optional
        Gives each finding its geometry and place.

    Returns
    -------
    list of Finding
        ``duplicate_code`` (an error) before ``bad_code``.
    """
    counts = collections.Counter(codes)
    repeated = [_about_code("duplicate_code", code, shapes, times=n) for code, n in counts.items() if n > 1]
    wrong = [code for code in counts if pattern and not re.fullmatch(pattern, code)]
    return worst_first(repeated + [_about_code("bad_code", code, shapes, pattern=pattern) for code in wrong])


def _about_code(kind: str, code: str, shapes: Mapping[str, Any] | None, **fields: Any) -> Finding:
    cause, advice, severity = CODE_TEXTS[kind]
    geometry = shapes.get(code) if shapes else None
    known = {"code": code, **fields}
    return Finding(kind, (code,), 0.0, geometry, place_on(geometry), severity, cause, advice, known)


CODE_TEXTS = {
    "duplicate_code": (
        N_("Code {code} stands on {times} grids."),
        N_("Give each grid a code of its own, or merge their parts into one."),
        "error",
    ),
    "bad_code": (
        N_("Code {code} does not follow the city's pattern {pattern}."),
        N_("Correct the code, or the pattern if the city numbers otherwise."),
        "warning",
    ),
}
