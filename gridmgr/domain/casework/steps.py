"""The steps of reports and cases: one table of what leads from which state to which, by whom, with what.

Source: GB/T 47678.8 (filing, handling, closing) and CJ/T 315 for the links of the chain; sub-reasons of a
return and guards after the published specification of a city that runs it.
"""

import dataclasses

REPORT, CASE = "report", "case"
REPORT_STATES = (
    "reported",
    "accepted",
    "verifying",
    "pending_filing",
    "filed",
    "rejected",
    "not_filed",
    "duplicate",
)
ENDED = ("closed", "force_closed", "cancelled")
CASE_STATES = (
    "filed",
    "dispatched",
    "handling",
    "handled",
    "checking",
    "pending_close",
    "returned",
    "sent_back",
    "rework",
    "suspended",
    "disputed",
    *ENDED,
)
STATES = {REPORT: REPORT_STATES, CASE: CASE_STATES}
OPEN = tuple(state for state in CASE_STATES if state not in ENDED)
AT_WORK = ("dispatched", "handling", "rework")
"""States in which a department has the case and its clock runs."""
UNDECIDED = ("reported", "accepted", "verifying", "pending_filing")
STOPPABLE = tuple(state for state in OPEN if state != "returned")
"""States from which a case may be closed by force: after a return it is dispatched again, sent back or cancelled."""
MOVABLE = ("filed", "returned", "sent_back", "disputed", "dispatched", "handling")
"""States in which the spot of a case may still be corrected: no work is handed in."""
WITH_ONE = ("dispatched", "handling")
"""States in which a case leaves its department when its spot or category turns out to be another one's."""
RETURN_REASONS = ("not_my_duty", "not_my_area", "wrong_category", "insufficient_info")
STAYS = ""
"""Where a step leads that leaves the state as it is."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing that may be done: with what, in which states, and the state after it.

    ``needs`` names what must be given with it; ``reason`` among them means words. ``guards`` names
    the rules of :mod:`gridmgr.domain.casework.guards` that are asked, in this order.
    """

    action: str
    subject: str
    begins: tuple[str, ...]
    ends: str
    right: str
    needs: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()


