"""The city's real hierarchy: areas, subdistricts and communities with their names and codes."""

import csv
import dataclasses
import functools
import re
import tomllib
from collections import Counter

import numpy as np

from gridmgr import resources

ZONES_SIDE = {"residents", "town_village"}


@dataclasses.dataclass(frozen=True)
class Area:
    """An evaluated area: a district, county or functional zone."""

    code: str
    name: str
    name_en: str
    short_name: str
    kind: str
    km2: float


@dataclasses.dataclass(frozen=True)
class Subdistrict:
    """A subdistrict, town or township; ``town`` is the built ground its urban communities share."""

    code: str
    name: str
    name_en: str
    area: str
    district: str
    town: str
    place: tuple


@dataclasses.dataclass(frozen=True)
class Community:
    """A residents' committee, a village, or a village that a town swallowed."""

    code: str
    name: str
    name_en: str
    subdistrict: str
    is_urban: bool


@dataclasses.dataclass(frozen=True)
class Places:
    """All divisions, each list by code."""

    areas: list
    subdistricts: list
    communities: list
    geography: dict

    def area_of(self, subdistrict_code):
        """Return the evaluated area of a subdistrict."""
        return next(s.area for s in self.subdistricts if s.code == subdistrict_code)


@functools.cache
def places():
    """Return the divisions and the geography of ``layers/demo``."""
    areas = [
        Area(r["code"], r["name"], r["name_en"], r["short_name"], r["kind"], float(r["area_km2"]))
        for r in rows("areas.csv")
    ]
    subdistricts = [subdistrict(r) for r in rows("subdistricts.csv")]
    communities = with_clear_names([community(r) for r in rows("communities.csv")], subdistricts, areas)
    geography = tomllib.loads((folder() / "geography.toml").read_text(encoding="utf-8"))
    return Places(areas, subdistricts, communities, geography)


def folder():
    """Return the folder of the demo city's data."""
    return resources.directory("layers") / "demo"


def rows(name):
    """Return the rows of a CSV file of the demo city."""
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def subdistrict(row):
    """Return the subdistrict of a CSV row."""
    place = (float(row["lon"]), float(row["lat"]))
    return Subdistrict(
        row["code"], row["name"], row["name_en"], row["area_code"], row["district_code"], row["town"], place
    )


def community(row):
    """Return the community of a CSV row."""
    return Community(
        row["code"], plain_name(row["name"]), row["name_en"], row["subdistrict_code"], row["kind"] in ZONES_SIDE
    )


def plain_name(name):
    """Return a committee's name as people say it: 红旗里社区居委会 → 红旗里社区, 杜庄村委会 → 杜庄村."""
    name = re.sub(r"村?(村民委员会|村民委会|村委会)$", "村", name)
    return re.sub(r"(社区)?(居民委员会|居委会|家委会)$", "社区", name)


def with_clear_names(communities, subdistricts, areas):
    """Return ``communities``; a name that two share shows its area, or within one area its subdistrict."""
    home = {s.code: s for s in subdistricts}
    short = {a.code: a.short_name for a in areas}
    in_city = Counter(c.name for c in communities)
    in_area = Counter((c.name, home[c.subdistrict].area) for c in communities)
    in_subdistrict = Counter((c.name, c.subdistrict) for c in communities)

    def clear(one):
        where = home[one.subdistrict]
        if in_city[one.name] == 1:
            return one
        mark = short[where.area] if in_area[one.name, where.area] == 1 else where.name
        number = one.code[-3:] if in_subdistrict[one.name, one.subdistrict] > 1 else ""
        return dataclasses.replace(one, name=f"{one.name}（{mark}{number}）")

    return [clear(one) for one in communities]


def positions(subdistricts):
    """Return the places of ``subdistricts``, lon/lat, shape (n, 2)."""
    return np.array([s.place for s in subdistricts])
