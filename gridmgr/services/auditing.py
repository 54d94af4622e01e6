"""The audit: is the land whole, are people whole, are departments whole?"""

import contextlib
import dataclasses
import datetime as dt
import functools
import weakref
from typing import Any

import shapely

from gridmgr.domain import layers, wholes
from gridmgr.domain.grids import UNNUMBERED_CITY
from gridmgr.domain.responsibility import ownership
from gridmgr.domain.staff import vacancies
from gridmgr.domain.times import show
from gridmgr.geometry import coverage
from gridmgr.i18n import N_, translate
from gridmgr.services import routing
from gridmgr.services.catalogue import answering_level, catalogue, owner_level
from gridmgr.services.standing.keeping import Keeper
from gridmgr.services.transactions import reading
from gridmgr.store.revisions import RESTORED

HORIZON = dt.timedelta(days=14)
FRESH_S = 600
MOST_KEPT, MOST_TIMES = 16, 2
PEOPLE = ("no_person", "off_duty", "overloaded_person")
DUTIES = ("no_department",)
TITLES = {"land": N_("Land"), "people": N_("People"), "duties": N_("Duties")}
WHOLE = {
    "land": N_("{count} grids, no gap, no overlap"),
    "people": N_("every grid has a named person"),
    "duties": N_("every kind of problem has a department"),
}
BROKEN = {
    "land": N_("{errors} findings, {warnings} warnings"),
    "people": N_("{errors} without a person, {warnings} warnings"),
    "duties": N_("{errors} without a department, {warnings} warnings"),
}
WARNED = {
    "land": N_("{count} grids, {warnings} warnings"),
    "people": N_("a named person everywhere, {warnings} warnings"),
    "duties": N_("{warnings} answered by a fallback owner"),
}
UNJUDGED = {"duties": N_("no kind of problem is listed yet")}
FRAMED = N_("{label}: {count} grids, checked against the city's boundary.")
UNFRAMED = N_("{label}: {count} grids; there is no city boundary, so the outer edge was not checked.")

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


@dataclasses.dataclass(frozen=True)
class Audit:
    """What one audit found; ``findings`` errors first.

    ``shares`` is step of the matrix → share of (category, evaluated area) pairs
    resolved there. ``revisions`` is the state of the facts that was audited.
    """

    label: str
    at: dt.datetime
    timezone: str
    grid_count: int
    is_framed: bool
    findings: list[coverage.Finding]
    shares: dict[str, float]
    revisions: dict[str, int]

    @property
    def blocking(self):
        """Return the findings that block publishing."""
        return [f for f in self.findings if f.severity == "error"]

    def headline(self, language):
        """Return what was audited and whether the outer edge was."""
        return translate(FRAMED if self.is_framed else UNFRAMED, language, label=self.label, count=self.grid_count)

    def wholes(self, language):
        """Return land, people and duties: whole or not, in words, with counts."""
        return [self.whole(part, language) for part in TITLES]

    def whole(self, part, language):
        """Return one of the three wholes as plain values; duties are not judged while no category is listed."""
        here = [f for f in self.findings if part_of(f.kind) == part]
        errors = sum(f.severity == "error" for f in here)
        fields = {"count": self.grid_count, "errors": errors, "warnings": len(here) - errors}
        is_judged = part != "duties" or bool(self.shares)
        words = BROKEN if errors else WARNED if here else WHOLE if is_judged else UNJUDGED
        return {
            "part": part,
            "title": translate(TITLES[part], language),
            "ok": not errors,
            "is_judged": is_judged,
            "count": errors,
            "warnings": len(here) - errors,
            "text": translate(words[part], language, **fields),
        }

    def to_dict(self, language):
        """Return the audit as plain values for JSON."""
        return {
            "label": self.label,
            "checked_at": show(self.at, self.timezone),
            "headline": self.headline(language),
            "is_framed": self.is_framed,
            "grids": self.grid_count,
            "whole": {part: self.whole(part, language) for part in TITLES},
            "shares": self.shares,
            "findings": [as_values(f, language) for f in self.findings],
        }


