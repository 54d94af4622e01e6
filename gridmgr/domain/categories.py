"""Categories of components and matters, in the code system of 2013 and that of 2026."""

import csv
import dataclasses
import io
import tomllib
from collections.abc import Iterator
from typing import Any

from gridmgr.domain.deadlines import CODES, Limit
from gridmgr.errors import Invalid, NotFound

NATIONAL_2026 = "GBT47678_5-2026"
NATIONAL_2013 = "GBT30428_2-2013"
LIMIT_UNITS = CODES


class NoSuchCondition(NotFound):
    """The category has no such filing condition."""

    slug = "no-such-condition"


@dataclasses.dataclass(eq=False)
class Category:
    """A minor class (小类). ``kind`` is ``component`` or ``matter``: the two share codes.

    ``kin_code`` names the matter whose lead and limit were taken over where the
    sources give none; such a row is ``to_confirm``.

    Source: GB/T 47678.5-2026, annexes A and C; GB/T 30428.2-2013 for ``code_2013``.
    """

    code_system: str
    kind: str
    code: str
    name: str
    name_en: str = ""
    major_code: str = ""
    major_name: str = ""
    major_name_en: str = ""
    code_2013: str = ""
    is_event: bool = False
    limit_value: float | None = None
    limit_unit: str = ""
    limits_by_condition: dict[str, str] = dataclasses.field(default_factory=dict)
    priority: str = "normal"
    chief_overlay: str = ""
    is_local: bool = False
    to_confirm: bool = False
    sources: dict[str, Any] = dataclasses.field(default_factory=dict)
    id: int | None = None

    @property
    def kin_code(self) -> str:
        """Return the code of the matter whose lead this one takes, "" for its own."""
        return str(self.sources.get("kin_code", ""))

    @property
    def limit(self) -> Limit | None:
        """Return the time limit where no filing condition is chosen, None where the category has none."""
        return Limit(self.limit_value, self.limit_unit) if self.limit_value and self.limit_unit else None

    @property
    def limits(self) -> dict[str, Limit]:
        """Return filing condition (立案条件) → time limit, in the order of the list; empty where it has none."""
        return {condition: Limit.read(text) for condition, text in self.limits_by_condition.items()}

    def limit_for(self, condition: str) -> Limit | None:
        """Return the time limit of a filing condition; "" means the category's own.

        Raises
        ------
        NoSuchCondition
        """
        if not condition:
            return self.limit
        if condition not in self.limits_by_condition:
            raise NoSuchCondition(
                "Category {code} has no filing condition {condition}; choose one of: {conditions}.",
                code=self.code,
                condition=condition,
                conditions="; ".join(self.limits_by_condition) or "—",
            )
        return Limit.read(self.limits_by_condition[condition])


@dataclasses.dataclass(frozen=True)
class CodeSystem:
    """A published list of codes, the file that holds it, and the days on which it counts."""

    id: str
    title_zh: str
    title_en: str
    codes: str
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""


def read_code_systems(text: str) -> dict[str, CodeSystem]:
    """Return the code systems of ``layers/code_systems.toml`` by id."""
    return {table["id"]: CodeSystem(**table) for table in tomllib.loads(text)["code_system"]}


def rows(text: str, name: str, required: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a CSV text by column name.

    Raises
    ------
    Invalid
        A required column is missing, or a row has more or fewer fields than the header.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval=None)
    missing = [column for column in required if column not in (reader.fieldnames or ())]
    if missing:
        raise Invalid("{file} has no column {columns}; add it to the first row.", file=name, columns=", ".join(missing))
    return [checked(row, name, number) for number, row in enumerate(reader, start=2)]


def checked(row: dict[Any, Any], name: str, number: int) -> dict[str, str]:
    """Return ``row``, or raise Invalid where its fields do not match the header."""
    if None in row or None in row.values():
        raise Invalid(
            "{file}: row {row} has more or fewer fields than the first row; correct it.", file=name, row=number
        )
    return row


