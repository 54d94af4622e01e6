"""The cases inside a line that somebody drew on the map."""

import numpy as np
import shapely

from gridmgr.domain.desk import CASE_TABS
from gridmgr.errors import Invalid
from gridmgr.services import standing
from gridmgr.services.desk.bulk import MOST
from gridmgr.services.desk.queue import Asked, base_of
from gridmgr.services.handling.reading import area_of
from gridmgr.services.transactions import reading
from gridmgr.store.cases import queue as queue_rows


def inside(engine, polygon, tab, areas, narrowed, *, at):
    """Return [(Case, Report)] of a tab whose spots lie inside a line, the one due first before the others.

    Parameters
    ----------
    polygon : sequence of (lon, lat)

    Raises
    ------
    Invalid
        The line encloses nothing, there are no cases in that tab, or more lie inside than can be dispatched at once.
    """
    if tab not in CASE_TABS:
        raise Invalid("Cases of the tab {tab} cannot be drawn round.", tab=tab)
    line = shapely.make_valid(shapely.Polygon(polygon))
    if not np.isfinite(line.bounds).all() or line.area == 0:
        raise Invalid("The line encloses nothing: draw it round the cases.")
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        land = area_of(session, known, areas, at) if areas else None
        found = queue_rows.in_box(session, base_of(Asked(tab, narrowed, ())), land, line.bounds)
    spots = shapely.points([(told.lon, told.lat) for _, told in found]) if found else []
    chosen = [pair for pair, is_in in zip(found, shapely.intersects(line, spots), strict=True) if is_in]
    if len(chosen) > MOST:
        raise Invalid(
            "{count} cases lie inside; at most {most} at once: draw a smaller line.", count=len(chosen), most=MOST
        )
    return chosen
