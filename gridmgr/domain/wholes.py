"""People and departments are whole, or else findings say where they are not.

``no_person`` and ``no_department`` are errors and keep a draft from being
published; ``off_duty`` and ``overloaded_person`` are warnings, and so is a
``no_department`` where only the owner of the spot is not registered.
"""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import shapely

from gridmgr.domain import staff
from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Matrix, NobodysLand, ownership
from gridmgr.domain.routing import identities
from gridmgr.domain.routing.lands import is_registered
from gridmgr.domain.routing.trace import category_name, department_name, grid_name, in_both, joined, say
from gridmgr.domain.staff import vacancies
from gridmgr.domain.staff.answering import answering
from gridmgr.geometry.findings import Finding as Plain
from gridmgr.geometry.findings import place_on
from gridmgr.i18n import N_

SHOWN = 3
RENEWAL = dt.timedelta(days=30)
CLOCK = "%Y-%m-%d %H:%M"


@dataclasses.dataclass(frozen=True)
class Finding(Plain):
    """A finding that names grids, matters and departments, in English where they have an English name."""

    def say_cause(self, language: str) -> str:
        """Return what is wrong and why, in ``language``."""
        return say(self.cause, self.fields, language)


def people(
    staffing: staff.Staffing, boundaries: Boundaries, level: str, *, looked: vacancies.Vacancies
) -> list[Finding]:
    """Return the findings about people on the grids of ``level``.

    Parameters
    ----------
    staffing : Staffing
        The rows of the city.
    boundaries : Boundaries
        A version or draft.
    level : str
        The level whose grids need a person.
    looked : vacancies.Vacancies
        The vacancies in the roster horizon. Duty hours are looked at for its first week.
    """
    codes = boundaries.at_level(level)
    vacant = (finding for code in codes for finding in no_person(staffing, boundaries, code, looked))
    return [
        *vacant,
        *off_duty(staffing, boundaries, codes, looked),
        *overloaded(staffing, boundaries, codes, looked.start),
    ]


def no_person(
    staffing: staff.Staffing, boundaries: Boundaries, code: str, looked: vacancies.Vacancies
) -> Iterator[Finding]:
    """Yield one error for a grid that has nobody at some time of the horizon."""
    identity = boundaries.grids[code].grid_id
    gaps = [(looked.start, looked.end)] if identity is None else looked.gaps(staffing, identity)[0]
    if not gaps:
        return
    begins, ends = gaps[0]
    fields = {
        **in_both(grid=grid_name(boundaries, code)),
        "starts": begins.astimezone(staffing.zone).strftime(CLOCK),
        "ends": ends.astimezone(staffing.zone).strftime(CLOCK),
        "times": len(gaps),
        "cover": cover(staffing, boundaries, code, begins),
        "leaver": leaver(staffing, identity, begins),
    }
    yield about(
        boundaries, "no_person", [code], "error", no_person_cause(gaps, looked.end, fields), ADVICE["no_person"], fields
    )


def no_person_cause(gaps: Sequence[vacancies.Gap], end: dt.datetime, fields: Mapping[str, Any]) -> str:
    """Return the sentence that fits the gaps: since a person leaves, from now on, or at times."""
    if fields["leaver"]:
        return N_("{leaver} leaves {grid} on {starts} and nobody follows; {cover} answers meanwhile.")
    if len(gaps) == 1 and gaps[0][1] == end:
        return N_("Nobody is posted on {grid} from {starts} on; {cover} answers meanwhile.")
    return N_("Nobody is on {grid} at {times} times, first from {starts} to {ends}; {cover} answers meanwhile.")


def leaver(staffing: staff.Staffing, identity: int | None, at: dt.datetime) -> str:
    """Return the name of the person whose service or post on the grid ends at ``at``, "" for none."""
    posts = staffing.posts.get(identity, ()) if identity is not None else ()
    held = [(staffing.persons[p.person_id], p) for p in posts if p.person_id in staffing.persons and p.valid_from < at]
    names = (person.name for person, post in held if at in (person.left_at, post.valid_to))
    return min(names, key=str.encode, default="")


