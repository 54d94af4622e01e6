"""Layers: what the map can show, and the things of each as GeoJSON."""

import flask
from pydantic import Field

from gridmgr.services import showing
from gridmgr.services.catalogue import catalogue
from gridmgr.web import asker, map_representations
from gridmgr.web.api_versions import Shown, shown
from gridmgr.web.reading import Code, Number, Place, Query, Words, box, door

api = door("layers")


class LayerPath(Place):
    """Which layer."""

    id: Code = Field(description="Name of the layer, like road; /api/v1/layers lists them.")


class Items(Shown):
    """Which things of a layer."""

    bbox: Words | None = Field(None, description="west,south,east,north in degrees.")
    limit: Number = Field(10_000, ge=1, le=50_000, description="Most things of the layer.")


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
