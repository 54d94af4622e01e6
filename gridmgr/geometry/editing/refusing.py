"""How an edit is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridmgr.errors import Invalid
from gridmgr.geometry.findings import listed

Place = tuple[float, float]


class EditRefused(Invalid):
    """The borders cannot be changed like that.

    ``place`` is the lon, lat of the trouble, None where it has none; ``codes`` are the grids
    concerned, lowest first as bytes, which the message can name as ``{codes}``.
    """

    slug = "edit-refused"

    def __init__(self, message: str, /, *, place: Any = None, codes: Iterable[str] = (), **fields: Any) -> None:
        self.codes = tuple(sorted(set(codes), key=str.encode))
        self.place: Place | None = None if place is None else lon_lat(place)
        super().__init__(message, codes=listed(self.codes), **fields)

    @property
    def reason(self) -> str:
        """The English template of the message."""
        return self.message

    @property
    def more(self) -> dict[str, Any]:
        """What a program is told beside the sentence: the place and the grids concerned."""
        return {"place": None if self.place is None else list(self.place), "codes": list(self.codes)}


def lon_lat(place: Any) -> Place:
    """Return lon, lat of a complex number x + iy, or of a pair."""
    if isinstance(place, tuple):
        return float(place[0]), float(place[1])
    return float(place.real), float(place.imag)
