"""The matrix comes in by sheet, whole or not at all."""

import datetime as dt

import pytest
import small_cities
from small_cities import NOON

from gridmgr.domain.responsibility.resolving import resolve
from gridmgr.geometry.archives import UnreadableFile
from gridmgr.services import staffing
from gridmgr.services.sheets import SheetRefused, matrix, templates
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, responsibility, revisions

DAY = dt.timedelta(days=1)
DEPARTMENTS = (
    "code,name,name_en\nSAN,环境卫生,Sanitation\nMUN,市政设施,Municipal works\nSUB,街道办事处,Subdistrict office\n"
)
UNITS = "department,area,organisation,person,phone\nSAN,,City Sanitation,Li,555-1\nMUN,130302,Haigang Works,Wu,555-2\n"
ENTRIES = (
    "category,category_name,area,department,co_departments,fallback_chain,routing_rule\n"
    "06012,道路不洁,,SAN,SUB,SAN>SUB>DISTRICT,territory_first\n"
    "06012,,A,MUN,,,\n"
)
AREAS = {"responsibility_grid": "A", "evaluated_area": "130302", "city": "130300"}


@pytest.fixture
def city(engine):
    """The engine of a city of four grids in a draft that knows the departments SAN, MUN, SUB and DISTRICT."""
    small_cities.found(engine)
    with writing(engine) as session:
        bulk.insert(session, [small_cities.Department("DISTRICT", "区政府", "District government")])
        revisions.raise_(session, "responsibility")
    return engine


@pytest.fixture
def take(city, tmp_path):
    """A function that takes a sheet in from its text."""

    def take(text, at=NOON, **options):
        path = tmp_path / "matrix.csv"
        path.write_text(text, encoding="utf-8")
        return matrix.import_matrix(city, path, at=at, by="tester", **options)

    return take


def owner(engine, category="06012", areas=AREAS, at=NOON):
    """Return department, rule and unit of a category in the areas of grid A."""
    with reading(engine) as session:
        found = resolve(facts.known(session).matrix, category, areas, at=at)
    return found.department_code, found.rule, found.unit and found.unit.organisation


def stored(engine):
    """Return how many entries, units and departments there are."""
    with reading(engine) as session:
        return [len(rows) for rows in responsibility.rows(session)]


def test_departments_units_and_entries_come_in_and_answer(city, take):
    assert take(DEPARTMENTS).counts == {"departments added": 3}
    assert take(UNITS).counts == {"units added": 2}
    assert take(ENTRIES).counts == {"categories added": 1, "entries added": 2}

    assert owner(city) == ("MUN", "entry:A", "Haigang Works")
    assert owner(city, areas={**AREAS, "responsibility_grid": "B"}) == ("SAN", "city_default", "City Sanitation")


def test_an_entry_of_an_area_takes_its_empty_cells_from_the_citys(city, take):
    take(DEPARTMENTS)
    take(ENTRIES)

    with reading(city) as session:
        of_area = next(e for e in responsibility.entries(session) if e.area_code == "A")
        assert of_area.co_departments == ["SUB"]
        assert of_area.fallback_chain == ["MUN", "SUB", "DISTRICT"]
        assert of_area.routing_rule == "territory_first"


def test_a_dash_says_that_nobody_assists(city, take):
    take(DEPARTMENTS)
    take(ENTRIES)
    take("category,department,co_departments\n06012,SAN,-\n", at=NOON + DAY)

    with reading(city) as session:
        newest = [e for e in responsibility.entries(session, NOON + DAY) if not e.area_code]
        assert [e.co_departments for e in newest] == [[]]


def test_the_same_sheets_a_second_time_say_nothing_new(city, take):
    for text in (DEPARTMENTS, UNITS, ENTRIES):
        take(text)
    before = stored(city)

    again = [take(text, at=NOON + DAY).counts for text in (DEPARTMENTS, UNITS, ENTRIES)]

    assert again == [{"rows that say nothing new": count} for count in (3, 2, 2)]
    assert stored(city) == before


def test_a_new_unit_ends_the_one_before_and_history_stays(city, take):
    for text in (DEPARTMENTS, UNITS, ENTRIES):
        take(text)

    changed = take("department,organisation,person,area\nMUN,New Works,Xu,130302\n", at=NOON + DAY)

    assert changed.counts == {"units ended": 1, "units added": 1}
    assert [owner(city, at=at)[2] for at in (NOON, NOON + DAY)] == ["Haigang Works", "New Works"]


