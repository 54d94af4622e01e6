"""Cities of a few squares, small enough to draw."""

import datetime as dt

import city_copies
import shapely

from gridmgr.domain.categories import Category
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import City
from gridmgr.domain.responsibility import Department, Responsibility, Unit
from gridmgr.domain.staff import Person, Post
from gridmgr.services import publishing
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, cities, drafts, revisions
from gridmgr.store import staff as staff_rows

WEST, SOUTH, SIDE = 119.60, 39.93, 0.01
NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
BEFORE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def square(column, row, width=1, height=1):
    """Return the square in a column and a row, counted from the south-west."""
    west, south = round(WEST + column * SIDE, 9), round(SOUTH + row * SIDE, 9)
    return shapely.box(west, south, round(west + width * SIDE, 9), round(south + height * SIDE, 9))


# +---+---+
# | C | D |
# +---+---+   one area, 130302, and the city's boundary round it
# | A | B |
# +---+---+
FOUR = {"A": square(0, 0), "B": square(1, 0), "C": square(0, 1), "D": square(1, 1)}


def found(engine, shapes=FOUR, *, frame=None, timezone="Asia/Shanghai"):
    """Found a city with one draft of ``shapes`` in one area; return the draft's id."""
    whole = frame or shapely.union_all(list(FOUR.values()))
    grids = [(DraftGrid(0, "responsibility_grid", c, f"Grid {c}", parent_code="130302"), s) for c, s in shapes.items()]
    area = DraftGrid(0, "evaluated_area", "130302", "Haigang", role="derived", parent_code="130300")
    city = DraftGrid(0, "city", "130300", "Qinhuangdao", role="reference")
    with writing(engine) as session:
        cities.add(session, City("Qinhuangdao", timezone, 4490, created_at=BEFORE))
        draft = drafts.add(session, Draft("first", BEFORE, "planner"))
        drafts.put(session, draft, [(city, whole), (area, shapely.union_all(list(shapes.values()))), *grids])
        revisions.raise_(session, "drafts")
        return draft.id


def staff(engine, draft_id, codes=None):
    """Post one chief on each grid of a draft, all but those left out of ``codes``."""
    with writing(engine) as session:
        grids = [g for g, _ in drafts.changes(session, draft_id) if g.level == "responsibility_grid" and not g.removed]
        wanted = [g for g in grids if codes is None or g.code in codes]
        people = bulk.insert(session, [Person(f"p{g.code}", f"Chief of {g.code}", "0335-5550000") for g in wanted])
        bulk.insert(session, [Post(p.id, g.grid_id, "chief", BEFORE) for p, g in zip(people, wanted, strict=True)])
        revisions.raise_(session, "staff")


def rubbish(engine, *, unit=True):
    """Let sanitation answer for exposed rubbish, through a unit or without one."""
    with writing(engine) as session:
        bulk.insert(session, [Department("SAN", "环境卫生", "Sanitation")])
        bulk.insert(
            session, [Category("GBT47678_5-2026", "matter", "06010", "暴露垃圾", "Exposed rubbish", is_event=True)]
        )
        bulk.insert(session, [Responsibility("06010", "", "SAN", BEFORE)])
        if unit:
            bulk.insert(session, [Unit("SAN", "130302", "Haigang Sanitation", "Li", "0335-5550001", BEFORE)])
        revisions.raise_(session, "responsibility")


def publish(engine, draft_id, *, at=BEFORE + dt.timedelta(days=1), **options):
    """Publish a draft as another person would."""
    return publishing.publish(engine, draft_id, by="director", at=at, **options)


@city_copies.kept
def whole_city(engine):
    """Found, staff and publish the city of four squares."""
    draft = found(engine)
    staff(engine, draft)
    rubbish(engine)
    publish(engine, draft)


def second_version(engine, shapes):
    """Publish a second version with these shapes; None dissolves a grid, and its people leave their posts."""
    with writing(engine) as session:
        draft = drafts.add(session, Draft("second", BEFORE, "planner", base_number=1))
        rows = [
            (DraftGrid(draft.id, "responsibility_grid", c, f"Grid {c}", parent_code="130302", removed=s is None), s)
            for c, s in shapes.items()
        ]
        drafts.put(session, draft, rows)
        staff_rows.end_posts(session, [row.grid_id for row, _ in rows if row.removed], NOON)
        for kind in ("drafts", "staff"):
            revisions.raise_(session, kind)
    return publish(engine, draft.id, at=NOON)
