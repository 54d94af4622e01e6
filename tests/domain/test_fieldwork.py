"""What the field phone says is about categories that there are, in both languages, the nearest lines first."""

import csv

import pytest

from gridmgr import resources
from gridmgr.domain.fieldwork import checklist_of, read_advice

FILE = resources.directory("layers") / "field.toml"
SMALL = """
[[confused]]
categories = ["06010", "06042"]
zh = "看箱"
en = "look at the bin"
[[checklist]]
categories = ["06010"]
zh = ["清"]
en = ["cleared"]
[[checklist]]
majors = ["06"]
zh = ["净"]
en = ["clean"]
"""


@pytest.fixture(scope="module")
def codes():
    """The codes of categories.csv."""
    with (resources.directory("layers") / "categories.csv").open(encoding="utf-8") as file:
        return {row["code"] for row in csv.DictReader(file)}


def test_every_code_of_the_file_is_a_category(codes):
    advice = read_advice(FILE.read_text(encoding="utf-8"))

    named = {code for one in (*advice.confused, *advice.checklists) for code in one.categories}

    assert named
    assert named - codes == set()


def test_every_category_has_something_to_look_at_in_both_languages(codes):
    advice = read_advice(FILE.read_text(encoding="utf-8"))

    without = [
        (code, name) for code in codes for name in ("zh", "en") if not checklist_of(advice, code, code[:2], name)
    ]

    assert without == []


@pytest.mark.parametrize(("code", "lines"), [("06010", ("cleared",)), ("06012", ("clean",)), ("09006", ())])
def test_a_category_has_its_own_lines_else_those_of_its_class(code, lines):
    assert checklist_of(read_advice(SMALL), code, code[:2], "en") == lines
