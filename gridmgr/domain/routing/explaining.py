"""The trace of a decision: each rule that was tried, as a sentence one can read aloud.

A sentence is an English template with named fields; it is put into the
reader's language when it is shown.
"""

from collections.abc import Iterator, Mapping, Sequence

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import OWNER_FIRST, SETTLED, Matrix, NobodysLand
from gridmgr.domain.responsibility.resolving import Resolution, Step
from gridmgr.domain.routing.spots import LandHere, Spot
from gridmgr.domain.routing.trace import (
    Entry,
    Name,
    boundaries_name,
    category_name,
    department_name,
    grid_name,
    in_both,
    joined,
)
from gridmgr.domain.staff.answering import Answer, Tried
from gridmgr.i18n import N_

OWNED = {
    "land": N_("{area} lies here; it is registered and claims {category}: {department} owns it, {unit} answers."),
    "owner": N_("{category} is its owner's first: {unit} is registered here and answers, the department assists."),
    "entry": N_("The entry of {area} gives {category} to {department}; {unit} answers."),
    "city_default": N_("The city's default gives {category} to {department}; {unit} answers."),
    "fallback": N_("{department} answers as the fallback; its unit is {unit}."),
}
UNITLESS = {
    "land": N_("{area} lies here and claims {category}, but no organisation is registered for it."),
    "entry": N_("The entry of {area} gives {category} to {department}, which has no unit here."),
    "city_default": N_("The city's default gives {category} to {department}, which has no unit here."),
    "fallback": N_("{department} comes next as the fallback, but has no unit here."),
}
RUNNER_UP = {
    "entry": N_("Otherwise the entry of {area} would give {category} to {department}."),
    "city_default": N_("Otherwise the city's default would give {category} to {department}."),
}
NAMED = {
    "duty": N_("{person} is on the duty roster of {grid} at that hour."),
    "substitute": N_("{person} stands in at {grid} for one who is away."),
    "deputy": N_("{person} is deputy at {grid}."),
    "chief": N_("{person} is chief of {grid}."),
    "officer": N_("{person} is officer at {grid}."),
    "parent_chief": N_("{person} is chief of {grid}, the area above."),
    "parent_substitute": N_("{person} stands in for the chief of {grid}, the area above."),
    "parent_deputy": N_("{person} is deputy at {grid}, the area above."),
}
VACANT = {
    "duty": N_("Nobody is on the duty roster of {grid} at that hour."),
    "substitute": N_("Nobody stands in at {grid}."),
    "deputy": N_("No deputy of {grid} is there."),
    "chief": N_("No chief of {grid} is there."),
    "officer": N_("No officer of {grid} is there."),
    "parent_chief": N_("No chief of {grid}, the area above, is there."),
    "parent_substitute": N_("Nobody stands in for a chief of {grid}, the area above."),
    "parent_deputy": N_("No deputy of {grid}, the area above, is there."),
}


def of_position(spot: Spot) -> Iterator[Entry]:
    """Yield how the position was read."""
    fields = {"lon": f"{spot.lon:.6f}", "lat": f"{spot.lat:.6f}", "crs": spot.crs.upper()}
    if spot.crs.lower() in ("wgs84", "cgcs2000"):
        yield Entry("position", "as_given", N_("The position is {lon}, {lat} ({crs})."), fields, True)
    else:
        text = N_("The position was given in {crs}; in WGS 84 it is {lon}, {lat}.")
        yield Entry("position", "converted", text, fields, True)


def of_place(chain: Sequence[str], unit_grid: str | None, boundaries: Boundaries) -> Iterator[Entry]:
    """Yield the grid, its unit grid and the areas above it."""
    grid = in_both(grid=grid_name(boundaries, chain[0]), version=boundaries_name(boundaries))
    yield Entry("grid", "coverage", N_("By the boundaries {version} the spot lies in {grid}."), grid, True)
    if unit_grid is not None:
        text = N_("Within it, the unit grid is {unit_grid}.")
        yield Entry("grid", "unit_grid", text, {"unit_grid": unit_grid}, True)
    if chain[1:]:
        areas = in_both(areas=joined(" < ", (grid_name(boundaries, code) for code in chain[1:])))
        yield Entry("grid", "ancestors", N_("By table it belongs to {areas}."), areas, True)


