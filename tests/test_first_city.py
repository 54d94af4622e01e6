"""The page for newcomers: its six commands, typed one after the other, end in an answer."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "first-city.md"
FINDINGS = {"audit": 1}  # the page says that it ends so


@pytest.fixture
def newcomer(tmp_path):
    """A function that types one command in a folder that has only the files of the page."""
    shutil.copytree(ROOT / "docs" / "first-city", tmp_path / "docs" / "first-city")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GRIDMGR_")}
    programs = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def typing(line):
        environment = outside | {"PATH": programs, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        command = [shutil.which("gridmgr", path=programs), *shlex.split(line)[1:]]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return typing


def commands():
    """Return the lines of the page's first block."""
    block = re.search(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return block.group(1).splitlines()


def test_six_commands_lead_from_nothing_to_an_answer(newcomer):
    lines = commands()

    results = {line.split()[1]: newcomer(line) for line in lines}

    assert len(lines) == 6
    for name, done in results.items():
        assert done.returncode == FINDINGS.get(name, 0), f"{name}: {done.stdout}{done.stderr}"
    assert "13030200100102" in results["where"].stdout
    assert "Bo Chen  chief" in results["where"].stdout


def test_the_page_names_the_grid_and_the_person_that_the_last_command_answers():
    page = PAGE.read_text(encoding="utf-8")

    assert "grid 13030200100102, Customs House, and that Bo Chen answers" in page
