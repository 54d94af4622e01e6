"""Layers: what the map can show, the things of each as GeoJSON, and files in and out."""

import pathlib
import tempfile
from typing import Literal

import flask
from flask_openapi import FileStorage
from pydantic import ConfigDict, Field

from gridmgr.services import layers
from gridmgr.services.catalogue import catalogue
from gridmgr.services.maps import showing
from gridmgr.web import asker, map_representations, uploads
from gridmgr.web.api_versions import Shown, shown
from gridmgr.web.reading import Body, Code, Number, Place, Query, Words, box, door

api = door("layers")
MOST_TOLD = 100


class LayerPath(Place):
    """Which layer."""

    id: Code = Field(description="Name of the layer, like road; /api/v1/layers lists them.")


class Items(Shown):
    """Which things of a layer."""

    bbox: Words | None = Field(None, description="west,south,east,north in degrees.")
    limit: Number = Field(10_000, ge=1, le=50_000, description="Most things of the layer.")


class Out(Query):
    """In which form."""

    format: Literal["gpkg", "geojson", "csv", "fgb", "parquet"] = Field("geojson", description="Of the file.")


class FileSent(Body):
    """A form with a file of shapes."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    file: FileStorage = Field(description="Shapes, at most 16 MB: GeoJSON, GeoPackage, KML, zipped Shapefile, CSV …")
    dry_run: uploads.YesNo = Field("", description="1: report the same, write nothing.")
    crs: Code = Field("", description="EPSG:n, gcj02 or bd09, where the file does not say.")
    code: Code = Field("", description="Column of the codes; found by its usual names.")
    name: Code = Field("", description="Column of the names.")
    parent: Code = Field("", description="Column of the parents' codes; else found by code or place.")
    draft: Number | Literal[""] = Field("", description="Draft that takes a level; the open one, or a new one.")
    repair: uploads.YesNo = Field("", description="1: close small gaps and settle overlaps; each change is listed.")


@api.get("/layers")
def get_layers(query: Query):
    """List the layers with titles, kinds, zooms and styles."""
    return flask.jsonify(layers=[map_representations.layer(one) for one in catalogue().values()])


@api.get("/layers/<id>/items")
def get_items(path: LayerPath, query: Items):
    """Give the things of a layer in a box as GeoJSON."""
    layer = showing.the_layer(path.id)
    where = box(query.bbox)
    if layer.kind == "level":
        found = showing.grids(shown(query).boundaries, layer.id, where, query.limit)
    else:
        found = showing.features(asker.engine(), layer.id, where, at=asker.instant(query.at), limit=query.limit)
    answer = flask.jsonify(map_representations.collection(found))
    answer.content_type = "application/geo+json"
    return answer


@api.get("/layers/<id>/export")
def get_layer_export(path: LayerPath, query: Out):
    """Give a layer as it is now, as a file."""
    layer = showing.the_layer(path.id)
    with tempfile.TemporaryDirectory(prefix="gridmgr-") as folder:
        file = pathlib.Path(folder) / f"{layer.id}.{query.format}"
        layers.export(asker.engine(), layer.id, file, at=asker.now())
        return uploads.download(file.read_bytes(), file.name, "application/octet-stream")


@api.post("/layers/<id>/import")
def post_layer_import(path: LayerPath, form: FileSent):
    """Take a file into a layer, or report what it would do; grids land in a draft, nothing published changes."""
    said = {name: getattr(form, name) or None for name in ("crs", "code", "name", "parent", "draft")}
    options = {"repair": form.repair == "1", "dry_run": form.dry_run == "1", **said}
    with uploads.kept(form.file) as file:
        done = layers.import_file(asker.engine(), file, path.id, at=asker.now(), by=asker.account().login, **options)
    return flask.jsonify(import_report(done))


def import_report(found):
    """Return an ImportReport as JSON: what was read, where it landed, findings and changes as sentences."""
    language = asker.language()
    told = ("count", "kind", "crs", "place", "added", "changed", "removed", "draft_id", "written")
    return {name: getattr(found, name) for name in told} | {
        "columns": {"code": found.code_column, "name": found.name_column, "parent": found.parent_column},
        "notes": [one.say(language) for one in found.notes],
        "changes": [one.say(language) for one in found.changes[:MOST_TOLD]],
        "findings": [finding(one, found, language) for one in found.findings[:MOST_TOLD]],
        "finding_count": len(found.findings),
    }


def finding(one, found, language):
    """Return a finding of an import as JSON, with the features of the file that it is about."""
    told = {"kind": one.kind, "severity": one.severity, "codes": one.codes[:6], "text": one.say(language)}
    return told | {"features": found.features(one.codes[:6])}
