"""Vector tiles of the grids: made once for each version, kept by the browser for good."""

import dataclasses
import logging

import flask

from gridmgr.errors import GridmgrError, NotFound
from gridmgr.geometry.tiles import TileSet
from gridmgr.services.maps import measures, viewing
from gridmgr.services.standing.keeping import Keeper
from gridmgr.web.api_versions import Shown, shown
from gridmgr.web.reading import refused

FARTHEST_ZOOM = 22
SETS_KEPT, TILES_KEPT = 24, 8_000
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"

log = logging.getLogger(__name__)
tiles = flask.Blueprint("tiles", __name__)


class NoSuchTile(NotFound):
    """There is no tile at that place."""

    slug = "no-such-tile"


@dataclasses.dataclass(frozen=True)
class Kept:
    """Tile sets by (view, level), and finished tiles."""

    sets: Keeper = dataclasses.field(default_factory=lambda: Keeper(SETS_KEPT))
    tiles: Keeper = dataclasses.field(default_factory=lambda: Keeper(TILES_KEPT))


@tiles.record
def prepare(state):
    """Give each application a shelf of its own: versions of two cities share their numbers."""
    state.app.extensions["tiles"] = Kept()


@tiles.get("/tiles/<level>/<int:z>/<int:x>/<int:y>.mvt")
def tile(level, z, x, y):
    """Give a Mapbox vector tile of one level, with the layers ``fill``, ``border`` and ``label``."""
    check_place(z, x, y)
    query = refused(Shown, flask.request.args.to_dict())
    view = shown(query)
    measures.check_level(view.boundaries, level)
    kept = flask.current_app.extensions["tiles"]
    content = kept.tiles.get((view.key, level, z, x, y), lambda: tile_set(kept, view, level).mvt(z, x, y))
    return answer(content, view.is_fixed and query.version is not None)


def warm(app):
    """Build what the first map asks for: the boundaries in force, their indexes, and the tile sets from the top down."""
    house = app.extensions["gridmgr"]
    try:
        view = viewing.view(house.engine, at=house.clock())
    except GridmgrError as error:
        log.info("nothing to warm up: %s", error)
        return
    for level in view.boundaries.levels:
        tile_set(app.extensions["tiles"], view, level)


def check_place(z, x, y):
    """Raise NoSuchTile where no tile of the world lies."""
    if z > FARTHEST_ZOOM or max(x, y) >= 2**z:
        raise NoSuchTile(
            "There is no tile {z}/{x}/{y}: zooms run from 0 to {most}, x and y below 2 to the zoom.",
            z=z,
            x=x,
            y=y,
            most=FARTHEST_ZOOM,
        )


def tile_set(kept, view, level):
    """Return the tile set of a level, built the first time."""
    return kept.sets.get((view.key, level), lambda: made(view.boundaries, level))


def made(boundaries, level):
    """Return a new tile set of one level: codes, names, and each border with the highest level it divides."""
    grids = boundaries.grids
    codes = [code for code in boundaries.at_level(level) if code in boundaries.shapes]
    names = {code: {"name": grids[code].name or None, "name_en": grids[code].name_en or None} for code in codes}
    above = {code: {grids[one].level: one for one in boundaries.ancestors(code)} for code in codes}
    return TileSet(
        {code: boundaries.shapes[code] for code in codes}, names, level=level, levels=boundaries.levels, ancestors=above
    )


def answer(content, is_fixed):
    """Return a tile; that of a published version never changes."""
    response = flask.make_response(content, 200 if content else 204)
    response.content_type = MEDIA_TYPE
    response.headers["Cache-Control"] = FOR_GOOD if is_fixed else ASK_AGAIN
    response.add_etag()
    return response.make_conditional(flask.request)
