"""The demo: build the demo city once, run the main job on it, name who can sign in."""

import dataclasses
import datetime as dt
import errno
import itertools
import os
import time
from typing import Any

from gridmgr.domain import times
from gridmgr.domain.grids import City
from gridmgr.errors import Conflict
from gridmgr.i18n import N_, translate
from gridmgr.services import auditing, routing
from gridmgr.services.cities import shown
from gridmgr.services.demo import loading
from gridmgr.services.routing import asking, looking
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import cities as city_rows
from gridmgr.store import database
from gridmgr.store import reports as report_rows

BATCH = 2_000


class NotADemo(Conflict):
    """The database holds a real city."""

    slug = "not-a-demo"


class OtherDemo(Conflict):
    """The database holds another demo city."""

    slug = "other-demo"


@dataclasses.dataclass(frozen=True)
class Shown:
    """A demo city that stands ready, and who can sign in."""

    engine: Any
    city: City
    accounts: list


@dataclasses.dataclass(frozen=True)
class Job:
    """The main job's counts and seconds, line by line: (text, fields, count, seconds or None)."""

    lines: list[tuple[str, dict, int, float | None]]

    def rows(self, language):
        """Return the lines as (what, count, seconds) in words."""
        return [(said(t, f, language), f"{n:,}", "" if s is None else f"{s:.2f}") for t, f, n, s in self.lines]


def said(text, fields, language):
    """Return ``text`` in ``language``, the words in its fields too."""
    return translate(text, language, **{name: translate(word, language) for name, word in fields.items()})


def prepare(url, data, *, at, seed=1, grids=None, unit_grids=None, step):
    """Return the demo city at ``url``, built if it is not there yet, with its photos in the folder ``data``.

    Raises
    ------
    NotADemo, OtherDemo, PermissionError
    """
    refuse_unwritable(database.file_of(url))
    wanted = {"seed": seed, "grids": grids, "unit_grids": unit_grids}
    is_new = database.is_missing(url)
    if is_new:
        build(url, at=at, step=step, **wanted)
    engine = database.connect(url)
    if is_new:
        photograph(engine, data, at=at, step=step)
        engine.dispose()  # What was written goes into the file itself: the next run finds it as it was left.
    with reading(engine) as session:
        city = city_rows.the_city(session)
        refuse_other(city, wanted, url)
        accounts = account_rows.all_accounts(session)
    step(N_("The demo city stands in {place}."), place=shown(url))
    if at - city.created_at > dt.timedelta(days=1):
        day = f"{city.created_at.astimezone(times.zone(city.timezone)):%Y-%m-%d}"
        step(N_("It was made for {day}: remove it, and the next gridmgr demo makes one for today."), day=day)
    return Shown(engine, city, accounts)


def refuse_unwritable(path):
    """Raise PermissionError where a city file, or what lies beside it while it is open, cannot be written."""
    for place in (path, path and path.parent):
        if place is not None and place.exists() and not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def refuse_other(city, wanted, url):
    """Raise where the city is a real one, or a demo of another seed or size."""
    if city is None or not city.is_demo:
        raise NotADemo(
            "{place} holds a city that is not a demo: choose another --file. Nothing was changed.", place=shown(url)
        )
    have = {name: city.settings.get("demo", {}).get(name) for name in wanted}
    if have != wanted:
        raise OtherDemo(
            "{place} holds a demo city of other numbers ({have}): remove it, or choose another --file.",
            place=shown(url),
            have=", ".join(f"{k} {v}" for k, v in have.items() if v is not None),
        )


def build(url, *, at, step, **wanted):
    """Generate and load the demo city; a city file appears under its name only when it is whole."""
    path = database.file_of(url)
    part = url if path is None else f"gpkg:///{path.with_name(path.name + '.part')}"
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove(database.file_of(part))
    engine = database.create(part, srid=4490)
    with writing(engine) as session:
        loading.load(session, loading.generate(now=at, step=step, **wanted), step=step)
    engine.dispose()
    if path is not None:
        database.file_of(part).replace(path)


def remove(part):
    """Remove what an interrupted build left."""
    for name in (part.name, f"{part.name}-wal", f"{part.name}-shm"):
        part.with_name(name).unlink(missing_ok=True)


def photograph(engine, data, *, at, step):
    """Give the newest reports of the demo city their drawn photos; return how many have one."""
    from gridmgr.services.demo import photographing

    step(N_("Drawing what reporters saw"))
    return photographing.photograph(engine, data, by="demo", at=at)


def main_job(engine, *, at, step):
    """Audit the city and route its reports; return the Job."""
    step(N_("Auditing land, people and departments"))
    began = time.monotonic()
    found = auditing.audit(engine, at=at)
    lines = [(N_("Grids audited"), {}, found.grid_count, time.monotonic() - began)]
    lines += [(N_("  findings: {part}"), {"part": w["title"]}, w["count"], None) for w in found.wholes("en")]
    return Job(lines + route_reports(engine, at=at, step=step))


def route_reports(engine, *, at, step):
    """Route all reports again, as when they were observed and received; return the lines that count them."""
    with reading(engine) as session:
        reports = report_rows.positions(session)
    began = time.monotonic()
    counts = asking.from_one_state(lambda: counted(asking.timeline(engine, at), reports, step))
    return [
        (N_("Bundled reports routed"), {}, len(reports), time.monotonic() - began),
        (N_("  to a grid, a person and a department"), {}, counts["inside"], None),
        (N_("  near a border (15 m), neighbours named"), {}, counts["near"], None),
        (N_("  answered by a fallback, shown to the planner"), {}, counts["gap"], None),
        (N_("  outside the city, logged"), {}, counts["outside"], None),
    ]


def counted(timeline, reports, step):
    """Return how many decisions about stored reports are of which kind."""
    counts = dict.fromkeys(("inside", "outside", "near", "gap"), 0)
    for first in range(0, len(reports), BATCH):
        for decision in decisions(timeline, reports[first : first + BATCH]):
            count(counts, decision)
        step(N_("Routing the bundled reports"), min(first + BATCH, len(reports)), len(reports))
    return counts


def decisions(timeline, reports):
    """Yield the Decision about each stored report, by the boundaries of its own instant."""
    for _, group in itertools.groupby(reports, lambda one: id(timeline.at(one.observed_at))):
        together = list(group)
        known = timeline.at(together[0].observed_at)
        places = [looking.Position(one.lon, one.lat, one.observed_at, one.accuracy_m) for one in together]
        for one, spot in zip(together, looking.look_many(known, places), strict=True):
            yield routing.answer(known, spot, one.category_code, one.observed_at, one.received_at)


def count(counts, decision):
    """Add one decision to the counts."""
    counts["outside" if decision.outside else "inside"] += 1
    counts["near"] += decision.near_border and not decision.outside
    counts["gap"] += decision.coverage_gap or decision.fallback
