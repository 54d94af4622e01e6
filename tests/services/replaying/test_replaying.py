"""Replay: stored reports with other boundaries, next to what they became, on both databases."""

import csv
import datetime as dt

import pytest
import small_cities
from click.testing import CliRunner
from small_cities import NOON

from gridmgr.cli import main
from gridmgr.domain.cases import Report
from gridmgr.domain.drafts import Draft
from gridmgr.domain.drafts.draft_rows import of_state
from gridmgr.errors import Invalid
from gridmgr.services import replaying, reporting, routing
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, drafts, reports, revisions

IN_A, IN_B, IN_C, OUTSIDE = (119.605, 39.935), (119.615, 39.935), (119.605, 39.945), (119.9, 39.9)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def city(engine):
    """The city of four squares with a report in A, B, C and outside, an hour apart."""
    small_cities.whole_city(engine)
    for hour, (lon, lat) in enumerate([IN_A, IN_B, IN_C, OUTSIDE]):
        reporting.report(engine, x=lon, y=lat, category="06010", at=NOON + hour * HOUR)
    return engine


def without_a(engine):
    """Draw a draft in which B is all of the lower half; return its id."""
    with writing(engine) as session:
        draft = drafts.add(session, Draft("A goes to B", NOON, "planner", base_number=1))
        grids = {grid.code: grid for grid, _ in drafts.changes(session, 1)}
        drafts.put(session, draft, [(of_state(grids["A"], removed=True).grid(draft.id), None)])
        drafts.put(session, draft, [(grids["B"], small_cities.square(0, 0, width=2))])
        revisions.raise_(session, "drafts")
    return draft.id


def all_of(asked):
    """Return the rows of a Replay and its Changes."""
    chunks = []
    changes = replaying.replayed(asked, write=chunks.append)
    return [row for chunk in chunks for row in chunk.to_pylist()], changes


def test_a_replay_with_the_same_boundaries_changes_nothing(city):
    rows, changes = all_of(replaying.replay(city, version=1, at=NOON))

    assert changes == replaying.Changes(reports=4)
    assert [row["grid_replayed"] for row in rows] == ["A", "B", "C", None]
    assert [row["person_replayed"] for row in rows] == ["Chief of A", "Chief of B", "Chief of C", None]
    assert rows[0]["department"] == rows[0]["department_replayed"] == "SAN"


def test_a_replay_with_a_draft_says_what_changes_hands(city):
    draft = without_a(city)

    rows, changes = all_of(replaying.replay(city, draft=draft, at=NOON))

    assert (changes.reports, changes.grid, changes.any) == (4, rows[0]["grid_changes"], 1)
    assert (rows[0]["grid"], rows[0]["grid_replayed"]) == ("A", "B")
    assert [row["grid_changes"] for row in rows] == [True, False, False, False]
    assert (rows[0]["person"], rows[0]["person_changes"]) == ("Chief of A", True)


def test_each_replayed_report_is_what_routing_it_alone_says(city):
    draft = without_a(city)
    known = routing.knowledge(city, at=NOON, draft=draft)

    rows, _ = all_of(replaying.replay(city, draft=draft, at=NOON))

    with reading(city) as session:
        stored = reports.positions(session)
    alone = [
        routing.where(
            known, one.lon, one.lat, category=one.category_code, at=one.observed_at, received_at=one.received_at
        )
        for one in stored
    ]
    expected = [(d.grid and d.grid["code"], d.person and d.person["name"]) for d in alone]
    assert [(row["grid_replayed"], row["person_replayed"]) for row in rows] == expected


def test_reports_of_a_time_are_those_received_from_its_begin_until_before_its_end(city):
    asked = replaying.replay(city, version=1, begins=NOON + HOUR, ends=NOON + 3 * HOUR, at=NOON)

    rows, changes = all_of(asked)

    assert (asked.total, changes.reports) == (2, 2)
    assert [row["grid"] for row in rows] == ["B", "C"]


