"""Search over the city's own data: grids, people, roads, places, cases, pasted coordinates."""

import dataclasses
import heapq
import itertools
import re
import unicodedata
from typing import Any

from gridmgr.domain.staff import holds
from gridmgr.i18n import N_
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import cases as case_rows
from gridmgr.store import features as feature_rows

NAMED_LAYERS = ("road", "river", "railway", "nobodys_land", "point_of_interest")
SHORTEST_NUMBER = 6
PAIR = re.compile(
    r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*([NSEW]?)\s*[,;，；\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*([NSEW]?)\s*",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Hit:
    """One thing found. ``kind`` is ``place``, ``grid``, ``feature``, ``person`` or ``case``.

    ``place`` is (lon, lat) or None, ``bounds`` (west, south, east, north) or
    None; ``note`` is a template over ``fields``, ``more`` goes out as it is.
    """

    kind: str
    id: str
    title: str
    note: str = ""
    fields: dict[str, Any] = dataclasses.field(default_factory=dict)
    place: tuple[float, float] | None = None
    bounds: tuple[float, float, float, float] | None = None
    more: dict[str, Any] = dataclasses.field(default_factory=dict)


def search(engine, text, boundaries, *, at, people=False, limit=6):
    """Return the Hits for ``text``: coordinates first, then the best of each kind.

    Parameters
    ----------
    boundaries : Boundaries
        Whose grids are looked through.
    people : bool
        Whether the reader may find persons.
    limit : int
        Most hits of each kind.
    """
    words = folded(text)
    if not words:
        return []
    with reading(engine) as session:
        known = facts.known(session)
        found = [
            places(text, boundaries),
            grids(words, boundaries, limit),
            persons(words, known.staffing, boundaries, at) if people else [],
            features(session, words),
            cases(session, text.strip()),
        ]
        return list(itertools.chain.from_iterable(itertools.islice(hits, limit) for hits in found))


def folded(text):
    """Return ``text`` as it is compared: width, case and outer blanks do not count."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def rank(words, code, *names):
    """Return how well a thing answers: 0 its code, 1 its name, 2 a beginning, 3 a part, None not at all."""
    texts = [code, *names]
    if words == code:
        return 0
    if words in names:
        return 1
    if any(text.startswith(words) for text in texts):
        return 2
    return 3 if any(words in text for text in texts) else None


def places(text, boundaries):
    """Yield the position that ``text`` is, in either order where only one of them can be meant."""
    found = PAIR.fullmatch(text)
    if found is None:
        return
    first, first_side, second, second_side = found.groups()
    pair = signed(first, first_side), signed(second, second_side)
    is_lat_first = first_side.upper() in ("N", "S") or (
        not first_side and not lies_in(pair, boundaries) and lies_in(pair[::-1], boundaries)
    )
    lon, lat = pair[::-1] if is_lat_first else pair
    if -180 <= lon <= 180 and -90 <= lat <= 90:
        yield Hit("place", f"{lon},{lat}", f"{lon:.6f}, {lat:.6f}", N_("Position, read as WGS 84"), place=(lon, lat))


def signed(number, side):
    """Return a coordinate; south and west are negative."""
    return -float(number) if side.upper() in ("S", "W") else float(number)


def lies_in(pair, boundaries):
    """Return whether a (lon, lat) lies in the box of a city's topmost shapes."""
    shapes = (
        [boundaries.shapes[code] for code in boundaries.at_level(boundaries.levels[0]) if code in boundaries.shapes]
        if boundaries.levels
        else []
    )
    boxes = (shape.bounds for shape in shapes)
    return any(west <= pair[0] <= east and south <= pair[1] <= north for west, south, east, north in boxes)


def grids(words, boundaries, limit):
    """Yield at most ``limit`` grids of all levels whose code or name holds ``words``: better, then higher, then lower code first."""
    depth = {level: number for number, level in enumerate(boundaries.levels)}
    named = (grid for grid in boundaries.grids.values() if words in folded(f"{grid.code}\n{grid.name}\n{grid.name_en}"))
    scored = ((rank(words, folded(grid.code), folded(grid.name), folded(grid.name_en)), grid) for grid in named)
    found = [(score, depth.get(grid.level, 0), grid.code.encode(), grid) for score, grid in scored if score is not None]
    for *_, grid in heapq.nsmallest(limit, found, key=lambda one: one[:3]):
        yield grid_hit(grid, boundaries)


def grid_hit(grid, boundaries):
    """Return a grid as a Hit, with the areas it lies in."""
    above = " · ".join(boundaries.grids[code].name for code in reversed(boundaries.ancestors(grid.code)[:2]))
    shape = boundaries.shapes.get(grid.code)
    inside = shape.representative_point() if shape is not None else None
    return Hit(
        "grid",
        grid.code,
        grid.name or grid.code,
        N_("{code} · {above}") if above else N_("{code}"),
        {"code": grid.code, "above": above},
        place=(inside.x, inside.y) if inside else None,
        bounds=shape.bounds if shape is not None else None,
        more={"level": grid.level, "code": grid.code, "title_en": grid.name_en},
    )


def persons(words, staffing, boundaries, at):
    """Yield the persons whose name or code holds ``words``, each at the grids they are posted on now."""
    grid_of = {grid.grid_id: grid for grid in boundaries.grids.values() if grid.grid_id is not None}
    posted: dict[int, list[Any]] = {}
    for post in itertools.chain.from_iterable(staffing.posts.values()):
        if holds(post, at) and post.grid_id in grid_of:
            posted.setdefault(post.person_id, []).append(grid_of[post.grid_id])
    scored = [
        (rank(words, folded(one.code), folded(one.name)), one.code.encode(), one) for one in staffing.persons.values()
    ]
    for _, _, person in sorted((one for one in scored if one[0] is not None), key=lambda one: one[:2]):
        yield person_hit(person, sorted(posted.get(person.id, []), key=lambda grid: grid.code.encode()), boundaries)


def person_hit(person, grids_of, boundaries):
    """Return a person as a Hit, placed at the first of their grids."""
    first = next((boundaries.shapes[grid.code] for grid in grids_of if grid.code in boundaries.shapes), None)
    inside = first.representative_point() if first is not None else None
    return Hit(
        "person",
        person.code,
        person.name,
        N_("{grids}") if grids_of else N_("Posted nowhere now"),
        {"grids": " · ".join(grid.name or grid.code for grid in grids_of)},
        place=(inside.x, inside.y) if inside else None,
        bounds=first.bounds if first is not None else None,
        more={"phone": person.phone, "grids": [grid.code for grid in grids_of]},
    )


def features(session, words):
    """Yield the roads, rivers, lands and places whose name or code holds ``words``, better ones first."""
    found = [
        (rank(words, folded(one.code), folded(one.name), folded(one.name_en)), one.code.encode(), one, shape)
        for one, shape in feature_rows.named(session, NAMED_LAYERS, words)
    ]
    for _, _, feature, shape in sorted((one for one in found if one[0] is not None), key=lambda one: one[:2]):
        inside = shape.representative_point()
        yield Hit(
            "feature",
            f"{feature.layer}.{feature.id}",
            feature.name or feature.code,
            place=(inside.x, inside.y),
            bounds=shape.bounds,
            more={"layer": feature.layer, "code": feature.code, "title_en": feature.name_en},
        )


def cases(session, number):
    """Yield the cases and reports whose number begins with ``number``; shorter beginnings find nothing."""
    for case, told in case_rows.numbered(session, number) if len(number) >= SHORTEST_NUMBER else ():
        yield Hit(
            "case",
            case.number,
            case.number,
            N_("Category {category}, grid {grid}"),
            {"category": case.category_code, "grid": told.grid_code},
            place=(told.lon, told.lat),
            more={"state": case.state},
        )


def categories(engine, text):
    """Return the categories whose code or name holds ``text``, by code; all without it."""
    words = folded(text)
    with reading(engine) as session:
        known = facts.known(session).categories.values()
    matching = [
        one
        for one in known
        if not words or rank(words, folded(one.code), folded(one.name), folded(one.name_en)) is not None
    ]
    return sorted(matching, key=lambda one: one.code.encode())
