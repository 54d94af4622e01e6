"""Layers in and out: files become grids of a draft or features of the map, and files again."""

import contextlib
import dataclasses
import pathlib
from typing import Any

import numpy as np
import shapely

from gridmgr.domain import layers
from gridmgr.domain.grids import Draft, DraftGrid, GridState
from gridmgr.domain.layers import Feature
from gridmgr.errors import Conflict, Invalid, NotFound
from gridmgr.geometry import coverage, formats
from gridmgr.i18n import translate
from gridmgr.services import drafts, ground, nesting, routing
from gridmgr.services.catalogue import catalogue
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities as city_rows
from gridmgr.store import drafts as draft_rows
from gridmgr.store import features as feature_rows
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows

CODE_NAMES = ("code", "grid_code", "id_code", "编码", "代码", "dm", "ward", "district", "precinct", "id", "objectid")
NAME_NAMES = ("name", "name_zh", "名称", "mc", "title", "label")
ROUND = 1e-9


class NoSuchLayer(NotFound):
    """There is no layer of that name."""

    slug = "no-such-layer"


class WhichColumn(Invalid):
    """It is not clear which column holds the codes."""

    slug = "which-column"


class DoubleCode(Invalid):
    """Two features have the same code."""

    slug = "double-code"


class WhichDraftToFill(Conflict):
    """More than one draft is open."""

    slug = "which-draft"


@dataclasses.dataclass(frozen=True)
class Remark:
    """A sentence about an import."""

    text: str
    fields: dict[str, Any]

    def say(self, language):
        """Return the remark in ``language``."""
        return translate(self.text, language, **self.fields)


@dataclasses.dataclass
class ImportReport:
    """What an import read, where it landed, what is wrong with it and what it changed.

    ``remarks`` are sentences about the file, ``changes`` those of repair,
    ``findings`` the audit of the imported level alone.
    """

    layer: str
    count: int
    crs: str
    place: str
    code_column: str
    name_column: str | None
    remarks: list
    changes: list
    findings: list
    draft_id: int | None = None
    added: int = 0
    changed: int = 0
    removed: int = 0
    written: bool = False


def the_layer(layer_id):
    """Return the layer of the catalogue.

    Raises
    ------
    NoSuchLayer
    """
    if layer_id not in catalogue():
        raise NoSuchLayer(
            "There is no layer {layer}: choose one of {known}.", layer=layer_id, known=", ".join(catalogue())
        )
    return catalogue()[layer_id]


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
    repair=False,
    max_width=5.0,
    max_area=1000.0,
    dry_run=False,
    draft=None,
    at,
    by,
):
    """Read a file into a layer and return the ImportReport.

    A level of the hierarchy lands in a draft: ``draft``, else the open one, else
    a new one on the newest version; nothing published changes. Any other layer's
    features are replaced at once. Parsing is over before anything is written,
    and all of it is written or nothing.

    Parameters
    ----------
    crs, encoding : str, optional
        What the file is in, where it does not say.
    code, name, parent : str, optional
        Columns; found by their usual names where not said.
    repair : bool
        Close gaps up to ``max_width`` m and ``max_area`` m², give overlaps to one side.
    dry_run : bool
        Report the same and write nothing.

    Raises
    ------
    Invalid
        The file, a column or a code cannot be used; the city is as it was.
    """
    layer = the_layer(layer_id)
    with reading(engine) as session:
        base = base_of(session, draft)
        box = city_box(session, base, layer)
    features = formats.read(pathlib.Path(path), crs=crs, encoding=encoding, city=box)
    columns = choose_columns(features, code, name, layer)
    refuse_kinds(features, layer)
    refuse_antimeridian(features)
    codes = codes_of(features, columns[0])
    report = ImportReport(
        layer_id, len(features), features.crs or "", place_of(features), *columns, list(features.notes), [], []
    )
    shapes = dict(zip(codes, features.shapes, strict=True))
    if layer.kind == "level":
        shapes = inspected(shapes, report, repair=repair, max_width=max_width, max_area=max_area)
        put = put_level(layer, shapes, names_of(features, columns), column_of(features, parent), draft, at, by)
    else:
        put = put_features(layer, features, shapes, names_of(features, columns), at, by)
    if not dry_run:
        with writing(engine) as session:
            put(session, report)
            report.written = True
    return report


