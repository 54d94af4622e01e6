"""The pages: landing, map, drafts and the workbench. Each prints a shell; what it shows comes by fetch."""

import collections
import statistics

import flask
from flask_wtf.csrf import generate_csrf

from gridmgr.errors import NotFound
from gridmgr.services import accounts
from gridmgr.services.maps import viewing
from gridmgr.web import asker, map_representations, maps, words

FIRST_DOORS = ("supervisor", "dispatcher", "planner")
BLOCK_DEGREES = 0.03

pages = flask.Blueprint("pages", __name__)


@pages.get("/")
def landing():
    """Show what there is to try, and with which sign-in."""
    shown = picture()
    return flask.render_template(
        "landing.html", **shown, doors=doors(), counts=counts(current()), example=shown["page"]["heart"]
    )


@pages.get("/map")
def map():
    """Show the supervisor's map."""
    view = current()
    shown = {"boundaries": map_representations.levels(view) if view else None}
    return flask.render_template("map.html", page=page() | shown, map=maps.workplace_map())


@pages.get("/plan")
def drafts():
    """Show the drafts, and begin one."""
    return flask.render_template("drafts.html", page=page() | {"may": rights()})


@pages.get("/plan/<int:number>")
def plan(number):
    """Show the planner's workbench on one draft."""
    view = current()
    shown = {
        "draft": {"id": number},
        "may": rights(),
        "boundaries": map_representations.levels(view) if view else None,
    }
    return flask.render_template("plan.html", page=page() | shown, map=maps.workplace_map())


@pages.get("/plan/compare")
def compare():
    """Show what one version or draft changes against another, as a map and a list."""
    view = current()
    shown = {"boundaries": map_representations.levels(view) if view else None}
    return flask.render_template("compare.html", page=page() | shown, map=maps.workplace_map())


def rights():
    """Return what the reader may do with drafts."""
    return {"edit": asker.may("edit_drafts"), "review": asker.may("review_drafts"), "publish": asker.may("publish")}


def picture():
    """Return what a page is given that shows the city as a picture: its data, and the parts of the map."""
    return {"page": {**page(), "heart": heart(current())}, "map": maps.picture_map()}


def page():
    """Return what the scripts of a page are given, once: city, reader, words."""
    language = asker.language()
    view = current()
    return {
        "language": language,
        "words": words.for_browser(language),
        "now": asker.show(asker.now()),
        "csrf": generate_csrf(),
        "city": the_city(language),
        "account": reader(view),
        "bounds": bounds(view),
        "basemap": basemap(),
    }


def current():
    """Return the View of the boundaries in force now, None while there are none."""
    try:
        return viewing.view(asker.engine(), at=asker.now())
    except NotFound:
        return None


def the_city(language):
    """Return name, time zone and nature of the city."""
    city = asker.city()
    return {
        "title": city.name_en if language == "en" and city.name_en else city.name,
        "timezone": city.timezone,
        "is_schematic": city.is_schematic,
    }


def reader(view):
    """Return who is signed in, with the area he looks after; None for a visitor."""
    mine = asker.account()
    if mine is None:
        return None
    return {"name": mine.name, "role": mine.role, "area": area(mine.area_code, view)}


def area(code, view):
    """Return code, name and box of an account's area; None for the whole city or one that is gone."""
    if view is None or code not in view.boundaries.shapes:
        return None
    grid = view.boundaries.grids[code]
    name = grid.name_en if asker.language() == "en" and grid.name_en else grid.name
    return {"code": code, "name": name, "bounds": view.boundaries.shapes[code].bounds}


def bounds(view):
    """Return [west, south, east, north] of what is in force; the box the city was founded with before that."""
    top = view.boundaries.at_level(view.boundaries.levels[0]) if view else []
    boxes = [view.boundaries.shapes[code].bounds for code in top if code in view.boundaries.shapes]
    if not boxes:
        return asker.city().settings.get("bbox")
    return [edge(side) for edge, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)]


def basemap():
    """Return the configured basemap as plain values, or None."""
    set_up = asker.house().config.basemap
    return {"url": set_up.url, "crs": set_up.crs, "attribution": set_up.attribution} if set_up else None


def doors():
    """Return the sign-ins of a demo city that the landing page offers, by role; none for a real city."""
    if not asker.city().is_demo:
        return {}
    found = {one.role: one for one in reversed(accounts.all_accounts(asker.engine()))}
    return {role: found[role] for role in FIRST_DOORS if role in found}


def counts(view):
    """Return level → how many grids it has in the boundaries in force."""
    return {level: len(view.boundaries.at_level(level)) for level in view.boundaries.levels} if view else {}


def heart(view):
    """Return where the finest grids stand closest together, as [lon, lat] to three decimals; None without grids."""
    if view is None:
        return None
    shapes = view.boundaries.shapes
    boxes = [shapes[code].bounds for code in view.boundaries.at_level(view.boundaries.levels[-1]) if code in shapes]
    blocks = collections.defaultdict(list)
    for west, south, east, north in boxes:
        lon, lat = (west + east) / 2, (south + north) / 2
        blocks[lon // BLOCK_DEGREES, lat // BLOCK_DEGREES].append((lon, lat))
    closest = max(blocks.values(), key=len, default=[])
    return [round(statistics.median(axis), 3) for axis in zip(*closest, strict=True)] or None
