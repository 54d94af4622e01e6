"""Things of the domain as JSON: in the reader's language, in the city's time, without what is not his to see."""

import shapely

from gridmgr.domain.access import RIGHTS
from gridmgr.domain.layers import levels as levels_of
from gridmgr.domain.trace import say
from gridmgr.errors import NotFound
from gridmgr.i18n import translate
from gridmgr.services.catalogue import catalogue
from gridmgr.web import asker

PRIVATE = frozenset({"phone"})
INSTANTS = frozenset({"at", "received_at"})


class NoSuchGrid(NotFound):
    """There is no grid of that code in these boundaries."""

    slug = "no-such-grid"


def decision(found):
    """Return a Decision as its answer."""
    return answer(found.to_dict())


def answer(values):
    """Return a decision's plain values in the reader's language and the city's time, phones only for staff."""
    trace = [{**entry, "text": sentence(entry)} for entry in values["trace"]]
    times = {name: in_city(values[name]) for name in INSTANTS if values.get(name)}
    return for_reader({**values, **times, "trace": trace})


def sentence(entry):
    """Return one entry of a trace in the reader's language."""
    return say(entry["text"], entry["fields"], asker.language())


def in_city(text):
    """Return an instant that was written out, in the city's time."""
    return asker.show(asker.instant(text))


def for_reader(value):
    """Return ``value`` without phone numbers where the reader may not see them."""
    return value if asker.may("see_phones") else without(value, PRIVATE)


def without(value, names):
    """Return ``value`` with no field of ``names`` at any depth."""
    if isinstance(value, dict):
        return {name: without(part, names) for name, part in value.items() if name not in names}
    return [without(part, names) for part in value] if isinstance(value, (list, tuple)) else value


def report(made):
    """Return a stored Report with its decision."""
    values = {
        "id": made.id,
        "number": made.number,
        "received_at": asker.show(made.received_at),
        "observed_at": asker.show(made.observed_at),
        "lon": made.lon,
        "lat": made.lat,
        "category": made.category_code,
        "grid": made.grid_code,
        "outside": made.grid_code is None,
    }
    return {"report": values, "decision": in_order(answer(made.decision))}


def in_order(value):
    """Return plain values in one order of names, which not every database keeps: levels top down, others by name."""
    if isinstance(value, list):
        return [in_order(part) for part in value]
    if not isinstance(value, dict):
        return value
    depth = {name: number for number, name in enumerate(levels_of(catalogue()))}
    return {name: in_order(value[name]) for name in sorted(value, key=lambda name: (depth.get(name, -1), name))}


def owners(spot, street):
    """Return who answers for a spot, and who owns each thing of the street there."""
    return {"decision": decision(spot), "street": [for_reader(owner(*one)) for one in street]}


def owner(code, icon, found):
    """Return who owns one thing of a street; nobody outside the city."""
    department, category = found.department or {}, found.category or {}
    return {
        "category": code,
        "icon": icon,
        "name": named(category),
        "department": {"code": department.get("code"), "name": named(department)} if department else None,
        "unit": department.get("unit"),
        "person": department.get("person"),
        "phone": department.get("phone"),
        "rule": department.get("rule"),
        "fallback": found.fallback,
    }


def named(values):
    """Return the name in the reader's language."""
    english = values.get("name_en")
    return english if asker.language() == "en" and english else values.get("name")


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


def grid(view, code):
    """Return one grid: names, ancestors, children, place and shape."""
    bounds = view.boundaries
    if code not in bounds.grids:
        raise NoSuchGrid("There is no grid {code} in {label}.", code=code, label=bounds.label)
    found, shape = bounds.grids[code], bounds.shapes.get(code)
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
            "level_names": {one.level: named({"name": one.name, "name_en": one.name_en}) for one in [*above, found]},
            "children": sorted((one.code for one in bounds.grids.values() if one.parent_code == code), key=str.encode),
            "props": found.props,
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


def collection(found):
    """Return a Collection as GeoJSON (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": item.id,
            "properties": for_reader(item.properties),
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
        "name": found.name,
        "name_en": found.name_en,
        "title": named({"name": found.name, "name_en": found.name_en}),
        "major_code": found.major_code,
        "major_title": named({"name": found.major_name, "name_en": found.major_name_en}),
        "is_local": found.is_local,
        "to_confirm": found.to_confirm,
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
        "category_name": named({"name": category.name, "name_en": category.name_en})
        if category
        else case.category_code,
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


def me(csrf_token):
    """Return who asks and what he may do."""
    mine = asker.account()
    names = ("login", "name", "role", "area_code", "language")
    return {
        "account": {name: getattr(mine, name) for name in names} if mine else None,
        "rights": sorted(right for right in RIGHTS if asker.may(right)),
        "language": asker.language(),
        "csrf_token": csrf_token,
    }