def part_of(kind):
    """Return which whole a kind of finding breaks."""
    return "people" if kind in PEOPLE else "duties" if kind in DUTIES else "land"


def as_values(finding, language) -> dict[str, Any]:
    """Return a finding as plain values for JSON."""
    return {
        "kind": finding.kind,
        "part": part_of(finding.kind),
        "severity": finding.severity,
        "codes": list(finding.codes),
        "area_m2": finding.area_m2,
        "lon": finding.place[0] if finding.place else None,
        "lat": finding.place[1] if finding.place else None,
        "text": finding.say(language),
        "cause": finding.say_cause(language),
        "geometry": shapely.geometry.mapping(finding.geometry) if finding.geometry is not None else None,
    }


def audit(engine, *, version=None, draft=None, at, turn=contextlib.nullcontext):
    """Return the Audit of a version (in force at ``at`` by default) or of a draft, as things stand at ``at``.

    Made once for all who ask within the same ten minutes while the facts stay as
    they are: people come and go by the hour.
    """
    with reading(engine) as session:
        known = routing.gather(session, at=at, draft=draft, version=version)
        pool = session.get_bind().pool
    kept, lands, times = _kept.setdefault(pool, (Keeper(MOST_KEPT), Keeper(MOST_KEPT), Keeper(MOST_TIMES)))
    revisions = tuple(sorted(known.facts.revisions.items()))
    label = known.ground.boundaries.label
    state = (label, *(known.facts.revisions.get(kind) for kind in ("drafts", RESTORED)))
    land = functools.partial(lands.get, state, lambda: land_of(known))
    time = at.timestamp() // FRESH_S
    looked = times.get(time, lambda: (vacancies.Vacancies(at, at + HORIZON), ownership.Pairs(at)))
    return kept.get((label, revisions, time), lambda: in_turn(turn, known, land, looked, at))


def in_turn(turn, known, land, looked, at):
    """Return a new Audit, made when it is its ``turn``."""
    with turn():
        return look_over(known, land(), looked, at)


def land_of(known):
    """Return what is wrong with the land: looked over once for a version, and for each state of a draft."""
    return land_findings(known.ground.boundaries, known.facts.city.profile, known.ground.metric)


def look_over(known, land, looked, at):
    """Return the Audit of what is known: the findings about ``land``, and those about people and departments.

    ``looked`` are the vacancies and the pairs that were looked at around ``at``: an edit of a draft changes few of them.
    """
    vacant, resolved = looked
    boundaries, facts = known.ground.boundaries, known.facts
    level = answering_level(boundaries)
    people = wholes.people(facts.staffing, boundaries, level, looked=vacant)
    duties, shares = duty_findings(boundaries, facts, resolved, at)
    found = [*land, *people, *duties]
    found.sort(
        key=lambda f: (
            f.severity != "error",
            -(f.area_m2 or 0.0) if part_of(f.kind) == "land" else 0.0,
            f.kind,
            f.codes,
        )
    )
    return Audit(
        label=boundaries.label,
        at=at,
        timezone=facts.city.timezone,
        grid_count=len(boundaries.at_level(level)),
        is_framed=frame_of(boundaries) is not None,
        findings=found,
        shares=shares,
        revisions=facts.revisions,
    )


def duty_findings(boundaries, facts, looked, at):
    """Return what no department or registered owner answers for, and the share of pairs resolved at each step."""
    evaluated, known = layers.evaluated_level(catalogue()), facts.categories.values()
    unowned, shares = wholes.departments(facts.matrix, known, boundaries, evaluated_level=evaluated, looked=looked)
    lands = zip(facts.lands.lands, facts.lands.shapes, strict=True)
    return unowned + wholes.registrations(lands, zone=facts.staffing.zone, at=at), shares


def frame_of(boundaries):
    """Return the city's outer boundary, None where only the grids themselves tell it."""
    top = layers.levels(catalogue())[0]
    outlines = [boundaries.shapes[c] for c in boundaries.at_level(top) if boundaries.grids[c].role == "reference"]
    return shapely.union_all(outlines) if outlines else None


