"""A city of two communities, small enough to draw: two divided grids, one undivided, one in the other community."""

import city_copies
import shapely
from small_cities import BEFORE, publish, rubbish, square

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import City
from gridmgr.domain.staff import Person, Post
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, cities, drafts, revisions

# +----+----+----+
# | X       | Y  |   community K2, grids X and Y
# +----+----+----+
# | A1 | A2 | C  |   community K1: A = A1 + A2 + A3, B = B1 + B2 + B3, C undivided
# +----+----+    |
# | A3 | B1 |    |
# +----+----+    |
# | B2 | B3 |    |
# +----+----+----+
UNITS = {
    "A1": ("A", square(0, 2)),
    "A2": ("A", square(1, 2)),
    "A3": ("A", square(0, 1)),
    "B1": ("B", square(1, 1)),
    "B2": ("B", square(0, 0)),
    "B3": ("B", square(1, 0)),
}
GRIDS = {
    "A": ("K1", None),
    "B": ("K1", None),
    "C": ("K1", square(2, 0, 1, 3)),
    "X": ("K2", square(0, 3, 2, 1)),
    "Y": ("K2", square(2, 3)),
}
FRAME = square(0, 0, 3, 4)


def rows():
    """Return [(DraftGrid, shape)] of the city, its borders noded where grids meet."""
    leaves = {code: shape for code, (_, shape) in UNITS.items()}
    leaves |= {code: shape for code, (_, shape) in GRIDS.items() if shape is not None}
    corners = shapely.union_all([shapely.boundary(shape) for shape in leaves.values()])
    whole = {code: noded(shape, corners) for code, shape in leaves.items()}
    areas = {code: joined(whole, [u for u, (parent, _) in UNITS.items() if parent == code]) for code in ("A", "B")}
    areas |= {code: whole[code] for code in ("C", "X", "Y")}
    communities = {k: joined(areas, [g for g, (parent, _) in GRIDS.items() if parent == k]) for k in ("K1", "K2")}
    district = joined(communities, ["K1", "K2"])
    found = [(DraftGrid(0, "unit_grid", u, f"Unit {u}", parent_code=p), whole[u]) for u, (p, _) in UNITS.items()]
    for code, (parent, shape) in GRIDS.items():
        role = "derived" if shape is None else "drawn"
        found.append((DraftGrid(0, "responsibility_grid", code, f"Grid {code}", role, parent), areas[code]))
    for code, shape in communities.items():
        found.append((DraftGrid(0, "community", code, f"Community {code}", "derived", "130302"), shape))
    found.append((DraftGrid(0, "evaluated_area", "130302", "Haigang", "derived", "130300"), district))
    found.append((DraftGrid(0, "city", "130300", "Qinhuangdao", "reference"), district))
    return found


def joined(shapes, codes):
    """Return the union of some shapes that share their borders."""
    return shapely.coverage_union_all([shapes[code] for code in codes])


def noded(shape, lines):
    """Return a square with a vertex wherever the border of another ends on its own."""
    xy = shapely.get_coordinates(shapely.node(shapely.union_all([lines])))
    on = [p for p in map(tuple, xy.tolist()) if shapely.dwithin(shape.exterior, shapely.Point(p), 1e-12)]
    ring = sorted(set(on), key=lambda p: shape.exterior.project(shapely.Point(p)))
    return shapely.Polygon(ring)


@city_copies.kept
def found(engine):
    """Found, staff and publish the city."""
    with writing(engine) as session:
        cities.add(session, City("Qinhuangdao", "Asia/Shanghai", 4490, created_at=BEFORE))
        draft = drafts.add(session, Draft("first", BEFORE, "planner"))
        drafts.put(session, draft, rows())
        grids = [g for g, _ in drafts.changes(session, draft.id) if g.level == "responsibility_grid"]
        people = bulk.insert(session, [Person(f"P{g.code}", f"Chief of {g.code}", "0335-5550000") for g in grids])
        bulk.insert(session, [Post(p.id, g.grid_id, "chief", BEFORE) for p, g in zip(people, grids, strict=True)])
        for kind in ("drafts", "staff"):
            revisions.raise_(session, kind)
    rubbish(engine)
    publish(engine, draft.id)
