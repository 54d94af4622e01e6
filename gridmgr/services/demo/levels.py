"""The boundaries of each version as the domain knows them: every level's grids by code, with their shapes."""

import dataclasses

import numpy as np
import shapely

from gridmgr.domain.grids import Boundaries, GridShape, GridState
from gridmgr.services.demo.mesh import areas_by_label, label_pairs

LEVELS = ("city", "evaluated_area", "subdistrict", "community", "responsibility_grid", "unit_grid")
CITY = ("130300", "秦皇岛市", "Qinhuangdao")
LAND_USES = ("居住", "商业", "公共服务", "道路与绿地", "工业仓储")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What the levels are made of: the divisions, the ground, and the codes of grids by number."""

    places: object
    ground: object
    shares: object
    grid_codes: list
    unit_codes: list


def boundaries(plan, edition, number):
    """Return the Boundaries of one edition as version ``number``; identities are not given yet."""
    layers = list(layers_of(plan, edition))
    grids, shapes = {}, {}
    for states, level_shapes in layers:
        grids |= {state.code: state for state in states}
        shapes |= {state.code: shape for state, shape in zip(states, level_shapes, strict=True)}
    in_order = sorted(grids, key=str.encode)
    return Boundaries(f"v{number}", LEVELS, {c: grids[c] for c in in_order}, {c: shapes[c] for c in in_order})


def layers_of(plan, edition):
    """Yield (states, shapes) of each level, from the top down."""
    subdistrict = home_of_communities(plan.places)[edition.community]
    area = areas_of_subdistricts(plan.places)[subdistrict]
    yield level_of(plan, np.zeros(len(area), dtype=int), [city_state()])
    yield level_of(plan, area, area_states(plan.places))
    yield level_of(plan, subdistrict, subdistrict_states(plan.places))
    yield level_of(plan, edition.community, community_states(plan, edition))
    yield level_of(plan, edition.grid, grid_states(plan, edition))
    yield level_of(plan, plan.shares.unit, unit_states(plan, edition))


def level_of(plan, labels, states):
    """Return the states whose label has ground, and their shapes."""
    there = [int(label) for label in np.unique(labels) if label >= 0]
    one, other = label_pairs(plan.ground.mesh, labels)
    return [states[label] for label in there], areas_by_label(plan.ground.lines, one, other, there)


def home_of_communities(places):
    """Return for each community the number of its subdistrict."""
    index = {s.code: i for i, s in enumerate(places.subdistricts)}
    return np.array([index[c.subdistrict] for c in places.communities])


def areas_of_subdistricts(places):
    """Return for each subdistrict the number of its evaluated area."""
    index = {a.code: i for i, a in enumerate(places.areas)}
    return np.array([index[s.area] for s in places.subdistricts])


def city_state():
    """Return the city: its boundary is what the grids are compared with."""
    return GridState(None, "city", CITY[0], CITY[1], "reference", None, CITY[2])


def area_states(places):
    """Return the evaluated areas; a functional zone names the districts it was cut from."""
    cut_from = {a.code: sorted({s.district for s in places.subdistricts if s.area == a.code}) for a in places.areas}
    return [
        GridState(
            None,
            "evaluated_area",
            a.code,
            a.name,
            "derived",
            CITY[0],
            a.name_en,
            {"functional_zone": a.kind == "functional_zone", "administrative_district": ",".join(cut_from[a.code])},
        )
        for a in places.areas
    ]


def subdistrict_states(places):
    """Return the subdistricts and towns."""
    return [GridState(None, "subdistrict", s.code, s.name, "derived", s.area, s.name_en) for s in places.subdistricts]


def community_states(plan, edition):
    """Return the communities with their households."""
    households = households_of(plan, edition.community, 6000)
    return [
        GridState(
            None,
            "community",
            c.code,
            c.name,
            "derived",
            c.subdistrict,
            c.name_en,
            {"households": int(households[i]), "urban": c.is_urban},
        )
        for i, c in enumerate(plan.places.communities)
    ]


def grid_states(plan, edition):
    """Return the responsibility grids; where they have unit grids their shape is derived."""
    households = households_of(plan, edition.grid, 900)
    home, divided = first_of(edition.grid, edition.community), first_of(edition.grid, plan.shares.unit >= 0)
    return [
        GridState(
            None,
            "responsibility_grid",
            code,
            grid_name(plan.places.communities[home[i]], code) if i < len(home) else "",
            "derived" if i < len(home) and divided[i] else "drawn",
            code[:12],
            grid_name_en(plan.places.communities[home[i]], code) if i < len(home) else "",
            props={"households": int(households[i]) if i < len(households) else 0},
        )
        for i, code in enumerate(plan.grid_codes)
    ]


def grid_name(community, code):
    """Return the name of a grid: a village's only grid has the village's name."""
    return f"{community.name} {code[12:]} 网格" if community.is_urban else f"{community.name}网格"


def grid_name_en(community, code):
    """Return the English name of a grid, made like the Chinese one."""
    return f"{community.name_en} Grid {code[12:]}" if community.is_urban else f"{community.name_en} Grid"


def unit_states(plan, edition):
    """Return the unit grids under the responsibility grids of this edition."""
    parent = first_of(plan.shares.unit, edition.grid)
    home = first_of(plan.shares.unit, edition.community)
    names = [c.name for c in plan.places.communities]
    return [
        GridState(
            None,
            "unit_grid",
            code,
            f"{names[home[i]]} {code[12:]} 单元",
            "drawn",
            plan.grid_codes[parent[i]],
            props={"land_use": LAND_USES[(7 * i + i // 11) % 9 % 5], "management_level": "ⅠⅡⅢ"[i % 3]},
        )
        if code
        else None
        for i, code in enumerate(plan.unit_codes)
    ]


def first_of(labels, values):
    """Return for each label a value of its faces."""
    found = np.zeros(labels.max() + 1, dtype=values.dtype)
    found[labels[labels >= 0]] = values[labels >= 0]
    return found


def households_of(plan, labels, most):
    """Return the households of each label, 40 to ``most``: dense in towns, thin in the country."""
    area = shapely.area(plan.ground.mesh.faces)
    dense = np.where(plan.ground.town >= 0, np.where(plan.shares.unit >= 0, 0.0032, 0.0017), 0.00012)
    return np.clip(np.bincount(labels, area * dense), 40, most).astype(int)


def history(versions):
    """Return (states, shapes) of all versions as rows that live from one version until before another.

    ``grid_id`` is the number of the identity, counted from 1 in the order of the
    first appearance of its code.
    """
    identity = {code: i for i, code in enumerate(dict.fromkeys(c for v in versions for c in v.grids), start=1)}
    states = [
        dataclasses.replace(state, grid_id=identity[code], from_version=start, to_version=end)
        for code, state, start, end in spans([v.grids for v in versions], facts)
    ]
    shapes = [
        GridShape(identity[code], start, shape, end)
        for code, shape, start, end in spans([v.shapes for v in versions], shapely.to_wkb)
    ]
    return states, shapes


def facts(state):
    """Return what makes one state differ from another."""
    return (state.name, state.role, state.parent_code, repr(state.props))


def spans(by_version, what):
    """Yield (code, value, first version, version before which it ends or None) of each run of equal values."""
    known: dict = {}
    for number, values in enumerate(by_version, start=1):
        for code in [c for c in known if c not in values]:
            _, value, start = known.pop(code)
            yield code, value, start, number
        for code, value in values.items():
            mark = what(value)
            if code in known and known[code][0] != mark:
                yield code, known[code][1], known[code][2], number
            if code not in known or known[code][0] != mark:
                known[code] = (mark, value, number)
    for code, (_, value, start) in known.items():
        yield code, value, start, None
