"""Drafts under review and versions on the command line."""

import json

import pytest
import shapely
import small_cities
from click.testing import CliRunner
from services import drafted
from services.drafted import begin, grid, post
from small_cities import FOUR

from gridmgr.cli import main
from gridmgr.domain.access import Account
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, database

FAR = "2100-01-01T00:00"


@pytest.fixture
def engine(city_file, tmp_path):
    """A published city of four grids, in a file."""
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    found = database.connect(f"gpkg:///{path}")
    small_cities.whole_city(found)
    yield found
    found.dispose()


@pytest.fixture
def run(engine):
    """A function that runs a command on the city and returns (exit code, what it printed)."""

    def run(*words):
        result = CliRunner(env={"GRIDMGR_LANG": "en"}).invoke(main, ["--database", str(engine.url), *words])
        return result.exit_code, result.output

    return run


@pytest.fixture
def draft(engine):
    """The number of a draft, begun by li, in which B goes into D, whose chief helps there."""
    post(engine, "pB", drafted.identities(engine)["D"], role="officer")
    return str(begin(engine, [(grid("B", removed=True), None), (grid("D"), shapely.union(FOUR["B"], FOUR["D"]))]))


def test_a_lone_planner_publishes_compares_and_takes_back(run, draft, tmp_path):
    file = tmp_path / "difference.geojson"

    published = run("publish", draft)
    compared = run("diff", "1", "2")
    written = run("version", "diff", "1", "2", "--out", str(file))

    assert published[0] == 0 and "Version 2 is published" in published[1]
    assert "0 grids created, 1 dissolved, 1 changed" in compared[1]
    assert written == (0, f"3 features written into {file}.\n")
    kinds = [one["properties"]["kind"] for one in json.loads(file.read_text(encoding="utf-8"))["features"]]
    assert kinds == ["dissolved", "changed", "moved"]


def test_a_scheduled_version_is_withdrawn_and_brought_back_to_be_worked_on(run, draft):
    run("publish", draft, "--effective-from", FAR)

    assert run("version", "withdraw", "2", "--reason", "too early") == (0, "Version 2 is withdrawn.\n")
    assert "withdrawn" in run("version", "list")[1]
    assert run("version", "revive", "2", "--reason", "again", "--keep-open") == (0, "Draft 3 is begun.\n")
    assert "Boundaries of version 2 brought back" in run("draft", "show", "3")[1]


def test_where_two_planners_are_another_person_approves(run, engine, draft, monkeypatch):
    with writing(engine) as session:
        bulk.insert(session, [Account(f"p{n}", f"P{n}", "x", "planner", small_cities.NOON) for n in range(2)])

    code, told = run("publish", draft)
    assert (code, "has to be submitted" in told) == (2, True)

    monkeypatch.setattr("gridmgr.cli.printing.actor", lambda: "li")
    assert "is submitted" in run("draft", "submit", draft)[1]
    assert run("draft", "approve", draft)[0] == 2
    monkeypatch.setattr("gridmgr.cli.printing.actor", lambda: "wang")
    assert run("draft", "return", draft, "look again") == (0, f"Draft {draft} is open again.\n")
    assert "look again" in run("draft", "show", draft)[1]
    run("draft", "submit", draft)
    monkeypatch.setattr("gridmgr.cli.printing.actor", lambda: "zhao")
    assert run("draft", "approve", draft) == (0, f"Draft {draft} is approved.\n")
    assert run("publish", draft)[0] == 0


def test_a_draft_is_rebased_or_told_which_grids_both_changed(run, engine, draft):
    beside, against = (str(begin(engine, [(grid(code, name="Mine"), None)])) for code in ("A", "D"))
    run("publish", draft)

    assert run("draft", "rebase", beside) == (0, f"Draft {beside} goes on from version 2.\n")
    code, told = run("draft", "rebase", against)
    assert (code, "both changed D:" in told) == (2, True)


def test_cases_that_would_pass_are_listed(run):
    assert run("version", "rehome", "--dry-run")[1].endswith("0 open cases would pass to another grid.\n")
    assert "needs a reason" in run("version", "rehome")[1]


def test_grids_are_written_and_audited_as_of_any_instant_and_version(run, draft, tmp_path):
    run("publish", draft, "--effective-from", FAR)
    file = str(tmp_path / "grids.csv")

    for options, count in (((), 4), (("--at", FAR), 3), (("--version", "2"), 3), (("--at", "2099-12-31T23:59:59"), 4)):
        assert run("layer", "export", "responsibility_grid", file, *options)[1].startswith(f"{count} features"), options
    assert run("audit", "--at", FAR)[1].startswith("v2:")
    assert run("audit", "--version", "1")[1].startswith("v1:")
    assert run("layer", "export", "responsibility_grid", file, "--at", "soon")[0] == 2
