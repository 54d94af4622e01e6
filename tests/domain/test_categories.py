"""The lists of matters and components, and where each lead comes from."""

import collections
import csv
import io

import pytest
from domain.street import read

from gridmgr.domain import categories
from gridmgr.domain.categories import NATIONAL_2013, NATIONAL_2026, NoSuchCondition
from gridmgr.domain.deadlines import Limit
from gridmgr.domain.responsibility import defaults
from gridmgr.errors import Invalid

LENT = ("department_code", "co_departments", "routing_rule", "fallback_owner", "fallback_chain", "chief_overlay")


@pytest.fixture(scope="module")
def sheet():
    """The rows of the matrix file, by code."""
    return {row["code"]: row for row in csv.DictReader(io.StringIO(read("categories.csv")))}


@pytest.fixture(scope="module")
def matters():
    """The matters, by code."""
    return {category.code: category for category in categories.read_categories(read("categories.csv"))}


def test_there_are_250_national_matters_and_16_local_ones(matters):
    assert collections.Counter(matter.is_local for matter in matters.values()) == {False: 250, True: 16}


def test_the_current_list_has_153_components_and_250_matters():
    found = collections.Counter(c.kind for c in categories.read_codes(read("codes_2026.csv"), NATIONAL_2026))

    assert found == {"component": 153, "matter": 250}


def test_the_national_matters_are_those_of_the_current_list(matters):
    listed = {
        c.code: c.name for c in categories.read_codes(read("codes_2026.csv"), NATIONAL_2026) if c.kind == "matter"
    }

    assert {code: m.name for code, m in matters.items() if not m.is_local} == listed


def test_every_matter_has_names_a_limit_and_a_major_class(matters):
    lacking = [m.code for m in matters.values() if not (m.name_en and m.limit_value and m.limit_unit and m.major_name)]

    assert lacking == []


def test_every_filing_condition_has_its_words_in_chinese(matters):
    said = categories.read_condition_words(read("conditions.csv"))

    assert set(said) == {condition for matter in matters.values() for condition in matter.limits_by_condition}
    assert all(words and not words.isascii() for words in said.values())


def test_every_default_limit_is_one_of_the_limits_by_condition(matters):
    units = {unit: short for short, unit in categories.LIMIT_UNITS.items()}
    other = [
        m.code
        for m in matters.values()
        if f"{m.limit_value:g}{units[m.limit_unit]}" not in m.limits_by_condition.values()
    ]

    assert other == []


def test_125_matters_without_a_source_take_the_lead_of_their_kin_and_are_to_confirm(sheet):
    lent = {code: row for code, row in sheet.items() if row["kin_code"]}

    differing = [c for c, row in lent.items() if any(row[k] != sheet[row["kin_code"]][k] for k in LENT)]

    assert len(lent) == 125
    assert differing == []
    assert {row["to_confirm"] for row in lent.values()} == {"true"}
    assert {row["to_confirm"] for code, row in sheet.items() if code not in lent} == {"false"}


def test_a_kin_has_a_lead_of_its_own_and_fits_the_reason_given(sheet):
    for row in (row for row in sheet.values() if row["kin_code"]):
        kin, (rule, _, word) = sheet[row["kin_code"]], row["kin_rule"].partition(":")

        assert not kin["kin_code"]
        assert rule in ("same_trade", "same_word", "nearest_code")
        assert rule != "same_word" or (word in row["name_zh"] and word in kin["name_zh"])
        assert rule != "nearest_code" or row["kin_code"] == nearest(row["code"], sheet)


def nearest(code, sheet):
    """Return the nearest given national code of the same major class, the lower of two."""
    given = [c for c, row in sheet.items() if not row["kin_code"] and row["is_local_extension"] == "false"]
    return min((c for c in given if c[:2] == code[:2]), key=lambda c: (abs(int(c) - int(code)), c))


def test_every_code_of_2013_leads_to_a_matter_that_names_it(matters):
    old = categories.read_codes(read("codes_2013.csv"), NATIONAL_2013)

    letters = {"component": "P", "matter": "E"}
    wrong = [c.code for c in old if matters[c.sources["code_2026"]].code_2013 != letters[c.kind] + c.code]

    assert wrong == []
    assert len(old) == sum(bool(m.code_2013) for m in matters.values())


def test_every_department_in_the_matrix_is_in_the_list():
    known = {department.code for department in defaults.read_departments(read("departments.csv"))}
    rows = csv.DictReader(io.StringIO(read("categories.csv")))

    named = {
        c
        for r in rows
        for c in [r["department_code"], *r["co_departments"].split("|"), *r["fallback_chain"].split(">")]
    }

    assert named - known == {""}


def test_both_code_systems_have_their_list():
    systems = categories.read_code_systems(read("code_systems.toml"))

    assert {name: len(categories.read_codes(read(system.codes), name)) for name, system in systems.items()} == {
        NATIONAL_2026: 403,
        NATIONAL_2013: 126,
    }


def test_a_code_that_comes_twice_is_refused():
    text = "kind,code,name_zh\nmatter,06010,暴露垃圾\nmatter,06010,积存垃圾\n"

    with pytest.raises(Invalid, match="06010 comes twice"):
        categories.read_codes(text, NATIONAL_2026)


def test_a_component_and_a_matter_may_share_a_code():
    text = "kind,code,name_zh\nmatter,01001,供水井盖异常\ncomponent,01001,供水井盖\n"

    assert len(categories.read_codes(text, NATIONAL_2026)) == 2


@pytest.mark.parametrize("line", ["matter,06010", "matter,06010,暴露垃圾,more"])
def test_a_row_that_does_not_fit_the_header_is_named(line):
    with pytest.raises(Invalid, match="row 2 has more or fewer fields"):
        categories.read_codes(f"kind,code,name_zh\n{line}\n", NATIONAL_2026)


def test_a_limit_that_cannot_be_read_is_named():
    with pytest.raises(Invalid, match=r"row 7: soon is no limit"):
        list(categories.read_limits("broken=4WH; soon", "categories.csv", 7))


def test_each_filing_condition_of_a_matter_has_its_own_limit(matters):
    limits = matters["01001"].limits

    assert limits["missing|shifted|cracked and unsafe"] == Limit(2, "urgent_hour")
    assert limits["broken >25 cm2"] == Limit(4, "work_hour")
    assert limits["surround sunken or step >2 cm"] == Limit(5, "work_day")
    assert list(limits) == list(matters["01001"].limits_by_condition)


def test_every_limit_of_the_list_can_be_counted_by(matters):
    conditions = [limit for matter in matters.values() for limit in matter.limits.values()]

    assert len(conditions) > 250
    assert all(matter.limit in matter.limits.values() for matter in matters.values())


def test_a_case_without_a_condition_has_the_limit_of_its_category(matters):
    assert matters["01001"].limit_for("") == matters["01001"].limit == Limit(2, "urgent_hour")
    assert matters["01001"].limit_for("broken >25 cm2") == Limit(4, "work_hour")


def test_a_condition_that_the_category_does_not_have_is_named_with_those_it_has(matters):
    with pytest.raises(NoSuchCondition, match=r"01001 has no filing condition red; choose one of: missing\|shifted"):
        matters["01001"].limit_for("red")


@pytest.mark.parametrize("cell", ["broken=0WH", "=4WH", "broken=²WH", "broken=4"])
def test_a_limit_that_is_none_is_refused(cell):
    with pytest.raises(Invalid, match=r"row 7: .* is no limit"):
        list(categories.read_limits(cell, "categories.csv", 7))
