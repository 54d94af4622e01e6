"""Versions over time: what differs, withdrawing, reviving with the old identities and codes, and moving a draft's base."""

import datetime as dt

import pytest
import shapely
import small_cities
from services import drafted
from services.drafted import begin, chief, grid, post
from small_cities import FOUR, NOON, square

from gridmgr.domain.access import Account
from gridmgr.domain.drafts import DraftGrid
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Unit
from gridmgr.errors import Invalid
from gridmgr.services import auditing, drafts, publishing
from gridmgr.services.transactions import reading, writing
from gridmgr.services.versions import comparing, rebasing, reviving, withdrawing
from gridmgr.store import bulk, grids, revisions
from gridmgr.store.drafts import edits

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATER = NOON + DAY


def boundaries(engine, number) -> Boundaries:
    with reading(engine) as session:
        return grids.boundaries(session, number)


def same(one, other):
    """Return whether two boundaries have the same grids, identities and shapes."""
    facts = ("grid_id", "code", "name", "parent_code", "role", "level")
    states = [{c: [getattr(s, f) for f in facts] for c, s in found.grids.items()} for found in (one, other)]
    shapes = [{c: shapely.to_wkb(s) for c, s in found.shapes.items()} for found in (one, other)]
    return states[0] == states[1] and shapes[0] == shapes[1]


def merged(engine, *, at=NOON, **options):
    """Publish version 2, in which B goes into D and its chief becomes an officer there."""
    merging = [(grid("B", removed=True), None), (grid("D"), shapely.union(FOUR["B"], FOUR["D"]))]
    draft = begin(engine, merging)
    post(engine, "pB", drafted.identities(engine)["D"], role="officer")
    return small_cities.publish(engine, draft, at=at, **options)


# --- differences ---------------------------------------------------------------------


def test_a_difference_names_grids_and_the_ground_that_changed_hands(engine):
    small_cities.whole_city(engine)
    merged(engine)

    found = comparing.of_versions(engine, 1, 2)

    assert [(one.kind, one.grid.code, one.differs) for one in found.changes] == [
        ("dissolved", "B", ()),
        ("changed", "D", ("shape",)),
    ]
    [move] = found.moves
    assert (move.before.code, move.after.code) == ("B", "D")
    assert move.shape.symmetric_difference(FOUR["B"]).area < 1e-12


def test_a_difference_backwards_is_the_same_turned_round(engine):
    small_cities.whole_city(engine)
    merged(engine)

    found = comparing.of_versions(engine, 2, 1)

    assert [(one.kind, one.grid.code) for one in found.changes] == [("created", "B"), ("changed", "D")]
    assert [(one.before.code, one.after.code) for one in found.moves] == [("D", "B")]
    assert comparing.of_versions(engine, 2, 2).changes == []


def test_two_drafts_are_compared(engine):
    small_cities.whole_city(engine)
    one = begin(engine, [(grid("A", name="One"), None), (grid("C", name="Same"), None)])
    other = begin(engine, [(grid("B", name="Two"), None), (grid("C", name="Same"), None)])

    found = comparing.of_drafts(engine, one, other)

    assert [(c.grid.code, c.before.name, c.after.name) for c in found.changes] == [
        ("A", "One", "Grid A"),
        ("B", "Grid B", "Two"),
    ]


# --- withdrawing ---------------------------------------------------------------------


def test_a_scheduled_version_is_withdrawn_until_its_instant_and_its_number_is_not_given_again(engine):
    small_cities.whole_city(engine)
    merged(engine, effective_from=LATER)

    withdrawing.withdraw(engine, 2, reason="the mayor said no", by="li", at=LATER - HOUR)

    states = [(v.number, state, v.withdrawn_reason) for v, state in publishing.versions(engine, LATER)]
    assert states == [(2, "withdrawn", "li: the mayor said no"), (1, "current", "")]
    again = begin(engine, [(grid("A", name="Renamed"), None)])
    assert small_cities.publish(engine, again, at=LATER).number == 3
    assert chief(engine, 1, 0, LATER) == ("v3", "B", "Chief of B")
    assert auditing.audit(engine, at=LATER).blocking == []


def test_a_version_in_force_is_not_withdrawn(engine):
    small_cities.whole_city(engine)
    merged(engine, effective_from=LATER)

    with pytest.raises(withdrawing.NotScheduled, match="in force since"):
        withdrawing.withdraw(engine, 2, reason="too late", by="li", at=LATER)
    with pytest.raises(Invalid, match="reason"):
        withdrawing.withdraw(engine, 2, reason=" ", by="li", at=NOON)


