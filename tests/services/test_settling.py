"""A settled dispute goes before the owner of nobody's land and before a registered owner, there and nowhere else."""

import pytest
import shapely
from services import handled
from services.handled import DAY, HOUR
from small_cities import BEFORE, NOON, SIDE, SOUTH, WEST

from gridmgr.domain.layers import Feature
from gridmgr.domain.responsibility import OWNER_FIRST, Department, NobodysLand, Responsibility, Unit
from gridmgr.domain.responsibility.resolving import resolve
from gridmgr.services import reporting, routing
from gridmgr.services.handling import dispatching
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, features, responsibility, revisions

# +---+---+
# | C | D |
# +---+---+   The railway runs through A and B, and claims rubbish (06010) and dirt (06012).
# |===|===|
# +---+---+
RAILWAY = shapely.box(WEST, SOUTH + 0.4 * SIDE, WEST + 2 * SIDE, SOUTH + 0.6 * SIDE)
SPOTS = {"A": (119.605, 39.935), "B": (119.615, 39.935)}
LATER = NOON + DAY


@pytest.fixture
def city(engine):
    handled.city(engine)
    return engine


@pytest.fixture
def railway(city):
    with writing(city) as session:
        bulk.insert(session, [Department("RWY", "铁路", "Railway")])
        [land] = features.add_many(session, [(Feature("nobodys_land", "L1", "铁路沿线"), RAILWAY)])
        told = ("铁路段", "赵铁", "0335-5553333", "会议纪要 1", ["06010", "06012"], BEFORE)
        bulk.insert(session, [NobodysLand(land.id, "L1", "铁路沿线", "railway", "RWY", *told)])
        for kind in ("features", "responsibility"):
            revisions.raise_(session, kind)
    return city


def settled(engine, department, **more):
    """File a dirty road in A, let it be disputed, and settle that; return the case's number."""
    number = handled.filed(engine)
    dispatching.dispute(engine, number, reason="whose?", by="dispatcher", at=NOON)
    told = {"reason": "minutes 7", "by": "supervisor", "at": NOON + HOUR}
    dispatching.settle(engine, number, department=department, **told, **more)
    return number


def owner(engine, grid, category="06012", at=LATER):
    """Return department and rule of a matter on the railway in a grid."""
    found = routing.where(routing.knowledge(engine, at=at), *SPOTS[grid], category=category, at=at).department
    return found["code"], found["rule"]


def test_a_settlement_goes_before_the_owner_of_nobodys_land_in_its_grid_alone(railway):
    assert owner(railway, "A", at=NOON) == ("RWY", "land:L1")

    settled(railway, "UME")

    assert owner(railway, "A") == ("UME", "entry:A")
    assert owner(railway, "B") == ("RWY", "land:L1")
    assert owner(railway, "A", "06010") == ("RWY", "land:L1")
    assert owner(railway, "A", at=NOON) == ("RWY", "land:L1")


def test_a_settlement_for_an_area_holds_in_each_of_its_grids(railway):
    settled(railway, "UME", area="130302")

    assert owner(railway, "A") == owner(railway, "B") == ("UME", "entry:130302")


def test_the_owner_of_nobodys_land_may_be_the_one_who_is_settled_on(railway):
    settled(railway, "RWY")

    report, _ = reporting.report(railway, **handled.SPOT, category="06012", at=LATER)

    assert owner(railway, "A")[0] == report.department_code == "RWY"


def test_a_report_on_nobodys_land_is_filed_for_who_was_settled_on(railway):
    settled(railway, "UME")

    here, there = (
        reporting.report(railway, x=lon, y=lat, category="06012", at=LATER)[0] for lon, lat in SPOTS.values()
    )

    assert (here.department_code, there.department_code) == ("UME", "RWY")
    assert any("L1" in str(entry) for entry in here.decision["trace"] if not entry["won"])


OWNER = Unit("OWN", "", "灯具公司", "Lu", "0335-1", BEFORE)


@pytest.mark.parametrize("lead", ["SAN", "OWN"])
def test_a_settlement_goes_before_a_registered_owner_in_its_grid_alone(city, lead):
    with writing(city) as session:
        bulk.insert(session, [Department("OWN", "产权单位", "Owner"), Department("DISTRICT", "区政府", "District")])
        responsibility.end_entries(session, "06012", "", NOON - HOUR)
        bulk.insert(session, [Responsibility("06012", "", lead, NOON - HOUR, routing_rule=OWNER_FIRST)])
        revisions.raise_(session, "responsibility")
    settled(city, "UME")

    matrix = routing.knowledge(city, at=LATER).facts.matrix
    found = {
        code: resolve(matrix, "06012", {"responsibility_grid": code, "evaluated_area": "130302"}, at=LATER, owner=OWNER)
        for code in "AB"
    }

    assert {code: (one.department_code, one.rule) for code, one in found.items()} == (
        {"A": ("UME", "entry:A"), "B": ("OWN", "owner")}
    )
    assert not found["A"].fallback
    assert lead == "OWN" or lead not in [one.department_code for one in found["A"].assisting]
