"""Which passwords are too easy to guess: short, well known, a run of keys, or taken from the account itself."""

import unicodedata
from typing import Any

from gridmgr.i18n import N_

SHORTEST, LONGEST = 10, 1024
FEWEST_DIFFERENT = 5
FEWEST_LEFT = 4
SHORTEST_NAME = 4
SHORTEST_RUN = 6
"""A shorter piece of a keyboard's row, of the alphabet or of the digits can stand in a good password."""
ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789012345", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
WELL_KNOWN = frozenset(
    [
        "password",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "administrator",
        "welcome",
        "iloveyou",
        "letmein",
        "dragon",
        "monkey",
        "woaini",
        "woaiwo",
        "gridmgr",
        "changeme",
        "secret",
        "admin",
        "root",
        "qwerty",
        "zhongguo",
        "china",
        "beijing",
        "qinhuangdao",
        "wanggeyuan",
        "chengguan",
        "mima",
        "test",
    ]
)


def fault(password: str, *names: str) -> tuple[str, dict[str, Any]] | None:
    """Return (template, fields) of the sentence that tells why a password cannot be used, None for a good one.

    ``names`` are the login and the person's name, which others know.
    """
    plain = folded(password)
    if not SHORTEST <= len(password) <= LONGEST:
        return N_("The password has {length} characters; use {shortest} to {longest}."), {
            "length": len(password),
            "shortest": SHORTEST,
            "longest": LONGEST,
        }
    if len(set(plain)) < FEWEST_DIFFERENT:
        return N_("The password repeats the same few characters: use at least {count} different ones."), {
            "count": FEWEST_DIFFERENT
        }
    if any(len(name) >= SHORTEST_NAME and name in plain for name in map(folded, names)):
        return N_("The password must not hold the login or the name."), {}
    if is_well_known(plain):
        return N_("The password is easy to guess: use three or four unrelated words, for example."), {}
    return None


def is_well_known(plain: str) -> bool:
    """Return whether little is left of a password without digits, well-known words and runs of keys."""
    covered = {
        place for piece in PIECES for start in places(piece, plain) for place in range(start, start + len(piece))
    }
    rest = {one for place, one in enumerate(plain) if place not in covered and not one.isdigit()}
    return len(rest) < FEWEST_LEFT


def places(piece: str, plain: str) -> list[int]:
    """Return where ``piece`` begins in ``plain``."""
    return [start for start in range(len(plain)) if plain.startswith(piece, start)]


def runs(row: str) -> list[str]:
    """Return the runs of neighbours in a row, both ways, each as long as ``SHORTEST_RUN``."""
    starts = range(len(row) - SHORTEST_RUN + 1)
    return [way[start : start + SHORTEST_RUN] for way in (row, row[::-1]) for start in starts]


def folded(text: str) -> str:
    """Return ``text`` without capitals and in one form of each letter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


PIECES = (*WELL_KNOWN, *(run for row in ROWS for run in runs(row)))
