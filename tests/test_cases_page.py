"""The page about cases says what the table of steps says."""

import pathlib
import runpy

FOLDER = pathlib.Path(__file__).parents[1] / "docs"


def test_the_tables_of_the_page_are_those_of_the_code():
    written = runpy.run_path(str(FOLDER / "cases_table.py"))["written"]
    page = (FOLDER / "cases.md").read_text(encoding="utf-8")

    assert page == written(page), "run: python docs/cases_table.py"