def cover(staffing: staff.Staffing, boundaries: Boundaries, code: str, at: dt.datetime) -> str:
    """Return who of the areas above answers in the meantime, in words; a dash for nobody."""
    places = identities(boundaries, [code, *boundaries.ancestors(code)])
    person = answering(staffing, list(places), at).person
    return person.name if person is not None else "–"


def off_duty(
    staffing: staff.Staffing, boundaries: Boundaries, codes: Sequence[str], looked: vacancies.Vacancies
) -> Iterator[Finding]:
    """Yield a warning for each grid with a roster that leaves hours of the coming week open.

    Where no roster is kept, those posted answer at every hour.
    """
    for code in codes:
        identity = boundaries.grids[code].grid_id
        if identity is None or identity not in staffing.duties:
            continue
        _, gaps = looked.gaps(staffing, identity)
        if gaps:
            hours = sum((ends - begins for begins, ends in gaps), dt.timedelta()) / dt.timedelta(hours=1)
            first = " – ".join(instant.astimezone(staffing.zone).strftime(CLOCK) for instant in gaps[0])
            fields = {**in_both(grid=grid_name(boundaries, code)), "hours": round(hours, 1), "first": first}
            yield about(boundaries, "off_duty", [code], "warning", UNMANNED, ADVICE["off_duty"], fields)


def overloaded(
    staffing: staff.Staffing, boundaries: Boundaries, codes: Sequence[str], at: dt.datetime
) -> Iterator[Finding]:
    """Yield a warning for each person posted on more than three grids."""
    by_identity = {boundaries.grids[code].grid_id: code for code in codes}
    known = [identity for identity in by_identity if identity is not None]
    for person_id, held in vacancies.overloaded(staffing, known, at).items():
        grids = [by_identity[identity] for identity in held]
        fields = {"person": staffing.persons[person_id].name, "count": len(grids), "most": vacancies.MOST_GRIDS}
        yield about(boundaries, "overloaded_person", grids, "warning", TOO_MANY, ADVICE["overloaded_person"], fields)


def departments(
    matrix: Matrix,
    categories: Iterable[Category],
    boundaries: Boundaries,
    *,
    evaluated_level: str,
    looked: ownership.Pairs,
) -> tuple[list[Finding], dict[str, float]]:
    """Return the findings about departments, one per category and evaluated area, and the share of each step.

    See :func:`gridmgr.domain.responsibility.ownership.pairs` for what is looked at.
    """
    found = looked.pairs(matrix, categories, boundaries, evaluated_level)
    here = {pair.area: on_map(boundaries, pair.area) for pair in found if pair.severity}
    findings = [unowned(pair, matrix, boundaries, here[pair.area]) for pair in found if pair.severity]
    return findings, ownership.shares(found)


def unowned(pair: ownership.Pair, matrix: Matrix, boundaries: Boundaries, here: Finding) -> Finding:
    """Return the finding about a pair that another than the matrix's lead answers, or nobody."""
    lead, answer = pair.resolution.lead, pair.resolution.department_code
    places = [grid_name(boundaries, code) for code in pair.failing[:SHOWN] if code in boundaries.grids]
    names = in_both(
        category=category_name(pair.category),
        area=grid_name(boundaries, pair.area) if pair.area is not None else (boundaries.label, boundaries.label),
        department=department_name(matrix, lead or ""),
        fallback=department_name(matrix, answer),
        places=joined(", ", places),
    )
    fields = {**names, "count": len(pair.failing), "total": pair.place_count}
    cause, advice = unowned_words(pair)
    return dataclasses.replace(here, severity=pair.severity, cause=cause, advice=advice, fields=fields)


