"""What stands on one street, and the lands of nobody, each as a report: filed, and answered by the right office.

Source: domain handbook, section 1.2. The reports are filed on the whole demo
city in its file, and on a city of four squares on both databases.
"""

import datetime as dt
import json
import shutil

import pytest
import shapely
import small_cities
from small_cities import BEFORE, square

from gridmgr.domain.responsibility import Unit
from gridmgr.domain.routing.trace import Entry
from gridmgr.services import cities, layers, publishing, reporting, routing
from gridmgr.services.cities import furnishing
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, features, responsibility, revisions, staff
from gridmgr.store import cities as city_rows

STREET = [
    ("guardrails", "02017", "TPD", "road"),
    ("separation blocks", "02022", "TPD", "road"),
    ("road surface", "06012", "SAN", "road"),
    ("green belt", "04013", "PRK", "road"),
    ("green belt, dirty", "06017", "PRK", "road"),
    ("sewer manhole", "01002", "MUN", "component"),
    ("drain manhole", "01003", "MUN", "component"),
    ("drain grate", "01004", "MUN", "component"),
    ("power pole", "01030", "PWR", "component"),
    ("river surface", "06025", "WAT", "river"),
    ("shopfront duties", "06999", "UME", "point_of_interest"),
    ("marked parking bays", "06016", "TPD", "road"),
    ("cars beside the bays", "09009", "TPD", "road"),
    ("facade", "06004", "HCD", "point_of_interest"),
]
LANDS = {
    "railway": "06998",
    "urban_village": "06997",
    "fringe": "06996",
    "unmanaged_estate": "06995",
    "back_lane": "06994",
}
NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def demo(demo_city, tmp_path_factory):
    """The engine of a demo city to file reports on, and a function that finds a place for a thing on it."""
    path = tmp_path_factory.mktemp("street") / "city.gpkg"
    shutil.copyfile(demo_city, path)
    engine = cities.open_city(f"gpkg:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def squares(engine, tmp_path):
    """The engine of a city of four squares with the national matrix, an office for each department and five lands."""
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)
    with writing(engine) as session:
        city = city_rows.the_city(session)
        city.profile = "cn"
        furnishing.furnish(session, city, by="test")
        named = [one.code for one in responsibility.departments(session)]
        bulk.insert(session, [Unit(c, "130302", f"office of {c}", f"head of {c}", "0335-1", BEFORE) for c in named])
        revisions.raise_(session, "responsibility")
    kinds = {"accept": ["no_department"], "reason": "the squares have no subdistrict"}
    publishing.publish(engine, draft, by="director", at=BEFORE + dt.timedelta(days=1), **kinds)
    layers.import_file(engine, lands_file(tmp_path), "nobodys_land", at=BEFORE + dt.timedelta(days=2), by="planner")
    return engine


def lands_file(folder):
    """Write one land of each kind, side by side in square A."""
    values = {"department": "SUB", "person": "钱为民", "phone": "0335-2", "document": "秦政办〔2026〕1号"}
    made = [
        {
            "type": "Feature",
            "properties": {
                "code": f"L-{kind}",
                "name": kind,
                "kind": kind,
                "organisation": f"owner of {kind}",
                **values,
            },
            "geometry": shapely.geometry.mapping(square(0.1 + 0.15 * n, 0.1, 0.1, 0.1)),
        }
        for n, kind in enumerate(LANDS)
    ]
    path = folder / "lands.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")
    return path


def place_on(engine, layer, category):
    """Return lon, lat of a thing of ``layer`` in the city and on nobody's land."""
    known = routing.knowledge(engine, at=NOON)
    with reading(engine) as session:
        found = [(f, s) for f, s in features.at_layer(session, layer, at=NOON) if is_kind(f, category)]
    spots = (shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist() for _, shape in found)
    ours = (s for s in spots if known.ground.locator.locate(*s) is not None and not known.facts.lands.at(*s, NOON))
    return next(ours)


def is_kind(feature, category):
    """Return whether a feature may be what a report of ``category`` is about: a component of it, or any other thing."""
    return feature.layer != "component" or feature.props.get("category") == category


def file(engine, place, category):
    """File a report as a citizen does; return it as the database keeps it."""
    made, is_new = reporting.report(engine, x=place[0], y=place[1], category=category, description="street", at=NOON)
    assert is_new
    return made


