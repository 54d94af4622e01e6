"""Versions and drafts of boundaries: only what changes is written, and codes are never given twice."""

import datetime as dt

import pytest
import shapely

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import City, Version
from gridmgr.store import cities, database, drafts, grids, versions
from gridmgr.store.grids import identities
from gridmgr.store.tables import land

NOW = dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)
SQUARES = {code: shapely.box(column, 0, column + 1, 1) for column, code in enumerate(["A", "B", "C", "D"])}


def draft_of(session, codes="", removed="", base=None, **changes):
    """A draft that draws ``codes`` as unit squares in a row and dissolves ``removed``."""
    draft = drafts.add(session, Draft("draft", NOW, "李伟", base_number=base))
    rows = [(a_grid(code, **changes), SQUARES[code]) for code in codes]
    drafts.put(session, draft, rows + [(a_grid(code, removed=True), None) for code in removed])
    return draft


def a_grid(code, name="", level="responsibility_grid", **more):
    return DraftGrid(0, level, code, name or code, **more)


def publish(session, draft, number, **more):
    versions.add(session, Version(number, NOW + dt.timedelta(days=number), NOW, "李伟", **more))
    return grids.publish(session, draft, number)


def rows(session, table):
    return session.execute(table.select().order_by(table.c.id)).all()


def codes_of(session, number):
    return list(grids.boundaries(session, number).grids)


def test_a_published_draft_comes_back_as_it_was_drawn(session):
    donut = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    islands = shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)])
    draft = drafts.add(session, Draft("draft", NOW, "李伟"))
    described = a_grid("网", name="网格", name_en="net", parent_code="P", props={"households": 12})
    drafts.put(session, draft, [(described, donut), (a_grid("P", level="community", role="derived"), islands)])

    publish(session, draft, 1)

    found = grids.boundaries(session, 1)
    state = found.grids["网"]
    assert (found.label, found.levels) == ("v1", ("community", "responsibility_grid"))
    assert (state.name, state.name_en, state.parent_code, state.props) == ("网格", "net", "P", {"households": 12})
    assert shapely.to_wkb(found.shapes["网"]) == shapely.to_wkb(donut)
    assert shapely.to_wkb(found.shapes["P"]) == shapely.to_wkb(islands)
    assert found.grids["P"].role == "derived"


def test_a_version_writes_only_the_rows_that_changed(session):
    publish(session, draft_of(session, "ABC"), 1)
    second = drafts.add(session, Draft("second", NOW, "李伟", base_number=1))
    drafts.put(
        session,
        second,
        [(a_grid("A", name="甲"), None), (a_grid("B"), shapely.box(1, 0, 2, 2)), (a_grid("C"), SQUARES["C"])],
    )

    written = publish(session, second, 2)

    assert (written.created, written.ended, written.states, written.shapes) == (0, 0, 1, 1)
    assert len(rows(session, land.grid_state)) == len(rows(session, land.grid_shape)) == 4
    assert grids.boundaries(session, 2).grids["A"].name == "甲"
    assert grids.boundaries(session, 2).shapes["B"].area == 2


def test_an_older_version_stays_as_it_was(session):
    publish(session, draft_of(session, "AB"), 1)
    publish(session, draft_of(session, "C", removed="B", base=1), 2)

    assert codes_of(session, 1) == ["A", "B"]
    assert codes_of(session, 2) == ["A", "C"]


def test_a_grid_keeps_its_identity_through_versions(session):
    publish(session, draft_of(session, "AB"), 1)
    publish(session, draft_of(session, "A", base=1, name="甲"), 2)

    before, after = (grids.boundaries(session, number).grids["A"].grid_id for number in (1, 2))

    assert before == after


def test_a_recoded_grid_keeps_its_identity_and_its_shape_row(session):
    publish(session, draft_of(session, "AB"), 1)
    identity = grids.boundaries(session, 1).grids["A"].grid_id
    recoded = drafts.add(session, Draft("recode", NOW, "李伟", base_number=1))
    drafts.put(session, recoded, [(a_grid("A", removed=True), None), (a_grid("A2", grid_id=identity), SQUARES["A"])])

    written = publish(session, recoded, 2)

    assert (written.states, written.shapes, written.ended) == (1, 0, 0)
    assert codes_of(session, 2) == ["A2", "B"]
    assert grids.boundaries(session, 2).grids["A2"].grid_id == identity


def test_the_code_of_a_dissolved_grid_is_never_given_to_another(session):
    publish(session, draft_of(session, "AB"), 1)
    publish(session, draft_of(session, removed="B", base=1), 2)

    with pytest.raises(grids.CodeTaken, match="code B"):
        publish(session, draft_of(session, "B", base=2), 3)


def test_a_rollback_revives_a_dissolved_grid_with_its_code(session):
    publish(session, draft_of(session, "AB"), 1)
    identity = grids.boundaries(session, 1).grids["B"].grid_id
    publish(session, draft_of(session, removed="B", base=1), 2)

    publish(session, draft_of(session, "B", base=2, grid_id=identity), 3)

    assert grids.boundaries(session, 3).grids["B"].grid_id == identity
    assert [state.from_version for state in grids.history(session, "B")] == [1, 3]


