"""Where a row lies now: the report with its decision, by the boundaries and people of the instant of adoption."""

import dataclasses

from gridmgr.domain.cases import Report
from gridmgr.domain.casework.numbers import division_of
from gridmgr.i18n import N_
from gridmgr.services import reporting, routing
from gridmgr.services.adoption.rows import Told


@dataclasses.dataclass(frozen=True)
class Placed:
    """A row with the report that it becomes; for a case also its division and its department."""

    row: object
    told: Told
    report: Report
    division: str = ""
    department: str = ""


def placed(told, row, how, crs, source):
    """Return the Placed of what a row told.

    Raises
    ------
    Invalid
        The position is none on earth, or a case lies outside the city.
    """
    decision = routing.where(how.known, told.x, told.y, crs=crs, category=told.category, at=how.at)
    report = reporting.as_report(
        decision, how.known, description=told.description, x=told.x, y=told.y, crs=crs, source=source
    )
    report.received_at = report.observed_at = told.opened
    report.idempotency_key, report.reporter = told.number, told.reporter
    if not told.due:
        report.state = told.state
        return Placed(row, told, report)
    if decision.grid is None or decision.department is None:
        raise row.problem("lon", N_("the position {value}, {lat} lies outside the city."), lat=row.get("lat"))
    report.state = "filed"
    code, bounds = decision.grid["code"], how.known.ground.boundaries
    division = division_of(code, [code, *bounds.ancestors(code)], how.known.facts.city.code)
    return Placed(row, told, report, division, told.department or decision.department["code"])
