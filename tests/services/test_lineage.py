"""What publishing brings with it: lineage, posts that begin and end, staff of grids that are gone."""

import datetime as dt

import pytest
import shapely
import small_cities
from services import drafted
from services.drafted import begin, chief, grid, post
from small_cities import FOUR, NOON, SIDE, SOUTH, WEST, square

from gridmgr.domain.grids import GridState
from gridmgr.domain.versions import lineage
from gridmgr.domain.versions.differences import Move
from gridmgr.services import auditing, reporting
from gridmgr.services.publishing import PublishRefused
from gridmgr.services.transactions import reading
from gridmgr.services.versions import comparing, counting, descending, reposting, withdrawing
from gridmgr.store.versions import lives

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LATER = NOON + DAY


# +---+---+      +---+---+
# | C | D |      | C |   |
# +---+---+  →   +---+ D |     A gives a corner to the new E, B goes into D
# | A | B |      |E+ |   |
# +---+---+      +-+-+---+
def corner(new="E"):
    """Return the rows by which A gives a corner to a new grid."""
    return [(grid("A"), square(0, 0) - square(0, 0, 0.5, 0.5)), (grid(new), square(0, 0, 0.5, 0.5))]


def redrawn(engine):
    """Begin the draft above, with a chief for E, and the chief of B posted on E too."""
    merged = [(grid("B", removed=True), None), (grid("D"), shapely.union(FOUR["B"], FOUR["D"]))]
    draft = begin(engine, [*corner(), *merged])
    new = drafted.drafted_identities(engine, draft)["E"]
    post(engine, "pB", new)
    return draft


def test_a_split_and_a_merge_are_remembered_with_the_ground_that_passed(engine):
    small_cities.whole_city(engine)
    draft = redrawn(engine)

    version = small_cities.publish(engine, draft, at=NOON)

    with reading(engine) as session:
        rows = lives.lineage_of_version(session, version.number)
    ids = drafted.identities(engine)
    names = {identity: code for code, identity in ids.items()}
    found = {(names[row.from_id], names[row.to_id]): (row.kind, row.area_m2) for row in rows}
    assert {pair: kind for pair, (kind, _) in found.items()} == {("A", "E"): "split", ("B", "D"): "merge"}
    whole = comparing.of_versions(engine, 1, 2)
    assert found["B", "D"][1] == pytest.approx(whole.area_m2(square(1, 0)), rel=1e-6)
    assert [(one.kind, one.before, one.after) for one in descending.lineage(engine, "E")] == [("split", "A", "E")]
    assert [(one.kind, one.before, one.after) for one in descending.lineage(engine, "B")] == [("merge", "B", "D")]


def reported(engine, *spots, at):
    """File a report at each spot, given in squares from the south-west."""
    for column, row in spots:
        reporting.report(engine, x=WEST + column * SIDE, y=SOUTH + row * SIDE, category="06010", at=at)


def counts(engine, at, **between):
    """Return code → (reports, {code of another grid: its reports}) of grids for which anything counts."""
    found = counting.of_grids(engine, at=at, **between)
    return {code: (one.reports, {name: its.reports for name, its in one.inherited.items()})
            for code, one in found.items() if one.reports}  # fmt: skip


def test_what_was_reported_counts_for_the_grid_whose_ground_it_became(engine):
    small_cities.whole_city(engine)
    reported(engine, (0.2, 0.2), (0.3, 0.3), (0.8, 0.8), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5), at=NOON - HOUR)
    draft = redrawn(engine)
    small_cities.publish(engine, draft, at=NOON, effective_from=LATER)
    reported(engine, (0.2, 0.2), at=LATER)

    assert counts(engine, LATER - HOUR) == {"A": (3, {}), "B": (1, {}), "C": (1, {}), "D": (1, {})}
    assert counts(engine, LATER) == {"A": (1, {}), "C": (1, {}), "D": (2, {"B": 1}), "E": (3, {"A": 2})}
    assert counts(engine, LATER, ends=NOON) == {"A": (1, {}), "C": (1, {}), "D": (2, {"B": 1}), "E": (2, {"A": 2})}
    assert counts(engine, LATER, starts=LATER) == {"E": (1, {})}
    assert counting.of_grids(engine, at=LATER)["E"].cases == 0


def test_cases_follow_over_several_versions_and_not_over_withdrawn_ones(engine):
    small_cities.whole_city(engine)
    reported(engine, (1.5, 0.5), at=NOON - HOUR)
    drafted.file_cases(engine, at=NOON - HOUR)
    small_cities.publish(engine, redrawn(engine), at=NOON)
    third = [
        (grid("D", removed=True), None),
        (grid("C"), shapely.union(FOUR["C"], shapely.union(FOUR["B"], FOUR["D"]))),
    ]
    post(engine, "pD", drafted.identities(engine)["C"], role="deputy", since=NOON)
    post(engine, "pB", drafted.identities(engine)["C"], role="deputy", since=NOON)
    small_cities.publish(engine, begin(engine, third, base=2), at=NOON + HOUR)

    assert counting.of_grids(engine, at=LATER)["C"].inherited == {"B": counting.Tally(1, 1)}

    small_cities.publish(
        engine, begin(engine, [(grid("A", name="Other"), None)], base=3), at=LATER, effective_from=LATER + DAY
    )
    withdrawing.withdraw(engine, 4, reason="too early", by="director", at=LATER + HOUR)
    assert counting.of_grids(engine, at=LATER + 2 * DAY)["C"].inherited == {"B": counting.Tally(1, 1)}


