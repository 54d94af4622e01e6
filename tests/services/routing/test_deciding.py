"""Deciding for many rows at once says of each what routing it alone says."""

import dataclasses
import datetime as dt
from concurrent import futures

import numpy as np
import pytest
import small_cities
from hypothesis import given, settings
from hypothesis import strategies as st
from services import random_cities
from services.random_cities import CODES, position
from services.routed_rows import flat

from gridmgr.domain.staff import Person, Post
from gridmgr.domain.times.clocks import as_microseconds
from gridmgr.services import routing
from gridmgr.services.bulk import answers
from gridmgr.services.routing import asking, deciding
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, revisions

NOON = small_cities.NOON


@dataclasses.dataclass
class OneState:
    """A timeline that answers from one state of the land whatever the instant."""

    known: object
    is_fixed = True

    def at(self, _):
        """Return the one Knowledge."""
        return self.known


@dataclasses.dataclass(frozen=True)
class Question:
    """One row: where, what, when it was observed and received, and how exact the position is."""

    lon: float
    lat: float
    category: int
    at: dt.datetime
    received_at: dt.datetime
    accuracy_m: float = 0.0


def ask_many(timeline, questions, codes):
    """Return the rows of answers to ``questions``, each a mapping as a routed file has them."""
    of = lambda name, kind: np.array([getattr(one, name) for one in questions], kind)  # noqa: E731
    when = (
        np.array([as_microseconds(getattr(one, name)) for one in questions], np.int64) for name in ("at", "received_at")
    )
    observed, received = when
    decided = deciding.route_many(
        timeline, of("lon", float), of("lat", float), of("category", np.int32), codes, observed,
        received=received, accuracy_m=of("accuracy_m", float),
    )  # fmt: skip
    columns = decided.columns()
    rows = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def ask_one(timeline, question, codes):
    """Return the row of the answer to one question by itself."""
    decision = routing.where(
        timeline.at(question.at),
        question.lon,
        question.lat,
        category=codes[question.category] if question.category >= 0 else None,
        at=question.at,
        received_at=question.received_at,
        accuracy_m=question.accuracy_m or None,
    )
    return flat(decision)


def assert_same(timeline, questions, codes):
    """Assert that each of ``questions`` has one answer, alone or among the others."""
    for question, row in zip(questions, ask_many(timeline, questions, codes), strict=True):
        alone = ask_one(timeline, question, codes)
        assert row | {"nearest_m": None} == alone | {"nearest_m": None}, question
        assert row["nearest_m"] == pytest.approx(alone["nearest_m"], abs=0.11)


@settings(max_examples=50, deadline=None)
@given(random_cities.cities(), st.lists(random_cities.questions, min_size=1, max_size=25))
def test_in_any_city_each_row_is_answered_as_by_itself(known, asked):
    questions = [Question(*position(place), *rest) for place, *rest in asked]

    if known.ground.locator.codes:
        assert_same(OneState(known), questions, CODES)
        assert_same(OneState(known), questions[::-1], CODES)
    else:
        with pytest.raises(routing.NothingInForce):
            ask_many(OneState(known), questions, CODES)


def test_a_registration_ends_with_its_last_day_also_where_the_clocks_let_that_day_begin_anew():
    # At a minute past midnight of 29 October 2006 the clocks of St John's went back to the 28th.
    known = random_cities.one_square("America/St_Johns", expires_on=dt.date(2006, 10, 28))
    midnight = dt.datetime(2006, 10, 29, 2, 30, tzinfo=dt.UTC)
    instants = [midnight + dt.timedelta(seconds=30 * step) for step in range(-4, 130)]
    inside = position((0.5, 0.5))

    rows = ask_many(OneState(known), [Question(*inside, 0, at, at) for at in instants], CODES)

    assert_same(OneState(known), [Question(*inside, 0, at, at) for at in instants], CODES)
    changes = [
        at for at, row, before in zip(instants[1:], rows[1:], rows, strict=False) if row["unit"] != before["unit"]
    ]
    assert changes == [midnight + dt.timedelta(minutes=one) for one in (0, 1, 60)]


