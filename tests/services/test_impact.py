"""What a draft does, counted: half a road on either side, households by ground, and no figure where there is no data."""

import dataclasses
import datetime as dt

import pytest
import shapely
import small_cities
from small_cities import NOON, SIDE, SOUTH, WEST, square

from gridmgr.domain.drafts import Draft
from gridmgr.domain.drafts.draft_rows import of_state
from gridmgr.domain.grids import NoSuchGrid
from gridmgr.domain.layers import Feature
from gridmgr.errors import Invalid
from gridmgr.services import drafts as draft_service
from gridmgr.services import reporting
from gridmgr.services.drafting import editing
from gridmgr.services.impact import accounting, comparing, loading, proposing, streets
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities, drafts, features, grids, revisions
from gridmgr.store.tables.drafting import draft_grid

HOUR = dt.timedelta(hours=1)
MIDDLE = round(WEST + SIDE, 9)


@pytest.fixture
def city(engine):
    """The city of four squares, published."""
    return founded(engine)


def founded(engine, **props):
    """Found and publish the city of four squares, with attributes by code; return its engine."""
    draft = small_cities.found(engine)
    with writing(engine) as session:
        for code, values in props.items():
            session.execute(draft_grid.update().where(draft_grid.c.code == code.removeprefix("_")).values(props=values))
    small_cities.staff(engine, draft)
    small_cities.rubbish(engine)
    small_cities.publish(engine, draft)
    return engine


def drafted(city, shapes, **facts):
    """Begin a draft in which grids have other shapes (None: dissolved) or, by ``CODE=…``, other facts; return its id."""
    with writing(city) as session:
        draft = drafts.add(session, Draft("draft", NOON, "planner", base_number=1))
    change(city, draft, shapes, **facts)
    return draft.id


def change(city, draft, shapes, **facts):
    """Change a draft."""
    with writing(city) as session:
        known = grids.boundaries(session, 1).grids
        rows = []
        for code, shape in shapes.items():
            base = known.get(code, known["A"])
            row = small_cities.DraftGrid(draft.id, base.level, code, code, parent_code="130302")
            row = dataclasses.replace(row, **facts.get(code, {}))
            rows.append((of_state(row, removed=True).grid(draft.id) if shape is None else row, shape))
        drafts.put(session, draft, rows)
        revisions.raise_(session, "drafts")


def put(city, *found):
    """Keep features: (layer, shape, class)."""
    with writing(city) as session:
        things = [(Feature(layer, f"{layer}{n}", "x", props={"class": kind}), shape) for n, (layer, shape, kind) in
                  enumerate(found)]  # fmt: skip
        features.add_many(session, things)
        revisions.raise_(session, "features")


def account(city, draft):
    """Return the Account of a draft."""
    return accounting.account(city, draft, at=NOON + HOUR, months=3)


def test_a_road_along_a_border_belongs_half_to_either_side(city):
    put(city, ("road", shapely.LineString([(MIDDLE, SOUTH), (MIDDLE, SOUTH + SIDE)]), ""))
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    found = account(city, draft)

    metres = SIDE * 111_030
    assert found.moved["A", "B"]["road_km"] == pytest.approx(metres / 2000, rel=1e-3)
    [grown] = [one for one in found.grids if one.code == "B"]
    assert grown.before["road_km"] == pytest.approx(metres / 2000, rel=1e-3)
    assert grown.after["road_km"] == pytest.approx(metres / 1000, rel=1e-3)


def test_households_go_with_the_ground(engine):
    city = founded(engine, A={"households": 400})
    draft = drafted(city, {"A": square(0, 0, 0.25), "B": square(0.25, 0, 1.75)})

    found = account(city, draft)

    assert found.moved["A", "B"]["households"] == pytest.approx(300, rel=1e-4)
    after = {one.code: one.after["households"] for one in found.grids}
    assert after == {"A": pytest.approx(100, rel=1e-4), "B": pytest.approx(300, rel=1e-4)}
    assert "households" not in next(one for one in found.grids if one.code == "B").before


