"""The words of notices, from ``layers/notices.toml``."""

import functools
import json
import tomllib
import unicodedata

from gridmgr.resources import directory

MISSING = "—"
LONGEST_TITLE = 300
"""Bytes of a title in a chat."""


@functools.cache
def templates():
    """Return the tables ``kinds`` and ``robots``."""
    return tomllib.loads((directory("layers") / "notices.toml").read_text(encoding="utf-8"))


class Fields(dict):
    """The fields of a template; one without a value is a dash."""

    def __missing__(self, name):
        return MISSING


def told(notice, language):
    """Return title and text of a notice: the title is one line, and neither has control characters."""
    kinds = templates()["kinds"]
    words = kinds.get(notice.kind, kinds["other"])[language]
    listed = "\n".join(f"{name}: {shown(value)}" for name, value in notice.payload.items())
    fields = Fields({name: shown(value) for name, value in notice.payload.items()})
    fields |= {"kind": notice.kind, "data": listed}
    title, text = (words[part].format_map(fields) for part in ("title", "text"))
    return " ".join(title.split()), text


def shown(value):
    """Return a value as plain text; what would steer a terminal or a mail is a space."""
    text = MISSING if value is None or value == "" else value
    text = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else " " for c in text)


def robot_body(kind, title, text):
    """Return what a robot of that kind is sent; a mark that it would take for one of its own is made harmless."""
    robot = templates()["robots"][kind]
    title, text = cut(harmless(title), LONGEST_TITLE), harmless(text)
    room = robot["most_bytes"] - len(title.encode())
    return filled(robot["body"], {"title": title, "text": cut(text, max(room, 0))})


def harmless(words):
    """Return words without angle brackets, by which a chat names whom it calls."""
    return words.replace("<", "＜").replace(">", "＞")


def cut(text, most_bytes):
    """Return as much of ``text`` as fits, with … where something is left out."""
    if len(text.encode()) <= most_bytes:
        return text
    return text.encode()[: max(most_bytes - 3, 0)].decode("utf-8", "ignore") + "…"


def filled(template, fields):
    """Return a tree of tables and texts with the fields filled into each text."""
    if isinstance(template, dict):
        return {name: filled(value, fields) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, fields) for value in template]
    return template.format_map(fields) if isinstance(template, str) else template
