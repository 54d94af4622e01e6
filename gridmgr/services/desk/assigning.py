"""Whom a department can let work on a case."""

from gridmgr.services.accounts import permitting
from gridmgr.services.handling import finding, places
from gridmgr.services.transactions import reading
from gridmgr.store import accounts


def handlers(engine, number, *, at):
    """Return the Accounts of those in the case's department whose area it lies in.

    Raises
    ------
    NoSuchCase
    """
    place = finding.there(places.of_case(engine, number, at=at), number)
    with reading(engine) as session:
        found = accounts.handlers(session, place[1])
    return [one for one in found if permitting.permits(engine, one, *place, at=at)]
