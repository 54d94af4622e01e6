"""Codes of the features of a file: each one once, as text, with all its digits."""

import re

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import Features, Note
from gridmgr.i18n import N_
from gridmgr.services.imports.columns import as_code

LONGEST_CODE = 64
SPOILT = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
EXACT = 2**53


class UnusableCode(Invalid):
    """Some codes of the file cannot be used."""

    slug = "unusable-code"


def codes(features: Features, column: str | None, layer) -> tuple[list[str], list[Note]]:
    """Return the code of each feature, and what has to be said of them.

    Without a column the features are numbered ``road-1``, ``road-2``, …

    Raises
    ------
    UnusableCode
        A code is missing, comes twice, lost its digits in a spreadsheet, or is
        longer than 64 characters.
    """
    if column is None:
        note = N_("{file} has no column of codes: its features were numbered {first}, …; a later import replaces them.")
        numbered = [f"{layer.id}-{i}" for i in range(1, len(features) + 1)]
        return numbered, [Note(note, {"file": features.file, "first": numbered[0]})]
    values = features.columns[column]
    found = [as_code(value) for value in values]
    refuse(features, column, [not code for code in found],
           N_("{file}: these features have no code in column {column}: {features}. Fill it in."))  # fmt: skip
    refuse(features, column, [is_spoilt(value, code) for value, code in zip(values, found, strict=True)],
           N_("{file}: a spreadsheet has spoilt these codes in column {column}: {features}. Format the column as text "
              "and enter them again."))  # fmt: skip
    refuse(features, column, [len(code) > LONGEST_CODE or not code.isprintable() for code in found],
           N_("{file}: these codes in column {column} are longer than 64 characters or not printable: {features}. "
              "Name another column."))  # fmt: skip
    refuse_doubles(features, column, found)
    return found, number_notes(features, column, found)


def is_spoilt(value, code):
    """Return whether a code went through a number format that cannot hold it: 1.3E+11, 0.5, beyond 15 digits."""
    if isinstance(value, bool) or (isinstance(value, float) and (not value.is_integer() or abs(value) >= EXACT)):
        return True
    return isinstance(value, str) and SPOILT.fullmatch(code) is not None


def refuse(features, column, bad, message):
    """Raise UnusableCode naming the features where ``bad`` is true, if there are any."""
    positions = [i for i, is_bad in enumerate(bad) if is_bad]
    if positions:
        raise UnusableCode(message, file=features.file, column=column, features=features.at(positions))


def refuse_doubles(features, column, found):
    """Raise UnusableCode where two features have one code."""
    seen: dict[str, int] = {}
    for i, code in enumerate(found):
        if code in seen:
            raise UnusableCode(
                "{file}: features {first} and {second} both have the code {code} in column {column}. "
                "Give each its own, or merge them.",
                file=features.file,
                first=seen[code] + 1,
                second=i + 1,
                code=code,
                column=column,
            )
        seen[code] = i


def number_notes(features, column, found):
    """Return the note that codes are numbers in the file, where they are."""
    numbers = [i for i, value in enumerate(features.columns[column]) if not isinstance(value, str)]
    if not numbers:
        return []
    message = N_(
        "{file}: {count} codes in column {column} are numbers, which lose leading zeros: {features}. "
        "If zeros are missing, enter the codes as text."
    )
    fields = {"file": features.file, "count": len(numbers), "column": column, "features": features.at(numbers)}
    return [Note(message, fields)]
