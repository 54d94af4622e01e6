"""The whole demo city as values: made by number, anchored by a day, without a database."""

import csv
import dataclasses
import datetime as dt
from typing import Any

from gridmgr import resources
from gridmgr.domain import times
from gridmgr.domain.categories import read_categories
from gridmgr.domain.deadlines import Calendar
from gridmgr.domain.grids import Boundaries, City, Version
from gridmgr.domain.layers import Feature
from gridmgr.i18n import N_
from gridmgr.services.cities import furnishing
from gridmgr.services.demo import (
    districts,
    drafting,
    editions,
    filing,
    ground,
    lands,
    levels,
    lines,
    naming,
    numbering,
    objects,
    offices,
    people,
    reports,
    sea,
    shares,
    towns_only,
)
from gridmgr.services.demo.places import places
from gridmgr.services.demo.stories import Cast

TIMEZONE = "Asia/Shanghai"
BY = "demo"
COMPONENTS, REPORTS = 20_000, 20_000
PER_GRID = 10
FIRST, SECOND, THIRD = dt.timedelta(days=-366), dt.timedelta(days=-122), dt.timedelta(days=6)


@dataclasses.dataclass(frozen=True)
class DemoCity:
    """Everything that a demo city holds. Ids count each kind from 1; loading gives the real ones.

    ``grid_states`` and ``grid_shapes`` are the rows of all versions, ``levels``
    the level of each identity; ``features`` and ``lands`` come with shapes, lon/lat.
    """

    city: City
    versions: list
    boundaries: list[Boundaries]
    levels: list[str]
    grid_states: list
    grid_shapes: list
    staff: Any
    units: list
    features: list
    lands: list
    reports: list
    cases: list
    events: list
    draft_name: str
    draft_reason: str
    draft_at: dt.datetime
    draft_grids: list
    accounts: list


def generate(*, seed=1, now, grids=None, unit_grids=None, step=lambda *_, **__: None):
    """Return the DemoCity of number ``seed`` on the day of ``now``; the same two give the same city.

    Parameters
    ----------
    now : datetime
        Aware. Reports end the day before, one version is scheduled six days later.
    grids, unit_grids : int, optional
        A city of about so many responsibility and unit grids for measurements, on
        streets alone, in place of the real hierarchy.
    step : callable
        Called with a title at each stage.
    """
    now = now.astimezone(times.zone(TIMEZONE)).replace(second=0, microsecond=0)
    step(N_("Drawing the ground"))
    is_real = grids is None and unit_grids is None
    plan, register, first = draw(places(), seed) if is_real else towns_only.draw(grids or 3000, unit_grids or 0, seed)
    step(N_("Drawing three versions of the grids"))
    names = [c.code for c in plan.places.communities]
    drawn = editions.editions(plan.ground, first, register, names, seed)
    plan = dataclasses.replace(plan, grid_codes=register.codes)
    boundaries = [levels.boundaries(plan, edition, number) for number, edition in enumerate(drawn, start=1)]
    step(N_("Posting people and filing a year of reports"))
    return assemble(plan, boundaries, now, seed, {"seed": seed, "grids": grids, "unit_grids": unit_grids})


def draw(divisions, seed):
    """Return the Plan, the register of grid codes and the Shares of the first version."""
    laid = ground.lay_out(divisions, seed)
    first = shares.share_out(divisions, laid, seed)
    names = [c.code for c in divisions.communities]
    grid_codes = numbering.codes(first.grid, first.community, laid.centres, names, 2)
    unit_codes = numbering.codes(first.unit, first.community, laid.centres, names, 3)
    return levels.Plan(divisions, laid, first, grid_codes, unit_codes), editions.Register(grid_codes), first


