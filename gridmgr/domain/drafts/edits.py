"""Edits of a draft: JSON values from outside checked with one clear sentence, and said in words.

An edit is a mapping with ``op`` and the fields of that operation, positions lon/lat. What
the fields mean stands in ``docs/edits.md``; ``FIELDS`` says which an operation has.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from gridmgr.domain.staff import POST_ROLES
from gridmgr.errors import Invalid
from gridmgr.i18n import N_, translate

GEOMETRY_OPS = ("move_arc", "move_node", "add_node", "remove_node", "split", "carve", "merge", "transfer", "repair")
ROW_OPS = ("hand_over", "rename", "recode", "assign")
CLOSING_OPS = ("import", "rebase", "revive")
"""What else is in the list of a draft's edits: it was done at once, and nothing before it can be undone any more."""
LONGEST_CODE, LONGEST_NAME, MOST_POSITIONS, MOST_GRIDS = 64, 200, 100_000, 100_000


class BadEdit(Invalid):
    """The edit cannot be read."""

    slug = "bad-edit"


def checked(value: Any) -> dict[str, Any]:
    """Return an edit from outside with nothing in it but its own fields, each of the right kind.

    Raises
    ------
    BadEdit
        One sentence: which field, what is wrong, what it should be.
    """
    if not isinstance(value, Mapping):
        raise BadEdit("An edit is an object with a field op; {given} is none.", given=shortened(value))
    op = value.get("op")
    if not isinstance(op, str) or op not in FIELDS:
        raise BadEdit("op must be one of {known}; {given} is not.", known=", ".join(FIELDS), given=shortened(op))
    required, optional = FIELDS[op]
    for name in required:
        if name not in value:
            raise BadEdit("An edit {op} needs {field}: add it.", op=op, field=name)
    for name in value:
        if name not in required and name not in optional and name != "op":
            raise BadEdit(
                "An edit {op} has no field {field}: leave it out or correct its name.", op=op, field=str(name)
            )
    readers = READERS | OTHERWISE.get(op, {})
    given = {name: readers[name](name, value[name]) for name in (*required, *optional) if name in value}
    check_choices(op, given)
    return {"op": op, **given}


def check_choices(op: str, given: Mapping[str, Any]) -> None:
    """Raise BadEdit where fields that are right by themselves do not go together."""
    if op == "split" and ("line" in given) is ("piece" in given):
        raise BadEdit("An edit split needs either a line or a piece: give one of them.")
    if op in ("split", "merge") and len(set(given.get("codes", given.get("grids", "ab")))) < 2:
        raise BadEdit("An edit {op} needs two different codes.", op=op)
    if op == "move_arc" and (len(given["grids"]) != 2 or given["grids"] in ([None, None], given["grids"][:1] * 2)):
        raise BadEdit("grids of move_arc are the two sides of a border, null for the outside.")
    if op == "rename" and not given.keys() & {"name", "name_en"}:
        raise BadEdit("An edit {op} needs {field}: add it.", op=op, field="name")


# --- fields --------------------------------------------------------------------------


def code(name: str, value: Any) -> str:
    """Return a code, without spaces round it."""
    found = text(name, value, LONGEST_CODE)
    if not found or found != found.strip():
        raise BadEdit(
            "{field} must be a code without spaces round it; {given} is none.", field=name, given=shortened(value)
        )
    return found


def text(name: str, value: Any, longest: int = LONGEST_NAME) -> str:
    """Return a text that can be stored."""
    if not isinstance(value, str):
        raise BadEdit("{field} must be text; {given} is none.", field=name, given=shortened(value))
    if len(value) > longest:
        raise BadEdit("{field} is too long: at most {max_length} characters.", field=name, max_length=longest)
    if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise BadEdit("{field} holds a character that cannot be stored.", field=name)
    return value


def grid_name(name: str, value: Any) -> str:
    """Return the name of a grid; it must not be empty."""
    found = text(name, value).strip()
    if not found:
        raise BadEdit("{field} is empty: write a name.", field=name)
    return found