TABLE = (
    Step("accept", REPORT, ("reported",), "accepted", "accept_report"),
    Step("reject", REPORT, ("reported", "accepted"), "rejected", "accept_report", ("reason",)),
    Step("merge", REPORT, UNDECIDED, "duplicate", "accept_report", ("duplicate_of",)),
    Step("ask_verify", REPORT, ("accepted",), "verifying", "accept_report"),
    Step("verify", REPORT, ("verifying",), "pending_filing", "verify_report", ("found",)),
    Step(
        "file",
        REPORT,
        ("accepted", "pending_filing"),
        "filed",
        "file_case",
        ("condition",),
        ("verified_where_it_must",),
    ),
    Step("move", REPORT, UNDECIDED, STAYS, "accept_report", ("reason", "lon", "lat")),
    Step("decline", REPORT, ("accepted", "verifying", "pending_filing"), "not_filed", "file_case", ("reason",)),
    Step("adopt", REPORT, ("reported",), STAYS, "file_case", ("state",)),
    Step("open", CASE, ("",), "filed", "file_case", ("category", "condition", "limit", "department")),
    Step("adopt", CASE, ("",), STAYS, "file_case", ("category", "department", "state", "due_at")),
    Step("dispatch", CASE, ("filed", "returned"), "dispatched", "dispatch_case", ("department",)),
    Step("recall", CASE, ("dispatched",), STAYS, "dispatch_case", (), ("just_dispatched",)),
    Step("claim", CASE, ("filed", "dispatched"), "handling", "claim_case", ("department",), ("claims_own",)),
    Step("assign", CASE, AT_WORK, "handling", "handle_case", ("handler",)),
    Step("revoke", CASE, ("handling",), "dispatched", "handle_case"),
    Step("hand_back", CASE, ("handling",), "dispatched", "handle_case", ("reason",), ("is_handler",)),
    Step(
        "return",
        CASE,
        ("dispatched", "handling"),
        "returned",
        "return_case",
        ("reason", "kind"),
        ("assignment_revoked", "never_submitted", "return_kind_known", "names_next_owner"),
    ),
    Step("send_back", CASE, ("filed", "returned"), "sent_back", "dispatch_case", ("reason",)),
    Step("refile", CASE, ("sent_back",), "filed", "file_case", ("category", "condition", "limit", "department")),
    Step("move", CASE, MOVABLE, STAYS, "dispatch_case", ("reason", "lon", "lat", "department"), ("rework_stays",)),
    Step(
        "recategorise",
        CASE,
        ("filed", "returned", "disputed", *WITH_ONE),
        STAYS,
        "file_case",
        ("reason", "category", "condition", "limit", "department"),
        ("rework_stays", "files_otherwise"),
    ),
    Step("handle", CASE, ("handling", "rework"), "handled", "handle_case", (), ("urge_answered", "has_photo")),
    Step("ask_check", CASE, ("handled",), "checking", "dispatch_case"),
    Step("check", CASE, ("handled", "checking"), "pending_close", "check_case", ("passed",), ("handled_by_another",)),
    Step("rework", CASE, ("pending_close",), "rework", "close_case", ("reason",)),
    Step("close", CASE, ("pending_close",), "closed", "close_case", (), ("handled_by_another",)),
    Step("ask_extension", CASE, AT_WORK, STAYS, "ask_extension", ("reason",), ("nothing_asked", "extension_possible")),
    Step("approve_extension", CASE, AT_WORK, STAYS, "approve_extension", (), ("extension_asked", "extension_possible")),
    Step("refuse_extension", CASE, AT_WORK, STAYS, "approve_extension", ("reason",), ("extension_asked",)),
    Step(
        "suspend", CASE, AT_WORK, "suspended", "suspend_case", ("reason", "until"), ("never_suspended", "within_year")
    ),
    Step("resume", CASE, ("suspended",), STAYS, "suspend_case"),
    Step("dispute", CASE, ("filed", "dispatched", "returned"), "disputed", "dispatch_case", ("reason",)),
    Step("settle", CASE, ("disputed",), "dispatched", "settle_dispute", ("department", "reason")),
    Step("cancel", CASE, OPEN, "cancelled", "cancel_case", ("reason",)),
    Step("force_close", CASE, STOPPABLE, "force_closed", "force_close_case", ("reason",)),
    Step("reopen", CASE, ("closed", "force_closed"), "filed", "reopen_case", ("reason",), ("reopened_in_time",)),
    Step("urge", CASE, OPEN, STAYS, "urge_case", ("reason",), ("not_urged",)),
    Step("escalate", CASE, OPEN, STAYS, "urge_case", ("rungs",)),
    Step("reply", CASE, OPEN, STAYS, "reply_urge", ("reason",), ("urged",)),
)
STEPS = {(step.subject, step.action): step for step in TABLE}
BEGINNINGS = ("open", "adopt")
"""How the history of a case begins."""
BY_ITSELF = (*BEGINNINGS, "escalate")
"""Steps that nobody takes by hand."""
ASIDE = ("ask_extension", "approve_extension", "refuse_extension", "urge", "reply")
"""Steps that leave a case in its place and in its hands; they may change its deadline."""
AT_THE_SPOT = ("claim", "assign", "hand_back", "return", "handle", "check")
"""Steps of those who work on a case, often where there is no net."""


def rests_on(action: str, later: str) -> bool:
    """Return whether somebody who takes the step ``action`` must have seen the step ``later`` before it."""
    return later not in BY_ITSELF and not (action in AT_THE_SPOT and later in ASIDE)


def begun_in(subject: str, state: str) -> list[Step]:
    """Return the steps that may be taken in a state, in the order of the table."""
    return [step for step in TABLE if step.subject == subject and state in step.begins]