def of_border(spot: Spot, boundaries: Boundaries) -> Iterator[Entry]:
    """Yield how far the border is, and each other grid within the tolerance."""
    if spot.border_distance_m is None:
        return
    fields = {"distance_m": round(spot.border_distance_m, 1), "tolerance_m": round(spot.tolerance_m, 1)}
    near = spot.border_distance_m <= spot.tolerance_m
    text = (
        N_("Its border is {distance_m} m away, within the {tolerance_m} m that count as near.")
        if near
        else N_("Its border is {distance_m} m away, beyond the {tolerance_m} m that count as near.")
    )
    yield Entry("grid", "near_border" if near else "clear_of_border", text, fields, False)
    for one in spot.neighbours:
        named = {**in_both(grid=grid_name(boundaries, one.code)), "distance_m": round(one.distance_m, 1)}
        yield Entry("grid", "neighbour", N_("Across the border, {distance_m} m away, lies {grid}."), named, False)


def of_outside(spot: Spot, boundaries: Boundaries) -> Iterator[Entry]:
    """Yield that the spot is outside the city, and which grid is nearest."""
    yield Entry("grid", "outside", N_("The spot lies outside the city: it is not routed."), {}, True)
    if spot.nearest is None:
        return
    distance_m = round(spot.nearest.distance_m, 1)
    fields = {**in_both(grid=grid_name(boundaries, spot.nearest.code)), "distance_m": distance_m}
    yield Entry("grid", "nearest", N_("The nearest grid is {grid}, {distance_m} m away."), fields, False)
    if spot.nearest.distance_m <= spot.tolerance_m:
        text = N_("That is within {tolerance_m} m: the dispatcher may give it to that grid.")
        yield Entry("grid", "proposal", text, {"tolerance_m": round(spot.tolerance_m, 1)}, False)


def of_lands(
    found: Sequence[LandHere], category: Category | None, lands: Sequence[NobodysLand], owned: Resolution | None
) -> Iterator[Entry]:
    """Yield the nobody's lands ``found`` at a spot that do not decide: expired, or claiming other matters."""
    for here in found:
        if here.land not in lands:
            text = N_("The registration of {land} is not in force, so it claims nothing.")
            yield Entry("overlay", f"land:{here.land.code}", text, {"land": here.land.name}, False)
    for land in lands:
        if owned is None or category is None or owned.rule == f"land:{land.code}":
            continue
        fields = {"land": land.name, "organisation": land.organisation, **in_both(category=category_name(category))}
        yield Entry("overlay", f"land:{land.code}", passed_over(land, category, owned), fields, False)


def passed_over(land: NobodysLand, category: Category, owned: Resolution) -> str:
    """Return why ``land`` does not decide."""
    if category.code not in land.categories:
        return N_("{land} lies here but does not claim {category}.")
    if owned.routing_rule == OWNER_FIRST:
        return N_("{land} lies here, but {category} is its owner's first and is never claimed.")
    if owned.routing_rule == SETTLED:
        return N_("{land} lies here, but {category} was given to a department here when a dispute was settled.")
    return N_("{land} lies here too and would give {category} to {organisation}.")


def of_department(
    category: Category | None,
    owned: Resolution | None,
    lands: Sequence[NobodysLand],
    boundaries: Boundaries,
    matrix: Matrix,
) -> Iterator[Entry]:
    """Yield each rule for the department, the empty ones in one sentence."""
    if category is None or owned is None:
        yield Entry(
            "department", "none", N_("No category is given: the department waits for the dispatcher."), {}, True
        )
        return
    empty = [step.rule for step in owned.tried if step.outcome == "no_entry"]
    if empty:
        yield no_entry(empty, category, boundaries)
    names = {land.code: (land.name, land.name) for land in lands}
    for step in owned.tried:
        if step.outcome != "no_entry" and not (step.outcome == "runner_up" and step.rule.startswith("fallback:")):
            yield of_step(step, category, owned, names, boundaries, matrix)
    yield from of_chain(owned, matrix)
    yield from of_marks(owned)


