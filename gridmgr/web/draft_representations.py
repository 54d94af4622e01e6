"""Drafts as JSON: what they are, what an edit did to them, and the borders to be drawn on."""

import flask
import orjson
import shapely

from gridmgr.domain.drafts import edits
from gridmgr.services import auditing
from gridmgr.services.catalogue import owner_level
from gridmgr.services.drafting import naming
from gridmgr.web import asker, map_representations
from gridmgr.web.representations import named, names_of


def as_answer(values, status=200):
    """Return plain values, numpy arrays among them, as the answer."""
    body = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    return flask.Response(body, status, mimetype="application/json")


def draft(found, count):
    """Return a Draft with how many edits stand in it."""
    return {
        **map_representations.draft(found),
        "status": found.status,
        "revision": found.revision,
        "moves_level": found.moves_level,
        "edits": count,
        "submitted_by": found.submitted_by,
        "submitted_at": asker.show(found.submitted_at),
        "approved_by": found.approved_by,
        "approved_at": asker.show(found.approved_at),
    }


def told(found):
    """Return a draft with its edits and marks."""
    standing = sum(one.undone_at is None for one in found.edits)
    return {
        "draft": draft(found.draft, standing),
        "edits": [edit(one, sentence(one.edit, found.grid_names, found.people)) for one in found.edits],
        "checkpoints": [checkpoint(one) for one in found.checkpoints],
        "comments": [comment(one) for one in found.comments],
        "can_undo": found.can_undo,
        "can_redo": found.can_redo,
    }


def sentence(made, grid_names, people):
    """Return an edit in words, its grids by the names they have for the reader."""
    names = {code: named({"name": name, "name_en": english}) for code, (name, english) in grid_names.items()}
    return edits.say(made, asker.language(), names, people)


def edit(found, text):
    """Return an edit as it was given, and in words."""
    return {
        "number": found.number,
        "edit": found.edit,
        "reason": found.reason,
        "made_by": found.made_by,
        "made_at": asker.show(found.made_at),
        "undone": found.undone_at is not None,
        "text": text,
    }


def checkpoint(found):
    """Return a Checkpoint."""
    return {
        "id": found.id,
        "number": found.number,
        "name": found.name,
        "made_by": found.made_by,
        "made_at": asker.show(found.made_at),
    }


def comment(found):
    """Return a Comment with its place."""
    return {
        "id": found.id,
        "text": found.text,
        "lon": found.lon,
        "lat": found.lat,
        "made_by": found.made_by,
        "made_at": asker.show(found.made_at),
        "settled": found.settled_at is not None,
        "settled_by": found.settled_by,
        "settled_at": asker.show(found.settled_at),
    }


def outcome(found, checked, people, passed=None):
    """Return what edits did to a draft: the grids as they are now, those that are gone, findings near them."""
    whole = found.whole
    present = [code for code in whole.codes if code in whole.after.states]
    return {
        "revision": found.desk.revision,
        "number": found.number,
        "text": "; ".join(
            sentence(one.edit, naming.grids([one.before, one.after], [one.edit]), people) for one in found.changes
        ),
        "edits": [one.edit for one in found.changes],
        "changed": {"type": "FeatureCollection", "features": [feature(whole.after, code) for code in present]},
        "removed": whole.removed,
        "handed_over": [{"code": code, "from": had, "to": has} for code, had, has in whole.handed_over],
        "looked_at": list(checked.codes),
        "findings": [auditing.as_values(one, asker.language()) for one in checked.findings],
        "moved": {"area_m2": round(checked.moved_m2, 2), **hands(passed)},
    }


def hands(passed):
    """Return the households and open cases that pass to another grid, as far as they were asked for and are known."""
    if passed is None:
        return {}
    living = {} if passed.households is None else {"households": round(passed.households)}
    return {**living, "open_cases": passed.open_cases}


def feature(desk, code):
    """Return a grid as a feature; the shapes of large areas above the grids that reports go to are left out."""
    state, shape = desk.states[code], desk.shapes.get(code)
    is_drawn = shape is not None and (code in desk.coverage or state.level == owner_level())
    area = None if shape is None else round(float(shapely.area(desk.metric(shape))), 2)
    return {
        "type": "Feature",
        "id": code,
        "geometry": orjson.Fragment(shapely.to_geojson(shape)) if is_drawn else None,
        "properties": {**grid(state), "area_m2": area},
    }


def grid(state):
    """Return code, names, level and parent of a grid."""
    return {
        "code": state.code,
        **names_of(state),
        "level": state.level,
        "parent": state.parent_code,
    }


def borders(found):
    """Return shared borders with the grids on their sides."""
    return {
        "revision": found.revision,
        "arcs": [{"line": line, "sides": sides, "locked": is_locked} for line, sides, is_locked in found.arcs],
        "nodes": [{"at": (lon, lat), "degree": degree} for lon, lat, degree in found.nodes],
        "grids": {code: {**grid(state), "person": person} for code, (state, person) in found.grids.items()},
    }
