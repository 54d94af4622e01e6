"""Finding a case or a report by the number that people know."""

from gridmgr.errors import NotFound
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import casework as rows


class NoSuchCase(NotFound):
    """There is no case of that number."""

    slug = "no-such-case"


class NoSuchReport(NotFound):
    """There is no report of that number."""

    slug = "no-such-report"


def case_of(session, number):
    """Return (Case, Report) of a case's number; raise NoSuchCase where there is none."""
    return there(rows.case_of_number(session, number), number)


def report_of(session, number):
    """Return the Report of a number; raise NoSuchReport where there is none."""
    return told(report_rows.by_number(session, number), number)


def there(found, number):
    """Return what was found of a case; raise NoSuchCase where it is None."""
    if found is None:
        raise NoSuchCase("There is no case {number}.", number=number)
    return found


def told(found, number):
    """Return what was found of a report; raise NoSuchReport where it is None."""
    if found is None:
        raise NoSuchReport("There is no report {number}.", number=number)
    return found