def test_versions_are_withdrawn_from_the_last_one_on(engine):
    small_cities.whole_city(engine)
    merged(engine, effective_from=LATER)
    third = begin(engine, [(grid("A", name="Renamed"), None)], base=2)
    small_cities.publish(engine, third, at=NOON, effective_from=LATER + DAY)

    with pytest.raises(withdrawing.NotScheduled, match="Version 3 is scheduled after"):
        withdrawing.withdraw(engine, 2, reason="no", by="li", at=NOON)
    for number in (3, 2):
        withdrawing.withdraw(engine, number, reason="no", by="li", at=NOON)

    assert chief(engine, 1, 0, LATER + DAY) == ("v1", "B", "Chief of B")


# --- reviving ------------------------------------------------------------------------


def test_an_earlier_version_comes_back_with_its_identities_codes_and_shapes(engine):
    small_cities.whole_city(engine)
    merged(engine)
    first = drafted.identities(engine)["B"]
    post(engine, "pB", first, since=NOON + HOUR)

    made = reviving.revive(engine, 1, name="back", reason="it did not work", by="li", at=NOON + HOUR)

    assert made.version.number == 3
    assert same(boundaries(engine, 1), boundaries(engine, 3))
    assert boundaries(engine, 3).grids["B"].grid_id == first
    assert chief(engine, 1, 0, NOON) == ("v2", "D", "Chief of D")
    assert chief(engine, 1, 0, NOON + HOUR) == ("v3", "B", "Chief of B")


def test_people_of_a_revived_grid_do_not_come_back_by_themselves(engine):
    small_cities.whole_city(engine)
    merged(engine)

    with pytest.raises(publishing.PublishRefused, match="1 no_person"):
        reviving.revive(engine, 1, name="back", reason="it did not work", by="li", at=NOON + HOUR)


def test_a_code_comes_back_to_its_own_grid_after_it_was_recoded(engine):
    small_cities.whole_city(engine)
    identity = drafted.identities(engine)["A"]
    recoded = DraftGrid(0, "responsibility_grid", "A2", "Grid A", parent_code="130302", grid_id=identity)
    small_cities.publish(engine, begin(engine, [(grid("A", removed=True), None), (recoded, FOUR["A"])]), at=NOON)
    assert boundaries(engine, 2).grids["A2"].grid_id == identity

    reviving.revive(engine, 1, name="back", reason="the old code was better", by="li", at=NOON + HOUR)

    assert same(boundaries(engine, 1), boundaries(engine, 3))
    assert chief(engine, 0, 0, NOON + HOUR) == ("v3", "A", "Chief of A")


def test_no_other_grid_gets_the_code_of_one_that_is_gone(engine):
    small_cities.whole_city(engine)
    merged(engine)
    corner = [(grid("A"), square(0, 0) - square(0, 0, 0.5, 0.5)), (grid("B"), square(0, 0, 0.5, 0.5))]
    draft = begin(engine, corner, base=2)
    post(engine, "pX", drafted.drafted_identities(engine, draft)["B"])

    with pytest.raises(grids.CodeTaken, match="code B belonged to another grid"):
        small_cities.publish(engine, draft, at=NOON + HOUR)


def test_a_withdrawn_version_can_be_brought_back_to_be_worked_on(engine):
    small_cities.whole_city(engine)
    merged(engine, effective_from=LATER)
    withdrawing.withdraw(engine, 2, reason="not yet", by="li", at=NOON)

    made = reviving.revive(engine, 2, name="again", reason="now", keep_open=True, by="li", at=NOON)

    with reading(engine) as session:
        assert drafts.the_draft(session, made.draft_id).base_number == 1
    version = small_cities.publish(engine, made.draft_id, at=NOON, effective_from=LATER)
    assert same(boundaries(engine, 2), boundaries(engine, version.number))


def test_a_revival_awaits_another_persons_approval_where_that_is_needed(engine):
    small_cities.whole_city(engine)
    small_cities.publish(engine, begin(engine, [(grid("A", name="Renamed"), None)]), at=NOON)
    with writing(engine) as session:
        bulk.insert(session, [Account(f"p{n}", f"P{n}", "x", "planner", NOON) for n in range(2)])

    made = reviving.revive(engine, 1, name="back", reason="no", by="li", at=NOON + HOUR)

    assert made.version is None
    with reading(engine) as session:
        assert drafts.living_draft(session, made.draft_id).status == "submitted"


def test_the_newest_version_is_not_revived(engine):
    small_cities.whole_city(engine)

    with pytest.raises(reviving.NothingToRevive):
        reviving.revive(engine, 1, name="back", reason="no", by="li", at=NOON)


# --- rebasing ------------------------------------------------------------------------


