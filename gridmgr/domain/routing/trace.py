"""The entries of a trace, and how they name things in the reader's language."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Matrix
from gridmgr.i18n import translate

Name = tuple[str, str]
"""A name in the city's own language and in English; the same twice where there is no English one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of a trace: a rule that was tried, whether it won, in words with named fields.

    ``step`` is ``position, grid, overlay, department`` or ``person``.
    """

    step: str
    rule: str
    text: str
    fields: dict[str, Any]
    won: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain values for JSON."""
        return {"step": self.step, "rule": self.rule, "text": self.text, "fields": dict(self.fields), "won": self.won}

    def say(self, language: str) -> str:
        """Return the sentence in ``"zh"`` or ``"en"``."""
        return say(self.text, self.fields, language)


def say(text: str, fields: Mapping[str, Any], language: str) -> str:
    """Return a sentence of a trace in ``language``; a name that has an English form stands under ``…_en`` too."""
    names = {key: fields.get(f"{key}_en", value) for key, value in fields.items()} if language == "en" else fields
    return translate(text, language, **names)


def in_both(**names: Name) -> dict[str, str]:
    """Return the fields of names: the city's own form, and the English one beside it where it differs."""
    own = {key: name for key, (name, _) in names.items()}
    return own | {f"{key}_en": english for key, (name, english) in names.items() if english != name}


def boundaries_name(boundaries: Boundaries) -> Name:
    """Return how boundaries are called: "v27" everywhere, a draft in either language."""
    return boundaries.label.replace("draft ", "草案 "), boundaries.label


def grid_name(boundaries: Boundaries, code: str) -> Name:
    """Return name and code of a grid as one says them; the code alone where it has no name."""
    grid = boundaries.grids[code]
    return with_code(grid.name, code), with_code(grid.name_en or grid.name, code)


def with_code(name: str, code: str) -> str:
    """Return a name with its code behind it."""
    return f"{name} ({code})" if name and name != code else code


def category_name(category: Category) -> Name:
    """Return code and name of a category as one says them."""
    return f"{category.code} {category.name}", f"{category.code} {category.name_en or category.name}"


def department_name(matrix: Matrix, code: str) -> Name:
    """Return the name of a department, its code where it is not in the list."""
    known = matrix.departments.get(code)
    return (known.name, known.name_en or known.name) if known else (code, code)


def joined(separator: str, names: Iterable[Name]) -> Name:
    """Return several names as one."""
    found = list(names)
    return separator.join(name for name, _ in found), separator.join(english for _, english in found)
