"""What versions and drafts change, as JSON and as a map."""

import shapely

from gridmgr.web import asker
from gridmgr.web.draft_representations import as_answer
from gridmgr.web.representations import for_reader, name_of

STATES = ("before", "after")


def as_asked(found, form):
    """Return a Difference as the answer in the form that was asked for: json or geojson."""
    if form == "geojson":
        answer = as_answer(difference_map(found))
        answer.mimetype = "application/geo+json"
        return answer
    return as_answer(difference(found))


def difference(found):
    """Return a Difference as a list."""
    return {
        "before": found.before,
        "after": found.after,
        "counts": counts(found),
        "changes": [change(found, one) for one in found.changes],
        "moves": [move(one) for one in found.moves],
    }


def counts(found):
    """Return how many grids are created, dissolved and changed."""
    return {kind: len(found.of_kind(kind)) for kind in ("created", "dissolved", "changed")}


def change(found, one):
    """Return one Change of a Difference."""
    shape = one.shape_after if one.after is not None else one.shape_before
    return {
        "kind": one.kind,
        "level": one.grid.level,
        "code": one.grid.code,
        "name": name_of(one.grid),
        "differs": list(one.differs),
        "before": state(one.before, found.area_m2(one.shape_before)),
        "after": state(one.after, found.area_m2(one.shape_after)),
        **where(shape),
    }


def state(grid, area_m2):
    """Return a grid as it is on one side, None where it is not there."""
    if grid is None:
        return None
    return {"code": grid.code, "name": name_of(grid), "parent": grid.parent_code, "area_m2": rounded(area_m2)}


def move(one):
    """Return a Move."""
    return {
        "level": one.after.level,
        "from": one.before.code,
        "to": one.after.code,
        "from_name": name_of(one.before),
        "to_name": name_of(one.after),
        "area_m2": rounded(one.area_m2),
        **where(one.shape),
    }


def where(shape):
    """Return a point on a shape and its box; None each where there is none."""
    if shape is None:
        return {"place": None, "bounds": None}
    inside = shapely.point_on_surface(shape)
    return {"place": [inside.x, inside.y], "bounds": list(shape.bounds)}


def rounded(area_m2):
    """Return an area to a tenth of a square metre; None stays None."""
    return None if area_m2 is None else round(area_m2, 1)


def difference_map(found):
    """Return a Difference as GeoJSON: each grid as it is after (as it was, where it is gone), then the pieces."""
    grids = [
        feature("grid", change(found, one), one.shape_after if one.after is not None else one.shape_before)
        for one in found.changes
    ]
    pieces = [feature("piece", move(one), one.shape) for one in found.moves]
    return {"type": "FeatureCollection", "before": found.before, "after": found.after, "features": [*grids, *pieces]}


def feature(kind, values, shape):
    """Return a GeoJSON Feature; ``feature`` tells grids from pieces that change hands."""
    properties = {name: value for name, value in values.items() if name not in ("place", "bounds")}
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": {"feature": kind, **properties}, "geometry": geometry}


def consequences(found):
    """Return Consequences."""
    return for_reader(
        {
            "effective_from": asker.show(found.effective_from),
            "difference": difference(found.difference),
            "staff": [displaced(one) for one in found.displaced],
            "to_repost": sum(not one.next_grids for one in found.displaced),
            "cases": {
                "passing": [passing(one) for one in found.passing],
                "staying": [passing(one) for one in found.staying],
            },
        }
    )


def displaced(one):
    """Return somebody whose grid is dissolved."""
    person = {"code": one.person.code, "name": one.person.name, "phone": one.person.phone}
    return {"person": person, "post": one.role, "grid": one.grid, "next_grids": list(one.next_grids)}


def passing(one):
    """Return an open case whose spot another grid owns than the one it belongs to."""
    return {"number": one.number, "lon": one.lon, "lat": one.lat, "from": one.home, "to": one.spot}


def lineage(found):
    """Return one step of a grid's lineage."""
    return {
        "version": found.version,
        "effective_from": asker.show(found.effective_from),
        "kind": found.kind,
        "from": found.before,
        "to": found.after,
        "area_m2": rounded(found.area_m2),
    }


def tally(code, found):
    """Return how much counts for a grid, and what of it was decided for grids whose ground it has now."""
    inherited = [{"code": one, "reports": its.reports, "cases": its.cases} for one, its in found.inherited.items()]
    return {"code": code, "reports": found.reports, "cases": found.cases, "inherited": inherited}
