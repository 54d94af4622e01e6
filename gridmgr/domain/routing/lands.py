"""Nobody's lands: which of them count at a spot, and what each kind of them claims."""

import dataclasses
import datetime as dt
import tomllib
import zoneinfo

from gridmgr.domain.responsibility import NobodysLand
from gridmgr.domain.routing.spots import Spot
from gridmgr.domain.staff import holds


@dataclasses.dataclass(frozen=True)
class LandKind:
    """A kind of nobody's land: its titles, its local code, and the matters it claims."""

    id: str
    title_zh: str
    title_en: str
    local_code: str
    claims: tuple[str, ...]


def read_land_kinds(text: str) -> dict[str, LandKind]:
    """Return the kinds of ``layers/nobodys_lands.toml`` by id; each claims its local code and the common matters."""
    tables = tomllib.loads(text)
    common = tuple(tables["claims"])
    return {
        name: LandKind(name, kind["title_zh"], kind["title_en"], kind["local_code"], (kind["local_code"], *common))
        for name, kind in tables["kinds"].items()
    }


def lands_here(spot: Spot, zone: zoneinfo.ZoneInfo, at: dt.datetime) -> list[NobodysLand]:
    """Return the nobody's lands in force at the spot: highest priority, then smaller, then lower code first."""
    valid = [here for here in spot.lands if is_registered(here.land, zone, at)]
    valid.sort(key=lambda here: (-here.land.priority, here.area_m2, here.land.code.encode()))
    return [here.land for here in valid]


def is_registered(land: NobodysLand, zone: zoneinfo.ZoneInfo, at: dt.datetime) -> bool:
    """Return whether the registration of ``land`` counts at ``at``: its last day is a day of the city's calendar."""
    expired = land.expires_on is not None and at.astimezone(zone).date() > land.expires_on
    return holds(land, at) and not expired
