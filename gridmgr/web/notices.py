"""The page of a notice: what the template is given, in the reader's language."""

from gridmgr.domain import times
from gridmgr.i18n import N_, translate
from gridmgr.services.catalogue import catalogue
from gridmgr.web import asker, representations
from gridmgr.web.maps import notice_maps

KINDS = {"created": N_("New grid"), "dissolved": N_("Dissolved"), "changed": N_("Changed")}
POSTS = {"chief": N_("chief"), "deputy": N_("deputy"), "officer": N_("officer")}
SEPARATORS = {"zh": "；", "en": "; "}


def page(found):
    """Return what the page of a Notice shows."""
    version = found.version
    return {
        "city": asker.city().name_en if asker.language() == "en" and asker.city().name_en else asker.city().name,
        "number": version.number,
        "state": found.state,
        "effective_from": moment(version.effective_from),
        "published_at": moment(version.published_at),
        "published_by": version.published_by,
        "approved_by": version.approved_by,
        "name": version.name,
        "reason": version.reason.rstrip("。. ") if version.reason != version.name else "",
        "withdrawn_reason": version.withdrawn_reason,
        "before": found.before.number,
        "counts": {kind: sum(one.change.kind == kind for one in found.lines) for kind in KINDS},
        "level": title(found.level),
        "others": [(title(level), count) for level, count in found.others.items()],
        "lines": [line(one) for one in found.lines],
        "places": [maps(found, place) for place in found.places],
        "has_phones": asker.may("see_phones"),
    }


def moment(at):
    """Return an instant as it stands in a notice: in the city's time, to the minute."""
    local = at.astimezone(times.zone(asker.city().timezone))
    if asker.language() == "zh":
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%B %Y, %H:%M}"


def title(level):
    """Return what a level is called."""
    known = catalogue().get(level)
    return known.title(asker.language()) if known else level


def name_of(grid):
    """Return the name of a grid, its code where it has none."""
    return (representations.name_of(grid) or grid.code) if grid is not None else ""


def line(one):
    """Return one row of the table."""
    return {
        "kind": one.change.kind,
        "title": translate(KINDS[one.change.kind], asker.language()),
        "code": one.change.grid.code,
        "name": name_of(one.change.grid),
        "parent": name_of(one.parent),
        "what": what(one),
        "before": area(one.area_before_m2),
        "after": area(one.area_after_m2),
        "people": [person(*pair) for pair in one.people],
    }


def area(m2):
    """Return an area in words; a dash for none."""
    return "—" if m2 is None else f"{m2:,.0f}"


def what(one):
    """Return what changes for a grid, in one sentence."""
    said = [*facts(one.change), *ground(one)]
    return SEPARATORS[asker.language()].join(translate(text, asker.language(), **fields) for text, fields in said)


def facts(change):
    """Yield (template, fields) for a new name, code or parent."""
    before, after = change.before, change.after
    if "code" in change.differs:
        yield N_("code was {code}"), {"code": before.code}
    if "name" in change.differs or (asker.language() == "en" and "name_en" in change.differs):
        yield N_("name was {name}"), {"name": name_of(before)}
    if "parent_code" in change.differs:
        yield (
            N_("passes from {before} to {after}"),
            {"before": before.parent_code or "—", "after": after.parent_code or "—"},
        )


def ground(one):
    """Yield (template, fields) for the ground that a grid gains and loses."""
    gains = [(N_("gains {area} m² from {grid}"), move.before, move.area_m2) for move in one.gains]
    losses = [(N_("gives {area} m² to {grid}"), move.after, move.area_m2) for move in one.losses]
    for text, grid, area_m2 in [*gains, *losses]:
        yield text, {"area": area(area_m2), "grid": name_of(grid)}


def person(found, role):
    """Return somebody posted on a grid, his phone only for staff."""
    phone = found.phone if asker.may("see_phones") else ""
    return {"name": found.name, "post": translate(POSTS[role], asker.language()), "phone": phone}


def maps(found, place):
    """Return the two maps of a place."""
    lands = {"before": found.names_before, "after": found.names_after}
    return {side: notice_maps.drawn(place, side, lambda code, land=land: name_of(land.grids[code]))
            for side, land in lands.items()}  # fmt: skip
