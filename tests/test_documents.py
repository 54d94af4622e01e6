"""The pages for people lead where they say."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("layers/*.md")]
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
NAMED = re.compile(r"`([\w./]+/[\w.]+\.(?:py|js|sh|po))`")
HOMES = (ROOT, ROOT / "gridmgr", ROOT / "static")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_of_a_page_is_there(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert missing == []


def test_every_file_that_the_architecture_names_is_there():
    named = NAMED.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))

    missing = [name for name in named if not any((home / name).exists() for home in HOMES)]

    assert len(named) > 30
    assert missing == []


def test_the_readme_names_the_two_commands_on_its_first_screen():
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:22]

    assert any(line.startswith("make demo") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


def test_the_tour_of_the_readme_works_as_it_is_typed(demo_city, tmp_path):
    shutil.copytree(ROOT / "docs" / "first-city", tmp_path / "docs" / "first-city")
    (tmp_path / "demo").mkdir()
    shutil.copy(demo_city, tmp_path / "demo")
    programs = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": programs, "GRIDMGR_DATABASE_URL": "demo/city.gpkg", "LC_ALL": "C.UTF-8"}
    tour = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("gridmgr ")
    ]

    def typing(line):
        command = shlex.split(line, comments=True)
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = {line.split()[1]: typing(line) for line in tour}

    assert len(tour) == 4
    assert {name: result.returncode for name, result in done.items()} == {
        "where": 0,
        "audit": 1,
        "route": 0,
        "layer": 0,
    }
    assert "4 rows into routed.gpkg: 3 routed, 1 outside the city" in done["route"].stdout
    assert "Department" in done["where"].stdout
    assert "overlap" in done["audit"].stdout