def names(name: str, value: Any) -> dict[str, str]:
    """Return code → name."""
    if not isinstance(value, Mapping):
        raise BadEdit(
            "{field} must be an object of codes and names; {given} is none.", field=name, given=shortened(value)
        )
    return {code(name, one): grid_name(name, called) for one, called in value.items()}


def codes(name: str, value: Any) -> list[str]:
    """Return codes, each once."""
    found = [code(name, one) for one in listed(name, value)]
    if len(set(found)) < len(found):
        raise BadEdit("{field} names a code twice: leave one out.", field=name)
    return found


def sides(name: str, value: Any) -> list[str | None]:
    """Return the two sides of a border; None is the outside."""
    return [None if one is None else code(name, one) for one in listed(name, value)]


def listed(name: str, value: Any, least: int = 1, most: int = MOST_GRIDS) -> list[Any]:
    """Return a list of a sensible length."""
    if not isinstance(value, list | tuple):
        raise BadEdit("{field} must be a list; {given} is none.", field=name, given=shortened(value))
    if len(value) < least:
        raise BadEdit("{field} holds too few entries: at least {min_length}.", field=name, min_length=least)
    if len(value) > most:
        raise BadEdit("{field} holds too many entries: at most {max_length}.", field=name, max_length=most)
    return list(value)


def position(name: str, value: Any) -> list[float]:
    """Return [lon, lat], degrees on earth."""
    is_pair = isinstance(value, list | tuple) and len(value) == 2 and all(is_number(one) for one in value)
    if not is_pair or not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
        raise BadEdit(
            "{field} must be positions [longitude, latitude] in degrees; {given} is none.",
            field=name,
            given=shortened(value),
        )
    return [float(value[0]), float(value[1])]


def is_number(value: Any) -> bool:
    """Return whether ``value`` is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def line(name: str, value: Any) -> list[list[float]]:
    """Return a line of at least two positions."""
    return [position(name, one) for one in listed(name, value, 2, MOST_POSITIONS)]


def ring(name: str, value: Any) -> list[list[float]]:
    """Return a closed ring of at least four positions."""
    found = [position(name, one) for one in listed(name, value, 4, MOST_POSITIONS)]
    if found[0] != found[-1]:
        raise BadEdit("{field} has a ring that is not closed: repeat its first position at its end.", field=name)
    return found


def piece(name: str, value: Any) -> dict[str, Any]:
    """Return a GeoJSON Polygon or MultiPolygon."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadEdit(
            "{field} must be a GeoJSON Polygon or MultiPolygon; {given} is none.", field=name, given=shortened(value)
        )
    given = value.get("coordinates")
    if kind == "Polygon":
        return {"type": kind, "coordinates": [ring(name, one) for one in listed(name, given)]}
    parts = [[ring(name, one) for one in listed(name, part)] for part in listed(name, given)]
    return {"type": kind, "coordinates": parts}


def flag(name: str, value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise BadEdit("{field} must be true or false; {given} is neither.", field=name, given=shortened(value))
    return value


def post(name: str, value: Any) -> str:
    """Return a role that a person can hold on a grid."""
    if value not in POST_ROLES:
        raise BadEdit("{field} must be one of {expected}; {given} is not.", field=name, expected=", ".join(POST_ROLES),
                      given=shortened(value))  # fmt: skip
    return str(value)


def shortened(value: Any) -> str:
    """Return what was given, at most 40 characters of it."""
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"


READERS: dict[str, Callable[[str, Any], Any]] = {
    "grids": codes,
    "line": line,
    "at": position,
    "to": code,
    "grid": code,
    "codes": codes,
    "piece": piece,
    "code": code,
    "name": grid_name,
    "name_en": text,
    "names": names,
    "person": code,
    "post": post,
    "multipart": flag,
}
OTHERWISE: dict[str, dict[str, Callable[[str, Any], Any]]] = {
    "move_arc": {"grids": sides},
    "move_node": {"to": position},
}
"""Operation → fields that are of another kind there."""
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "move_arc": (("grids", "line"), ()),
    "move_node": (("at", "to"), ()),
    "add_node": (("at",), ()),
    "remove_node": (("at",), ()),
    "split": (("grid",), ("line", "piece", "codes", "names", "multipart")),
    "carve": (("piece", "code"), ("name", "name_en", "multipart")),
    "merge": (("grids", "code"), ("multipart",)),
    "transfer": (("piece", "to"), ("multipart",)),
    "repair": (("grids",), ()),
    "hand_over": (("grids", "to"), ()),
    "rename": (("grid",), ("name", "name_en")),
    "recode": (("grid", "code"), ()),
    "assign": (("grid", "person"), ("post",)),
}
"""Operation → (fields it must have, fields it may have)."""


