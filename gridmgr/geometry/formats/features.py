"""What a file holds: shapes, columns, and what had to be said while reading them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.i18n import translate

Shapes = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]
NAMED_AT_ONCE = 5


@dataclasses.dataclass(frozen=True)
class Note:
    """Something a person should know about a file that was read all the same."""

    message: str
    fields: dict[str, Any]

    def say(self, language: str = "en") -> str:
        """Return the note in ``language``."""
        return translate(self.message, language, **self.fields)


@dataclasses.dataclass(frozen=True)
class Features:
    """The features of one file, counted from 1 in messages.

    Parameters
    ----------
    file : str
        The sender's name of the file, fit for messages.
    kind : str
        ``"GeoJSON"``, ``"Shapefile"``, …
    shapes : ndarray of Geometry, shape (n,)
        In ``crs`` while a reader holds them, lon/lat on WGS 84 when ``read`` returns.
    columns : dict of str to list, each of length n
        Attributes: text, numbers, booleans or None.
    crs : str or None
        The system the file's numbers are in; None while it is not known.
    encoding : str
        Of the texts; empty where the format settles it.
    """

    file: str
    kind: str
    shapes: Shapes
    columns: dict[str, list[Any]]
    crs: str | None = None
    encoding: str = ""
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.shapes)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all shapes; NaN where there is none."""
        west, south, east, north = map(float, shapely.total_bounds(self.shapes))
        return west, south, east, north

    def noted(self, message: str, **fields: Any) -> Features:
        """Return the same features with one more note."""
        return dataclasses.replace(self, notes=(*self.notes, Note(message, {"file": self.file, **fields})))

    def at(self, positions: Iterable[int]) -> str:
        """Return the numbers of the features at ``positions`` (from 0), as a message names them."""
        return numbered(positions, self.columns)


def numbered(positions: Iterable[int], columns: dict[str, list[Any]]) -> str:
    """Return ``3 (130302001), 7 (130302005) … (12)``: numbers from 1, first column's values, how many."""
    every = [int(p) for p in positions]
    label = label_column(columns)
    shown = [f"{p + 1}{caption(columns[label][p]) if label else ''}" for p in every[:NAMED_AT_ONCE]]
    return ", ".join(shown) + (f" … ({len(every)})" if len(every) > NAMED_AT_ONCE else "")


def label_column(columns: dict[str, list[Any]]) -> str | None:
    """Return the column that names a feature best: one called code, else the first."""
    codes = [name for name in columns if name.lower() in ("code", "dm", "代码", "编码")]
    return next(iter(codes or columns), None)


def caption(value: Any) -> str:
    """Return `` (value)`` for a message, cut short and without control characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value))[:40] if value is not None else ""
    return f" ({text})" if text else ""
