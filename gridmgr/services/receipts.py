"""Receipts: that a report came in is told to its reporter and to the desk, in the transaction that keeps it."""

from gridmgr.domain import notices, times
from gridmgr.errors import Invalid
from gridmgr.services import notifications
from gridmgr.store import cities

KIND = "report_received"


def tell(session, made, known):
    """Put the receipts of a new report into the outbox.

    Its reporter gets one where he left a mail address, and so does whoever the city names for
    ``report_received`` under ``notices`` in its settings.

    Parameters
    ----------
    made : Report
    known : gridmgr.services.standing.Knowledge
        By which it was routed.
    """
    own = mail_of(made.reporter)
    desks = cities.settings(session).get("notices", {}).get(KIND, ())
    for receiver in dict.fromkeys([*([own] if own else []), *desks]):
        notifications.put(session, KIND, receiver, said(made, known), at=made.received_at)


def mail_of(reporter):
    """Return the receiver of a reporter who left a mail address, None for others."""
    receiver = f"mail:{reporter.strip()}"
    try:
        notices.receiver(receiver)
    except Invalid:
        return None
    return receiver


def said(made, known):
    """Return what a receipt tells: what was reported, where it lies, and who it was given to."""
    category = known.facts.categories.get(made.category_code)
    department = made.decision.get("department") or {}
    return {
        "number": made.number,
        "category": category.name if category else "",
        "place": made.grid_code or "",
        "department": department.get("name") or "",
        "received": times.show(made.received_at, known.facts.city.timezone),
    }