def check_owner(engine, report, department):
    """Check department, unit and person of a report against the rows they come from."""
    decision = report.decision
    assert (report.department_code, decision["department"]["code"]) == (department, department)
    area = decision["levels"]["evaluated_area"]
    with reading(engine) as session:
        offices = [u for u in responsibility.units(session, NOON) if u.department_code == department]
        persons, posts, duties, _ = staff.staffing_rows(session)
    office = next((u for u in offices if u.area_code == area), None) or next(u for u in offices if not u.area_code)
    told = decision["department"]
    assert (told["unit"], told["person"], told["phone"]) == (office.organisation, office.person, office.phone)
    here = {one.person_id for one in [*posts, *duties] if one.grid_id == report.grid_id}
    [person] = [one for one in persons if one.id == report.person_id]
    assert person.id in here and person.left_at is None
    assert (decision["person"]["name"], decision["person"]["phone"]) == (person.name, person.phone)
    assert decision["person"]["grid"] == report.grid_code


def check_trace(report):
    """Check that the trace says in both languages, in whole sentences, what was tried and who won."""
    entries = [Entry(**one) for one in report.decision["trace"]]
    winners = {e.step for e in entries if e.won}
    assert winners >= {"position", "grid", "person"} and winners & {"department", "overlay"}
    for language, stop in (("en", "."), ("zh", "。")):
        said = [entry.say(language) for entry in entries]
        assert all(one.endswith(stop) and "{" not in one and "None" not in one for one in said), said
        together = " ".join(said)
        assert report.decision["department"]["unit"] in together
        assert report.decision["person"]["name"] in together
        assert report.grid_code in together


@pytest.mark.parametrize(("thing", "category", "department", "layer"), STREET, ids=[row[0] for row in STREET])
def test_each_thing_on_the_street_reaches_its_department_unit_and_person_in_the_demo_city(
    demo, thing, category, department, layer
):
    report = file(demo, place_on(demo, layer, category), category)

    check_owner(demo, report, department)
    check_trace(report)
    assert not report.decision["fallback"] and not report.coverage_gap


def test_one_spot_on_the_street_has_one_person_and_nine_kinds_of_owners(demo):
    place = place_on(demo, "road", "06012")

    reports = [file(demo, place, category) for _, category, _, _ in STREET]

    assert len({one.person_id for one in reports}) == len({one.grid_code for one in reports}) == 1
    assert {one.department_code for one in reports} == {department for _, _, department, _ in STREET}


@pytest.mark.parametrize(("kind", "local"), LANDS.items())
def test_on_each_of_nobodys_lands_rubbish_and_the_local_code_reach_the_same_registered_owner_in_the_demo_city(
    demo, kind, local
):
    known = routing.knowledge(demo, at=NOON)
    land, place = next(lands_of(known, kind))

    check_lands_owner(demo, land, place, local)


def lands_of(known, kind):
    """Yield the lands of a kind with a place on them where no other land lies."""
    for land, shape in zip(known.facts.lands.lands, known.facts.lands.shapes, strict=True):
        place = shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist()
        if land.kind == kind and len(known.facts.lands.at(*place, NOON)) == 1:
            yield land, place


def check_lands_owner(engine, land, place, local):
    """Check that both codes reach the registered owner of a land, and a matter that is none of its the matrix's lead."""
    reports = [file(engine, place, category) for category in (local, "06010")]
    for report in reports:
        told = report.decision["department"]
        assert (told["unit"], told["person"], told["phone"]) == (land.organisation, land.person, land.phone)
        assert (told["rule"], report.department_code) == (f"land:{land.code}", land.department_code)
        assert report.decision["person"]["grid"] == report.grid_code
        check_trace(report)
    assert reports[0].decision["department"] == {**reports[1].decision["department"], **same_matter(reports[0])}
    assert file(engine, place, "01030").department_code == "PWR"


def same_matter(report):
    """Return what two matters of one owner may differ in: how the matrix would have routed them."""
    return {name: report.decision["department"][name] for name in ("routing_rule", "to_confirm")}


@pytest.mark.parametrize(("thing", "category", "department", "layer"), STREET[::3], ids=[row[0] for row in STREET[::3]])
def test_each_thing_on_the_street_reaches_its_department_on_both_databases(squares, thing, category, department, layer):
    report = file(squares, (119.615, 39.935), category)

    check_owner(squares, report, department)
    check_trace(report)


def test_each_of_nobodys_lands_reaches_its_registered_owner_on_both_databases(squares):
    known = routing.knowledge(squares, at=NOON)

    for kind, local in LANDS.items():
        land, place = next(lands_of(known, kind))
        assert land.organisation == f"owner of {kind}"
        check_lands_owner(squares, land, place, local)
