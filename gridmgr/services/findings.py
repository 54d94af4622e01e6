"""Findings about people and departments, each with its place on the map."""

import datetime as dt

import shapely

from gridmgr.domain import layers, ownership, vacancies
from gridmgr.geometry.coverage import Finding
from gridmgr.i18n import N_
from gridmgr.services.catalogue import catalogue, owner_level

TONIGHT = dt.timedelta(hours=24)

NOBODY = N_("{name} ({code}) has no named person from {begins} to {ends}.")
NOBODY_AT_ALL = N_("{name} ({code}) has no named person.")
POST_SOMEBODY = N_("Post a chief or a deputy: gridmgr staff import FILE.")
OFF_DUTY = N_("Nobody is on duty in {name} ({code}) from {begins} to {ends}.")
ADD_A_LINE = N_("Add a line to the duty roster.")
OVERLOADED = N_("{person} holds {count} grids: {codes}.")
RELIEVE = N_("Post somebody else on some of them.")
UNOWNED = N_("{category} {name} has no department that answers in {area}.")
FALLBACK = N_("{category} {name} is answered in {area} only by a fallback, {department}.")
GIVE_A_UNIT = N_("Enter a department and its unit: gridmgr matrix import FILE.")


def about_people(boundaries, staffing, *, start, end):
    """Return the grids without a person in [start, end), without anybody on duty tonight, and who has too much."""
    identities = {boundaries.grids[code].grid_id: code for code in boundaries.at_level(owner_level())}
    found = []
    for grid_id, code in identities.items():
        gaps = vacancies.next_gaps(staffing, grid_id, start, end)
        found += [nobody(boundaries, code, gaps[0], (start, end), staffing.zone)] if gaps else []
        found += [] if gaps else off_duty(boundaries, code, staffing, start)
    return found + overloaded(boundaries, identities, staffing, start)


def nobody(boundaries, code, gap, horizon, city_zone):
    """Return the finding that a grid has nobody: from when to when, or at all."""
    cause = NOBODY_AT_ALL if gap == horizon else NOBODY
    return on_grid("no_person", boundaries, code, "error", cause, POST_SOMEBODY, **hours(gap, city_zone))


def off_duty(boundaries, code, staffing, start):
    """Return the finding that a rostered grid has hours without duty within a day, or nothing."""
    grid_id = boundaries.grids[code].grid_id
    gaps = vacancies.off_duty(staffing, grid_id, start, start + TONIGHT) if staffing.duties.get(grid_id) else []
    return [
        on_grid("off_duty", boundaries, code, "warning", OFF_DUTY, ADD_A_LINE, **hours(gap, staffing.zone))
        for gap in gaps[:1]
    ]


def overloaded(boundaries, identities, staffing, at):
    """Return the persons with more grids than one can look after, placed on the first of them."""
    found = []
    for person_id, grid_ids in vacancies.overloaded(staffing, identities, at).items():
        codes = tuple(sorted((identities[one] for one in grid_ids), key=str.encode))
        fields = {"person": staffing.persons[person_id].name, "count": len(codes), "codes": ", ".join(codes)}
        place = point_of(boundaries, codes[0])
        found.append(
            Finding(
                "overloaded_person",
                codes,
                place=place,
                severity="warning",
                cause=OVERLOADED,
                advice=RELIEVE,
                fields=fields,
            )
        )
    return found


def on_grid(kind, boundaries, code, severity, cause, advice, **fields):
    """Return a finding about a whole grid."""
    fields = {"code": code, "name": boundaries.grids[code].name, **fields}
    return Finding(
        kind,
        (code,),
        geometry=boundaries.shapes.get(code),
        place=point_of(boundaries, code),
        severity=severity,
        cause=cause,
        advice=advice,
        fields=fields,
    )


def point_of(boundaries, code):
    """Return lon, lat of a point on a grid, None for one without a shape."""
    shape = boundaries.shapes.get(code)
    if shape is None or shape.is_empty:
        return None
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def hours(gap, city_zone):
    """Return begin and end of a time in the city's clock."""
    begins, ends = (at.astimezone(city_zone).strftime("%Y-%m-%d %H:%M") for at in gap)
    return {"begins": begins, "ends": ends}


def about_departments(boundaries, facts, *, at):
    """Return the (category, area) pairs without a department, and the share of pairs resolved at each step."""
    pairs = list(
        ownership.pairs(
            facts.matrix,
            facts.categories.values(),
            boundaries,
            evaluated_level=layers.evaluated_level(catalogue()),
            at=at,
        )
    )
    return [unowned(boundaries, facts, pair) for pair in pairs if pair.severity], ownership.shares(
        pairs
    ) if pairs else {}


def unowned(boundaries, facts, pair):
    """Return the finding about one category in one area."""
    area = boundaries.grids[pair.area].name if pair.area else facts.city.name
    department = facts.matrix.departments.get(pair.resolution.department_code)
    return Finding(
        "no_department",
        pair.failing[:3] or ((pair.area,) if pair.area else ()),
        place=point_of(boundaries, pair.area) if pair.area else None,
        severity=pair.severity,
        cause=UNOWNED if pair.resolution.coverage_gap else FALLBACK,
        advice=GIVE_A_UNIT,
        fields={
            "category": pair.category.code,
            "name": pair.category.name,
            "area": area,
            "department": department.name if department else pair.resolution.department_code,
        },
    )
