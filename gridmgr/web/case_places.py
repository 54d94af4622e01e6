"""Where the report or case lies that an address names: what the guard asks."""

from gridmgr.services.handling import places
from gridmgr.web import asker


def case(engine, number):
    """Return (grid, department) of a case now, None where there is none."""
    return places.of_case(engine, number, at=asker.now())


def report(engine, number):
    """Return (grid, department) of a report, None where there is none."""
    return places.of_report(engine, number)
