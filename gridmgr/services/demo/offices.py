"""Through whom a department answers in an area: its units, and the offices of every place."""

from gridmgr.domain.responsibility import Unit
from gridmgr.services.demo.naming import names, person_names, phone
from gridmgr.services.demo.plane import dice

FIRST_PHONE = 0
BY = "demo"


def units(places, since, seed):
    """Return the units of all departments: one in each evaluated area, an office in every place, one of the city."""
    rows = [*departments(places), *territories(places)]
    people = person_names(len(rows), dice(seed, "offices"))
    return [
        Unit(code, area, organisation, person, phone(number), since, recorded_at=since, recorded_by=BY)
        for number, ((code, area, organisation), person) in enumerate(zip(rows, people, strict=True), start=FIRST_PHONE)
    ]


def departments(places):
    """Yield (department, area, organisation) of each trade in each evaluated area."""
    for code, pattern in names()["units"].items():
        for area in places.areas:
            yield code, area.code, pattern.format(area=area.short_name)


def territories(places):
    """Yield the offices of the city, the areas, the subdistricts and the communities."""
    yield "CITY_COMMAND", "130300", "秦皇岛市网格化管理指挥中心"
    yield "CITY_COMMAND", "", "秦皇岛市网格化管理指挥中心"
    for area in places.areas:
        yield "DISTRICT", area.code, f"{area.name}{'管理委员会' if area.kind == 'functional_zone' else '人民政府'}"
    for one in places.subdistricts:
        yield "SUB", one.code, office_of(one.name)
    for community in places.communities:
        yield "COM", community.code, f"{community.name}{'居民委员会' if community.is_urban else '村民委员会'}"


def office_of(name):
    """Return the office of a subdistrict, town or other place of that rank."""
    if name.endswith("街道"):
        return f"{name}办事处"
    return f"{name}人民政府" if name.endswith(("镇", "乡")) else name
