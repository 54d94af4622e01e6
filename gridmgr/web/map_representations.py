"""What the map shows, as JSON: versions, levels, grids, layers, measures, search, audit, cases."""

import shapely

from gridmgr.domain.grids import NoSuchGrid
from gridmgr.i18n import translate
from gridmgr.services.catalogue import catalogue
from gridmgr.web import asker
from gridmgr.web.representations import for_reader, name_of, named, names_of

PLAIN = frozenset({"code", "name", "name_en", "level", "parent"})


def version(found, state):
    """Return a Version."""
    return {
        "number": found.number,
        "label": f"v{found.number}",
        "name": found.name,
        "reason": found.reason,
        "state": state,
        "effective_from": asker.show(found.effective_from),
        "published_at": asker.show(found.published_at),
        "published_by": found.published_by,
        "approved_by": found.approved_by,
        "withdrawn_at": asker.show(found.withdrawn_at),
        "withdrawn_reason": found.withdrawn_reason,
    }


def draft(found):
    """Return a Draft."""
    return {
        "id": found.id,
        "label": f"draft {found.id}",
        "name": found.name,
        "reason": found.reason,
        "base": found.base_number,
        "created_at": asker.show(found.created_at),
        "created_by": found.created_by,
    }


def levels(view):
    """Return the levels of a View from the top down, and what it shows."""
    bounds = view.boundaries
    listed = [level(bounds, name) for name in bounds.levels]
    return {
        "label": bounds.label,
        "version": view.key[1] if view.is_fixed else None,
        "key": "-".join(str(part) for part in view.key),
        "bounds": extent(bounds),
        "levels": listed,
    }


def level(boundaries, name):
    """Return one level of boundaries with its title and count."""
    known = catalogue().get(name)
    zooms = {"zoom_min": known.zoom_min, "zoom_max": known.zoom_max, "style": known.style} if known else {}
    return {
        "id": name,
        "title": known.title(asker.language()) if known else name,
        "count": len(boundaries.at_level(name)),
        **zooms,
    }


def extent(boundaries):
    """Return [west, south, east, north] of all shapes, None where there are none."""
    shapes = list(boundaries.shapes.values())
    return [float(value) for value in shapely.total_bounds(shapes)] if shapes else None


def the_grid(bounds, code):
    """Return the grid ``code``; raise NoSuchGrid where the boundaries have none."""
    if code not in bounds.grids:
        raise NoSuchGrid("There is no grid {code} in {label}.", code=code, label=bounds.label)
    return bounds.grids[code]


def grid(view, code):
    """Return one grid: names, ancestors, children, place and shape."""
    bounds = view.boundaries
    found, shape = the_grid(bounds, code), bounds.shapes.get(code)
    above = [bounds.grids[one] for one in reversed(bounds.ancestors(code))]
    return for_reader(
        {
            "code": code,
            "name": found.name,
            "name_en": found.name_en,
            "level": found.level,
            "role": found.role,
            "label": bounds.label,
            "levels": {one.level: one.code for one in [*above, found]},
            "level_names": {one.level: name_of(one) for one in [*above, found]},
            "children": sorted((one.code for one in bounds.grids.values() if one.parent_code == code), key=str.encode),
            "props": open_attributes(found.level, found.props),
            **place(shape),
        }
    )


def place(shape):
    """Return where a shape lies: a point inside it, its box, and itself as GeoJSON."""
    if shape is None:
        return {"place": None, "bounds": None, "geometry": None}
    inside = shape.representative_point()
    return {"place": [inside.x, inside.y], "bounds": list(shape.bounds), "geometry": shapely.geometry.mapping(shape)}


def layer(found):
    """Return a Layer of the catalogue."""
    return {
        "id": found.id,
        "title": found.title(asker.language()),
        "geometry": found.geometry,
        "kind": found.kind,
        "parent": found.parent,
        "zoom_min": found.zoom_min,
        "zoom_max": found.zoom_max,
        "style": found.style,
    }


def open_attributes(layer_id, values):
    """Return the attributes that the reader may see: strangers get those that the catalogue names.

    An imported file may bring any column, the phone of a grid's chief among them.
    """
    if asker.may("see_phones"):
        return values
    known = catalogue().get(layer_id)
    named_there = {field.name for field in known.fields} if known else set()
    return for_reader({name: value for name, value in values.items() if name in PLAIN | named_there})


def collection(found):
    """Return a Collection as GeoJSON (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": item.id,
            "properties": open_attributes(found.layer, item.properties),
            "geometry": shapely.geometry.mapping(item.shape),
        }
        for item in found.items
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": found.matched,
        "numberReturned": len(features),
    }


def category(found):
    """Return a Category."""
    return {
        "code": found.code,
        **names_of(found),
        "major_code": found.major_code,
        "major_title": named({"name": found.major_name, "name_en": found.major_name_en}),
        "is_local": found.is_local,
        "to_confirm": found.to_confirm,
        "limits": found.limits_by_condition,
    }


def measure(found):
    """Return a Measure."""
    return {
        "id": found.id,
        "title": translate(found.title, asker.language()),
        "unit": translate(found.unit, asker.language()),
        "kind": found.kind,
    }


def sheet(found):
    """Return the values of a measure with the limits between its classes."""
    return {
        **measure(found.measure),
        "level": found.level,
        "label": found.label,
        "breaks": found.breaks,
        "values": found.values,
    }


def hit(found):
    """Return one result of a search."""
    values = {
        "kind": found.kind,
        "id": found.id,
        "title": title(found),
        "note": note(found),
        "place": found.place,
        "bounds": found.bounds,
    }
    return for_reader({**values, **found.more})


def title(found):
    """Return the title of a result, the English one for a reader of English where there is one."""
    return named({"name": found.title, "name_en": found.more.get("title_en")})


def note(found):
    """Return what stands under a result: for a feature the title of its layer."""
    if found.kind == "feature":
        return catalogue()[found.more["layer"]].title(asker.language())
    return translate(found.note, asker.language(), **found.fields)


def cases(found, names, at):
    """Return open cases for the map; no description, no reporter."""
    return {"cases": [case_on_map(case, told, names, at) for case, told in found]}


def case_on_map(case, told, names, at):
    """Return one open case with its place, state and clock."""
    category = names.get(case.category_code)
    return {
        "number": case.number,
        "lon": told.lon,
        "lat": told.lat,
        "state": case.state,
        "urgency": urgency(case, at),
        "category": case.category_code,
        "category_name": name_of(category) if category else case.category_code,
        "grid": told.grid_code,
        "department": case.department_code,
        "filed_at": asker.show(case.filed_at),
        "due_at": asker.show(case.due_at),
    }


def urgency(case, at):
    """Return ``overdue``, ``risk`` (less than a fifth of the limit is left) or ``normal``."""
    if case.due_at < at:
        return "overdue"
    limit = (case.due_at - case.filed_at).total_seconds()
    return "risk" if (case.due_at - at).total_seconds() < limit / 5 else "normal"


def audit(found, *, kind=None, limit):
    """Return an Audit: the three wholes, and its findings (of one ``kind``) with their places."""
    values = found.to_dict(asker.language())
    wanted = [one for one in values["findings"] if kind is None or one["kind"] == kind]
    return {**values, "findings": wanted[:limit], "numberMatched": len(wanted)}
