"""Attribute tables: columns of plain values, whatever a file held."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import json
import math
from collections.abc import Sequence
from typing import Any

from gridmgr.geometry.archives import Copy, UnreadableFile
from gridmgr.geometry.formats.features import Features
from gridmgr.i18n import N_

MOST_COLUMNS = 500
MOST_FEATURES = 5_000_000
MOST_TEXT_BYTES = 256 << 20
LONGEST_TEXT = 20_000
DEEPEST_VALUE = 8

CLOSED = N_("{file}: {count} features had an open ring, closed with a straight edge: {features}.")
FLATTENED = N_("{file}: heights (third coordinates) of {count} features were left out.")
CLEANED = N_("{file}: control characters in {count} texts were replaced by spaces.")


class UnusableText(UnreadableFile):
    """A text or number of the table cannot be stored."""

    slug = "unusable-text"


def content(copy: Copy) -> bytes:
    """Return the bytes of a file that is read as text."""
    if copy.path.stat().st_size > MOST_TEXT_BYTES:
        raise UnreadableFile(
            "{file} holds more than {megabytes} MB of text. Send it as GeoPackage, FlatGeobuf or GeoParquet.",
            file=copy.name, megabytes=MOST_TEXT_BYTES >> 20,
        )  # fmt: skip
    return copy.path.read_bytes()


def columns_of(rows: Sequence[dict[str, Any]], file: str) -> dict[str, list[Any]]:
    """Return column → values for rows of differing keys, in the order they first appear."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        check_width(len(names), file)
    return {name: [row.get(name) for row in rows] for name in names}


def check_width(count: int, file: str) -> None:
    if count > MOST_COLUMNS:
        raise UnreadableFile("{file} has more than {most} columns. Keep those that matter.",
                             file=file, most=MOST_COLUMNS)  # fmt: skip


def check_length(count: int, file: str) -> None:
    """Refuse more features than a city has."""
    if count > MOST_FEATURES:
        raise UnreadableFile("{file} has more than {most} features. Split it.", file=file, most=MOST_FEATURES)


def cleaned(features: Features) -> Features:
    """Return ``features`` with values that both databases, CSV and JSON can hold.

    Control characters become spaces (noted) and numbers that are none become
    None; a NUL, half a surrogate pair or an endless text is refused.
    """
    columns: dict[str, list[Any]] = {}
    changed = 0
    for name, values in features.columns.items():
        plain_values = [plain(value) for value in values]
        for i, value in enumerate(plain_values):
            if isinstance(value, str) and not (value.isprintable() and len(value) <= LONGEST_TEXT):
                check_text(value, features, i, name)
                plain_values[i] = without_controls(value)
                changed += plain_values[i] != value
        columns[without_controls(name).strip() or f"column {len(columns) + 1}"] = plain_values
    result = dataclasses.replace(features, columns=columns)
    return result.noted(CLEANED, count=changed) if changed else result


def check_text(text: str, features: Features, i: int, name: str) -> None:
    """Refuse a text that no database stores or no list can show."""
    where = {"file": features.file, "feature": i + 1, "field": without_controls(name)[:60]}
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise UnusableText(
            "{file}: feature {feature}, field {field}: the text holds a character that no database stores. Retype it.",
            **where,
        )
    if len(text) > LONGEST_TEXT:
        raise UnusableText(
            "{file}: feature {feature}, field {field}: the text is longer than {most} characters. Shorten it.",
            most=LONGEST_TEXT, **where,
        )  # fmt: skip


def without_controls(text: str) -> str:
    """Return ``text`` with control characters as spaces; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(" " if (c < " " and c not in "\t\n\r") or "\x7f" <= c < "\xa0" else c for c in text)


def plain(value: Any) -> Any:
    """Return ``value`` as None, text, number or boolean; lists and objects as JSON text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return json.dumps(shallow(value), ensure_ascii=False, default=str)


def shallow(value: Any, depth: int = 0) -> Any:
    """Return lists and objects cut at ``DEEPEST_VALUE`` levels."""
    if not isinstance(value, list | tuple | dict):
        return value
    if depth == DEEPEST_VALUE:
        return "…"
    if isinstance(value, dict):
        return {str(key): shallow(inner, depth + 1) for key, inner in value.items()}
    return [shallow(inner, depth + 1) for inner in value]