def base_of(session, draft):
    """Return the Boundaries that an import into ``draft`` (or the one it would take) starts from, None without any."""
    chosen = chosen_draft(session, draft)
    if chosen is not None:
        return draft_rows.boundaries(session, chosen.id)
    newest = version_rows.newest(session)
    return ground.of_version(session, newest.number).boundaries if newest else None


def chosen_draft(session, draft):
    """Return the draft that was asked for or the only open one, None where a new one is needed."""
    if draft is not None:
        return drafts.the_draft(session, draft)
    found = draft_rows.open_drafts(session)
    if len(found) > 1:
        raise WhichDraftToFill(
            "Drafts {listed} are open: say with --draft which one the file goes into.",
            listed=", ".join(str(d.id) for d in found),
        )
    return found[0] if found else None


def city_box(session, base, layer):
    """Return west, south, east, north of the city, None before anything tells where it lies."""
    if base is not None and base.shapes and layer.id != layers.levels(catalogue())[0]:
        return ground.extent(base)
    box = city_rows.the_city(session).settings.get("bbox")
    return tuple(box) if box else None


def choose_columns(features, code, name, layer):
    """Return the columns of the code and of the name; the name may be None.

    Raises
    ------
    WhichColumn
        A column that was said is not there, or none has a usual name.
    """
    for wanted in (code, name):
        if wanted is not None and wanted not in features.columns:
            raise WhichColumn(
                "{file} has no column {column}; it has {columns}.",
                file=features.file,
                column=wanted,
                columns=", ".join(features.columns),
            )
    code = code or usual(features.columns, CODE_NAMES)
    if code is None:
        raise WhichColumn(
            "{file}: say with --code which column holds the codes; it has {columns}.",
            file=features.file,
            columns=", ".join(features.columns),
        )
    return code, name or usual(features.columns, NAME_NAMES)


def usual(columns, candidates):
    """Return the column with the first of the usual names, whatever its case; None without one."""
    by_name = {column.lower(): column for column in columns}
    return next((by_name[one] for one in candidates if one in by_name), None)


def codes_of(features, column):
    """Return the codes as text, each once.

    Raises
    ------
    DoubleCode, Invalid
        A code comes twice, is missing, or is a number with a fraction.
    """
    codes = [as_code(value) for value in features.columns[column]]
    missing = [i for i, code in enumerate(codes) if not code]
    if missing:
        raise Invalid(
            "{file}: these features have no code in column {column}: {features}. Fill it in.",
            file=features.file,
            column=column,
            features=features.at(missing),
        )
    seen: dict[str, int] = {}
    for position, code in enumerate(codes):
        if code in seen:
            raise DoubleCode(
                "{file}: features {first} and {second} both have the code {code} in column {column}. Give each its own, or merge them.",
                file=features.file,
                first=seen[code] + 1,
                second=position + 1,
                code=code,
                column=column,
            )
        seen[code] = position
    return codes


def as_code(value):
    """Return a cell as a code: text without blanks around it; whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value).strip()


def names_of(features, columns):
    """Return code → name; a grid without a name is called by its code."""
    codes = [as_code(value) for value in features.columns[columns[0]]]
    if columns[1] is None:
        return {code: code for code in codes}
    return {
        code: str(value).strip() if value not in (None, "") else code
        for code, value in zip(codes, features.columns[columns[1]], strict=True)
    }


def column_of(features, column):
    """Return the parents' codes in file order, None where no column was said."""
    if column is None:
        return None
    if column not in features.columns:
        raise WhichColumn(
            "{file} has no column {column}; it has {columns}.",
            file=features.file,
            column=column,
            columns=", ".join(features.columns),
        )
    return [as_code(value) or None for value in features.columns[column]]


FAMILIES = {
    "polygon": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point", "MultiPoint"),
}