def test_a_draft_goes_on_from_the_newest_version_where_they_changed_other_grids(engine):
    small_cities.whole_city(engine)
    mine = begin(engine, [(grid("A", name="Mine"), None), (grid("C"), None)])
    merged(engine)

    moved = rebasing.rebase(engine, mine, by="li", at=NOON)

    assert (moved.base_number, moved.revision) == (2, 1)
    version = small_cities.publish(engine, mine, at=NOON + HOUR)
    found = boundaries(engine, version.number)
    assert found.grids["A"].name == "Mine" and "B" not in found.grids
    assert [one.grid.code for one in comparing.of_versions(engine, 2, 3).changes] == ["A"]


def test_grids_that_both_changed_are_named_and_nothing_is_written(engine):
    small_cities.whole_city(engine)
    rows = [(grid("A", name="Mine"), None), (grid("B", name="Mine"), None), (grid("D", name="Mine"), None)]
    mine = begin(engine, rows)
    merged(engine)

    with pytest.raises(rebasing.RebaseRefused, match="version 2 both changed B, D:") as refused:
        rebasing.rebase(engine, mine, by="li", at=NOON)

    assert refused.value.more == {"grids": ["B", "D"]}
    with reading(engine) as session:
        draft = drafts.the_draft(session, mine)
        assert (draft.base_number, draft.revision, edits.listed(session, mine)) == (1, 0, [])


def test_two_grids_of_one_code_are_named(engine):
    small_cities.whole_city(engine)
    mine = begin(engine, [(grid("A"), square(0, 0) - square(0, 0, 0.5, 0.5)), (grid("E"), square(0, 0, 0.5, 0.5))])
    corner = [(grid("B"), square(1, 0) - square(1.5, 0, 0.5, 0.5)), (grid("E"), square(1.5, 0, 0.5, 0.5))]
    other = begin(engine, corner)
    post(engine, "pE", drafted.drafted_identities(engine, other)["E"])
    small_cities.publish(engine, other, at=NOON)

    with pytest.raises(rebasing.RebaseRefused, match="both changed E:"):
        rebasing.rebase(engine, mine, by="li", at=NOON)


def test_a_grid_whose_parent_is_gone_is_named(engine):
    small_cities.whole_city(engine)
    two_areas(engine)
    mine = begin(engine, [(grid("C", parent="130303"), None)], base=2)
    gone = DraftGrid(0, "evaluated_area", "130303", "Area 130303", "derived", "130300", removed=True)
    whole = DraftGrid(0, "evaluated_area", "130302", "Area 130302", "derived", "130300")
    rows = [(gone, None), (whole, shapely.union_all(list(FOUR.values()))), (grid("A", parent="130302"), None)]
    back = begin(engine, rows, base=2)
    small_cities.publish(engine, back, at=NOON + HOUR)

    with pytest.raises(rebasing.RebaseRefused, match="both changed C:"):
        rebasing.rebase(engine, mine, by="li", at=NOON + HOUR)


def test_an_outline_that_both_changed_is_drawn_anew(engine):
    small_cities.whole_city(engine)
    two_areas(engine)
    # C passes to the new area in one draft, D in the other: the outlines of both areas change in both.
    one, other = (begin(engine, passed(code), base=2) for code in ("C", "D"))
    small_cities.publish(engine, other, at=NOON + HOUR)

    rebasing.rebase(engine, one, by="li", at=NOON + HOUR)
    version = small_cities.publish(engine, one, at=NOON + 2 * HOUR)

    found = boundaries(engine, version.number)
    assert {c: found.grids[c].parent_code for c in "ABCD"} == {
        "A": "130303",
        "B": "130302",
        "C": "130303",
        "D": "130303",
    }
    whole = shapely.union_all([FOUR[c] for c in "ACD"])
    assert found.shapes["130303"].symmetric_difference(whole).area < 1e-12


def areas_of(codes):
    """Return the rows of both areas where these grids lie in the new one."""
    shapes = {"130303": [FOUR[c] for c in codes], "130302": [FOUR[c] for c in FOUR if c not in codes]}
    return [
        (DraftGrid(0, "evaluated_area", code, f"Area {code}", "derived", "130300"), shapely.union_all(parts))
        for code, parts in shapes.items()
    ]


def two_areas(engine):
    """Publish version 2, in which A lies in an area of its own, with a unit for the rubbish there."""
    with writing(engine) as session:
        bulk.insert(session, [Unit("SAN", "130303", "Sanitation", "Li", "0335-5550002", small_cities.BEFORE)])
        revisions.raise_(session, "responsibility")
    small_cities.publish(engine, begin(engine, [*areas_of("A"), (grid("A", parent="130303"), None)]), at=NOON)


def passed(code):
    """Return the rows by which a grid passes to the area that A lies in."""
    return [*areas_of(["A", code]), (grid(code, parent="130303"), None)]