def land_findings(boundaries, profile, metric):
    """Return what is wrong with the shapes and the codes."""
    drawn = {code: boundaries.shapes[code] for code, grid in boundaries.grids.items() if grid.role == "drawn"}
    if not drawn and frame_of(boundaries) is None:
        return []
    above = divided(boundaries)
    leaves = {code: shape for code, shape in drawn.items() if code not in above}
    found = coverage.audit(leaves, frame_of(boundaries), metric=metric)
    children = boundaries.children()
    for level in layers.levels(catalogue())[1:]:
        found += parent_findings(boundaries, level, metric, children)
    for level in layers.levels(catalogue()):
        given = [code for code in boundaries.at_level(level) if code != UNNUMBERED_CITY]
        found += coverage.audit_codes(given, catalogue()[level].code_pattern(profile))
    return found


def divided(boundaries):
    """Return the codes that have drawn grids below them: the leaves lie there."""
    return {
        grid.parent_code for grid in boundaries.grids.values() if grid.role == "drawn" and grid.parent_code is not None
    }


def parent_findings(boundaries, level, metric, children, among=None):
    """Return where the grids below ``level`` do not tile its own shapes, drawn or imported.

    ``children`` is parent code → codes below it; with ``among`` (codes), only these parents are looked at.
    """
    there = boundaries.at_level(level) if among is None else among_level(boundaries, level, among)
    own = {code for code in there if boundaries.grids[code].role != "derived" and code in boundaries.shapes}
    parent_of = {child: parent for parent in own for child in children.get(parent, ()) if child in boundaries.shapes}
    inside = {code: boundaries.shapes[code] for code in parent_of}
    parents = {code: boundaries.shapes[code] for code in sorted(set(parent_of.values()), key=str.encode)}
    return coverage.audit_children(inside, parents, parent_of, metric=metric, division_optional=level == owner_level())


# --- after an edit -------------------------------------------------------------------


def land_findings_near(boundaries, leaves, codes, profile, metric, *, before=None, children=None):
    """Return those of ``land_findings`` that concern the grids ``codes``, without looking at the rest of the city.

    Parameters
    ----------
    boundaries : Boundaries
        All grids as they stand after the edit, derived shapes included.
    leaves : geometry.arcs.Coverage
        The drawn grids that have none below them, and the frame: what ``land_findings``
        audits. Hand on one frame object from edit to edit, as ``replaced`` does: it is indexed once.
    codes : iterable of str
        Every grid whose shape or row is another than before, of whatever level, derived areas,
        those that are gone and former parents included.
    profile : str
        Of the city: its pattern of codes.
    metric : Metric
        Takes lon/lat to metres.
    before : geometry.arcs.Coverage, optional
        The leaves before the edit: tells where grids lay that are gone or have moved.
    children : mapping of str to collection of str, optional
        Parent code → codes directly below it; gathered from all grids where it is not given.

    Returns
    -------
    list of Finding
        About the leaves what ``coverage.audit_near`` says; about the grids themselves and those
        just above them whether they are tiled; about the codes.
    """
    found = coverage.audit_near(leaves, codes, metric=metric, before=before)
    among, below = with_parents(boundaries, codes), boundaries.children() if children is None else children
    for level in layers.levels(catalogue())[1:]:
        found += parent_findings(boundaries, level, metric, below, among)
    for level in layers.levels(catalogue()):
        given = [code for code in among_level(boundaries, level, codes) if code != UNNUMBERED_CITY]
        found += coverage.audit_codes(given, catalogue()[level].code_pattern(profile), boundaries.shapes)
    return found


def with_parents(boundaries, codes):
    """Return those of ``codes`` that are there, and the grids just above them."""
    there = {code for code in codes if code in boundaries.grids}
    return there | ({boundaries.grids[code].parent_code for code in there} & boundaries.grids.keys())


def among_level(boundaries, level, codes):
    """Return those of ``codes`` that are grids of ``level``, lowest first as bytes."""
    there = (code for code in set(codes) if code in boundaries.grids and boundaries.grids[code].level == level)
    return sorted(there, key=str.encode)