def test_a_report_that_was_decided_against_the_map_stays_where_it_was_decided(engine):
    small_cities.whole_city(engine)
    reported(engine, (0.2, 0.2), at=NOON - HOUR)
    drafted.decide_for(engine, "C")

    assert counts(engine, NOON) == {"C": (1, {})}


def test_ground_that_passed_on_and_on_descends_from_all_before():
    assert lineage.descendants([(1, 2), (2, 3), (3, 1)]) == {n: frozenset({1, 2, 3}) for n in (1, 2, 3)}
    assert lineage.descendants([(1, 2), (4, 5)]) == {1: frozenset({2}), 4: frozenset({5})}


def state(key):
    return GridState(key, "responsibility_grid", f"G{key}", "")


@pytest.mark.parametrize(
    ("moves", "created", "dissolved", "kinds"),
    [
        ([(1, 2)], [], [], ["transfer"]),
        ([(1, 9), (2, 9)], [9], [], ["carve", "carve"]),
        ([(1, 9), (2, 9)], [9], [1, 2], ["merge", "merge"]),
        ([(1, 8), (1, 9)], [8, 9], [1], ["split", "split"]),
        ([(1, 9)], [9], [1], ["replace"]),
        ([(1, 9)], [9], [], ["split"]),
        ([(1, 2), (1, 3)], [], [1], ["merge", "merge"]),
    ],
)
def test_ground_that_passes_has_one_kind(moves, created, dissolved, kinds):
    found = lineage.kinds([Move(state(a), state(b), 1.0, None) for a, b in moves], created=created, dissolved=dissolved)

    assert [kind for _, kind in found] == kinds


def test_whoever_is_posted_on_a_grid_that_goes_needs_another_post_first(engine):
    small_cities.whole_city(engine)
    draft = begin(engine, [(grid("B", removed=True), None), (grid("A"), shapely.union(FOUR["A"], FOUR["B"]))])

    with pytest.raises(reposting.StaffToRepost, match=r"1 people .*Chief of B \(B\)"):
        small_cities.publish(engine, draft, at=NOON)

    post(engine, "pB", drafted.identities(engine)["A"], role="deputy", since=NOON)
    assert small_cities.publish(engine, draft, at=NOON).number == 2


def test_posts_on_a_grid_end_with_it_at_the_instant_and_not_if_the_version_is_withdrawn(engine):
    small_cities.whole_city(engine)
    small_cities.publish(engine, redrawn(engine), at=NOON, effective_from=LATER)

    def held(at):
        found = auditing.audit(engine, at=at)
        staffing = auditing.routing.knowledge(engine, at=at).facts.staffing
        identity = drafted.identities(engine)["B"]
        return [p.valid_to for p in staffing.posts[identity]], found.label

    assert held(NOON) == ([LATER], "v1")
    assert chief(engine, 1, 0, LATER - HOUR) == ("v1", "B", "Chief of B")
    assert chief(engine, 1, 0, LATER) == ("v2", "D", "Chief of D")

    withdrawing.withdraw(engine, 2, reason="too early", by="director", at=NOON + HOUR)

    assert held(NOON) == ([None], "v1")
    assert chief(engine, 1, 0, LATER) == ("v1", "B", "Chief of B")


def test_an_assigned_person_begins_with_the_version_and_the_chief_before_him_ends(engine):
    small_cities.whole_city(engine)
    edits = [{"op": "assign", "grid": "A", "person": "pC"}]
    draft = begin(engine, [(grid("A", name="Renamed"), None)], edits=edits)

    small_cities.publish(engine, draft, at=NOON, effective_from=LATER)

    assert chief(engine, 0, 0, LATER - HOUR) == ("v1", "A", "Chief of A")
    assert chief(engine, 0, 0, LATER) == ("v2", "A", "Chief of C")

    withdrawing.withdraw(engine, 2, reason="too early", by="director", at=NOON + HOUR)

    assert chief(engine, 0, 0, LATER) == ("v1", "A", "Chief of A")


def test_a_new_grid_with_an_assigned_person_is_not_vacant(engine):
    small_cities.whole_city(engine)
    vacant = begin(engine, corner("F"))
    edits = [{"op": "assign", "grid": "E", "person": "pA"}, {"op": "recode", "grid": "E", "code": "F"}]
    manned = begin(engine, corner("F"), edits=edits)

    with pytest.raises(PublishRefused, match="1 no_person"):
        small_cities.publish(engine, vacant, at=NOON)
    small_cities.publish(engine, manned, at=NOON)

    assert chief(engine, -0.25, -0.25, NOON) == ("v2", "F", "Chief of A")


def test_people_are_looked_for_from_the_instant_at_which_the_version_begins(engine):
    small_cities.whole_city(engine)
    draft = begin(engine, corner())
    post(engine, "pE", drafted.drafted_identities(engine, draft)["E"], since=LATER)

    with pytest.raises(PublishRefused, match="1 no_person"):
        small_cities.publish(engine, draft, at=NOON)
    assert small_cities.publish(engine, draft, at=NOON, effective_from=LATER).number == 2
