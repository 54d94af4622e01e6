"""Names and numbers that nobody has: persons from common syllables, telephones from an unused exchange."""

import functools
import tomllib

from gridmgr.services.demo.places import folder

EXCHANGE = "0335-555"
LINES = 10_000


@functools.cache
def names():
    """Return ``names.toml``."""
    return tomllib.loads((folder() / "names.toml").read_text(encoding="utf-8"))


def person_names(count, rng):
    """Return ``count`` Chinese names; like in a real city some occur more than once."""
    surnames, first, second = names()["surnames"], names()["given_first"], names()["given_second"]
    common = 1 / (1 + 0.06 * rng.permutation(len(surnames)))
    family = rng.choice(len(surnames), count, p=common / common.sum())
    one, other = rng.integers(len(first), size=count), rng.integers(len(second), size=count)
    short = rng.random(count) < 0.12
    return [
        surnames[f] + ("" if s else first[a]) + second[b] for f, a, b, s in zip(family, one, other, short, strict=True)
    ]


def phone(number):
    """Return a telephone number of the demo's own exchange; the last four digits come round again after 10,000."""
    return f"{EXCHANGE}{number % LINES:04d}"