def refuse_kinds(features, layer):
    """Raise Invalid where a feature's shape is not of the layer's kind."""
    wrong = [i for i, shape in enumerate(features.shapes) if shape.geom_type not in FAMILIES[layer.geometry]]
    if wrong:
        kinds = ", ".join(sorted({features.shapes[i].geom_type for i in wrong}))
        raise Invalid(
            "{file}: this layer takes {family} shapes, but these features are {kinds}: {features}. Leave them out.",
            file=features.file,
            family=layer.geometry,
            kinds=kinds,
            features=features.at(wrong),
        )


def refuse_antimeridian(features):
    """Raise Invalid where a feature is wider than half the earth: it was meant to cross the 180th meridian."""
    west, _, east, _ = shapely.bounds(features.shapes).T
    wide = np.flatnonzero(east - west > 180)
    if len(wide):
        raise Invalid(
            "{file}: these features cross the antimeridian (180°): {features}. Split them there.",
            file=features.file,
            features=features.at(wide),
        )


def inspected(shapes, report, *, repair, max_width, max_area):
    """Return the shapes, repaired if wished, with changes and findings noted in the report."""
    if repair:
        shapes, report.changes = coverage.repair(shapes, max_width=max_width, max_area=max_area)
    report.findings = coverage.audit(shapes)
    return shapes


def put_level(layer, shapes, names, parents, draft, at, by):
    """Return the function that writes a level into a draft."""

    def put(session, report):
        chosen = chosen_draft(session, draft) or begin(session, at, by)
        before = draft_rows.boundaries(session, chosen.id)
        above = nesting.level_above(before, layer.id)
        parent_of = parents_by(parents, shapes, before, above)
        role = (
            "reference" if has_grids_below(before, layer.id) or layer.id == layers.levels(catalogue())[0] else "drawn"
        )
        rows = [
            (DraftGrid(chosen.id, layer.id, code, names[code], role=role, parent_code=parent_of.get(code)), shape)
            for code, shape in shapes.items()
        ]
        count_changes(report, before, layer.id, shapes)
        draft_rows.clear_level(session, chosen, layer.id)
        draft_rows.put(session, chosen, rows)
        adopt_children(session, chosen, layer.id)
        raise_parents(session, chosen)
        revisions.raise_(session, "drafts")
        report.draft_id = chosen.id

    return put


def begin(session, at, by):
    """Return a new draft on the newest version."""
    newest = version_rows.newest(session)
    return draft_rows.add(session, Draft("import", at, by, base_number=newest.number if newest else None))


def parents_by(parents, shapes, before, above):
    """Return code → parent: by the column, by the codes' beginnings, else by the ground they share."""
    if parents is not None:
        return dict(zip(shapes, parents, strict=True))
    if above is None:
        return {}
    candidates = {code: before.shapes[code] for code in before.at_level(above) if code in before.shapes}
    return nesting.by_code_prefix(shapes, candidates) or nesting.parents_of(shapes, candidates)


def has_grids_below(boundaries, level):
    """Return whether a level below ``level`` has drawn grids: then an imported parent is a reference."""
    chain = layers.levels(catalogue())
    below = set(chain[chain.index(level) + 1 :])
    return any(grid.level in below and grid.role == "drawn" for grid in boundaries.grids.values())


def count_changes(report, before, level, shapes):
    """Note how many grids of the level are new, changed and gone."""
    had = set(before.at_level(level))
    report.added = len(shapes.keys() - had)
    report.removed = len(had - shapes.keys())
    report.changed = sum(
        not shapely.equals_exact(before.shapes[c], shapes[c], ROUND) for c in had & shapes.keys() if c in before.shapes
    )


def adopt_children(session, draft, level):
    """Give the grids of the level below the parents that now stand over them, where they have none."""
    boundaries = draft_rows.boundaries(session, draft.id)
    orphans = {
        code: boundaries.shapes[code]
        for code, grid in boundaries.grids.items()
        if grid.parent_code not in boundaries.grids
        and code in boundaries.shapes
        and nesting.level_above(boundaries, grid.level) == level
    }
    candidates = {code: boundaries.shapes[code] for code in boundaries.at_level(level)}
    found = nesting.by_code_prefix(orphans, candidates) or nesting.parents_of(orphans, candidates)
    draft_rows.put(
        session, draft, [(changed(draft, boundaries.grids[c], parent_code=p), None) for c, p in found.items() if p]
    )