def test_a_report_of_a_category_that_is_gone_is_replayed_without_one(city):
    with writing(city) as session:
        bulk.insert(
            session,
            [Report("OLD", NOON, NOON, *IN_A, "wgs84", *IN_A, "99999", grid_code="A", department_code="OLD")],
        )

    rows, _ = all_of(replaying.replay(city, version=1, begins=NOON, ends=NOON + HOUR / 2, at=NOON))

    old = next(row for row in rows if row["number"] == "OLD")
    assert (old["grid_replayed"], old["department_replayed"], old["department_changes"]) == ("A", None, True)
    assert (old["person"], old["person_changes"]) == (None, True)


def test_what_the_version_then_in_force_says_may_be_compared_with_instead_of_what_was_stored(city):
    with writing(city) as session:
        session.execute(reports.report.update().values(grid_code="D", person_id=None))
    draft = without_a(city)

    stored, in_force = (
        replaying.replayed(replaying.replay(city, draft=draft, at=NOON, beside=beside)) for beside in replaying.BESIDE
    )

    assert (stored.grid, stored.person) == (4, 3)
    assert (in_force.grid, in_force.person, in_force.department) == (1, 1, 0)


def test_reports_from_before_the_first_version_go_by_the_first(city):
    with writing(city) as session:
        session.execute(reports.report.update().values(observed_at=NOON - 3000 * HOUR * 24))

    changes = replaying.replayed(replaying.replay(city, version=1, at=NOON, beside="in_force"))

    assert changes == replaying.Changes(reports=4)


def test_a_report_of_no_place_on_earth_is_replayed_as_one_outside_rather_than_left_out(city):
    with writing(city) as session:
        bulk.insert(session, [Report("FAR", NOON, NOON, 300.0, 95.0, "wgs84", 300.0, 95.0, "06010", grid_code="A")])

    rows, changes = all_of(replaying.replay(city, version=1, begins=NOON, ends=NOON + HOUR / 2, at=NOON))

    far = next(row for row in rows if row["number"] == "FAR")
    assert (far["grid"], far["grid_replayed"], far["grid_changes"]) == ("A", None, True)
    assert (changes.reports, len(rows), changes.grid) == (2, 2, 1)


def test_the_reports_that_go_elsewhere_say_from_where_to_where(city):
    draft = without_a(city)

    found = [
        row
        for chunk in replaying.replay(city, draft=draft, at=NOON).chunks()
        for row in replaying.moved(chunk).to_pylist()
    ]

    assert [(row["lon"], row["lat"], row["from"], row["to"]) for row in found] == [(*IN_A, "A", "B")]


def test_a_replay_is_of_one_draft_or_one_version(city):
    for named in ({}, {"draft": 1, "version": 1}):
        with pytest.raises(Invalid, match="either --draft N or --version N"):
            replaying.replay(city, at=NOON, **named)
    with pytest.raises(Invalid, match="before it begins"):
        replaying.replay(city, version=1, begins=NOON, ends=NOON, at=NOON)
    with pytest.raises(routing.NothingInForce):
        replaying.replay(city, version=7, at=NOON)


@pytest.fixture
def run(city, database_url):
    def run(*words):
        result = CliRunner().invoke(main, ["--database", database_url, *map(str, words)], env={"GRIDMGR_LANG": "en"})
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_the_command_prints_the_changes_and_writes_the_rows(city, run, tmp_path):
    draft = without_a(city)

    said = run("replay", "--draft", draft, "--to", "2026-05-04T14:30", tmp_path / "out.csv")

    assert f"3 reports replayed with draft {draft}: 1 change hands." in said
    assert "33.3%" in said
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["grid"], row["grid_replayed"], row["grid_changes"]) for row in rows] == [
        ("A", "B", "True"),
        ("B", "B", "False"),
        ("C", "C", "False"),
    ]


def test_the_command_without_a_file_writes_none(run, tmp_path):
    before = sorted(tmp_path.iterdir())

    said = run("replay", "--version", 1, "--from", "2027-01-01")

    assert "0 reports replayed" in said
    assert [path for path in sorted(tmp_path.iterdir()) if "city" not in path.name] == [
        path for path in before if "city" not in path.name
    ]
