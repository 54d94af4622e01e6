"""Drafts on the command line."""

import json

import pytest
import small_cities
from click.testing import CliRunner

from gridmgr.cli import main
from gridmgr.store import database

MERGE = {"op": "merge", "grids": ["A", "B"], "code": "A"}
RENAME = {"op": "rename", "grid": "C", "name": "Harbour"}


@pytest.fixture
def run(tmp_path):
    """A function that runs a command on the published city of four squares; returns (exit code, what it printed)."""
    url = f"gpkg:///{tmp_path / 'city.gpkg'}"
    engine = database.create(url, srid=4490)
    small_cities.whole_city(engine)
    engine.dispose()

    def run(*words, text=None):
        given = ["--database", url, *map(str, words)]
        result = CliRunner(env={"GRIDMGR_LANG": "en"}).invoke(main, given, input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.exit_code, result.output

    return run


def lines(*edits):
    return "\n".join(json.dumps(edit) for edit in edits) + "\n"


def test_a_list_of_edits_is_made_and_shown_and_undone_and_done_again(run, tmp_path):
    (tmp_path / "edits.jsonl").write_text(lines(MERGE, {"edit": RENAME, "reason": "its own name"}), encoding="utf-8")

    assert run("draft", "new", "Estate", "--reason", "finished") == (0, "Draft 2 is begun.\n")
    code, said = run("draft", "apply", 2, tmp_path / "edits.jsonl")

    assert (code, said.splitlines()) == (
        0,
        ["A, B merged into A", "C named Harbour", "Edits made in draft 2: 2."],
    )
    shown = run("draft", "show", 2)[1]
    assert "A, B merged into A" in shown and "its own name" in shown
    assert run("draft", "undo", 2) == (0, "Undone: C named Harbour\n")
    assert run("draft", "redo", 2) == (0, "Done again: C named Harbour\n")
    assert "Estate" in run("draft", "list")[1]


def test_a_list_is_made_wholly_or_not_at_all(run):
    run("draft", "new", "Estate")

    code, said = run(
        "draft", "apply", 2, "-", text=lines(MERGE) + "\n" + lines({"op": "rename", "grid": "Z", "name": "n"})
    )

    assert (code, said) == (2, "Line 3: There is no grid Z in draft 2. Nothing was changed.\n")
    assert "merged" not in run("draft", "show", 2)[1]
    assert run("draft", "undo", 2) == (2, "Draft 2 has no edit that can be undone.\n")


def test_with_keep_going_each_edit_that_can_be_made_is_made(run):
    run("draft", "new", "Estate")

    code, said = run("draft", "apply", 2, "-", "--keep-going", text=lines({"op": "fly"}, MERGE))

    assert code == 1
    assert "Line 1: op must be one of" in said and "Edits made in draft 2: 1." in said


@pytest.mark.parametrize(
    ("text", "words"),
    [("{\n", "Line 1 is not JSON"), ("\n \n", "no edit in the file"), ("[1]", "Line 1: An edit is an object")],
)
def test_a_list_that_cannot_be_read_says_where(run, text, words):
    run("draft", "new", "Estate")

    code, said = run("draft", "apply", 2, "-", text=text)

    assert code == 2 and words in said


def test_a_draft_says_up_to_which_level_borders_move(run):
    code, said = run("draft", "new", "Towns", "--moves", "galaxy")

    assert code == 2 and said.startswith("There is no level galaxy: choose one of city, evaluated_area")
