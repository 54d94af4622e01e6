"""Numbers of cases: 19 digits, of the division, the day and the place in that day's row.

Source: practice of platforms that follow GB/T 47678; no standard fixes the form.
"""

import re
from collections.abc import Iterable

from gridmgr.errors import Conflict

NOBODYS = "000000"
DIVISION = re.compile(r"\d{6}", re.ASCII)
NUMBER = re.compile(r"(\d{6})(\d{8})(\d{5})", re.ASCII)
MOST_A_DAY = 99_999


class NoNumberLeft(Conflict):
    """No number is left for another case of this day."""

    slug = "no-number-left"


def division_of(grid_code: str, above: Iterable[str], city_code: str = "") -> str:
    """Return the six digits of the division that a grid lies in.

    The nearest area whose code is a division's counts; else the first six digits of the grid's code,
    the city's own code, and six noughts.
    """
    named = (code for code in above if DIVISION.fullmatch(code))
    begun = (code[:6] for code in (grid_code, city_code) if DIVISION.match(code))
    return next(named, None) or next(begun, NOBODYS)


def case_number(division: str, day: str, place: int) -> str:
    """Return the number of the case at ``place`` (from 1) of a ``day`` (``20261123``).

    Raises
    ------
    NoNumberLeft
    """
    if place > MOST_A_DAY:
        raise NoNumberLeft("Division {division} has filed {most} cases on one day.", division=division, most=MOST_A_DAY)
    return f"{division}{day}{place:05d}"


def highest_places(numbers: Iterable[str]) -> dict[tuple[str, str], int]:
    """Return (division, day) → the highest place among ``numbers``; others than such numbers are passed over."""
    found: dict[tuple[str, str], int] = {}
    for match in filter(None, map(NUMBER.fullmatch, numbers)):
        division, day, place = match.groups()
        found[division, day] = max(found.get((division, day), 0), int(place))
    return found
