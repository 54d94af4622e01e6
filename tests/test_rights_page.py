"""The page about rights says what the program does."""

import pathlib
import runpy

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "rights.md"


def test_the_table_of_the_page_is_that_of_the_program():
    page = PAGE.read_text(encoding="utf-8")

    written = runpy.run_path(str(PAGE.with_suffix(".py")))["written"]

    assert page == written(page), "run: python docs/rights.py"
    assert page.count("\n| `") > 35