# --- words ---------------------------------------------------------------------------

WORDS = {
    "move_arc": N_("Border between {one} and {other} moved"),
    "move_node": N_("Corner at {lon:.5f}, {lat:.5f} moved"),
    "add_node": N_("Vertex added at {lon:.5f}, {lat:.5f}"),
    "remove_node": N_("Vertex removed at {lon:.5f}, {lat:.5f}"),
    "split": N_("{grid} split into {codes}"),
    "carve": N_("{code} carved out"),
    "merge": N_("{grids} merged into {code}"),
    "transfer": N_("A piece of ground handed to {to}"),
    "repair": N_("Borders of {grids} repaired"),
    "hand_over": N_("{grids} handed over to {to}"),
    "rename": N_("{grid} named {name}"),
    "recode": N_("{grid} given the code {code}"),
    "assign": N_("{person} posted on {grid} ({post})"),
    "import": N_("{level} taken from {file}"),
    "rebase": N_("Moved from version {before} to version {after}"),
    "revive": N_("Boundaries of version {version} brought back"),
}
OUTSIDE = N_("the outside")
POSTS = {"chief": N_("chief"), "deputy": N_("deputy"), "officer": N_("officer")}
BARE = {("rename", "grid"), ("recode", "code")}
"""Where a code stands alone: its name is what the edit is about."""
NO_NAMES: Mapping[str, str] = {}
SHOWN = 4


def say(
    edit: Mapping[str, Any], language: str, names: Mapping[str, str] = NO_NAMES, people: Mapping[str, str] = NO_NAMES
) -> str:
    """Return a checked edit in words, without a full stop; ``names`` and ``people`` are code → name, as far as known."""
    lon, lat = edit.get("at", (0.0, 0.0))
    fields: dict[str, Any] = {**dict.fromkeys(("level", "file", "before", "after", "version"), "–"), **edit}
    for name in ("grid", "code", "to"):
        if isinstance(edit.get(name), str) and (edit["op"], name) not in BARE:
            fields[name] = called(edit[name], names, language)
    if "person" in edit:
        fields["person"] = called(edit["person"], people, language)
    sides = [called(one, names, language) for one in edit.get("grids", ())]
    codes = [called(one, names, language) for one in edit.get("codes", ())]
    fields |= {"lon": lon, "lat": lat, "grids": shown(sides), "codes": shown(codes)}
    fields |= {"one": sides[0] if sides else "", "other": sides[-1] if sides else ""}
    fields["name"] = edit.get("name") or edit.get("name_en", "")
    fields["post"] = translate(POSTS.get(edit.get("post", "chief"), ""), language)
    return translate(WORDS[edit["op"]], language, **fields)


def called(code: str | None, names: Mapping[str, str], language: str) -> str:
    """Return a name with its code, the code where there is no other name; None is the outside."""
    if code is None:
        return translate(OUTSIDE, language)
    name = names.get(code) or code
    return code if name == code else f"{name} ({code})"


def codes_in(edit: Mapping[str, Any]) -> list[str]:
    """Return the codes of grids that an edit names."""
    alone = [edit.get(name) for name in ("grid", "code", "to")]
    return [one for one in (*edit.get("grids", ()), *edit.get("codes", ()), *alone) if isinstance(one, str)]


def names_given(edit: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return code → (name, English name) of the grids that an edit makes and names."""
    named = {code: (name, "") for code, name in edit.get("names", {}).items()}
    return named | ({edit["code"]: (edit["name"], edit.get("name_en", ""))} if {"code", "name"} <= edit.keys() else {})


def shown(found: Any) -> str:
    """Return codes as one text, the first few of many."""
    return ", ".join(found[:SHOWN]) + (f" … ({len(found)})" if len(found) > SHOWN else "")
