"""Attributes of the features of a file: the layer's own fields by name and type, the rest as they are."""

import datetime as dt
from typing import Any

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import Features
from gridmgr.services.imports.columns import Columns, as_code, usual

OWN = ("code", "name", "name_en", "parent")
TRUE, FALSE = ("1", "true", "yes", "y", "t", "是"), ("0", "false", "no", "n", "f", "否")


class UnusableField(Invalid):
    """Some attributes of the file cannot be used."""

    slug = "unusable-field"


def attributes(features: Features, layer, chosen: Columns) -> list[dict[str, Any]]:
    """Return the other attributes of each feature: the layer's own fields by their names and types, the rest as they are.

    Raises
    ------
    UnusableField
        A field the layer requires is missing or empty, or a value is not of its type.
    """
    used = {chosen.code, chosen.name, chosen.name_en, chosen.parent}
    fields = {usual(features, (f.name, f.title_zh, f.title_en)): f for f in layer.fields if f.name not in OWN}
    refuse_missing(features, layer, fields)
    columns = {
        fields[column].name if column in fields else column: typed(features, column, fields.get(column))
        for column in features.columns
        if column not in used
    }
    return [
        {name: values[i] for name, values in columns.items() if values[i] not in (None, "")}
        for i in range(len(features))
    ]


def refuse_missing(features, layer, fields):
    """Raise UnusableField where a required attribute has no column; names of grids may stand in for themselves."""
    there = {field.name for column, field in fields.items() if column is not None}
    missing = [f.name for f in layer.fields if f.required and f.name not in OWN and f.name not in there]
    if missing and layer.kind != "level":
        raise UnusableField(
            "{file} has no column for {fields}, which this layer needs; it has {columns}. Add it.",
            file=features.file,
            fields=", ".join(missing),
            columns=", ".join(features.columns) or "–",
        )


def typed(features, column, field):
    """Return the values of a column as the layer's ``field`` has them; unchanged where it has none."""
    values = features.columns[column]
    if field is None:
        return values
    empty = [i for i, value in enumerate(values) if value in (None, "")]
    if field.required and empty:
        raise UnusableField(
            "{file}: these features have no {field}: {features}. Fill it in.",
            file=features.file,
            field=column,
            features=features.at(empty),
        )
    return [None if i in empty else one_of(features, column, field, i) for i in range(len(values))]


def one_of(features, column, field, i):
    """Return one value as its field's type."""
    value = features.columns[column][i]
    try:
        return CONVERSIONS[field.type](value)
    except (ValueError, KeyError) as error:
        raise UnusableField(
            "{file}: feature {feature}, field {field}: “{value}” is no {type}. Correct it.",
            file=features.file,
            feature=i + 1,
            field=column,
            value=str(value)[:40],
            type=field.type,
        ) from error


def boolean(value):
    word = as_code(value).lower()
    if word not in TRUE + FALSE:
        raise ValueError(word)
    return word in TRUE


def whole_number(value):
    return int(as_code(value))


def day(value):
    """Return a date as ``2026-05-03``, from that form or one with strokes or a time behind it."""
    return dt.date.fromisoformat(as_code(value).replace("/", "-")[:10]).isoformat()


CONVERSIONS = {"text": as_code, "boolean": boolean, "integer": whole_number, "date": day}