def test_a_settled_entry_is_no_longer_to_confirm(city, take):
    take(DEPARTMENTS)
    take(ENTRIES)
    with writing(city) as session:
        next(e for e in responsibility.entries(session) if not e.area_code).to_confirm = True
        revisions.raise_(session, "responsibility")

    changed = take("category,department\n06012,SAN\n", at=NOON + DAY)

    assert changed.counts == {"entries ended": 1, "entries added": 1}
    assert [row[-1] for row in matrix.listed(city, at=NOON + DAY)] == ["", ""]


def test_a_dry_run_writes_nothing(city, take):
    tried = take(DEPARTMENTS, dry_run=True)

    assert (tried.counts, tried.is_written) == ({"departments added": 3}, False)
    assert stored(city) == [0, 0, 1]


WRONG = {
    "category,department\n06012,SAN\n": "category: there is no category 06012; correct it, or give its name in a column category_name.",
    "category,category_name,department\n06012,道路不洁,XYZ\n": (
        "department: there is no department XYZ; add a sheet with code and name of departments."
    ),
    "category,category_name,department,fallback_chain\n06012,道路不洁,SAN,SAN>ABC\n": (
        "fallback_chain: there is no department ABC; add a sheet with code and name of departments."
    ),
    "category,category_name,department,area\n06012,道路不洁,SAN,Z\n": (
        "area: there is no area or grid Z; leave the cell empty for the whole city."
    ),
    "category,category_name,department,routing_rule\n06012,道路不洁,SAN,mine\n": (
        "routing_rule: mine is no rule; write owner_first or territory_first."
    ),
    "department,organisation,person\nSAN,Office,\n": "person: is empty; fill it in.",
    "department,organisation,person,from,to\nSAN,Office,Li,2026-02-01,2026-01-01\n": (
        "to: 2026-01-01 is not after the beginning; the end is the first day off."
    ),
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.items())
def test_what_cannot_be_used_is_named_and_nothing_is_written(city, take, text, sentence):
    take(DEPARTMENTS)
    before = stored(city)

    with pytest.raises(SheetRefused) as refused:
        take(text)

    assert [p.say("en") for p in refused.value.problems] == [f"matrix.csv: row 2, {sentence}"]
    assert stored(city) == before


def test_a_code_whose_leading_zero_was_lost_is_recognised(take):
    take(DEPARTMENTS)
    take(ENTRIES)

    with pytest.raises(SheetRefused, match="its leading zero was lost"):
        take("category,department\n6012,SAN\n", at=NOON + DAY)


def test_two_rows_that_contradict_each_other_are_refused(take):
    take(DEPARTMENTS)

    with pytest.raises(SheetRefused, match="something else from that very instant"):
        take("department,organisation,person\nSAN,Office,Li\nSAN,Other office,Xu\n")


def test_a_file_of_something_else_is_refused(take):
    with pytest.raises(UnreadableFile, match="gridmgr template matrix"):
        take("a,b\n1,2\n")


def test_the_example_workbooks_come_in_as_they_are(city, tmp_path):
    url = city.url.render_as_string(hide_password=False)
    for kind in ("staff", "matrix"):
        templates.write_template(kind, tmp_path / f"{kind}.xlsx", codes=templates.example_codes(url, kind))

    people = staffing.import_staff(city, tmp_path / "staff.xlsx", at=NOON, by="tester")
    book = matrix.import_matrix(city, tmp_path / "matrix.xlsx", at=NOON, by="tester")

    assert people.counts["posts added"] == 3
    assert (people.counts["duties added"], people.counts["substitutions added"]) == (3, 1)
    assert book.counts["departments added"] == 35  # DISTRICT is known
    assert (book.counts["units added"], book.counts["entries added"]) == (3, 2)
    assert owner(city) == ("SAN", "city_default", "市环境卫生管理处")


def test_a_template_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(templates.Invalid, match="staff, matrix or grids"):
        templates.write_template("lamps", tmp_path / "lamps.xlsx")
    with pytest.raises(templates.Invalid, match="must end in"):
        templates.write_template("staff", tmp_path / "staff.csv")


def test_the_example_of_grids_holds_shapes_that_tile(tmp_path):
    import openpyxl
    import shapely

    templates.write_template("grids", tmp_path / "grids.xlsx")

    header, *rows = openpyxl.load_workbook(tmp_path / "grids.xlsx")["grids"].iter_rows(values_only=True)
    shapes = shapely.from_wkt([row[header.index("wkt")] for row in rows])
    assert shapely.coverage_is_valid(shapes)
    assert [row[0] for row in rows] == ["13030200100101", "13030200100102"]
