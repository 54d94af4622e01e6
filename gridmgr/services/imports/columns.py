"""Which columns of a file hold codes and names: what is obvious is found and said, what is not is asked for."""

import dataclasses

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import Features

CODE_COLUMNS = (
    "code", "grid_code", "gridcode", "id_code", "dm", "bm", "代码", "编码", "编号", "网格标识码", "网格编码",
)  # fmt: skip
LIKELY_CODE_COLUMNS = ("ward", "precinct", "district", "zone", "id")
NAME_COLUMNS = ("name", "name_zh", "mc", "名称", "网格名称", "title", "label")
PARENT_COLUMNS = ("parent", "parent_code", "上级代码", "上级编码")


class WhichColumn(Invalid):
    """It is not clear which column is meant."""

    slug = "which-column"


@dataclasses.dataclass(frozen=True)
class Columns:
    """The columns that hold code, name, English name and parent's code; None where there is none."""

    code: str | None
    name: str | None
    name_en: str | None
    parent: str | None


def choose(features: Features, layer, *, code=None, name=None, parent=None) -> Columns:
    """Return the columns of a file, as said or by their usual names.

    Raises
    ------
    WhichColumn
        A column that was said is not there, or none is obviously the code of a
        layer that needs one.
    """
    titles = {field.name: (field.name, field.title_zh, field.title_en) for field in layer.fields}
    chosen = Columns(
        the_column(features, code)
        or usual(features, (*titles.get("code", ()), f"{layer.id}_code", *CODE_COLUMNS))
        or usual(filled_once(features), LIKELY_CODE_COLUMNS),
        the_column(features, name) or usual(features, (*titles.get("name", ()), f"{layer.id}_name", *NAME_COLUMNS)),
        usual(features, titles.get("name_en", ("name_en",))),
        the_column(features, parent) or usual(features, (*titles.get("parent", ()), *PARENT_COLUMNS)),
    )
    if chosen.code is None and needs(layer, "code"):
        raise WhichColumn(
            "{file}: say with --code which column holds the codes; it has {columns}.",
            file=features.file,
            columns=", ".join(features.columns) or "–",
        )
    return chosen


def filled_once(features):
    """Return ``features`` with only the columns in which each has a value of its own."""
    columns = features.columns.items()
    distinct = {name: values for name, values in columns if len({as_code(v) for v in values} - {""}) == len(features)}
    return dataclasses.replace(features, columns=distinct)


def needs(layer, name):
    """Return whether each feature of ``layer`` must have the field ``name``."""
    return any(field.name == name and field.required for field in layer.fields)


def the_column(features, wanted):
    """Return the column called ``wanted``, in whatever case; None stays None."""
    if wanted is None or wanted in features.columns:
        return wanted
    found = usual(features, (wanted,))
    if found is None:
        raise WhichColumn(
            "{file} has no column {column}; it has {columns}.",
            file=features.file,
            column=wanted,
            columns=", ".join(features.columns) or "–",
        )
    return found


def usual(features, names):
    """Return the first column that is called one of ``names``, whatever its case; None without one."""
    by_name = {column.lower(): column for column in reversed(list(features.columns))}
    return next((by_name[name.lower()] for name in names if name.lower() in by_name), None)


def texts(features: Features, column: str | None) -> list[str]:
    """Return a column as text; empty where a cell is empty or there is no column."""
    if column is None:
        return [""] * len(features)
    return [as_code(value) for value in features.columns[column]]


def as_code(value) -> str:
    """Return a cell as a code: text without blanks around it, whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