def test_positions_that_are_none_are_outside_and_near_nothing():
    known = random_cities.one_square("Asia/Shanghai")
    nowhere = [(np.nan, 39.93), (119.605, np.nan), (np.inf, np.inf), (-np.inf, 39.93)]
    lons, lats = np.array([*nowhere, position((0.5, 0.5))]).T

    decided = deciding.route_many(OneState(known), lons, lats, np.zeros(5, np.int32), CODES, NOON)

    columns = {name: column.to_pylist() for name, column in decided.columns().items()}
    assert decided.flag("outside").tolist() == [True] * 4 + [False]
    assert decided.flag("near_border").tolist() == [False] * 5
    assert [columns[name][:4] for name in ("responsibility_grid", "person", "department", "nearest", "nearest_m")] == [
        [None] * 4
    ] * 5
    assert columns["responsibility_grid"][4] == "a"


def test_the_grid_and_the_rules_of_each_row_can_be_asked_for_without_a_file():
    known = random_cities.one_square("Asia/Shanghai")
    lons, lats = np.array([position((0.5, 0.5)), position((2, 2))]).T

    decided = deciding.route_many(OneState(known), lons, lats, np.array([0, -1]), CODES, NOON)

    grid, department, version = (decided.coded(name) for name in ("grid", "department", "version"))
    assert (grid.positions.tolist(), grid.values) == ([0, -1], ["a"])
    assert [department.values[one] and department.values[one].rule for one in department.positions] == ["land:L0", None]
    assert [version.values[one] for one in version.positions] == ["draft 1"] * 2


def test_a_category_that_is_not_there_is_named_where_a_row_asks_for_it():
    known = random_cities.one_square("Asia/Shanghai")
    inside = [Question(*position((0.5, 0.5)), 1, NOON, NOON)]

    assert ask_many(OneState(known), inside, ["99999", "06010"])[0]["unit"] == "Railway"
    with pytest.raises(routing.UnknownCategory, match="99999"):
        ask_many(OneState(known), inside, ["06010", "99999"])


def test_no_rows_have_empty_columns():
    known = random_cities.one_square("Asia/Shanghai")

    decided = deciding.route_many(OneState(known), [], [], np.empty(0, np.int32), [], np.empty(0, np.int64))

    assert {len(column) for column in decided.columns().values()} == {0}
    assert set(answers.ANSWER_TYPES) <= set(decided.columns())


def test_on_a_database_rows_of_a_second_are_answered_from_what_the_first_made(engine):
    small_cities.whole_city(engine)
    known = routing.knowledge(engine, at=NOON)
    timeline = asking.timeline(engine, NOON)
    rng = np.random.default_rng(3)
    spread = rng.uniform(-0.3, 2.3, (300, 2)).tolist() + [[x / 2, y / 2] for x in range(5) for y in range(5)]
    hours = rng.integers(0, 24 * 90, len(spread)).tolist()
    when = [NOON + dt.timedelta(hours=hour) for hour in hours]
    questions = [
        Question(*position(one), i % 2 - 1, at, at) for i, (one, at) in enumerate(zip(spread, when, strict=True))
    ]

    assert_same(timeline, questions, ["06010"])
    made = known.facts.tables["v1"]
    assert_same(timeline, questions, ["06010"])

    assert known.facts.tables["v1"] is made