def changed(draft, state: GridState, **facts):
    """Return the draft's row of a grid with some facts changed."""
    keep = {
        name: getattr(state, name)
        for name in ("level", "code", "name", "role", "parent_code", "grid_id", "name_en", "props")
    }
    return DraftGrid(draft_id=draft.id, **keep | facts)


def raise_parents(session, draft):
    """Store the coverage union of their children as the shape of the derived grids, where it changed."""
    boundaries = draft_rows.boundaries(session, draft.id)
    derived = nesting.derived_shapes(boundaries)
    moved = {
        c: s
        for c, s in derived.items()
        if c not in boundaries.shapes or not shapely.equals_exact(s, boundaries.shapes[c], 0.0, normalize=True)
    }
    draft_rows.put(session, draft, [(changed(draft, boundaries.grids[code]), shape) for code, shape in moved.items()])


def put_features(layer, features, shapes, names, at, by):
    """Return the function that replaces a layer's features."""
    skipped = {"code", "name"}

    def put(session, report):
        had = feature_rows.counts(session).get(layer.id, 0)
        feature_rows.clear_layer(session, layer.id)
        pairs = [
            (
                Feature(
                    layer.id, code, names[code], props=props_of(features, i, skipped), recorded_at=at, recorded_by=by
                ),
                shape,
            )
            for i, (code, shape) in enumerate(shapes.items())
        ]
        feature_rows.add_many(session, pairs)
        revisions.raise_(session, "features")
        report.added, report.removed = len(pairs), had

    return put


def props_of(features, position, skipped):
    """Return the other attributes of a feature."""
    return {name: values[position] for name, values in features.columns.items() if name not in skipped}


def place_of(features):
    """Return where on earth the features landed."""
    from gridmgr.services.cities import place_on_earth

    return place_on_earth(shapely.box(*features.bounds))


@dataclasses.dataclass(frozen=True)
class Listed:
    """A layer with how many grids or features it has now."""

    layer: Any
    count: int


def listed(engine, *, at):
    """Return the layers of the catalogue with their counts, in the version in force or the only draft."""
    boundaries = None
    with reading(engine) as session:
        counts = feature_rows.counts(session)
        with contextlib.suppress(routing.NothingInForce):
            boundaries = routing.gather(session, at=at).ground.boundaries
    return [
        Listed(
            layer,
            len(boundaries.at_level(layer.id)) if layer.kind == "level" and boundaries else counts.get(layer.id, 0),
        )
        for layer in catalogue().values()
    ]


def export(engine, layer_id, path, *, at, draft=None):
    """Write a layer into a file (gpkg, geojson, csv, fgb, parquet) and return the number of features."""
    layer = the_layer(layer_id)
    with reading(engine) as session:
        pairs = (
            level_rows(session, layer_id, at, draft)
            if layer.kind == "level"
            else list(feature_pairs(session, layer_id, at))
        )
    if not pairs:
        raise NotFound("Layer {layer} is empty: there is nothing to write.", layer=layer_id)
    names = list(dict.fromkeys(name for row, _ in pairs for name in row))
    columns = {name: [row.get(name) for row, _ in pairs] for name in names}
    shapes = np.array([shape for _, shape in pairs], dtype=object)
    formats.write(
        path, formats.Features(file=str(path), kind=layer_id, shapes=shapes, columns=columns, crs="EPSG:4326")
    )
    return len(pairs)


def level_rows(session, layer_id, at, draft):
    """Return [(attributes, shape)] of the grids of a level."""
    boundaries = routing.gather(session, at=at, draft=draft).ground.boundaries
    return [
        (
            {"code": c, "name": boundaries.grids[c].name, "parent": boundaries.grids[c].parent_code or ""},
            boundaries.shapes[c],
        )
        for c in boundaries.at_level(layer_id)
        if c in boundaries.shapes
    ]


def feature_pairs(session, layer_id, at):
    """Yield (attributes, shape) of the features of a layer."""
    for feature, shape in feature_rows.at_layer(session, layer_id, at=at):
        plain = {name: value for name, value in feature.props.items() if not isinstance(value, dict | list)}
        yield {"code": feature.code, "name": feature.name} | plain, shape
