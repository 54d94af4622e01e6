"""Field work: what the phone says about kinds that are often confused, and what is looked at before work is handed in."""

import dataclasses
import tomllib
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True)
class Confused:
    """Categories that are often taken for one another, and how to tell them apart; words by language."""

    categories: tuple[str, ...]
    words: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Checklist:
    """What to look at before the work on some categories, or on whole major classes, is handed in."""

    categories: tuple[str, ...]
    majors: tuple[str, ...]
    lines: dict[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Advice:
    """All of ``layers/field.toml``."""

    confused: tuple[Confused, ...]
    checklists: tuple[Checklist, ...]


def read_advice(text: str) -> Advice:
    """Return the Advice of ``layers/field.toml``."""
    told = tomllib.loads(text)
    pairs = [
        Confused(tuple(one["categories"]), {name: one[name] for name in ("zh", "en")})
        for one in told.get("confused", [])
    ]
    lists = [
        Checklist(
            tuple(one.get("categories", [])),
            tuple(one.get("majors", [])),
            {name: tuple(one[name]) for name in ("zh", "en")},
        )
        for one in told.get("checklist", [])
    ]
    return Advice(tuple(pairs), tuple(lists))


def checklist_of(advice: Advice, code: str, major: str, language: str) -> tuple[str, ...]:
    """Return the lines for a category: its own, else those of its major class, else none."""
    lists: Iterable[Checklist] = advice.checklists
    own = next((one for one in lists if code in one.categories), None)
    found = own or next((one for one in lists if major in one.majors), None)
    return found.lines[language] if found else ()
