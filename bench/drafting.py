"""How long a planner waits for an edit: posted over HTTP until the changed grids and the findings are back.

A city of 2,000 grids with 375,000 vertices and one of 20,000 with 1.8 million, ten grids to a community,
is published and served by one process from a file. One planner makes 300 edits of a draft, as the page
would: he asks for the borders around a grid, moves one of them, and now and then splits a grid, merges
two, adds or moves a vertex. The edits after the 300th are timed. So is looking at the borders, and,
without HTTP, the audit of what an edit changed and its neighbours.

Usage: python -m bench.drafting [--cities a b] [--edits N] [--timed N]
"""

import contextlib
import datetime as dt
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

import numpy as np
import shapely
from web.planner import Planner

from bench import partitions, table
from bench.serving import served
from bench.table import Figure
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import City, Version
from gridmgr.services import accounts, drafts
from gridmgr.services.drafting import checking, editing
from gridmgr.services.drafting.changing import Change
from gridmgr.services.transactions import writing
from gridmgr.store import cities, database, grids, revisions, versions
from gridmgr.store import drafts as draft_rows

AT = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
PASSWORD = "a long password"
IN_COMMUNITY = 10
MUST_MS = {"a": 150, "b": 400}
AUDIT_MS = 50
NUDGE = 2e-5


def main():
    """Measure each city, print the figures and write them as JSON."""
    options = arguments()
    figures = [figure for name in options.cities for figure in measured(name, options)]
    table.show_figures("One edit of a draft", figures)
    table.write(options.json, "drafting", figures=figures)


def arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--cities", nargs="*", default=["a", "b"], choices=list(MUST_MS))
    reader.add_argument("--edits", type=int, default=300, help="edits before those that are timed")
    reader.add_argument("--timed", type=int, default=100, help="edits that are timed")
    return reader.parse_args()


def measured(name, options):
    """Return the Figures of one city."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"gpkg:///{folder}/city.gpkg"
        engine, boxes = founded(url, partitions.polygons(partitions.CITIES[name]))
        engine.dispose()
        with served(url, pathlib.Path(folder) / "data", 1) as (address, _):
            client = Planner(address.removeprefix("http://").strip("/"), "planner", PASSWORD)
            with contextlib.closing(client):
                taken, looked = timed(client, boxes, options)
        audited = audit_times(url, options.timed)
    title = f"{len(boxes):,} grids"
    return [
        Figure(f"{title}, edit after {options.edits} others, p95", share(taken, 0.95), "ms", MUST_MS[name], less=True),
        Figure(f"{title}, edit, median", share(taken, 0.5), "ms", less=True),
        Figure(f"{title}, borders around a grid, p95", share(looked, 0.95), "ms", less=True),
        Figure(f"{title}, audit of what changed, p95", share(audited, 0.95), "ms", AUDIT_MS, less=True),
    ]


def share(seconds, part):
    """Return the milliseconds within which that part of the times lies."""
    return sorted(seconds)[min(int(len(seconds) * part), len(seconds) - 1)] * 1000


# --- the city ------------------------------------------------------------------------


def founded(url, shapes):
    """Publish a city of these grids; return its engine and the box of each grid."""
    engine = database.create(url, srid=4490)
    with writing(engine) as session:
        cities.add(session, City("Bench", "Asia/Shanghai", 4490, created_at=AT))
        draft = draft_rows.add(session, Draft("first", AT, "bench", status="published"))
        draft_rows.put(session, draft, rows(draft.id, shapes))
        versions.add(session, Version(number=1, effective_from=AT, published_at=AT, published_by="bench"))
        grids.publish(session, draft, 1)
        accounts.add_account(session, login="planner", password=PASSWORD, name="planner", role="planner", at=AT)
        for kind in ("boundaries", "drafts"):
            revisions.raise_(session, kind)
    return engine, shapely.bounds(shapes)


def rows(draft_id, shapes):
    """Return [(DraftGrid, shape)] of the grids, of the communities they lie in, and of the district."""
    of_grid = communities(shapes)
    areas = {int(c): shapely.coverage_union_all(shapes[of_grid == c]) for c in np.unique(of_grid)}
    found = [
        (
            DraftGrid(draft_id, "evaluated_area", "Z", "District", "derived"),
            shapely.coverage_union_all(list(areas.values())),
        )
    ]
    found += [
        (DraftGrid(draft_id, "community", f"K{c:05d}", f"Community {c}", "derived", "Z"), s) for c, s in areas.items()
    ]
    return found + [
        (DraftGrid(draft_id, "responsibility_grid", f"K{c:05d}{i:05d}", f"Grid {i}", parent_code=f"K{c:05d}"), shape)
        for i, (shape, c) in enumerate(zip(shapes, of_grid.tolist(), strict=True))
    ]


def communities(shapes):
    """Return the number of each grid's community: squares of a raster with about ten grids in each."""
    x, y = shapely.get_coordinates(shapely.centroid(shapes)).T
    side = max(int(np.sqrt(len(shapes) / IN_COMMUNITY)), 1)
    column, line = (np.minimum(((v - v.min()) / np.ptp(v) * side).astype(int), side - 1) for v in (x, y))
    return column * side + line


