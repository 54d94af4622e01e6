"""Routing: from a position and a kind of problem to grid, person and department."""

import math

import shapely

from gridmgr.domain import times
from gridmgr.domain.routing import decide, spots
from gridmgr.domain.routing.spots import LandHere, Neighbour, Spot
from gridmgr.errors import Invalid, NotFound
from gridmgr.geometry.crs import to_wgs84
from gridmgr.services import drafts, standing
from gridmgr.services.standing import Knowledge, facts, ground
from gridmgr.services.transactions import reading
from gridmgr.services.versions import assigning
from gridmgr.store import cities as city_rows
from gridmgr.store import versions as version_rows


class NothingInForce(NotFound):
    """No boundaries are in force at that time."""

    slug = "nothing-in-force"


class UnknownCategory(Invalid):
    """There is no category of that code."""

    slug = "unknown-category"


class BadPosition(Invalid):
    """The position is not one on earth."""

    slug = "bad-position"


def city(engine):
    """Return the one City."""
    with reading(engine) as session:
        return city_rows.the_city(session)


def knowledge(engine, *, at, draft=None, version=None):
    """Return what is known for a question about ``at``.

    While nothing is published, the only open draft answers and
    ``is_unpublished`` says so.

    Raises
    ------
    NothingInForce
        ``at`` is before the first version, or there are no boundaries at all.
    """
    if draft is None and version is None:
        found = standing.in_force(engine, at)
        if found is not None:
            return found
    with reading(engine) as session:
        return gather(session, at=at, draft=draft, version=version)


def gather(session, *, at, draft=None, version=None):
    """Return the Knowledge for a question about ``at``, or about one draft or version, inside a transaction."""
    known = facts.known(session)
    if draft is not None:
        land = ground.of_draft(session, drafts.living_draft(session, draft).id)
        return Knowledge(land, assigning.with_assigned(session, known, draft, land.boundaries.grids, at))
    found = version_rows.in_force(session, at) if version is None else the_version(session, version)
    if found is not None:
        return Knowledge(ground.of_version(session, found.number), known)
    refuse_before_the_first(session, known.city.timezone)
    found = drafts.the_only_draft(session)
    if found is None:
        raise NothingInForce("There are no grids yet: gridmgr layer import FILE --layer responsibility_grid.")
    return Knowledge(ground.of_draft(session, found.id), known, is_unpublished=True)


def the_version(session, number):
    """Return the version of that number.

    Raises
    ------
    NothingInForce
    """
    found = next((v for v in version_rows.all_versions(session) if v.number == number), None)
    if found is None:
        raise NothingInForce("There is no version {number}: gridmgr version list shows them.", number=number)
    return found


def refuse_before_the_first(session, timezone):
    """Raise NothingInForce where there are versions, only none as early as asked for."""
    first = next((v for v in version_rows.all_versions(session) if v.withdrawn_at is None), None)
    if first is not None:
        raise NothingInForce(
            "No version is in force before {instant}.", instant=times.show(first.effective_from, timezone)
        )


def where(known, x, y, *, crs="wgs84", category=None, at, accuracy_m=None, received_at=None):
    """Return the Decision who answers for a position.

    Parameters
    ----------
    known : Knowledge
    x, y : float
        As given in ``crs``; easting or longitude first.
    category : str, optional
        Code of the problem; without it the department stays open.
    at, received_at : datetime
        When it was observed (land) and received (person); the same without the second.

    Raises
    ------
    BadPosition, UnknownCategory
    """
    lon, lat = position(x, y, crs)
    spot = look(known, lon, lat, at, crs=crs, x=x, y=y, accuracy_m=accuracy_m)
    return answer(known, spot, category, at, received_at)


def answer(known, spot, category, at, received_at=None):
    """Return the Decision about a spot that was looked up before."""
    return decide(
        spot,
        the_category(known, category),
        boundaries=known.ground.boundaries,
        staffing=known.facts.staffing,
        matrix=known.facts.matrix,
        at=at,
        received_at=received_at or at,
        parts=known.parts,
    )


def position(x, y, crs):
    """Return a position as WGS 84 longitude and latitude, both floats on earth."""
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BadPosition("The position {x}, {y} is not a pair of numbers.", x=x, y=y)
    lon, lat = (float(x), float(y)) if crs == "wgs84" else (float(v) for v in to_wgs84(x, y, crs))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadPosition(
            "The position {x}, {y} is not on earth in {crs}: longitude comes first, and --crs (crs) names another system.",
            x=x,
            y=y,
            crs=crs,
        )
    return lon, lat


def the_category(known, code):
    """Return the category of ``code``; None stays None.

    Raises
    ------
    UnknownCategory
    """
    if not code:
        return None
    if code not in known.facts.categories:
        raise UnknownCategory("There is no category {code}; the map and gridmgr matrix list name them all.", code=code)
    return known.facts.categories[code]


def look(known, lon, lat, at, *, crs="wgs84", x=None, y=None, accuracy_m=None):
    """Return the Spot at a position: what the shapes say, before any rule is asked.

    Raises
    ------
    NothingInForce
        There are no grids to find it in.
    """
    locator = known.ground.locator
    refuse_without_grids(known)
    owner = locator.locate(lon, lat)
    given = {"crs": crs, "x": lon if x is None else x, "y": lat if y is None else y, "accuracy_m": accuracy_m}
    if owner is None:
        return Spot(lon, lat, None, nearest=nearest(locator, lon, lat), **given)
    beside = [Neighbour(c, d) for c, d in locator.within(lon, lat, spots.reach_m(accuracy_m)) if c != owner]
    return Spot(
        lon,
        lat,
        owner,
        unit_grid=known.ground.unit_grid(owner, lon, lat),
        border_distance_m=locator.border_distance(lon, lat),
        neighbours=beside[: spots.MOST_NEIGHBOURS],
        lands=lands_at(known, lon, lat, at),
        **given,
    )


def refuse_without_grids(known):
    """Raise NothingInForce where the boundaries have no grid that could answer."""
    if not known.ground.locator.codes:
        raise NothingInForce("There are no grids yet: gridmgr layer import FILE --layer responsibility_grid.")


def nearest(locator, lon, lat):
    """Return the nearest grid to a position outside, None in a city without grids."""
    found = locator.nearest(lon, lat)
    return Neighbour(*found) if found else None


def lands_at(known, lon, lat, at):
    """Return the nobody's lands at a position with their sizes."""
    found = known.facts.lands.at(lon, lat, at)
    return [LandHere(land, float(shapely.area(known.ground.metric(shape)))) for land, shape in found]
