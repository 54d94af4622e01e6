"""What becomes of a report, in words for whoever reported it: steps that are everybody's business, and no names."""

from gridmgr.domain.photos import of_step
from gridmgr.i18n import N_, translate
from gridmgr.web import asker, representations

STATES = {
    "reported": N_("Received, to be looked at"),
    "accepted": N_("Accepted"),
    "verifying": N_("Somebody looks at the spot"),
    "pending_filing": N_("Confirmed, to be filed"),
    "rejected": N_("Not accepted"),
    "not_filed": N_("Not filed as a case"),
    "filed": N_("Filed as a case"),
    "dispatched": N_("Passed to the department"),
    "handling": N_("Being worked on"),
    "rework": N_("Being worked on again"),
    "returned": N_("Being passed to another department"),
    "sent_back": N_("Being sorted anew"),
    "disputed": N_("Being settled who is responsible"),
    "handled": N_("Done, to be checked"),
    "checking": N_("Being checked on the spot"),
    "pending_close": N_("Checked, to be closed"),
    "suspended": N_("Put off"),
    "closed": N_("Closed"),
    "force_closed": N_("Closed"),
    "cancelled": N_("Cancelled"),
}
STEPS = {
    "accept": (N_("Accepted"), "check"),
    "ask_verify": (N_("Somebody looks at the spot"), "eye"),
    "verify": (N_("Looked at on the spot: it is there"), "eye"),
    "reject": (N_("Not accepted"), "x"),
    "decline": (N_("Not filed as a case"), "x"),
    "merge": (N_("Joined with another report of the same: you hear of both"), "dup"),
    "open": (N_("Filed as a case"), "list"),
    "dispatch": (N_("Passed to the department"), "sent"),
    "claim": (N_("The department has taken it up"), "wrench"),
    "settle": (N_("Settled who is responsible"), "sent"),
    "handle": (N_("The department says it is done"), "wrench"),
    "check": (N_("Checked on the spot: it is done"), "eye"),
    "rework": (N_("It is not done yet: the department works on it again"), "wrench"),
    "suspend": (N_("Put off"), "pause"),
    "resume": (N_("Goes on"), "wrench"),
    "approve_extension": (N_("The department got more time"), "clock"),
    "close": (N_("Closed"), "flag"),
    "force_close": (N_("Closed"), "flag"),
    "cancel": (N_("Cancelled"), "x"),
    "reopen": (N_("Reopened"), "report"),
}
"""Step → what a reporter reads, and its drawing; the others are the offices' own business."""
NOT_THERE, RECEIVED = N_("Looked at on the spot: it is not there"), N_("Received")
WITH_REASON = frozenset({"reject", "decline", "cancel"})
"""Their reasons are the answer that the reporter gets."""
STOPPED = frozenset({"suspended", "disputed"})


def followed(found, at):
    """Return what became of a report."""
    case = found.case
    is_due = case is not None and not found.is_over and found.state not in STOPPED
    return {
        "number": found.report.number,
        "state": found.state,
        "words": said(STATES.get(found.state, found.state)),
        "is_over": found.is_over,
        "category": representations.name_of(found.category) if found.category else None,
        "description": found.report.description,
        "lon": found.report.lon,
        "lat": found.report.lat,
        "photos": representations.photos(found.report.photos),
        "photos_after": representations.photos(photos_after(found)),
        "merged": found.origin is not found.report,
        "department": representations.name_of(found.department) if found.department else None,
        "due_at": asker.show(case.due_at) if is_due else None,
        "history": history(found),
        "rating": rating(found.rating),
        "may": {"rate": found.is_over and found.rating is None, "reopen": found.may_reopen(at)},
        "reopen_days": found.reopen_days,
    }


def said(text):
    """Return a sentence in the reader's language."""
    return translate(text, asker.language())


def history(found):
    """Return the steps that are everybody's business, the first first."""
    begun = {"step": "receive", "icon": "report", "words": said(RECEIVED), "at": found.report.received_at, "reason": ""}
    merged = [one.at for one in found.told if one.action == "merge"]
    own = [line(one) for one in found.told if one.action in STEPS]
    later = [line(one) for one in found.steps if one.action in STEPS and not (merged and one.at < merged[-1])]
    in_order = sorted([*own, *later], key=lambda one: one["at"])
    return [{**one, "at": asker.show(one["at"])} for one in (begun, *in_order)]


def line(one):
    """Return one step, with its reason where that is the answer."""
    words, icon = STEPS[one.action]
    if one.action == "verify" and not one.data.get("found"):
        words = NOT_THERE
    if one.action == "check" and not one.data.get("passed"):
        words, icon = STEPS["rework"]
    reason = one.reason if one.action in WITH_REASON else ""
    return {"step": one.action, "icon": icon, "words": said(words), "at": one.at, "reason": reason}


def photos_after(found):
    """Return the tokens of the photos of the work, of the last time that it was handed in."""
    handed_in = [one for one in found.steps if one.action == "handle"]
    return of_step("handle", handed_in[-1].data)["after"] if handed_in else []


def rating(found):
    """Return a Rating, None for none."""
    return found and {"stars": found.stars, "words": found.words, "at": asker.show(found.rated_at)}