def test_facts_that_change_are_answered_from_anew(engine):
    small_cities.whole_city(engine)
    inside = [Question(*position((0.5, 0.5)), -1, NOON, NOON)]
    ask = lambda: ask_many(OneState(routing.knowledge(engine, at=NOON)), inside, [])[0]["person"]  # noqa: E731
    assert ask() == "Chief of A"

    with writing(engine) as session:
        grid = routing.knowledge(engine, at=NOON).ground.boundaries.grids["A"].grid_id
        [person] = bulk.insert(session, [Person("a0", "Deputy of A")])
        bulk.insert(session, [Post(person.id, grid, "deputy", small_cities.BEFORE)])
        revisions.raise_(session, "staff")

    assert ask() == "Deputy of A"


@pytest.fixture(scope="module")
def demo_rows(demo_engine, demo_now):
    """A timeline of the demo city, and questions on its borders, in its lands, about it, over its two versions."""
    known = routing.knowledge(demo_engine, at=demo_now)
    timeline = asking.timeline(demo_engine, demo_now)
    boundaries, codes = known.ground.boundaries, list(known.facts.categories)
    rng = np.random.default_rng(11)
    grids = boundaries.at_level("responsibility_grid")[::20]
    corners = [
        boundaries.shapes[code].exterior.coords[0] for code in grids if boundaries.shapes[code].geom_type == "Polygon"
    ]
    inside = [shape.representative_point() for shape in known.facts.lands.shapes]
    west, south, east, north = boundaries.shapes[boundaries.at_level("city")[0]].bounds
    spread = rng.uniform([west, south], [east, north], (150, 2)).tolist()
    places = [*corners, *((point.x, point.y) for point in inside), *spread]
    hours = rng.integers(-24 * 300, 24 * 14, len(places)).tolist()
    matters = rng.integers(-1, len(codes), len(places)).tolist()
    when = [demo_now + dt.timedelta(hours=hour) for hour in hours]
    return timeline, [Question(*place, *rest) for place, *rest in zip(places, matters, when, when, strict=True)], codes


def test_in_the_demo_city_each_row_is_answered_as_by_itself(demo_rows):
    timeline, questions, codes = demo_rows

    assert_same(timeline, questions, codes)

    rows = ask_many(timeline, questions, codes)
    assert {row["version"] for row in rows} >= {"v1", "v2"}
    constant = {name for name in rows[0] if len({row[name] for row in rows}) == 1}
    assert constant <= {"city", "coverage_gap"}


def test_rows_of_several_versions_keep_their_order_in_every_column(demo_rows):
    timeline, questions, codes = demo_rows
    asked = deciding.route_many(
        timeline, [q.lon for q in questions], [q.lat for q in questions], np.full(len(questions), -1), codes,
        np.array([as_microseconds(q.at) for q in questions]),
    )  # fmt: skip

    columns = asked.columns()

    grid, version = asked.coded("grid"), asked.coded("version")
    assert columns["version"].to_pylist() == [version.values[one] for one in version.positions]
    assert columns["responsibility_grid"].to_pylist() == [
        grid.values[one] if one >= 0 else None for one in grid.positions
    ]
    assert columns["outside"].to_pylist() == asked.flag("outside").tolist() == (grid.positions < 0).tolist()


def test_threads_that_fill_the_tables_together_answer_as_one(demo_rows):
    timeline, questions, codes = demo_rows
    alone = ask_many(timeline, questions, codes)
    for known in {id(known): known for known in map(timeline.at, {q.at for q in questions})}.values():
        known.facts.tables.clear()

    with futures.ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda _: ask_many(timeline, questions, codes), range(8)))

    assert all(share == alone for share in shares)


@pytest.mark.parametrize("accuracy_m", [99.0, 101.0, 700.0, 100_000.0])
def test_rough_positions_are_near_the_borders_that_each_is_by_itself(accuracy_m):
    known = random_cities.one_square("Asia/Shanghai")
    places = [(x, y) for x in (-3, -0.5, 0.01, 0.3, 0.5, 0.99, 1.2, 4) for y in (0.5, 0.1, 1.01)]

    assert_same(OneState(known), [Question(*position(one), 0, NOON, NOON, accuracy_m) for one in places], CODES)
