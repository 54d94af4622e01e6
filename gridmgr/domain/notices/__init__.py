"""Notices: messages that leave the city, each kept until it has arrived or was given up."""

import dataclasses
import datetime as dt
import re
from typing import Any

from gridmgr.errors import Invalid

STATES = ("waiting", "delivered", "dead")
MAIL = "mail"
CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""How a channel may be called in the settings; ``mail`` is the mail server's."""
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
FIRST_S, LONGEST_S = 15, 3600
"""Between tries: the first pause and the longest, seconds."""
PATIENCE = dt.timedelta(days=3)
"""After so long without success a notice is given up, unless whoever puts it says otherwise."""


@dataclasses.dataclass(eq=False)
class Notice:
    """A message to one receiver over one channel; ``key`` names it for ever, also to the receiver.

    ``reason`` says why the last try was in vain: ``text``, an English template, and its ``fields``.
    A waiting notice is tried from ``due_at`` on. Whoever takes it moves ``due_at`` past the end of
    his lease and writes his own ``claim``, so that it comes up again should he die.
    """

    key: str
    kind: str
    channel: str
    address: str
    language: str
    payload: dict[str, Any]
    created_at: dt.datetime
    due_at: dt.datetime
    give_up_at: dt.datetime
    state: str = "waiting"
    tries: int = 0
    claim: str = ""
    reason: dict[str, Any] = dataclasses.field(default_factory=dict)
    ended_at: dt.datetime | None = None
    id: int | None = None


def receiver(to: str) -> tuple[str, str]:
    """Return channel and address of ``mail:NAME@HOST`` or ``channel:NAME``.

    Raises
    ------
    Invalid
        It is neither, or the address is none.
    """
    scheme, _, rest = to.partition(":")
    if scheme == MAIL and ADDRESS.fullmatch(rest) and ".." not in rest:
        return MAIL, rest
    if scheme == "channel" and CHANNEL.fullmatch(rest) and rest != MAIL:
        return rest, ""
    raise Invalid("{to} is no receiver: write mail:NAME@HOST, or channel:NAME with a channel of the settings.", to=to)


def pause(tries: int, chance: float) -> dt.timedelta:
    """Return how long to wait after ``tries`` tries in vain: twice as long each time, an hour at most.

    ``chance``, from 0 to 1, takes up to half of it away, so that what failed together does not come back together.
    """
    longest = min(FIRST_S * 2 ** min(tries - 1, 30), LONGEST_S)
    return dt.timedelta(seconds=longest * (1 - chance / 2))