def test_what_a_withdrawn_version_changed_is_not_carried_on(session):
    publish(session, draft_of(session, "AB"), 1)
    publish(session, draft_of(session, "C", removed="B", base=1), 2, withdrawn_at=NOW, withdrawn_reason="too early")

    publish(session, draft_of(session, "D", base=1), 3)

    assert codes_of(session, 3) == ["A", "B", "D"]
    assert codes_of(session, 2) == ["A", "C"]
    assert [len(list(grids.boundaries(session, number).shapes)) for number in (1, 2, 3)] == [2, 2, 3]


def test_the_version_in_force_is_the_highest_that_has_begun_and_was_not_withdrawn(session):
    for number, withdrawn in ((1, None), (2, NOW), (3, None)):
        versions.add(session, Version(number, NOW + dt.timedelta(days=number), NOW, "李伟", withdrawn_at=withdrawn))

    in_force = [versions.in_force(session, NOW + dt.timedelta(days=day)) for day in (0.5, 1, 2.5, 3)]

    assert [version and version.number for version in in_force] == [None, 1, 1, 3]
    assert (versions.newest(session).number, versions.highest_number(session)) == (3, 3)


def test_a_version_number_is_given_once(engine):
    with database.session(engine, write=True) as session:
        versions.add(session, Version(1, NOW, NOW, "李伟"))

    with pytest.raises(Exception, match="version"), database.session(engine, write=True) as session:
        versions.add(session, Version(1, NOW, NOW, "李伟"))


def test_a_draft_is_its_base_with_its_own_changes_over_it(session):
    publish(session, draft_of(session, "ABC"), 1)

    draft = draft_of(session, "D", removed="B", base=1)
    drafts.put(session, draft, [(a_grid("A", name="甲"), None)])

    found = drafts.boundaries(session, draft.id)
    assert list(found.grids) == list(found.shapes) == ["A", "C", "D"]
    assert found.grids["A"].name == "甲"
    assert found.shapes["A"] == SQUARES["A"]
    assert found.label == f"draft {draft.id}"


def test_a_later_put_of_the_same_code_replaces_the_earlier(session):
    draft = draft_of(session, "AB")

    drafts.put(session, draft, [(a_grid("A", name="甲"), SQUARES["C"]), (a_grid("B", removed=True), None)])
    drafts.put(session, draft, [(a_grid("A", name="乙"), None)])

    found = drafts.boundaries(session, draft.id)
    assert list(found.grids) == ["A"]
    assert (found.grids["A"].name, found.shapes["A"]) == ("乙", SQUARES["C"])


def test_a_cleared_level_is_empty_and_can_be_drawn_again(session):
    first = draft_of(session, "AB")
    drafts.put(session, first, [(a_grid("P", level="community"), shapely.box(0, 0, 2, 1))])
    publish(session, first, 1)
    draft = draft_of(session, "C", base=1)

    drafts.clear_level(session, draft, "responsibility_grid")
    emptied = list(drafts.boundaries(session, draft.id).grids)
    drafts.put(session, draft, [(a_grid("A"), SQUARES["A"])])

    assert emptied == ["P"]
    assert list(drafts.boundaries(session, draft.id).grids) == ["A", "P"]


def test_a_grid_that_two_drafts_add_is_one_and_whoever_is_posted_on_it_is_posted_in_both(session):
    first, second = draft_of(session, "A"), draft_of(session, "AB")

    [(one, _)], [(other, _), _] = drafts.changes(session, first.id), drafts.changes(session, second.id)

    assert one.grid_id == other.grid_id == identities.by_code(session)["A"]


def test_only_open_drafts_are_listed_oldest_first(session):
    first, second, third = (draft_of(session, "A") for _ in range(3))
    second.status = "discarded"

    assert [draft.id for draft in drafts.open_drafts(session)] == [first.id, third.id]
    assert drafts.get(session, second.id).status == "discarded"


def test_levels_run_from_the_top_down_as_the_city_names_them(session):
    cities.add(session, City("city", "UTC", 4326, settings={"levels": ["ward", "precinct"]}))
    draft = drafts.add(session, Draft("draft", NOW, "me"))

    grids_of = [a_grid("1", level="precinct"), a_grid("2", level="ward"), a_grid("3", level="unknown")]
    drafts.put(session, draft, [(grid, None) for grid in grids_of])

    assert drafts.boundaries(session, draft.id).levels == ("ward", "precinct", "unknown")


CODES = ["2", "10", "a", "B", "网"]
AS_BYTES = ["10", "2", "B", "a", "网"]


def publish_codes(session):
    draft = drafts.add(session, Draft("draft", NOW, "李伟"))
    drafts.put(session, draft, [(a_grid(code), shapely.box(i, 0, i + 1, 1)) for i, code in enumerate(CODES)])
    publish(session, draft, 1)


def test_codes_are_ordered_as_bytes(session):
    publish_codes(session)

    assert codes_of(session, 1) == AS_BYTES == sorted(CODES, key=str.encode)


@pytest.mark.postgis
def test_codes_are_ordered_as_bytes_where_the_servers_words_are_not(chinese_database_url):
    engine = database.connect(chinese_database_url)
    with database.session(engine, write=True) as session:
        publish_codes(session)

        named = session.scalars(land.grid_state.select().with_only_columns(land.grid_state.c.name).order_by("name"))

        assert codes_of(session, 1) == AS_BYTES
        assert list(named) != AS_BYTES
    engine.dispose()
