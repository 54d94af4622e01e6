"""The row of a routed file that a decision made by itself would give."""

from gridmgr.services.routing.decided import LEVELS


def flat(decision):
    """Return a decision as the columns that a routed file gains."""
    person, department, nearest = decision.person or {}, decision.department or {}, decision.nearest or {}
    return {
        "routed_lon": decision.lon,
        "routed_lat": decision.lat,
        "version": decision.version,
        "outside": decision.outside,
        **{level: decision.levels.get(level) for level in LEVELS},
        "person": person.get("name"),
        "on_duty": person.get("on_duty"),
        "person_id": person.get("id"),
        "department": department.get("code"),
        "department_name": department.get("name"),
        "unit": department.get("unit"),
        "fallback": decision.fallback,
        "coverage_gap": decision.coverage_gap,
        "near_border": decision.near_border,
        "neighbours": " ".join(n["code"] for n in decision.neighbours) or None,
        "nearest": nearest.get("code"),
        "nearest_m": nearest.get("distance_m"),
    }