def test_households_of_an_area_are_shared_by_its_grids(engine):
    city = founded(engine, _130302={"households": 1000})
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    assert account(city, draft).moved["A", "B"]["households"] == pytest.approx(250, rel=1e-3)


def test_without_data_there_is_no_figure(city):
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    found = account(city, draft)

    assert found.known == ("area_m2",)
    assert found.totals() == {name: found.moved["A", "B"].get(name) for name in accounting.MEASURES}
    assert found.totals()["shops"] is None


def test_shops_are_points_of_interest_of_that_class(city):
    inside = shapely.Point(WEST + SIDE / 2, SOUTH + SIDE / 2)
    put(city, ("point_of_interest", inside, "shop"), ("point_of_interest", inside, "school"))
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    assert account(city, draft).totals()["shops"] == 1


def test_a_grid_under_another_code_gives_nothing_away(city):
    with reading(city) as session:
        identity = grids.boundaries(session, 1).grids["A"].grid_id
    draft = drafted(city, {"A": None, "A9": square(0, 0)}, A9={"grid_id": identity})

    found = account(city, draft)

    assert (found.pieces, found.moved) == ([], {})
    assert found.codes["recoded"] == [["A", "A9"]]
    assert [(one.change, one.code_before, one.code) for one in found.grids] == [("recoded", "A", "A9")]
    assert found.grids[0].person_after.name == "Chief of A"


def test_a_carved_grid_is_new_and_has_nobody_yet(city):
    hole = square(0.25, 0.25, 0.5, 0.5)
    draft = drafted(city, {"A": square(0, 0).difference(hole), "E": hole})

    found = account(city, draft)

    assert (found.codes["created"], found.codes["dissolved"]) == (["E"], [])
    new = next(one for one in found.grids if one.code == "E")
    assert (new.change, new.before, new.person_after) == ("created", None, None)
    assert [(one.source, one.target) for one in found.pieces] == [("A", "E")]


def test_a_draft_on_nothing_creates_all_there_is(engine):
    draft = small_cities.found(engine)
    put(engine, ("component", shapely.Point(WEST + SIDE / 2, SOUTH + SIDE / 2), ""))

    found = account(engine, draft)

    assert {one.change for one in found.grids} == {"created"}
    assert {pair: amounts.get("components") for pair, amounts in found.moved.items()} == {
        (None, "A"): 1,
        (None, "B"): None,
        (None, "C"): None,
        (None, "D"): None,
    }


def test_a_comparison_built_on_the_last_one_is_what_a_new_one_would_be(city):
    for hour, (column, row) in enumerate([(0.5, 0.5), (0.9, 0.5), (1.5, 0.5), (0.5, 1.5)]):
        at = NOON + hour * HOUR / 10
        reporting.report(city, x=WEST + column * SIDE, y=SOUTH + row * SIDE, category="06010", at=at)
    draft = drafted(city, {"A": square(0, 0, 0.8), "B": square(0.8, 0, 1.2)})
    account(city, draft)
    with reading(city) as session:
        made = drafts.get(session, draft)
    change(city, made, {"A": square(0, 0, 0.4), "B": square(0.4, 0, 1.6)})
    change(city, made, {"C": None, "D": square(0, 1, 2)})

    built_on = account(city, draft)
    comparing._kept.clear()
    new = account(city, draft)

    assert built_on.moved == new.moved
    assert [(one.code, one.before, one.after) for one in built_on.grids] == [
        (one.code, one.before, one.after) for one in new.grids
    ]
    assert set(new.moved) == {("A", "B"), ("C", "D")}
    assert (new.moved["A", "B"]["past_cases"], new.moved["C", "D"]["past_cases"]) == (2, 1)


def test_an_edit_that_is_taken_back_leaves_nothing(city):
    draft = drafted(city, {"A": square(0, 0, 0.8), "B": square(0.8, 0, 1.2)})
    account(city, draft)
    with reading(city) as session:
        made = drafts.get(session, draft)

    change(city, made, {"A": square(0, 0), "B": square(1, 0)})

    found = account(city, draft)
    assert (found.moved, found.pieces, found.grids) == ({}, [], [])


