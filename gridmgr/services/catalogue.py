"""The layer catalogue that a city's GIS officer edits, read once per process."""

import functools

from gridmgr import resources
from gridmgr.domain import layers


@functools.cache
def catalogue():
    """Return the layers by id; see :func:`gridmgr.domain.layers.read_catalogue`."""
    return layers.read_catalogue((resources.directory("layers") / "catalogue.toml").read_text(encoding="utf-8"))


@functools.cache
def owner_level():
    """Return the level reports are routed to, whose grids need a person."""
    return layers.posts_level(catalogue())


def answering_level(boundaries):
    """Return the level whose grids answer in these boundaries.

    The one reports are routed to; where a city has no such grids, the lowest
    level that it has drawn.
    """
    drawn = {grid.level for grid in boundaries.grids.values() if grid.role == "drawn"}
    below = [level for level in boundaries.levels if level in drawn]
    return owner_level() if owner_level() in boundaries.levels or not below else below[-1]


@functools.cache
def finer_level():
    """Return the level below the one reports are routed to, None where there is none."""
    return next(
        (layer.id for layer in catalogue().values() if layer.kind == "level" and layer.parent == owner_level()), None
    )
