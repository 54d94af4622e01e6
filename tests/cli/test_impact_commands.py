"""What a draft does, on the command line, on both databases."""

import json

import pytest
import shapely
import small_cities
from click.testing import CliRunner
from small_cities import NOON, SIDE, SOUTH, WEST

from gridmgr.cli import main
from gridmgr.domain.layers import Feature
from gridmgr.services import drafts, reporting
from gridmgr.services.transactions import writing
from gridmgr.store import features, revisions


@pytest.fixture
def draft(engine):
    """The number of a draft on the city of four squares, where much stands in A and a street runs through it."""
    small_cities.whole_city(engine)
    spots = [(x * SIDE + WEST, SOUTH + SIDE / 2) for x in (0.2, 0.2, 0.7, 0.7)]
    street = shapely.LineString([(WEST + SIDE / 2, SOUTH), (WEST + SIDE / 2, SOUTH + SIDE)])
    with writing(engine) as session:
        things = [(Feature("component", f"C{n}", "lamp"), shapely.Point(spot)) for n, spot in enumerate(spots)]
        features.add_many(session, [*things, (Feature("road", "R1", "street"), street)])
        revisions.raise_(session, "features")
    reporting.report(engine, x=WEST + 0.7 * SIDE, y=SOUTH + SIDE / 2, category="06010", at=NOON)
    return drafts.begin(engine, "balance", reason="", by="planner", at=NOON).id


@pytest.fixture
def run(engine, database_url):
    """A function that runs a command and gives what it printed."""

    def run(*words, **options):
        asked = ["--database", database_url, *map(str, words)]
        result = CliRunner().invoke(main, asked, env={"GRIDMGR_LANG": "en"}, **options)
        assert result.exit_code == 0, result.output
        return result

    return run


def test_a_proposal_is_a_list_of_edits_that_can_be_applied(draft, run):
    proposed = run("draft", "propose", draft, "A", "B", "--weights", "road_km:0,cases_per_week:0")

    [edit] = [json.loads(line) for line in proposed.stdout.splitlines()]
    assert (edit["op"], edit["to"]) == ("transfer", "B")
    assert "1 edits: the heaviest grid goes from 2.00 to 1.00 times the mean." in proposed.stderr
    run("draft", "apply", draft, "-", input=proposed.stdout)
    told = run("draft", "impact", draft, "--months", 60).output
    assert "Components" in told
    assert any(line.split()[:2] == ["A", "B"] for line in told.splitlines())
    assert "the city has no data for it" in told
    assert "heaviest 1.00 times the mean" in run("draft", "load", draft, "A", "B", "--weights", "road_km:0").output


def test_candidates_between_streets_are_splits(draft, run):
    proposed = run("draft", "propose", draft, "A", "--aim", "streets", "--load", 0.001)

    [edit] = [json.loads(line) for line in proposed.stdout.splitlines()]
    assert (edit["op"], edit["grid"]) == ("split", "A")


def test_a_replay_tells_who_loses_and_who_gains(draft, run):
    proposed = run("draft", "propose", draft, "A", "B", "--weights", "road_km:0,cases_per_week:0")
    run("draft", "apply", draft, "-", input=proposed.stdout)

    told = [line.split() for line in run("replay", "--draft", draft, "--beside", "in_force").output.splitlines()]

    assert ["A", "1", "0", "1", "0"] in told
    assert ["Chief", "of", "B", "0", "1", "0", "1"] in told


def test_weights_that_are_none_are_refused(draft, run, database_url):
    result = CliRunner().invoke(main, ["--database", database_url, "draft", "load", str(draft), "--weights", "x:1"])

    assert result.exit_code == 2
