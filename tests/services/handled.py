"""A case in the city of four squares, and who works on it."""

import datetime as dt

import small_cities
from small_cities import BEFORE, NOON

from gridmgr.domain.categories import Category
from gridmgr.domain.responsibility import Department, Responsibility, Unit
from gridmgr.services import reporting
from gridmgr.services.handling import dispatching, filing, working
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, revisions

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SPOT = {"x": 119.605, "y": 39.935}
LIMITS = {"blocked": "4WH", "dirty": "1WD", "fallen": "2UH"}
"""Conditions of dirty roads (06012); NOON is noon of a Monday that is a holiday (1 to 5 May)."""


def city(engine):
    """Found the city of four squares with a second department and a matter that is filed under conditions."""
    small_cities.whole_city(engine)
    with writing(engine) as session:
        bulk.insert(session, [Department("UME", "城市管理", "Urban management")])
        bulk.insert(
            session,
            [Category("GBT47678_5-2026", "matter", "06012", "道路不洁", "Dirty road", limits_by_condition=LIMITS)],
        )
        bulk.insert(session, [Responsibility("06012", "", "SAN", BEFORE)])
        bulk.insert(session, [Unit("UME", "130302", "Haigang Management", "Wu", "0335-5550002", BEFORE)])
        revisions.raise_(session, "responsibility")


def reported(engine, at=NOON, **more):
    """Report a dirty road; return the report's number."""
    return reporting.report(engine, **{**SPOT, **more}, category="06012", description="dirty", at=at)[0].number


def filed(engine, condition="fallen", at=NOON, **more):
    """Report, accept and file a dirty road; return the case's number."""
    number = reported(engine, at, **more)
    filing.accept(engine, number, by="acceptor", at=at)
    return filing.file(engine, number, condition=condition, by="leader", at=at).number


def dispatched(engine, condition="fallen", at=NOON):
    """File a case and dispatch it to sanitation; return its number."""
    number = filed(engine, condition, at)
    dispatching.dispatch(engine, number, department="SAN", by="dispatcher", at=at)
    return number


def at_work(engine, condition="fallen", at=NOON):
    """Dispatch a case and assign it to ``han``; return its number."""
    number = dispatched(engine, condition, at)
    dispatching.assign(engine, number, handler="han", by="boss", at=at)
    return number


def handled(engine, condition="fallen", at=NOON):
    """Let ``han`` hand a case in; return its number."""
    number = at_work(engine, condition, at)
    working.handle(engine, number, by="han", at=at + HOUR)
    return number
