"""What a draft does, as JSON: amounts with their units, people by name, and where a city has no data."""

import shapely

from gridmgr.domain import workload
from gridmgr.i18n import translate
from gridmgr.services.impact import accounting, loading, replays, things
from gridmgr.services.impact.hands import LEAST_M2
from gridmgr.web import asker

DIGITS = {"area_m2": 1, "households": 1, "road_km": 3, "load": 4, "compactness": 4}


def account(found):
    """Return an Account."""
    comparison = found.comparison
    return {
        **header(comparison, found.at),
        "months": found.months,
        "measures": measures(found),
        "totals": amounts(found, found.totals()),
        "hands": [hand(found, *pair) for pair in sorted(found.moved, key=lambda pair: [one or "" for one in pair])],
        "grids": [grid(found, one) for one in found.grids],
        "people": [holder(found, one) for one in found.holders],
        "created": listed(comparison.after, found.codes["created"]),
        "dissolved": listed(comparison.before, found.codes["dissolved"]),
        "recoded": [{"from": one, "to": other} for one, other in found.codes["recoded"]],
    }


def header(comparison, at):
    """Return which draft is compared with what, and when that was looked at."""
    return {
        "draft": comparison.draft.id,
        "revision": comparison.draft.revision,
        "base": comparison.draft.base_number,
        "level": comparison.level,
        "at": asker.show(at),
    }


def measures(found):
    """Return the measures: whether the city has data for each, and what it is counted from."""
    words = {name: translate(text, asker.language(), months=found.months) for name, text in things.SOURCES.items()}
    return {name: {"known": name in found.known, "source": words.get(name, "")} for name in accounting.MEASURES}


def amounts(found, values):
    """Return measure → how much, rounded; null for what the city has no data for."""
    if values is None:
        return None
    return {name: rounded(name, values.get(name, 0.0)) if name in found.known else None for name in accounting.MEASURES}


def rounded(name, value):
    """Return an amount as it is shown; counts are whole numbers."""
    return None if value is None else round(value, DIGITS[name]) if name in DIGITS else round(value)


def hand(found, source, target):
    """Return what one grid gives to another."""
    before, after = found.comparison.before, found.comparison.after
    people = {one.code_before: one.person_before for one in found.grids if one.code_before}
    new = {one.code: one.person_after for one in found.grids if one.code}
    return {
        "from": source,
        "from_name": name_of(before, source),
        "from_person": person(people.get(source)),
        "to": target,
        "to_name": name_of(after, target),
        "to_person": person(new.get(target)),
        **amounts(found, found.moved[source, target]),
    }


def grid(found, one):
    """Return a touched grid."""
    return {
        "code": one.code or one.code_before,
        "code_before": one.code_before,
        "name": one.name,
        "change": one.change,
        "person_before": person(one.person_before),
        "person_after": person(one.person_after),
        "before": amounts(found, one.before),
        "after": amounts(found, one.after),
    }


def holder(found, one):
    """Return what one person gains or loses."""
    return {
        **person(one.person),
        "grids_before": one.grids_before,
        "grids_after": one.grids_after,
        "before": amounts(found, one.before),
        "after": amounts(found, one.after),
    }


def person(found):
    """Return who a person is, None for nobody."""
    return None if found is None else {"code": found.code, "name": found.name}


def name_of(boundaries, code):
    """Return the name of a grid, None where there is none."""
    return boundaries.grids[code].name if code in boundaries.grids else None


def listed(boundaries, codes):
    """Return grids by code with their level and name."""
    return [
        {"code": code, "level": boundaries.grids[code].level, "name": boundaries.grids[code].name} for code in codes
    ]


def pieces(found):
    """Return the pieces that change hands as a FeatureCollection."""
    features = [
        feature(one.shape, {"from": one.source, "to": one.target, "area_m2": rounded("area_m2", one.area_m2)})
        for one in found.pieces
    ]
    return {"type": "FeatureCollection", "least_m2": LEAST_M2, "features": features}


def feature(shape, properties):
    """Return a GeoJSON Feature."""
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def load(found):
    """Return a Load."""
    return {
        **header(found.comparison, found.at),
        "weights": found.weights,
        "known": list(found.known),
        "goal": workload.GOAL,
        "months": loading.MONTHS,
        "grids": [line(one) for one in found.lines],
        "mean": both(found, "mean"),
        "max_over_mean": both(found, "max_over_mean"),
        "variation": both(found, "variation"),
        "contiguous": all(one.parts in (None, 1) for one in found.lines),
        "compactness": "Polsby-Popper",
    }


def line(one):
    """Return the load of one grid."""
    return {
        "code": one.code,
        "name": one.name,
        "person": person(one.person),
        "before": rounded("load", one.before),
        "after": rounded("load", one.after),
        "compactness": {
            "before": rounded("compactness", one.compactness_before),
            "after": rounded("compactness", one.compactness_after),
        },
        "parts": one.parts,
    }


def both(found, name):
    """Return a figure of the balance before and after."""
    return {side: rounded("load", getattr(getattr(found, side), name)) for side in ("before", "after")}


def outcome(found):
    """Return an Outcome of a replay."""
    changes = found.changes
    return {
        "label": found.label,
        "begins": asker.show(found.begins),
        "ends": asker.show(found.ends),
        "cases": changes.reports,
        "changed": {name: getattr(changes, name) for name in ("any", "grid", "department", "person")},
        "grids": [{"code": one.key, **counts(one)} for one in found.grids],
        "people": [{**(person(found.persons.get(one.key)) or {}), **counts(one)} for one in found.people],
        "shown": len(found.moved),
    }


def counts(one):
    """Return how many cases a grid or person has before and after."""
    return {"before": one.before, "after": one.after, "leave": one.leave, "come": one.come}


def moved_cases(found):
    """Return the cases that go elsewhere as points; ``total`` counts those left out too."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {
                "number": row["number"],
                "received_at": asker.show(row["received_at"]),
                "category": row["category_code"],
                "from": row["from"],
                "to": row["to"],
            },
        }
        for row in found.moved.to_pylist()
    ]
    return {
        "type": "FeatureCollection",
        "total": found.changes.grid,
        "most": replays.MOST_MOVED,
        "features": features,
    }


def proposal(found):
    """Return a Proposal: its edits in an order that can be taken, what each needs, and the loads before and after all."""
    return {
        "revision": found.revision,
        "edits": [one.edit for one in found.steps],
        "steps": [step(one) for one in found.steps],
        "before": balance(found.before, found.loads_before),
        "after": balance(found.after, found.loads_after),
        "left_out": found.left_out,
    }


def candidates(found):
    """Return Candidates: the splits, and the load of every grid there would be."""
    return {
        "revision": found.revision,
        "edits": [one.edit for one in found.steps],
        "steps": [step(one) for one in found.steps],
        "aim": rounded("load", found.aim),
        "after": balance(workload.balance(list(found.loads.values())), found.loads),
    }


def step(one):
    """Return what one edit of a proposal moves, and the numbers of the edits before it that it needs."""
    return {"from": one.source, "to": one.target, "load": rounded("load", one.load), "needs": list(one.needs)}


def balance(found, loads):
    """Return a Balance with the loads it is of."""
    figures = {name: rounded("load", getattr(found, name)) for name in ("mean", "max_over_mean", "variation")}
    return figures | {"loads": {code: rounded("load", load) for code, load in loads.items()}}
