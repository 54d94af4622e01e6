"""Named queries about people, departments, features and reports."""

import datetime as dt

import pytest
import shapely

from gridmgr.domain.cases import Report
from gridmgr.domain.categories import Category
from gridmgr.domain.deadlines import CalendarDay
from gridmgr.domain.grids import Grid
from gridmgr.domain.layers import Feature
from gridmgr.domain.responsibility import Department, NobodysLand, Responsibility, Unit
from gridmgr.domain.staff import Duty, Person, Post, Substitution
from gridmgr.store import bulk, calendars, categories, features, reports, responsibility, revisions, staff

NOW = dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


def a_report(number, lon=119.6, lat=39.9, **more):
    return Report(number, NOW, NOW, lon, lat, "wgs84", lon, lat, **more)


def numbers(found):
    return [report.number for report in found]


def test_thousands_of_rows_are_written_at_once_and_numbered_in_order(session):
    written = bulk.insert(session, [Person(f"{number:05}", f"人{number}") for number in range(5000)])

    read = staff.persons_by_code(session)
    assert [person.id for person in written] == [read[person.code].id for person in written]
    assert len(read) == 5000


def test_rows_written_at_once_and_one_by_one_share_their_numbers(session):
    first = bulk.insert(session, [Person("1", "甲")])
    session.add(Person("2", "乙"))
    last = bulk.insert(session, [Person("3", "丙"), Grid("community"), Person("4", "丁", id=99)])

    ids = {person.code: person.id for person in staff.persons_by_code(session).values()}
    assert len(set(ids.values())) == 4
    assert (ids["1"], ids["3"], ids["4"]) == (first[0].id, last[0].id, 99)


def test_staffing_holds_everybody_with_posts_rosters_and_substitutions(session):
    grid = bulk.insert(session, [Grid("responsibility_grid")])[0]
    wang, li = bulk.insert(session, [Person("P1", "王芳"), Person("P2", "李伟", left_at=LATER)])
    post = Post(wang.id, grid.id, "chief", NOW, recorded_at=NOW, recorded_by="赵")
    duty = Duty(li.id, grid.id, [0, 6], 1320, 360, NOW)
    bulk.insert(session, [post, duty, Substitution(wang.id, li.id, NOW, LATER, "休假")])

    persons, posts, duties, substitutions = staff.staffing_rows(session)

    assert [person.name for person in persons] == ["王芳", "李伟"]
    assert (posts[0].role, posts[0].valid_from, posts[0].recorded_by) == ("chief", NOW, "赵")
    assert (duties[0].weekdays, duties[0].starts_minute, duties[0].ends_minute) == ([0, 6], 1320, 360)
    assert substitutions[0].reason == "休假"


def test_posts_on_a_dissolved_grid_end_with_it(session):
    gone, stays = bulk.insert(session, [Grid("responsibility_grid"), Grid("responsibility_grid")])
    person = bulk.insert(session, [Person("P1", "王芳")])[0]
    bulk.insert(session, [Post(person.id, grid.id, "chief", NOW) for grid in (gone, stays)])

    staff.end_posts(session, [gone.id], LATER)

    assert [post.grid_id for post in staff.posts_on(session, [gone.id, stays.id], LATER)] == [stays.id]
    assert len(staff.posts_on(session, [gone.id, stays.id], NOW)) == 2


def test_the_matrix_is_that_of_the_instant_asked_for(session):
    bulk.insert(session, [Department("SAN", "环卫"), Department("PRK", "园林")])
    bulk.insert(
        session, [Unit("SAN", "", "环卫处", "赵", "0335", NOW, LATER), Unit("SAN", "", "新环卫处", "钱", "0335", LATER)]
    )
    bulk.insert(session, [Responsibility("06010", "", "SAN", NOW, ["PRK"], ["SAN", "SUB"], source="§1")])

    entries, units, departments = responsibility.rows(session, LATER)

    assert [unit.organisation for unit in units] == ["新环卫处"]
    assert (entries[0].co_departments, entries[0].fallback_chain) == (["PRK"], ["SAN", "SUB"])
    assert [department.code for department in departments] == ["PRK", "SAN"]
    assert len(responsibility.rows(session)[1]) == 2


def test_nobodys_lands_come_with_their_shapes_the_highest_priority_first(session):
    bulk.insert(session, [Department("RLW", "铁路")])
    strip, village = features.add_many(
        session,
        [(Feature("nobodys_land", code, code), shapely.box(x, 0, x + 1, 1)) for x, code in enumerate(["L1", "L2"])],
    )
    owner = {"department_code": "RLW", "organisation": "铁路局", "person": "孙", "phone": "1", "document": "第3号"}
    lands = [
        NobodysLand(strip.id, "L1", "铁路", "railway_strip", categories=["06010"], valid_from=NOW, **owner),
        NobodysLand(village.id, "L2", "村", "urban_village", categories=[], valid_from=NOW, priority=5, **owner),
    ]
    bulk.insert(session, lands)

    found = responsibility.lands(session, NOW)

    assert [(land.code, shape.bounds[0]) for land, shape in found] == [("L2", 1), ("L1", 0)]
    assert found[1][0].categories == ["06010"]


