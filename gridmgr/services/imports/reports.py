"""What an import tells: what was read, where it landed, what is wrong with it, what it changes."""

import dataclasses
from typing import Any

import shapely

from gridmgr.geometry.coverage import Change
from gridmgr.geometry.findings import Finding
from gridmgr.geometry.formats import Note
from gridmgr.geometry.formats.position import middle, place_name
from gridmgr.services.cities import place_on_earth


@dataclasses.dataclass(frozen=True)
class ImportReport:
    """The report on one import, the same for a dry run.

    ``place`` is where on earth the file landed; ``notes`` are sentences about
    the file, ``changes`` those of the repair, ``findings`` what the audit of
    the land says once the file is in, errors first. ``numbers`` is code →
    number of the feature in the file. ``draft_id`` is None for a layer that is
    no level, and in a dry run that would begin a new draft.
    """

    file: str
    layer: str
    kind: str
    crs: str
    encoding: str
    place: str
    bounds: tuple[float, float, float, float]
    count: int
    code_column: str | None
    name_column: str | None
    parent_column: str | None
    numbers: dict[str, int]
    notes: list[Note]
    changes: list[Change] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    draft_id: int | None = None
    written: bool = False

    def features(self, codes):
        """Return the numbers in the file of the features with these codes, as a message names them."""
        return ", ".join(str(self.numbers[code]) for code in codes if code in self.numbers)


def report(arrivals, layer_id, **outcome: Any) -> ImportReport:
    """Return the ImportReport on what a file brought and what came of it."""
    features, columns = arrivals.features, arrivals.columns
    return ImportReport(
        file=features.file,
        layer=layer_id,
        kind=features.kind,
        crs=features.crs or "",
        encoding=features.encoding,
        place=landing_place(features),
        bounds=features.bounds,
        count=len(features),
        code_column=columns.code,
        name_column=columns.name,
        parent_column=columns.parent,
        numbers={code: one.number for code, one in arrivals.by_code.items()},
        **outcome,
    )


def landing_place(features):
    """Return where on earth the features landed: span of degrees, and the country where the registry knows one."""
    country = place_name(*middle(features.bounds)).partition(", ")[2]
    span = place_on_earth(shapely.box(*features.bounds))
    return f"{span} ({country})" if country else span