def on_map(boundaries: Boundaries, area: str | None) -> Finding:
    """Return a finding about ``area`` that lacks only its words: worked out once an area, a point without the shape."""
    here = about(boundaries, "no_department", [] if area is None else [area], "error", "", "", {})
    return dataclasses.replace(here, geometry=None)


def unowned_words(pair: ownership.Pair) -> tuple[str, str]:
    """Return cause and advice for a pair."""
    if pair.resolution.lead is None:
        return NO_ENTRY, ADVICE["no_entry"]
    if pair.severity == "warning":
        return NO_OWNER, ADVICE["no_owner"]
    if pair.resolution.unit is None:
        return NO_UNIT_AT_ALL, ADVICE["no_unit"]
    return NO_UNIT, ADVICE["no_unit"]


def registrations(
    lands: Iterable[tuple[NobodysLand, shapely.Geometry]], *, zone: zoneinfo.ZoneInfo, at: dt.datetime
) -> list[Finding]:
    """Return the findings about nobody's lands: nobody registered or run out (errors), about to run out (warnings)."""
    return [finding for land, shape in lands for finding in registration(land, shape, zone, at)]


def registration(
    land: NobodysLand, shape: shapely.Geometry, zone: zoneinfo.ZoneInfo, at: dt.datetime
) -> Iterator[Finding]:
    """Yield at most one finding about the registration of one land that is not over yet."""
    if not staff.holds(land, at):
        return
    severity, cause = "error", ""
    if not (land.organisation and land.person):
        cause = N_("{land} has no registered owner with a named person.")
    elif not is_registered(land, zone, at):
        cause = N_("The registration of {land} ran out after {expires_on}; the matrix alone decides there.")
    elif not is_registered(land, zone, at + RENEWAL):
        severity, cause = "warning", N_("The registration of {land} runs out after {expires_on}.")
    if cause:
        fields = {"land": land.name, "expires_on": land.expires_on.isoformat() if land.expires_on else "–"}
        place = place_on(shape)
        yield Finding("no_department", (land.code,), 0.0, shape, place, severity, cause, ADVICE["land"], fields)


def about(
    boundaries: Boundaries,
    kind: str,
    codes: Sequence[str],
    severity: str,
    cause: str,
    advice: str,
    fields: Mapping[str, Any],
) -> Finding:
    """Return a finding about whole grids, with their shape."""
    ordered = tuple(sorted(codes, key=str.encode))
    shapes = [boundaries.shapes[code] for code in ordered if code in boundaries.shapes]
    shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes) if shapes else None
    return Finding(kind, ordered, 0.0, shape, place_on(shape), severity, cause, advice, fields)


UNMANNED = N_("Nobody is on duty on {grid} for {hours} hours of the coming week, first {first}.")
TOO_MANY = N_("{person} is posted on {count} grids, more than {most}.")
NO_ENTRY = N_("{category}: the matrix has no entry in {area}; {fallback} answers as the last resort.")
NO_OWNER = N_(
    "{category} in {area} belongs to the owner of the spot ({department}); where none is registered, {fallback} answers."
)
NO_UNIT = N_(
    "{category} in {area} belongs to {department}, which has no unit in {count} of {total} places ({places}); {fallback} answers instead."
)
NO_UNIT_AT_ALL = N_(
    "{category} in {area} belongs to {department}, which has no unit in {count} of {total} places ({places}), and nobody of the fallback chain has one."
)
ADVICE = {
    "no_person": N_("Post a chief or a deputy: gridmgr staff import FILE."),
    "off_duty": N_("Add roster lines for these hours: gridmgr staff import FILE."),
    "overloaded_person": N_("Post somebody else on some of these grids: gridmgr staff import FILE."),
    "no_entry": N_("Add an entry for it: gridmgr matrix import FILE."),
    "no_unit": N_("Name the unit, its person and phone: gridmgr matrix import FILE."),
    "no_owner": N_("Register the owners of the spots as units: gridmgr matrix import FILE."),
    "land": N_("Register the owner anew, with document and last day: gridmgr layer import FILE --layer nobodys_land."),
}
