"""Lines of a matrix workbook: departments, their units, and entries of the matrix."""

import dataclasses
import datetime as dt
import re

from gridmgr.domain.responsibility import OWNER_FIRST, SETTLED, TERRITORY_FIRST
from gridmgr.i18n import N_
from gridmgr.services.sheets import Row, instant, required

NAMES = {
    "小类代码": "category",
    "类别": "category",
    "类别名称": "category_name",
    "类别英文名": "category_name_en",
    "区域": "area",
    "区域代码": "area",
    "部门": "department",
    "部门代码": "department",
    "协办部门": "co_departments",
    "兜底顺序": "fallback_chain",
    "派遣规则": "routing_rule",
    "依据": "source",
    "起": "from",
    "止": "to",
    "单位": "organisation",
    "责任单位": "organisation",
    "责任人": "person",
    "电话": "phone",
    "代码": "code",
    "名称": "name",
    "英文名": "name_en",
}
RULES = {"先属主": OWNER_FIRST, "先属地": TERRITORY_FIRST, "裁定": SETTLED} | {
    rule: rule for rule in (OWNER_FIRST, TERRITORY_FIRST, SETTLED)
}
NONE = ("-", "–", "无", "none")


@dataclasses.dataclass(frozen=True)
class DepartmentLine:
    """A department."""

    row: Row
    code: str
    name: str
    name_en: str


@dataclasses.dataclass(frozen=True)
class UnitLine:
    """The unit of a department in an area."""

    row: Row
    department: str
    area: str
    organisation: str
    person: str
    phone: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None


@dataclasses.dataclass(frozen=True)
class EntryLine:
    """An entry of the matrix; None where a cell is empty and what was known stays."""

    row: Row
    category: str
    category_name: str
    category_name_en: str
    area: str
    department: str
    co_departments: list[str] | None
    fallback_chain: list[str] | None
    routing_rule: str | None
    source: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None


def reader_of(sheet):
    """Return the function that reads the rows of ``sheet``, told by its columns; None for a sheet of notes."""
    columns = set(sheet.columns)
    if {"category", "department"} <= columns:
        return read_entry
    if {"department", "organisation"} <= columns:
        return read_unit
    return read_department if {"code", "name"} <= columns else None


def read_department(row, timezone):
    """Return the department of a row; the time zone plays no part."""
    return DepartmentLine(row, required(row, "code"), required(row, "name"), row.get("name_en"))


def read_unit(row, timezone):
    """Return the unit of a row."""
    return UnitLine(
        row,
        required(row, "department"),
        row.get("area"),
        required(row, "organisation"),
        required(row, "person"),
        row.get("phone"),
        *span(row, timezone),
    )


def read_entry(row, timezone):
    """Return the entry of a row."""
    return EntryLine(
        row,
        required(row, "category"),
        row.get("category_name"),
        row.get("category_name_en"),
        row.get("area"),
        required(row, "department"),
        codes(row, "co_departments"),
        codes(row, "fallback_chain"),
        rule(row),
        row.get("source"),
        *span(row, timezone),
    )


def span(row, timezone):
    """Return (from, to) of a row, None each where the cell is empty."""
    starts, ends = instant(row, "from", timezone), instant(row, "to", timezone)
    if starts and ends and ends <= starts:
        raise row.problem("to", N_("{value} is not after the beginning; the end is the first day off."))
    return starts, ends


def codes(row, column):
    """Return the codes of a list cell, None where it is empty; a dash says that there are none."""
    text = row.get(column)
    if text in NONE:
        return []
    return [code for code in re.split(r"[\s|,;，、；>＞]+", text) if code] if text else None


def rule(row):
    """Return the routing rule of a row, None where it is empty."""
    text = row.get("routing_rule")
    if text and text not in RULES:
        raise row.problem("routing_rule", N_("{value} is no rule; write owner_first or territory_first."))
    return RULES.get(text)