def read_categories(text: str, name: str = "categories.csv") -> list[Category]:
    """Return the matters of ``layers/categories.csv``: the 250 national ones and the local extensions.

    Raises
    ------
    Invalid
        A column is missing, a code comes twice, or a limit cannot be read.
    """
    found = [matter(row, name, number) for number, row in enumerate(rows(text, name, ("code", "name_zh")), start=2)]
    refuse_doubles(found, name)
    return found


def refuse_doubles(categories: list[Category], name: str) -> None:
    """Raise Invalid where two categories of one kind share a code."""
    seen: set[tuple[str, str]] = set()
    for category in categories:
        if (category.kind, category.code) in seen:
            raise Invalid("{file}: the code {code} comes twice; give each row its own.", file=name, code=category.code)
        seen.add((category.kind, category.code))


def matter(row: dict[str, str], name: str, number: int) -> Category:
    """Return the category of one row of the matrix file."""
    return Category(
        code_system=row["code_system"],
        kind="matter",
        code=row["code"],
        name=row["name_zh"],
        name_en=row["name_en"],
        major_code=row["major_code"],
        major_name=row["major_zh"],
        major_name_en=words(row["major_en"]),
        code_2013=row["code_2013"],
        is_event=row["class"] == "event",
        limit_value=float(row["limit_value"]) if row["limit_value"] else None,
        limit_unit=row["limit_unit"],
        limits_by_condition=dict(read_limits(row["limits_by_condition"], name, number)),
        priority=row["priority"],
        chief_overlay=row["chief_overlay"],
        is_local=row["is_local_extension"] == "true",
        to_confirm=row["to_confirm"] == "true",
        sources={key: row[key] for key in SOURCE_COLUMNS if row[key]},
    )


def words(identifier: str) -> str:
    """Return an identifier like ``street_order`` as words."""
    return identifier.replace("_", " ").capitalize()


SOURCE_COLUMNS = ("source_code", "source_limit", "source_department", "kin_code", "kin_rule", "limit_kin_code", "note")


def read_limits(text: str, name: str, number: int) -> Iterator[tuple[str, str]]:
    """Yield (filing condition, limit like ``4WH``) of a cell ``text=4WH; text=2WD``."""
    for part in filter(None, (part.strip() for part in text.split(";"))):
        condition, equals, limit = part.rpartition("=")
        if not equals or not condition.strip():
            raise no_limit(part, name, number)
        try:
            yield condition.strip(), str(Limit.read(limit))
        except Invalid as error:
            raise no_limit(part, name, number) from error


def read_condition_words(text: str, name: str = "conditions.csv") -> dict[str, str]:
    """Return filing condition → its words in Chinese, of ``layers/conditions.csv``.

    Raises
    ------
    Invalid
        A column is missing.
    """
    return {row["condition"]: row["zh"] for row in rows(text, name, ("condition", "zh"))}


def no_limit(part: str, name: str, number: int) -> Invalid:
    """Return the error that a part of a cell is, which is no ``condition=4WH``."""
    return Invalid("{file}: row {row}: {limit} is no limit; write condition=4WH.", file=name, row=number, limit=part)


def read_codes(text: str, code_system: str, name: str = "codes.csv") -> list[Category]:
    """Return the bare categories of a code list: kind, code and name, no limits and no lead."""
    found = [
        Category(
            code_system,
            row["kind"],
            row["code"],
            row["name_zh"],
            row.get("name_en", ""),
            row["code"][:2],
            row.get("major_zh", ""),
            words(row.get("major_en", "")),
            row.get("code_2013", ""),
            sources={key: row[key] for key in ("code_2026", "source") if row.get(key)},
        )
        for row in rows(text, name, ("kind", "code", "name_zh"))
    ]
    refuse_doubles(found, name)
    return found
