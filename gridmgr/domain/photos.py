"""Photos: what is known of a picture that was sent in, and the names of photos that a step may carry."""

import dataclasses
import datetime as dt
import re
from typing import Any

TOKEN = re.compile("[A-Za-z0-9_-]{43}")
"""Names a photo; 256 random bits, so that nobody guesses one."""
MOST_OF_REPORT = 6
FIELDS = ("before", "after")
"""What handing work in carries photos as."""


@dataclasses.dataclass(eq=False)
class Photo:
    """A picture that lies as a file under the data folder; ``position`` lon, lat only with consent.

    ``used_at`` is when a report or a step first named it; what nobody names is removed after a day.
    """

    token: str
    width: int
    height: int
    size: int
    created_at: dt.datetime
    by: str = ""
    taken_at: dt.datetime | None = None
    lon: float | None = None
    lat: float | None = None
    used_at: dt.datetime | None = None
    id: int | None = None


def of_step(action: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """Return the tokens of the photos that a step carries, before and after the work; none but handing in has any."""
    return {field: list(data.get(field) or ()) if action == "handle" else [] for field in FIELDS}


def named_in(action: str, data: dict[str, Any]) -> list[str]:
    """Return the tokens that a step names, each once."""
    return list(dict.fromkeys(token for tokens in of_step(action, data).values() for token in tokens))
