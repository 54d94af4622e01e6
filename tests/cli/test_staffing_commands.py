"""People and departments on the command line."""

import pytest
import small_cities
from click.testing import CliRunner

from gridmgr.cli import main
from gridmgr.store import database

HEADER = "person,name,grid,role\n"


@pytest.fixture
def run(city_url):
    """A function that runs a command on the city and returns (exit code, what it printed)."""

    def run(*words):
        result = CliRunner(env={"GRIDMGR_LANG": "en"}).invoke(main, ["--database", city_url, *words])
        return result.exit_code, result.output

    return run


@pytest.fixture
def city_url(tmp_path):
    """The address of a city of four grids in a draft."""
    url = f"gpkg:///{tmp_path / 'city.gpkg'}"
    engine = database.create(url, srid=4490)
    small_cities.found(engine)
    engine.dispose()
    return url


def test_the_staff_example_comes_in_as_it_is(run, tmp_path):
    sheet = str(tmp_path / "staff.xlsx")

    wrote, _ = run("template", "staff", sheet)
    tried = run("staff", "import", sheet, "--dry-run")
    taken = run("staff", "import", sheet)

    assert wrote == 0
    assert (tried[0], taken[0]) == (0, 0)
    assert "nothing written (dry run)" in tried[1]
    assert "3  posts added" in taken[1]


def test_a_sheet_that_cannot_be_used_is_exit_code_2_and_names_the_cells(run, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(HEADER + "P1,Ann,Z,chief\n", encoding="utf-8")

    code, printed = run("staff", "import", str(path))

    assert code == 2
    assert "staff.csv: row 2, grid: there is no grid Z" in printed


def test_a_hand_over_is_said_in_the_citys_time(run, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(HEADER + "P1,Ann,A,chief\nP2,Bob,B,chief\n", encoding="utf-8")
    run("staff", "import", str(path))

    code, printed = run("staff", "hand-over", "A", "P2", "--from", "2199-01-01T08:00")

    assert (code, printed.strip()) == (0, "P2 is chief of A from 2199-01-01T08:00:00+08:00 on.")


def test_the_matrix_is_listed_with_what_is_to_confirm(run, tmp_path):
    sheet = str(tmp_path / "matrix.xlsx")
    run("template", "matrix", sheet)

    taken = run("matrix", "import", sheet)
    listed = run("matrix", "list")

    assert (taken[0], listed[0]) == (0, 0)
    assert "2  entries added" in taken[1]
    assert "06012" in listed[1] and "SAN > SUB > DISTRICT > CITY_COMMAND" in listed[1]
    assert "06012" not in run("matrix", "list", "--to-confirm")[1]


def test_a_template_is_written_without_a_city(tmp_path):
    words = ["--database", str(tmp_path / "none.gpkg"), "template", "staff", str(tmp_path / "staff.xlsx")]

    result = CliRunner().invoke(main, words)

    assert result.exit_code == 0
    assert (tmp_path / "staff.xlsx").exists()
