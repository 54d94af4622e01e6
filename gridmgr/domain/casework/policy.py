"""Policy: the numbers by which a city runs its cases, each with the usual one."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from gridmgr.errors import Invalid

MUST_VERIFY = ("hotline", "public", "app", "wechat", "web", "media")
"""Sources whose reports a collector confirms on the spot before they are filed.

Source: CJ/T 315, verification of reports of the public.
"""


@dataclasses.dataclass(frozen=True)
class Policy:
    """What a city's settings say about cases, under ``casework``.

    ``most_returns`` is the number of returns that makes a dispute of a case. ``photo_required`` lets
    nobody hand work in without a picture of it done. A dispatch may be taken back for ``recall_minutes``.
    ``usual_hours`` is how long work takes as far as no case of the category tells. A case that waits longer than ``dispatch_hours`` to be
    dispatched, or than ``claim_hours`` to be taken up, is told of; working hours.
    """

    most_returns: int = 3
    most_extensions: int = 2
    longest_suspension_days: int = 366
    reopen_days: int = 15
    recall_minutes: float = 10.0
    usual_hours: float = 4.0
    dispatch_hours: float = 0.5
    claim_hours: float = 4.0
    photo_required: bool = False
    must_verify: tuple[str, ...] = MUST_VERIFY


def fits(value: Any, usual: Any) -> bool:
    """Return whether a setting is of the kind of the usual one; hours may be whole, and are more than none."""
    if isinstance(usual, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return isinstance(value, list if isinstance(usual, tuple) else type(usual))


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """Return the Policy of a city's settings.

    Raises
    ------
    Invalid
        They name something that is not known, or of another kind.
    """
    told = {**settings.get("casework", {})}
    known = {field.name: field.default for field in dataclasses.fields(Policy)}
    for name, value in told.items():
        if name not in known or not fits(value, known[name]):
            raise Invalid("The city's settings of casework cannot be used: {name} = {value}.", name=name, value=value)
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return dataclasses.replace(Policy(), **values)
