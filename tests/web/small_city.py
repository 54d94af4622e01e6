"""A city small enough to draw: four grids in two communities, a chief for each, three departments."""

import datetime as dt

import city_copies
import shapely

from gridmgr.domain.access import ACCOUNT_ROLES, OF_A_DEPARTMENT
from gridmgr.domain.cases import Case, Report
from gridmgr.domain.categories import Category
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import City, Version
from gridmgr.domain.layers import Feature
from gridmgr.domain.responsibility import Department, NobodysLand, Responsibility, Unit
from gridmgr.domain.staff import Person, Post
from gridmgr.store import bulk, cities, database, drafts, features, grids, reports, revisions, versions
from gridmgr.store.tables.land import grid_state

WEST, SOUTH, SIDE = 119.60, 39.90, 0.01
ALWAYS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 5, 3, 13, tzinfo=dt.UTC)
PASSWORD = "a long password"
SYSTEM = "GBT47678_5-2026"
ROLES = ACCOUNT_ROLES


def square(column, row, width=1, height=1):
    """Return a rectangle of the city's raster, lon/lat; west and south first."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.MultiPolygon([shapely.box(west, south, west + width * SIDE, south + height * SIDE)])


# +----+----+
# | C  | D  |   community K2
# +----+----+
# | A  | B  |   community K1
# +----+----+
GRIDS = {
    "S": ("subdistrict", "海港街道", "Haigang", None, square(0, 0, 2, 2), "derived"),
    "K1": ("community", "红旗里社区", "Hongqili", "S", square(0, 0, 2, 1), "derived"),
    "K2": ("community", "东港里社区", "Donggangli", "S", square(0, 1, 2, 1), "derived"),
    "A": ("responsibility_grid", "红旗里 01", "", "K1", square(0, 0), "drawn"),
    "B": ("responsibility_grid", "红旗里 02", "", "K1", square(1, 0), "drawn"),
    "C": ("responsibility_grid", "东港里 01", "", "K2", square(0, 1), "drawn"),
    "D": ("responsibility_grid", "东港里 02", "", "K2", square(1, 1), "drawn"),
}
BROUGHT = {"联系电话": "13912345678", "level": "a column of the file"}
CHIEFS = {"A": "张梦瑶", "B": "王海涛", "C": "李红梅", "D": "孙立新"}


@city_copies.kept
def found(engine):
    """Found the small city with one published version, people and departments."""
    with database.session(engine, write=True) as session:
        cities.add(
            session, City(name="小城", timezone="Asia/Shanghai", srid=4490, created_at=ALWAYS, is_schematic=True)
        )
        publish(session)
        employ(session)
        divide_work(session)
        register_land(session)
        revisions.raise_(session, "staff")


def publish(session):
    """Publish the four grids as version 1."""
    draft = drafts.add(session, Draft(name="first", created_at=FIRST, created_by="test", status="published"))
    drafts.put(session, draft, [(draft_grid(draft, code, *facts), facts[4]) for code, facts in GRIDS.items()])
    versions.add(session, Version(number=1, effective_from=FIRST, published_at=FIRST, published_by="test"))
    grids.publish(session, draft, 1)


def draft_grid(draft, code, level, name, name_en, parent, shape, role):
    """Return one grid of the first draft."""
    props = BROUGHT if code == "A" else {}
    return DraftGrid(draft.id, level, code, name, role=role, parent_code=parent, name_en=name_en, props=props)


def grid_ids(session):
    """Return code → grid id."""
    return dict(session.execute(grid_state.select().with_only_columns(grid_state.c.code, grid_state.c.grid_id)).all())


def employ(session):
    """Post one chief on each grid."""
    ids = grid_ids(session)
    people = bulk.insert(
        session,
        [
            Person(code=f"P-{code}", name=name, phone=f"0335-{n}")
            for n, (code, name) in enumerate(CHIEFS.items(), 5550001)
        ],
    )
    bulk.insert(session, [Post(one.id, ids[code], "chief", ALWAYS) for code, one in zip(CHIEFS, people, strict=True)])


def divide_work(session):
    """Give two categories to two departments with their units."""
    bulk.insert(
        session, [Department("SAN", "环境卫生", "Sanitation"), Department("UME", "城市管理", "Urban management")]
    )
    bulk.insert(
        session,
        [
            Unit("SAN", "", "市环卫处", "周淑华", "0335-5551111", ALWAYS),
            Unit("UME", "", "市城管局", "马文博", "0335-5552222", ALWAYS),
        ],
    )
    bulk.insert(
        session,
        [
            Category(SYSTEM, "matter", "06010", "暴露垃圾", "Exposed rubbish", "06", "市容环境", "Appearance"),
            Category(SYSTEM, "matter", "06012", "道路不洁", "Dirty road", "06", "市容环境", "Appearance"),
        ],
    )
    bulk.insert(session, [Responsibility("06010", "", "SAN", ALWAYS), Responsibility("06012", "", "UME", ALWAYS)])


def register_land(session):
    """Register a railway strip in the corner of D, and a road through A and B."""
    strip = shapely.box(WEST + 1.8 * SIDE, SOUTH + 1.8 * SIDE, WEST + 1.9 * SIDE, SOUTH + 1.9 * SIDE)
    road = shapely.LineString([(WEST, SOUTH + SIDE / 2), (WEST + 2 * SIDE, SOUTH + SIDE / 2)])
    pairs = [
        (Feature("nobodys_land", "L1", "铁路沿线", props={"phone": "0335-5553333"}), strip),
        (Feature("road", "R1", "红旗路", "Hongqi Road", {"class": "avenue", **BROUGHT}), road),
    ]
    land, _ = features.add_many(session, pairs)
    claim = NobodysLand(
        land.id, "L1", "铁路沿线", "railway", "UME", "铁路段", "赵铁", "0335-5553333", "会议纪要 1", ["06010"], ALWAYS
    )
    bulk.insert(session, [claim])


def add_account(engine, role, login="", **place):
    """Add an account of that role; its login is the role. One that works for a department works for sanitation."""
    from gridmgr.services import accounts

    place = {"department_code": "SAN" if role in OF_A_DEPARTMENT else ""} | place
    facts = {"login": login or role, "password": PASSWORD, "name": f"some {login or role}", "role": role}
    with database.session(engine, write=True) as session:
        return accounts.add_account(session, at=ALWAYS, **facts, **place)


def file_case(session, number, lon, lat, code, *, filed_at, due_at, closed_at=None):
    """File a case about rubbish at a position."""
    ids = grid_ids(session)
    told = Report(
        f"R-{number}",
        filed_at,
        filed_at,
        lon,
        lat,
        "wgs84",
        lon,
        lat,
        "06010",
        description="secret words",
        grid_id=ids[code],
        grid_code=code,
        department_code="SAN",
    )
    reports.add(session, told)
    session.flush()
    case = Case(number, told.id, "06010", ids[code], "SAN", "handling", filed_at, due_at, closed_at)
    session.add(case)
    return case
