"""The city's default matrix, as ``layers/`` gives it: departments, and who leads in each matter."""

import datetime as dt

from gridmgr.domain.categories import rows
from gridmgr.domain.responsibility import Department, Responsibility
from gridmgr.errors import Invalid

ROUTING_RULES = ("owner_first", "territory_first")
MATRIX_COLUMNS = ("code", "department_code", "co_departments", "routing_rule", "fallback_chain", "to_confirm")


def read_departments(text: str, name: str = "departments.csv") -> list[Department]:
    """Return the departments of ``layers/departments.csv``."""
    return [Department(r["code"], r["name_zh"], r["name_en"]) for r in rows(text, name, ("code", "name_zh", "name_en"))]


def read_defaults(
    text: str, *, valid_from: dt.datetime, recorded_by: str = "", name: str = "categories.csv"
) -> list[Responsibility]:
    """Return the city-wide entry of each matter in ``layers/categories.csv``.

    Parameters
    ----------
    text : str
        The file.
    valid_from : datetime
        Since when the entries hold; aware. It is also when they are recorded.
    recorded_by : str
        Who brought them in.
    name : str
        What a message calls the file.
    """
    found = rows(text, name, MATRIX_COLUMNS)
    return [default(row, number, name, valid_from, recorded_by) for number, row in enumerate(found, start=2)]


def default(row: dict[str, str], number: int, name: str, valid_from: dt.datetime, recorded_by: str) -> Responsibility:
    """Return the entry of one row."""
    if row["routing_rule"] not in ROUTING_RULES:
        raise Invalid(
            "{file}: row {row}: the routing rule is {value}; write owner_first or territory_first.",
            file=name,
            row=number,
            value=row["routing_rule"],
        )
    return Responsibility(
        row["code"],
        "",
        row["department_code"],
        valid_from,
        codes(row["co_departments"], "|"),
        codes(row["fallback_chain"], ">"),
        row["routing_rule"],
        row["to_confirm"] == "true",
        row.get("source_department", ""),
        recorded_at=valid_from,
        recorded_by=recorded_by,
    )


def codes(text: str, separator: str) -> list[str]:
    """Return the codes of a list cell, in order."""
    return [code.strip() for code in text.split(separator) if code.strip()]
