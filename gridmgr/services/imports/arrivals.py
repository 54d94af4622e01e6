"""What a file brings to a layer: codes, names, attributes and shapes, checked and named."""

import dataclasses
from typing import Any

from gridmgr.geometry import formats
from gridmgr.geometry.formats import Features, Note
from gridmgr.services.imports import attributes, codes, columns
from gridmgr.services.imports.columns import Columns


@dataclasses.dataclass(frozen=True)
class Arrival:
    """One feature of a file on its way into a layer; ``number`` counts from 1 in the file."""

    number: int
    code: str
    name: str
    name_en: str
    parent: str
    props: dict[str, Any]
    shape: Any


@dataclasses.dataclass(frozen=True)
class Arrivals:
    """What a file brings: its features by code, where they stood in it, and what was noted on the way."""

    features: Features
    columns: Columns
    by_code: dict[str, Arrival]
    notes: tuple[Note, ...]

    @property
    def shapes(self):
        """Return code → shape, lon/lat."""
        return {code: one.shape for code, one in self.by_code.items()}


def read(path, layer, *, city, dataset=None, crs=None, encoding=None, code=None, name=None, parent=None) -> Arrivals:
    """Return what the file at ``path`` brings to ``layer``.

    Parameters
    ----------
    city : (west, south, east, north) or None
        Nothing may land far from it; degrees.
    dataset, crs, encoding, code, name, parent : str, optional
        Said by the user where the file or its columns do not tell.

    Raises
    ------
    Invalid
        One sentence: what is wrong, in which file and feature, and what to do.
    """
    features = formats.read(path, layer=dataset, crs=crs, encoding=encoding, city=city, family=layer.geometry)
    chosen = columns.choose(features, layer, code=code, name=name, parent=parent)
    found, notes = codes.codes(features, chosen.code, layer)
    props = attributes.attributes(features, layer, chosen)
    called = [columns.texts(features, column) for column in (chosen.name, chosen.name_en, chosen.parent)]
    rows = zip(found, *called, props, features.shapes, strict=True)
    by_code = {
        code: Arrival(number, code, name or code, name_en, parent, values, shape)
        for number, (code, name, name_en, parent, values, shape) in enumerate(rows, 1)
    }
    return Arrivals(features, chosen, by_code, (*features.notes, *notes))
