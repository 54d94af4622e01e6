"""Where a report or a case lies and whose it is, for those who ask whether an account may come near it."""

from gridmgr.services import homes, standing
from gridmgr.services.transactions import reading
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import casework as rows


def of_case(engine, number, *, at):
    """Return (grid, department) of a case as of ``at``, None where there is no such case."""
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        found = rows.case_of_number(session, number)
        if found is None:
            return None
        case, told = homes.at_home(session, known.ground, [found], at)[0] if known else found
        return told.grid_code, case.department_code


def of_report(engine, number):
    """Return (grid, department) of a report as it was routed, None where there is no such report."""
    with reading(engine) as session:
        told = report_rows.by_number(session, number)
        return told and (told.grid_code, told.department_code)