# --- the planner ---------------------------------------------------------------------


def timed(client, boxes, options):
    """Return (seconds of edits, seconds of looking at borders) of the edits that are timed."""
    _, made = client.send("POST", "/api/v1/drafts", {"name": "bench"})
    address, chance = f"/api/v1/drafts/{made['draft']['id']}", random.Random(1)
    taken, looked, revision = [], [], 0
    while len(taken) < options.edits + options.timed:
        box = ",".join(map(str, chance.choice(boxes).tolist()))
        began = time.perf_counter()
        _, borders = client.send("GET", f"{address}/arcs?bbox={box}")
        looked.append(time.perf_counter() - began)
        edit = drawn(borders, chance)
        began = time.perf_counter()
        status, said = client.send("POST", f"{address}/edits", {"revision": revision, "edit": edit})
        if status == 200:
            taken.append(time.perf_counter() - began)
            revision = said["revision"]
    return taken[options.edits :], looked[-options.timed :]


def drawn(borders, chance):
    """Return an edit of what the page shows: mostly a border that is moved, now and then another kind."""
    arcs = [arc for arc in borders["arcs"] if not arc["locked"] and len(arc["line"]) > 4]
    if not arcs:
        return {"op": "remove_node", "at": [0, 0]}
    arc = chance.choice(arcs)
    line = [list(place) for place in arc["line"]]
    middle = len(line) // 2
    nudged = [round(value + chance.uniform(-NUDGE, NUDGE), 9) for value in line[middle]]
    kind = chance.random()
    if kind < 0.6:
        line[middle] = nudged
        return {"op": "move_arc", "grids": arc["sides"], "line": line}
    if kind < 0.8:
        return {"op": "move_node", "at": line[middle], "to": nudged}
    if kind < 0.9:
        between = [round((a + b) / 2, 9) for a, b in zip(line[middle - 1], line[middle], strict=True)]
        return {"op": "add_node", "at": between}
    if kind < 0.95:
        return {"op": "merge", "grids": arc["sides"], "code": arc["sides"][0]}
    return split(borders, chance)


def split(borders, chance):
    """Return an edit that cuts a grid in two from north to south through the middle of its box."""
    code = chance.choice([one for arc in borders["arcs"] for one in arc["sides"] if one])
    x, y = np.array([place for arc in borders["arcs"] if code in arc["sides"] for place in arc["line"]]).T
    middle = round(float(x.min() + x.max()) / 2, 9)
    return {"op": "split", "grid": code, "line": [[middle, float(y.min()) - 1e-4], [middle, float(y.max()) + 1e-4]]}


def audit_times(url, count):
    """Return the seconds of auditing what an edit changes, with its neighbours."""
    engine, chance, found = database.connect(url), random.Random(2), []
    draft = drafts.open_drafts(engine)[-1].id
    desk = editing.look(engine, draft)
    while len(found) < count:
        code = chance.choice(desk.coverage.codes)
        touched = dict.fromkeys([code, *desk.coverage.neighbours(code)[:1]])
        change = Change({}, "", desk, desk, touched, touched)
        began = time.perf_counter()
        checking.land(change)
        found.append(time.perf_counter() - began)
    engine.dispose()
    return found


if __name__ == "__main__":
    main()