def test_the_load_of_grids_that_a_draft_does_not_touch_stays(engine):
    city = founded(engine, **{code: {"households": 400} for code in "ABCD"})
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    found = loading.load(city, draft, at=NOON)

    assert {one.code: (one.before, one.after) for one in found.lines} == {
        "A": (1, None),
        "B": (1, pytest.approx(2, rel=1e-4)),
        "C": (1, 1),
        "D": (1, 1),
    }
    assert (found.before.max_over_mean, found.after.max_over_mean) == (1, pytest.approx(1.5, rel=1e-3))


def test_a_city_may_weigh_otherwise(engine):
    city = founded(engine, **{code: {"households": 400} for code in "ABCD"})
    with writing(city) as session:
        owner = cities.the_city(session)
        owner.settings = {loading.SETTING: {"households": 200}}
        revisions.raise_(session, "settings")
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    assert loading.load(city, draft, at=NOON).lines[2].after == 2
    assert loading.load(city, draft, at=NOON, weights="households:100").lines[2].after == 4


def test_what_is_not_there_is_refused(city):
    draft = drafted(city, {"A": None, "B": square(0, 0, width=2)})

    with pytest.raises(NoSuchGrid, match="no grid X"):
        loading.load(city, draft, at=NOON, codes=["X"])
    with pytest.raises(draft_service.NoSuchDraft):
        account(city, 99)
    with pytest.raises(Invalid, match="stays within each"):
        proposing.propose(city, draft, grids=["B"], within="city", at=NOON)


# --- proposals ---------------------------------------------------------------------------


def crowd(city, spots):
    """Let components stand at (column, row) of the city's raster."""
    put(city, *(("component", shapely.Point(WEST + x * SIDE, SOUTH + y * SIDE), "") for x, y in spots))


def test_undivided_grids_are_proposed_to_hand_over_ground_between_streets(city):
    street = shapely.LineString([(WEST + SIDE / 2, SOUTH), (WEST + SIDE / 2, SOUTH + 2 * SIDE)])
    put(city, ("road", street, ""))
    crowd(city, [(0.2, 0.5)] * 4 + [(0.7, 0.5)] * 4)
    draft = drafted(city, {})

    found = proposing.propose(city, draft, grids=["A", "B"], at=NOON, weights="road_km:0")

    [step] = found.steps
    assert (step.edit["op"], step.edit["to"], step.source) == ("transfer", "B", "A")
    piece = shapely.geometry.shape(step.edit["piece"])
    assert piece.symmetric_difference(square(0.5, 0, 0.5)).area < 1e-12
    assert (found.before.max_over_mean, found.after.max_over_mean) == (2, 1)


def test_unit_grids_are_proposed_to_be_handed_over(city):
    with writing(city) as session:
        draft = drafts.add(session, Draft("divided", NOON, "planner", base_number=1))
        known = grids.boundaries(session, 1).grids
        owners = [
            (dataclasses.replace(small_cities.DraftGrid(draft.id, known[c].level, c, c), role="derived",
                                 parent_code="130302"), square(x, 0))
            for c, x in (("A", 0), ("B", 1))
        ]  # fmt: skip
        units = [
            (small_cities.DraftGrid(draft.id, "unit_grid", f"{c}{n}", "", parent_code=c), square(x + n / 4, 0, 0.25))
            for c, x in (("A", 0), ("B", 1))
            for n in range(4)
        ]
        drafts.put(session, draft, owners + units)
        revisions.raise_(session, "drafts")
    crowd(city, [(0.1, 0.5), (0.4, 0.5), (0.6, 0.5), (0.9, 0.5)])

    found = proposing.propose(city, draft.id, grids=["A", "B"], within="evaluated_area", at=NOON)

    assert [one.edit for one in found.steps] == [{"op": "hand_over", "grids": ["A2", "A3"], "to": "B"}]
    assert {code: load * 800 for code, load in found.loads_after.items()} == {"A": 2, "B": 2}