def assemble(plan, boundaries, now, seed, numbers):
    """Return the city around its boundaries."""
    states, shapes = levels.history(boundaries)
    identity = {state.code: state.grid_id for state in states}
    versions = schedule(now)
    instants = [(v.published_at, v.effective_from) for v in versions]
    since = versions[0].effective_from
    staff = people.people(boundaries, instants, identity, now, seed)
    drawn = lines.all_lines(plan.places, plan.ground, plan.shares, seed)
    owned = lands.lands(plan.places, plan.ground, plan.shares, boundaries[0], drawn, since, now, seed)
    leads = leading_departments()
    filed = reports_of(plan, boundaries, owned, now, seed)
    register = filing.Register(
        boundaries,
        [v.effective_from for v in versions],
        identity,
        chiefs_of(staff),
        leads,
        {one.code: one for one in read_categories(furnishing.text("categories.csv"))},
        cast(),
        times.zone(TIMEZONE),
    )
    filing.fill_in(filed, register)
    became = filing.cases(filed, now, seed, register)
    in_order = sorted(identity.items(), key=lambda item: item[1])
    level_of = {state.code: state.level for state in states}
    return DemoCity(
        city=the_city(now, numbers),
        versions=versions,
        boundaries=boundaries,
        levels=[level_of[code] for code, _ in in_order],
        grid_states=states,
        grid_shapes=shapes,
        staff=staff,
        units=offices.units(plan.places, since, seed),
        features=list(features(plan, boundaries[0], drawn, leads, since, seed)),
        lands=owned,
        reports=filed,
        cases=became.cases,
        events=became.events,
        draft_name=drafting.NAME,
        draft_reason=drafting.REASON,
        draft_at=now - dt.timedelta(days=1),
        draft_grids=drafting.draft_grids(boundaries[-1], seed),
        accounts=naming.names()["accounts"],
    )


def the_city(now, numbers):
    """Return the city's own row."""
    code, name, name_en = levels.CITY
    settings = {"levels": list(levels.LEVELS), "demo": numbers}
    return City(name, TIMEZONE, 4490, name_en, code, "cn", True, True, settings, now)


def schedule(now):
    """Return the three versions: a year ago, four months ago, and one that takes effect in six days."""
    midnight = now.replace(hour=0, minute=0)
    plan = (
        (FIRST, FIRST, "首次划分", "全市网格首次划定"),
        (SECOND - dt.timedelta(days=5), SECOND, "年中调整", "部分社区合并、拆分网格，个别村界校正"),
        (dt.timedelta(days=-2), THIRD, "近期微调", "随新路开通调整单元网格归属"),
    )
    return [
        Version(
            number,
            midnight + effective,
            midnight + published + dt.timedelta(hours=0 if number == 1 else 10),
            "林晓宇",
            name,
            reason,
        )
        for number, (published, effective, name, reason) in enumerate(plan, start=1)
    ]


def cast():
    """Return who takes the steps of cases, and the calendar of the country."""
    days = {day.date: day.kind for day in furnishing.calendar_days(furnishing.text("calendars.csv"))}
    return Cast({row["role"]: row["login"] for row in naming.names()["accounts"]}, Calendar(TIMEZONE, days=days))


def chiefs_of(staff):
    """Return grid number → number of its chief."""
    return {post.grid_id: post.person_id for post in staff.posts if post.role == "chief"}


def leading_departments():
    """Return category code → code of the department that leads in the default matrix."""
    with (resources.directory("layers") / "categories.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["department_code"] for row in csv.DictReader(file)}


def reports_of(plan, boundaries, owned, now, seed):
    """Return the year's reports."""
    by_kind: dict = {}
    for land, _, shape in owned:
        by_kind.setdefault(land.kind, []).append(shape)
    scene = reports.Scene(plan.ground, boundaries[1], by_kind, reports.settings())
    return reports.reports(scene, at_most(REPORTS, boundaries[0]), now, times.zone(TIMEZONE), seed)


def at_most(count, boundaries):
    """Return ``count``, or less in a city too small for so many."""
    return min(count, PER_GRID * len(boundaries.at_level("responsibility_grid")))


def features(plan, boundaries, drawn, leads, since, seed):
    """Yield (Feature, shape) of the reference and object layers."""
    for line in drawn:
        yield (
            Feature(line.layer, line.code, line.name, props={"class": line.kind}, valid_from=since, recorded_by=BY),
            line.shape,
        )
    yield from sea.sea(plan.places, plan.ground, since, BY)
    yield from districts.administrative(plan, since)
    kinds = reports.settings()["components"]
    yield from objects.components(
        plan.places, plan.ground, plan.shares, kinds, leads, at_most(COMPONENTS, boundaries), since, seed
    )
    yield from objects.points_of_interest(plan.places, boundaries, seed)