def test_categories_are_told_apart_by_system_kind_and_code(session):
    current = categories.CURRENT_CODES
    rows = [
        Category(current, "matter", "06010", "暴露垃圾"),
        Category(current, "component", "06010", "公交站亭"),
        Category("GBT30428_2-2013", "matter", "06010", "旧"),
    ]
    bulk.insert(session, rows)

    assert [category.name for category in categories.matters(session)] == ["暴露垃圾"]
    assert categories.by_code(session, current, "component", "06010").name == "公交站亭"
    assert len(categories.all_categories(session, current)) == 2
    assert len(categories.all_categories(session)) == 3


def test_a_box_finds_what_meets_it_and_not_what_only_its_bounds_meet(session):
    #      /  the road runs along the diagonal; the box sits in the corner beside it
    # +-+ /
    road, pond = Feature("road", "R", "路"), Feature("river", "W", "河")
    features.add_many(session, [(road, shapely.LineString([(0, 0), (1, 1)])), (pond, shapely.box(0, 0, 1, 1))])

    beside = features.at_layer(session, "road", bbox=(0.6, 0.1, 0.9, 0.4))
    across = features.at_layer(session, "road", bbox=(0.4, 0.4, 0.6, 0.6))

    assert beside == []
    assert [(feature.code, shape.geom_type) for feature, shape in across] == [("R", "LineString")]


def test_features_have_their_days(session):
    shape = shapely.Point(119.6, 39.9)
    dated = [
        Feature("road", "old", "", valid_to=NOW),
        Feature("road", "new", "", valid_from=NOW),
        Feature("road", "always", ""),
    ]
    features.add_many(session, [(feature, shape) for feature in dated])

    found = [feature.code for feature, _ in features.at_layer(session, "road", at=NOW)]

    assert found == ["always", "new"]
    assert features.counts(session) == {"road": 3}


def test_features_are_found_by_part_of_a_name_taken_literally(session):
    named = [
        Feature("road", "R1", "河北大街"),
        Feature("road", "R2", "100%路", "Full Road"),
        Feature("river", "W1", "汤河"),
    ]
    features.add_many(session, [(feature, shapely.Point(0, 0)) for feature in named])

    def codes(words):
        return [feature.code for feature, _ in features.named(session, ("road", "river"), words)]

    assert (codes("河"), codes("0%"), codes("full r"), codes("%")) == (["W1", "R1"], ["R2"], ["R2"], ["R2"])


@pytest.mark.parametrize("add", [reports.add_many, lambda session, new: [reports.add(session, one) for one in new]])
def test_reports_in_a_box_are_the_newest_first(session, add):
    inside = [a_report("1"), a_report("2"), a_report("3", lon=119.5, lat=39.8)]
    inside[0].received_at = LATER
    add(session, [*inside, a_report("far", lon=119.9)])
    session.flush()

    found = reports.in_box(session, 119.5, 39.8, 119.7, 40.0, limit=10)

    assert numbers(found) == ["1", "3", "2"]
    assert numbers(reports.in_box(session, 119.5, 39.8, 119.7, 40.0, limit=1)) == ["1"]
    assert reports.count(session) == 4


def test_a_report_is_found_by_number_and_by_the_key_of_its_sender(session):
    reports.add(
        session, a_report("2026-000001", source="open311", idempotency_key="k", decision={"grid": {"code": "网"}})
    )
    reports.add_many(session, [a_report("2026-000002"), a_report("2026-000003")])

    assert reports.by_key(session, "open311", "k").decision == {"grid": {"code": "网"}}
    assert reports.by_key(session, "api", "k") is None
    assert reports.by_number(session, "2026-000002").number == "2026-000002"
    assert reports.highest_number(session, "2026-") == "2026-000003"
    assert reports.highest_number(session, "2027-") is None
    assert numbers(reports.newest(session, 2)) == ["2026-000003", "2026-000002"]
    assert [row.number for row in reports.positions(session)] == ["2026-000001", "2026-000002", "2026-000003"]


def test_a_key_is_used_once_by_each_sender(session):
    reports.add(session, a_report("1", idempotency_key="k"))

    with pytest.raises(Exception, match="report"):
        reports.add(session, a_report("2", idempotency_key="k"))
    session.rollback()


def test_revisions_count_the_changes_of_each_kind(session):
    for kind in ("staff", "drafts", "staff"):
        revisions.raise_(session, kind)

    assert revisions.numbers(session) == {"drafts": 1, "staff": 2}


def test_the_calendar_knows_which_years_it_covers(session):
    days = [CalendarDay(dt.date(2026, 10, 1), "holiday", "国庆节"), CalendarDay(dt.date(2025, 1, 1), "holiday")]
    bulk.insert(session, days)

    assert calendars.years(session) == [2025, 2026]
    assert [day.date.year for day in calendars.days(session)] == [2025, 2026]