def test_exclusive_grids_keep_their_ground(engine):
    city = founded(engine, A={"exclusive": True})
    crowd(city, [(0.2, 0.5)] * 8)
    draft = drafted(city, {})

    found = proposing.propose(city, draft, grids=["A", "B"], at=NOON)

    assert (found.steps, found.left_out) == ([], {"A": "exclusive", "B": "alone"})


def test_candidate_grids_lie_between_streets(city):
    across, along = WEST + SIDE / 2, SOUTH + SIDE / 2
    put(
        city,
        ("road", shapely.LineString([(across, SOUTH - 0.001), (across, SOUTH + SIDE + 0.001)]), ""),
        ("road", shapely.LineString([(across, along), (WEST + SIDE - 0.0001, along)]), ""),
    )
    crowd(city, [(0.2, 0.5)] * 4 + [(0.7, 0.2)] * 4 + [(0.7, 0.8)] * 4)
    draft = drafted(city, {})

    found = streets.candidates(city, draft, grids=["A"], at=NOON, weights="road_km:0", aim=0.005)

    assert [(one.edit["op"], one.edit["grid"], one.edit["codes"]) for one in found.steps] == [
        ("split", "A", ["A", "A-2"]),
        ("split", "A", ["A", "A-3"]),
    ]
    pieces = [shapely.geometry.shape(one.edit["piece"]) for one in found.steps]
    halves = [square(0.5, 0, 0.5, 0.5), square(0.5, 0.5, 0.5, 0.5), square(0, 0, 0.5)]
    assert all(min(piece.symmetric_difference(half).area for half in halves) < 1e-12 for piece in pieces)
    assert set(found.loads.values()) == {0.005}


def test_what_lies_between_streets_with_too_little_work_goes_together(city):
    put(city, ("road", shapely.LineString([(WEST + SIDE / 2, SOUTH), (WEST + SIDE / 2, SOUTH + SIDE)]), ""))
    crowd(city, [(0.2, 0.5)])
    draft = drafted(city, {})

    assert streets.candidates(city, draft, grids=["A"], at=NOON, weights="road_km:0", aim=1.0).steps == []


def test_what_is_proposed_can_be_done_and_does_what_it_says(city):
    street = shapely.LineString([(WEST + SIDE / 2, SOUTH), (WEST + SIDE / 2, SOUTH + 2 * SIDE)])
    put(city, ("road", street, ""))
    crowd(city, [(0.2, 0.5)] * 4 + [(0.7, 0.5)] * 4 + [(0.2, 1.5)] * 2)
    draft = draft_service.begin(city, "balance", reason="", by="planner", at=NOON).id

    found = proposing.propose(city, draft, grids=["130302"], at=NOON, weights="road_km:0")
    for step in found.steps:
        editing.make(city, draft, [(step.edit, "")], by="planner", at=NOON)

    after = {one.code: one.after for one in loading.load(city, draft, at=NOON, weights="road_km:0").lines}
    assert after == pytest.approx(found.loads_after)
    assert found.after.variation < found.before.variation


def test_the_splits_along_streets_can_be_made_one_after_the_other(city):
    middle = SOUTH + SIDE / 2
    streets_of_a = [((x, SOUTH), (x, SOUTH + SIDE)) for x in (WEST + SIDE / 3, WEST + 2 * SIDE / 3)]
    put(city, *(("road", shapely.LineString(ends), "") for ends in [*streets_of_a, ((WEST, middle), (MIDDLE, middle))]))
    crowd(city, [(x / 6, y / 4) for x in (1, 3, 5) for y in (1, 3)] + [(3 / 6, 1 / 4)])
    draft = draft_service.begin(city, "streets", reason="", by="planner", at=NOON).id

    found = streets.candidates(city, draft, grids=["A"], at=NOON, weights="road_km:0", aim=1 / 800)
    for step in found.steps:
        editing.make(city, draft, [(step.edit, "")], by="planner", at=NOON)

    after = loading.load(city, draft, at=NOON, codes=list(found.loads), weights="road_km:0")
    assert len(found.steps) == 5
    assert {one.code: one.after for one in after.lines} == pytest.approx(found.loads)
    assert {one.parts for one in after.lines} == {1}
