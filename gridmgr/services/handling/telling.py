"""Who hears of a step: reporters who left a mail address, and the channels that the city names for what happened.

A city's settings name receivers under ``notices``: ``{"case_dispatched": ["channel:desk"], "SAN": ["mail:duty@san.example"]}``.
A key is a kind of notice, the code of a department, or that of an area; what concerns a case goes to the channels
of kind and department, an escalation also to those of the areas whose chiefs it names.
"""

from gridmgr.domain import times
from gridmgr.domain.casework.steps import CASE
from gridmgr.services import notifications, receipts
from gridmgr.services.standing import facts
from gridmgr.store import cities
from gridmgr.store.cases import casework as rows

TO_OFFICES = {
    "dispatch": "case_dispatched",
    "claim": "case_dispatched",
    "settle": "case_dispatched",
    "return": "case_returned",
    "rework": "case_rework",
    "urge": "case_urged",
}
TO_REPORTERS = {
    "reject": "report_rejected",
    "merge": "report_merged",
    "close": "report_closed",
    "force_close": "report_closed",
}


def tell(of, made):
    """Put the notices of a step into the outbox, in its own transaction."""
    action = amounts_to(made)
    if action == "escalate":
        kind = f"case_{made.data['rungs'][-1]}"
        areas = [one["area"] for one in made.data["told"]]
        send(of, made, kind, of_offices(of, kind, areas), lambda: of_case(of, made) | of_chiefs(made))
    elif action in TO_OFFICES and of.kind == CASE:
        receivers = of_offices(of, TO_OFFICES[action])
        send(of, made, TO_OFFICES[action], receivers, lambda: of_case(of, made))
    elif action in TO_REPORTERS:
        for told in reporters(of):
            receiver = receipts.mail_of(told.reporter)
            send(
                of,
                made,
                TO_REPORTERS[action],
                [receiver] if receiver else [],
                lambda told=told: of_report(of, made, told),
            )


def amounts_to(made):
    """Return the step that a step amounts to for those who hear of it: a failed check is rework, and so on."""
    if made.action == "check" and made.to_state == "rework":
        return "rework"
    if made.action in ("move", "recategorise") and made.to_state != made.from_state:
        return "return"
    return made.action


def send(of, made, kind, receivers, payload):
    """Put one notice for each receiver."""
    for receiver in receivers:
        notifications.put(of.session, kind, receiver, payload(), at=made.recorded_at)


def of_offices(of, kind, areas=()):
    """Return the receivers that the city names for a kind of notice, the department that has the case, or ``areas``."""
    named = cities.the_city(of.session).settings.get("notices", {})
    keys = (kind, of.case.department_code, *areas)
    return list(dict.fromkeys(receiver for key in keys for receiver in named.get(key, ())))


def reporters(of):
    """Return the report and all that were merged into it."""
    return [of.report, *rows.duplicates_of(of.session, of.report.id)]


def of_case(of, made):
    """Return what a notice tells of a case."""
    category = facts.known(of.session).categories.get(of.case.category_code)
    return {
        "number": of.case.number,
        "category": category.name if category else of.case.category_code,
        "place": of.report.grid_code,
        "department": of.case.department_code,
        "person": of.case.handler,
        "due": times.show(of.case.due_at, of.calendar.timezone),
        "by": made.by,
        "reason": made.reason,
        "next": of.standing.next_owner,
    }


def of_chiefs(made):
    """Return whom an escalation names."""
    return {"told": ", ".join(f"{one['name']} ({one['area']})" for one in made.data["told"])}


def of_report(of, made, told):
    """Return what a notice tells a reporter of his report; not who did what."""
    return {
        "number": told.number,
        "case": of.case.number if of.case else made.data.get("case") or made.data.get("duplicate_of", ""),
        "department": of.case.department_code if of.case else "",
        "reason": made.reason,
        "result": made.reason,
    }
