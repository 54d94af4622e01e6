"""Guards: the rules that a step must keep, each by the name that the table of steps gives it."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.standing import Standing
from gridmgr.domain.casework.steps import RETURN_REASONS, STEPS, WITH_ONE, Step
from gridmgr.errors import Conflict, Invalid
from gridmgr.i18n import N_


class StepRefused(Conflict):
    """This step cannot be taken now."""

    slug = "step-refused"


@dataclasses.dataclass(frozen=True)
class Asked:
    """A step that somebody wants to take. ``due_at`` is the deadline as it stands, ``source`` that of the report."""

    action: str
    subject: str
    by: str
    at: dt.datetime
    reason: str = ""
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    due_at: dt.datetime | None = None
    source: str = ""
    policy: Policy = dataclasses.field(default_factory=Policy)


Rule = Callable[[Standing, Asked], bool]


def refuse(standing: Standing, asked: Asked) -> Step:
    """Return the Step that ``asked`` may take, or raise what forbids it.

    Raises
    ------
    Invalid
        There is no such step, or something that it needs was not given.
    StepRefused
        The state or a rule does not allow it.
    """
    step = the_step(asked)
    if standing.state not in step.begins:
        raise StepRefused(NOT_NOW, action=step.action, state=standing.state or "—", known=", ".join(step.begins))
    for name in step.needs:
        if not given(asked, name):
            raise Invalid("The step {action} needs {field}: add it.", action=step.action, field=name)
    for name in step.guards:
        refuse_by(name, standing, asked)
    return step


NOT_NOW = N_("{action} is not possible in the state {state}, only in: {known}.")


def the_step(asked: Asked) -> Step:
    """Return the step of the table that is meant; raise Invalid where there is none."""
    step = STEPS.get((asked.subject, asked.action))
    if step is None:
        known = ", ".join(action for subject, action in STEPS if subject == asked.subject)
        raise Invalid("There is no step {action}: choose one of {known}.", action=asked.action, known=known)
    return step


def given(asked: Asked, name: str) -> bool:
    """Return whether what a step needs came with it; a condition may be the empty one of a lone limit."""
    if name == "reason":
        return bool(asked.reason.strip())
    value = asked.data.get(name)
    return value is not None and (value != "" or name == "condition")


def refuse_by(name: str, standing: Standing, asked: Asked) -> None:
    """Raise StepRefused where the rule ``name`` is broken."""
    rule, sentence = GUARDS[name]
    if not rule(standing, asked):
        policy = dataclasses.asdict(asked.policy)
        raise StepRefused(sentence, **{**policy, "handler": standing.handler, "reasons": ", ".join(RETURN_REASONS)})


def forbidding(step: Step, standing: Standing, asked: Asked) -> str | None:
    """Return the sentence of the first rule that forbids a step whatever is given with it, None where none does."""
    for name in step.guards:
        if name in OF_STANDING and not GUARDS[name][0](standing, asked):
            return GUARDS[name][1]
    return None


def verified_where_it_must(standing: Standing, asked: Asked) -> bool:
    """Return whether a report of the public was confirmed on the spot; others may be filed unseen."""
    if standing.found is not None:
        return standing.found
    return asked.source not in asked.policy.must_verify


def claims_own(standing: Standing, asked: Asked) -> bool:
    """Return whether a dispatched case is claimed for the department that has it."""
    return standing.state == "filed" or asked.data["department"] == standing.department


def is_handler(standing: Standing, asked: Asked) -> bool:
    """Return whether he who hands the case back is the one it was assigned to."""
    return asked.by == standing.handler


def assignment_revoked(standing: Standing, asked: Asked) -> bool:
    """Return whether the department has no assignment inside it any more."""
    return not standing.handler


def never_submitted(standing: Standing, asked: Asked) -> bool:
    """Return whether the department that has the case never handed it in: rework stays with it."""
    return standing.rounds == 0


def return_kind_known(standing: Standing, asked: Asked) -> bool:
    """Return whether the kind of the reason is one of the four."""
    return asked.data["kind"] in RETURN_REASONS


def names_next_owner(standing: Standing, asked: Asked) -> bool:
    """Return whether a return names another department; only missing facts and a wrong category need none."""
    owner = asked.data.get("next_owner") or ""
    if not owner:
        return asked.data["kind"] in ("wrong_category", "insufficient_info")
    return owner != standing.department


def rework_stays(standing: Standing, asked: Asked) -> bool:
    """Return whether a department that handed the case in keeps it; what is filed anew goes to whoever it is."""
    keeps = standing.rounds == 0 or standing.state in ("filed", "sent_back")
    return keeps or asked.data["department"] == standing.department


def files_otherwise(standing: Standing, asked: Asked) -> bool:
    """Return whether a case would be filed under something else than it is."""
    told = (standing.category, standing.condition, standing.limit)
    return told != tuple(asked.data[name] for name in ("category", "condition", "limit"))


def urge_answered(standing: Standing, asked: Asked) -> bool:
    """Return whether nobody waits for a reply."""
    return standing.urged_at is None


def has_photo(standing: Standing, asked: Asked) -> bool:
    """Return whether the work is shown, where the city wants it shown."""
    return bool(asked.data.get("after")) or not asked.policy.photo_required


def handled_by_another(standing: Standing, asked: Asked) -> bool:
    """Return whether somebody else did the work."""
    return asked.by not in standing.handled_by


def nothing_asked(standing: Standing, asked: Asked) -> bool:
    """Return whether no extension is asked for yet."""
    return not standing.extension_asked


def extension_asked(standing: Standing, asked: Asked) -> bool:
    """Return whether an extension is asked for."""
    return standing.extension_asked


def extension_possible(standing: Standing, asked: Asked) -> bool:
    """Return whether the case has a limit, is not overdue, and was not extended too often."""
    is_on_time = asked.due_at is not None and asked.at <= asked.due_at
    return bool(standing.limit) and is_on_time and standing.extensions_ever < asked.policy.most_extensions


def never_suspended(standing: Standing, asked: Asked) -> bool:
    """Return whether the case was never suspended."""
    return standing.suspensions == 0


def within_year(standing: Standing, asked: Asked) -> bool:
    """Return whether a suspension ends after it begins, and within a year."""
    longest = dt.timedelta(days=asked.policy.longest_suspension_days)
    return asked.at < dt.datetime.fromisoformat(asked.data["until"]) <= asked.at + longest


def reopened_in_time(standing: Standing, asked: Asked) -> bool:
    """Return whether the case was closed a short time ago."""
    closed = standing.closed_at or asked.at
    return asked.at - closed <= dt.timedelta(days=asked.policy.reopen_days)


def not_urged(standing: Standing, asked: Asked) -> bool:
    """Return whether no urge waits for its reply."""
    return standing.urged_at is None


def urged(standing: Standing, asked: Asked) -> bool:
    """Return whether an urge waits for its reply."""
    return standing.urged_at is not None


def just_dispatched(standing: Standing, asked: Asked) -> bool:
    """Return whether the case was dispatched a few minutes ago and nobody has taken it up."""
    minutes = dt.timedelta(minutes=asked.policy.recall_minutes)
    return standing.former is not None and standing.since is not None and asked.at - standing.since <= minutes


GUARDS: dict[str, tuple[Rule, str]] = {
    "verified_where_it_must": (
        verified_where_it_must,
        N_("A collector must confirm this report on the spot before it is filed."),
    ),
    "claims_own": (claims_own, N_("The case was dispatched to another department: only that one can claim it.")),
    "is_handler": (is_handler, N_("Only the handler can hand the case back: it is assigned to {handler}.")),
    "assignment_revoked": (
        assignment_revoked,
        N_("The case is assigned to {handler}: revoke the assignment before you return it."),
    ),
    "never_submitted": (
        never_submitted,
        N_("The department has handed this case in before: rework stays with it and is not returned."),
    ),
    "return_kind_known": (return_kind_known, N_("The kind of a return must be one of {reasons}.")),
    "names_next_owner": (names_next_owner, N_("A return must name another department as the next owner.")),
    "rework_stays": (
        rework_stays,
        N_(
            "The department has handed this case in before and keeps it: cancel the case and report the right place anew."
        ),
    ),
    "files_otherwise": (
        files_otherwise,
        N_("The case is filed under that already: choose another category, condition or limit."),
    ),
    "urge_answered": (urge_answered, N_("This case was urged: reply to that before you hand the work in.")),
    "has_photo": (has_photo, N_("Add a photo of the work done.")),
    "handled_by_another": (handled_by_another, N_("Whoever handled a case neither checks nor closes it.")),
    "nothing_asked": (nothing_asked, N_("An extension is already asked for: wait for the answer.")),
    "extension_asked": (extension_asked, N_("No extension is asked for.")),
    "extension_possible": (
        extension_possible,
        N_(
            "An extension is asked for and approved before the deadline, at most {most_extensions} times, and needs a time limit: "
            "hand the work in as it is, or ask the supervisor to suspend the case."
        ),
    ),
    "never_suspended": (never_suspended, N_("A case is suspended once only.")),
    "within_year": (within_year, N_("A suspension must end later, within {longest_suspension_days} days.")),
    "reopened_in_time": (reopened_in_time, N_("A case can be reopened within {reopen_days} days of its closing.")),
    "just_dispatched": (
        just_dispatched,
        N_(
            "A dispatch can be taken back for {recall_minutes:.0f} minutes: urge the department, or ask it to return the case."
        ),
    ),
    "not_urged": (not_urged, N_("An urge already waits for its reply.")),
    "urged": (urged, N_("Nothing waits for a reply.")),
}
OF_STANDING = frozenset(GUARDS) - {
    "claims_own",
    "return_kind_known",
    "names_next_owner",
    "rework_stays",
    "files_otherwise",
    "has_photo",
    "within_year",
}
"""Rules that do not ask what is given with a step."""


def ends_in(step: Step, standing: Standing, asked: Asked) -> str:
    """Return the state after a step: that of the table, but where its outcome or its count leads elsewhere."""
    if step.action in LEADS:
        return LEADS[step.action](standing, asked) or step.ends
    return step.ends or standing.state


def leaves(standing: Standing, asked: Asked) -> str:
    """Return ``returned`` where the department that has the case is not the one of its new spot or category, else its state."""
    is_anothers = asked.data.get("department") != standing.department
    return "returned" if standing.state in WITH_ONE and is_anothers else standing.state


LEADS: dict[str, Callable[[Standing, Asked], str]] = {
    "check": lambda _, asked: "" if asked.data["passed"] else "rework",
    "return": lambda standing, asked: "disputed" if standing.returns + 1 >= asked.policy.most_returns else "",
    "resume": lambda standing, _: standing.before,
    "adopt": lambda _, asked: str(asked.data["state"]),
    "recall": lambda standing, _: standing.former.state if standing.former else "",
    "move": leaves,
    "recategorise": leaves,
}
"""Steps whose end depends: a failed check is rework, the last return allowed a dispute, a resumed case goes on,
one that is recalled is where it was before its dispatch."""