def no_entry(rules: Sequence[str], category: Category, boundaries: Boundaries) -> Entry:
    """Return the sentence for the areas that have no entry of their own."""
    codes = [rule.partition(":")[2] for rule in rules if rule != "city_default"]
    areas = joined(", ", (grid_name(boundaries, code) for code in codes))
    fields = {**in_both(category=category_name(category), areas=areas), "rules": [*rules]}
    if "city_default" in rules:
        return Entry("department", "entry", N_("The matrix has no entry for {category} here."), fields, False)
    return Entry("department", "entry", N_("No entry of its own for {category}: {areas}."), fields, False)


def of_step(
    step: Step,
    category: Category,
    owned: Resolution,
    lands: Mapping[str, Name],
    boundaries: Boundaries,
    matrix: Matrix,
) -> Entry:
    """Return the sentence for one rule that named a department."""
    kind, _, area = step.rule.partition(":")
    unit = owned.unit.organisation if step.won and owned.unit else ""
    where = grid_name(boundaries, area) if area in boundaries.grids else lands.get(area, (area, area))
    names = in_both(
        category=category_name(category), area=where, department=department_name(matrix, step.department_code)
    )
    words = OWNED if unit else RUNNER_UP if step.outcome == "runner_up" else UNITLESS
    name = "overlay" if kind == "land" else "department"
    return Entry(name, step.rule, words[kind], {**names, "unit": unit}, step.won)


def of_chain(owned: Resolution, matrix: Matrix) -> Iterator[Entry]:
    """Yield who would follow in the fallback chain."""
    codes = [s.department_code for s in owned.tried if s.outcome == "runner_up" and s.rule.startswith("fallback:")]
    if codes:
        names = joined(", ", (department_name(matrix, code) for code in codes))
        fields = {**in_both(departments=names), "codes": codes}
        yield Entry(
            "department", "fallback", N_("Should it fail, the fallback chain goes on to {departments}."), fields, False
        )


def of_marks(owned: Resolution) -> Iterator[Entry]:
    """Yield what the reader should know about the winning rule."""
    if owned.to_confirm:
        text = N_("This entry was taken over from the nearest kind of matter and is still to be confirmed.")
        yield Entry("department", "to_confirm", text, {}, False)
    if owned.coverage_gap:
        text = N_("That is a gap in the coverage of departments: the planner is shown it.")
        yield Entry("department", "coverage_gap", text, {}, False)


def of_person(answer: Answer, places: Mapping[int, str], boundaries: Boundaries) -> Iterator[Entry]:
    """Yield each rule for the person, who would answer otherwise, or that there is nobody."""
    for tried in answer.tried:
        yield of_rule(tried, places, boundaries)
    if answer.person is None:
        yield Entry("person", "nobody", N_("Nobody answers for this grid or for an area above it."), {}, True)
    if answer.runner_up is not None and answer.runner_up.person is not None:
        fields = {"person": answer.runner_up.person.name, "rule": answer.runner_up.rule}
        yield Entry("person", answer.runner_up.rule, N_("Otherwise {person} would answer."), fields, False)


def of_rule(tried: Tried, places: Mapping[int, str], boundaries: Boundaries) -> Entry:
    """Return the sentence for one rule that was asked for a person."""
    words = VACANT if tried.person is None else NAMED
    fields = in_both(grid=grid_name(boundaries, places[tried.grid_id]))
    if tried.person is not None:
        fields["person"] = tried.person.name
    return Entry("person", tried.rule, words[tried.rule], fields, tried.person is not None)
