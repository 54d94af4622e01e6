"""Layers in and out: files become grids of a draft or features of the map, and files again."""

import contextlib
import dataclasses
import functools
import pathlib
from typing import Any

import numpy as np

from gridmgr.domain.grids import Boundaries
from gridmgr.errors import NotFound
from gridmgr.geometry import coverage, formats
from gridmgr.geometry.crs import metric_of
from gridmgr.i18n import N_
from gridmgr.services import drafts, routing, trail
from gridmgr.services.catalogue import catalogue
from gridmgr.services.imports import arrivals, landing, planning, things
from gridmgr.services.imports.reports import ImportReport, report
from gridmgr.services.maps.showing import the_layer
from gridmgr.services.transactions import reading, writing
from gridmgr.store import backups
from gridmgr.store import features as feature_rows

READING, MENDING = N_("Reading the file"), N_("Mending the borders")
CHECKING, WRITING = N_("Checking the land"), N_("Writing")
KEPT_OF_IMPORT = ("draft_id", "added", "changed", "removed")


def import_file(
    engine,
    path,
    layer_id,
    *,
    crs=None,
    code=None,
    name=None,
    parent=None,
    encoding=None,
    dataset=None,
    repair=False,
    max_width=5.0,
    max_area=1000.0,
    dry_run=False,
    draft=None,
    at,
    by,
    progress=lambda title: None,
) -> ImportReport:
    """Read a file into a layer and return the ImportReport.

    A level of the hierarchy lands in a draft: ``draft``, else the open one, else
    a new one on the newest version; nothing published changes. Features of any
    other layer take the place of those with their codes. Reading, mending and
    checking are over before the write transaction begins, and all of it is
    written or nothing.

    Parameters
    ----------
    path : path
        See :func:`gridmgr.geometry.formats.read` for what can be read.
    crs, encoding : str, optional
        What the file is in, where it does not say.
    dataset : str, optional
        Which layer of a GeoPackage, or which file of an archive.
    code, name, parent : str, optional
        Columns; found by their usual names where not said. Without a column of
        parents a grid belongs to the parent whose code its own begins with,
        else to the one it shares most ground with.
    repair : bool
        Mend by the rules of :func:`gridmgr.geometry.coverage.repair`: gaps up
        to ``max_width`` m and ``max_area`` m² are closed.
    dry_run : bool
        Report the same and write nothing.
    draft : int, optional
        Which open draft takes the level.
    progress : callable
        Told each step as it begins.

    Raises
    ------
    Invalid
        The file, a column or a code cannot be used; the city is as it was.
    Conflict
        A code is taken, or the city changed meanwhile; the city is as it was.
    """
    layer = the_layer(layer_id)
    with reading(engine) as session:
        situation = landing.situation_of(session, layer, draft)
    progress(READING)
    said = {"dataset": dataset, "crs": crs, "encoding": encoding, "code": code, "name": name, "parent": parent}
    brought = arrivals.read(pathlib.Path(path), layer, city=situation.bounds, **said)
    if layer.kind == "level":
        mend = functools.partial(coverage.repair, max_width=max_width, max_area=max_area) if repair else None
        found, put = level_prepared(layer, brought, situation, mend, progress)
    else:
        found, put = things_prepared(engine, layer, brought)
    if dry_run:
        return found
    progress(WRITING)
    with writing(engine) as session:
        written = dataclasses.replace(found, draft_id=put(session, at=at, by=by), written=True)
        told = {"file": pathlib.Path(path).name, **{name: getattr(written, name) for name in KEPT_OF_IMPORT}}
        trail.record(session, by, "import_layer", f"layer:{layer.id}", told, at=at)
    return written


def level_prepared(layer, brought, situation, mend, progress):
    """Return the ImportReport on a level, and the function that writes it into its draft and returns the draft's id."""
    shapes, changes = brought.shapes, []
    if mend is not None:
        progress(MENDING)
        shapes, changes = mend(shapes)
    progress(CHECKING)
    metric = metric_of(brought.features.shapes)
    plan = planning.plan(situation.boundaries, layer, brought, shapes, metric=metric)
    found = report(
        brought,
        layer.id,
        notes=[*brought.notes, *plan.notes],
        changes=changes,
        findings=landing.land_findings(plan, situation.profile, metric),
        added=len(plan.added),
        changed=len(plan.changed),
        removed=len(plan.removed),
        draft_id=situation.draft_id,
    )
    return found, functools.partial(landing.write, situation=situation, plan=plan, file=brought.features.file)


def things_prepared(engine, layer, brought):
    """Return the ImportReport on a layer that is no level, and the function that writes its features."""
    with reading(engine) as session:
        things.check(session, layer, brought)
        replaced = things.compare(session, layer, brought)
    found = report(brought, layer.id, notes=list(brought.notes), added=replaced.added, changed=replaced.changed)
    return found, functools.partial(things.put, layer=layer, arrivals=brought)


# --- out -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Listed:
    """A layer with how many grids or features it has now."""

    layer: Any
    count: int


def listed(engine, *, at):
    """Return the layers of the catalogue with their counts, in the version in force or the only draft."""
    boundaries = Boundaries("", (), {}, {})
    with reading(engine) as session:
        counts = feature_rows.counts(session, at)
        with contextlib.suppress(routing.NothingInForce, drafts.WhichDraft):
            boundaries = routing.gather(session, at=at).ground.boundaries
    return [
        Listed(one, len(boundaries.at_level(one.id)) if one.kind == "level" else counts.get(one.id, 0))
        for one in catalogue().values()
    ]


def export(engine, layer_id, path, *, at, draft=None, version=None):
    """Write a layer as of ``at`` into a file (gpkg, geojson, csv, fgb, parquet) and return the number of features.

    The grids of a level come from the version in force then, or from the draft or version that is named.
    """
    layer = the_layer(layer_id)
    backups.refuse_city(pathlib.Path(path))
    with reading(engine) as session:
        pairs = (
            level_pairs(session, layer_id, at, draft, version)
            if layer.kind == "level"
            else feature_pairs(session, layer_id, at)
        )
    if not pairs:
        raise NotFound("Layer {layer} is empty: there is nothing to write.", layer=layer_id)
    names = list(dict.fromkeys(name for row, _ in pairs for name in row))
    columns = {name: [row.get(name) for row, _ in pairs] for name in names}
    shapes = np.empty(len(pairs), dtype=object)
    shapes[:] = [shape for _, shape in pairs]
    formats.write(path, formats.Features(str(path), layer_id, shapes, columns, "EPSG:4326"))
    return len(pairs)


def level_pairs(session, level, at, draft, version):
    """Return [(attributes, shape)] of the grids of a level, lowest code first."""
    boundaries = routing.gather(session, at=at, draft=draft, version=version).ground.boundaries
    return [
        (attributes(boundaries.grids[code], parent=boundaries.grids[code].parent_code or ""), boundaries.shapes[code])
        for code in boundaries.at_level(level)
        if code in boundaries.shapes
    ]


def feature_pairs(session, layer_id, at):
    """Return [(attributes, shape)] of the features of a layer that are there at ``at``."""
    return [(attributes(feature), shape) for feature, shape in feature_rows.at_layer(session, layer_id, at=at)]


def attributes(thing, **more):
    """Return code, names and the plain attributes of a grid or feature."""
    named = {"code": thing.code, "name": thing.name, "name_en": thing.name_en, **more}
    return named | {k: v for k, v in thing.props.items() if k not in named and not isinstance(v, dict | list)}
