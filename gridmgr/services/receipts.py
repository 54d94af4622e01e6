"""Receipts: that a report came in is told to its reporter and to the desk, in the transaction that keeps it."""

from gridmgr.domain import notices, times
from gridmgr.errors import Invalid
from gridmgr.services import notifications
from gridmgr.store import outbox

KIND = "report_received"


def tell(session, taken_in):
    """Put the receipts of new reports into the outbox.

    A reporter gets one where he left a mail address, and so does whoever the city names for
    ``report_received`` under ``notices`` in its settings.

    Parameters
    ----------
    taken_in : list of (Report, gridmgr.services.standing.Knowledge)
        Each with that by which it was routed.
    """
    outbox.add(session, [receipt for made, known in taken_in for receipt in receipts(made, known)])


def receipts(made, known):
    """Return the receipts of one report, to its reporter and to the desks."""
    own = mail_of(made.reporter)
    desks = (known.facts.city.settings or {}).get("notices", {}).get(KIND, ())
    receivers = dict.fromkeys([*([own] if own else []), *desks])
    return [notifications.written(KIND, to, said(made, known), at=made.received_at) for to in receivers]


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
