"""Following: a reporter sees by number and secret what became of his report, rates it, and may have it reopened."""

import dataclasses
import datetime as dt

from gridmgr.domain import followed
from gridmgr.domain.cases import Case, Event, Report
from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.casework.policy import policy_of
from gridmgr.domain.categories import Category
from gridmgr.domain.ratings import MOST_STARS, Rating
from gridmgr.domain.responsibility import Department
from gridmgr.errors import Conflict, Invalid, NotFound
from gridmgr.services import accounts, trail
from gridmgr.services.handling.stepping import Told, step_case
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import cities
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import casework as rows
from gridmgr.store.cases import ratings as rating_rows

PUBLIC, KIND = "public", "follow"
WRONG_PER_ADDRESS = 30
MOST_REOPENINGS = 3
CLOSED = ("closed", "force_closed")
DECIDED = ("rejected", "not_filed")


class NoSuchSecret(NotFound):
    """There is no report with this number and secret."""

    slug = "no-such-secret"


class RatedAlready(Conflict):
    """A report is rated once."""

    slug = "rated-already"


@dataclasses.dataclass(frozen=True)
class Followed:
    """What became of a report. ``origin`` is the report that it was merged into, itself where it was not.

    ``told`` are the steps of the report, ``steps`` those of the origin and of its case since then.
    """

    report: Report
    origin: Report
    case: Case | None
    told: list[Event]
    steps: list[Event]
    rating: Rating | None
    category: Category | None
    department: Department | None
    reopen_days: int

    @property
    def state(self):
        """Return the state of the case, else of the report that counts."""
        return self.case.state if self.case else self.origin.state

    @property
    def is_over(self):
        """Return whether nothing more is going to happen by itself."""
        return self.state in DECIDED or (self.case is not None and self.case.closed_at is not None)

    def may_reopen(self, at):
        """Return whether the reporter may have the case reopened at an instant."""
        return self.state in CLOSED and at - self.case.closed_at <= dt.timedelta(days=self.reopen_days)


def follow(engine, number, secret, *, at, address=""):
    """Return what became of a report as Followed.

    Parameters
    ----------
    address : str
        Of who asks; wrong tries of one address are counted.

    Raises
    ------
    NoSuchSecret, TooManyTries
    """
    number = followed.normal_number(number)
    with reading(engine) as session:
        found = report_rows.by_number(session, number)
        if found is not None and followed.is_secret(number, secret, found.secret_hash):
            return state_of(session, found)
    refuse(engine, address, at)
    raise NoSuchSecret("There is no report with this number and secret: compare both with what you were shown.")


def refuse(engine, address, at):
    """Count a wrong try of an address; raise TooManyTries beyond the limit."""
    key = accounts.hashed(address)
    with writing(engine) as session:
        before = account_rows.claim_try(session, KIND, key, at, at - accounts.PAUSE, WRONG_PER_ADDRESS)
        first = account_rows.first_try(session, KIND, key)
    if before >= WRONG_PER_ADDRESS:
        raise accounts.TooManyTries(
            "{count} wrong numbers or secrets came from this address: wait {minutes} minutes, then try again.",
            count=before,
            minutes=accounts.minutes(first + accounts.PAUSE - at),
        )


def state_of(session, report):
    """Return the Followed of a report."""
    origin = rows.origin(session, report)
    case = rows.case_of_report(session, origin.id)
    told = rows.history(session, report_id=report.id)
    steps = rows.history(session, report_id=origin.id) if origin is not report else []
    steps = [*steps, *(rows.history(session, case_id=case.id) if case else [])]
    known = facts.known(session)
    return Followed(
        report,
        origin,
        case,
        told,
        steps,
        rating_rows.of_reports(session, [report.id]).get(report.id),
        known.categories.get(case.category_code if case else origin.category_code),
        known.matrix.departments.get(case.department_code if case else origin.department_code),
        policy_of(cities.the_city(session).settings).reopen_days,
    )


def rate(engine, number, secret, *, stars, words="", at, address=""):
    """Keep what a reporter thinks of what became of his report, and return the Followed.

    Raises
    ------
    NoSuchSecret, TooManyTries, Invalid, RatedAlready
        Also a StepRefused as long as nothing is decided.
    """
    if not 1 <= stars <= MOST_STARS:
        raise Invalid("Give 1 to {most} stars; {stars} are not.", most=MOST_STARS, stars=stars)
    found = follow(engine, number, secret, at=at, address=address)
    if not found.is_over:
        raise StepRefused("The report is still being worked on: rate it when the case is closed.")
    with writing(engine) as session:
        told = rows.report_to_change(session, found.report.number)
        if rating_rows.of_reports(session, [told.id]):
            raise RatedAlready("Report {number} was rated before: a rating stays as it is.", number=told.number)
        rating_rows.add(session, Rating(told.id, stars, words.strip(), at))
        trail.record(session, PUBLIC, "rate_report", f"report:{told.number}", {"stars": stars}, at=at)
    return follow(engine, number, secret, at=at)


def reopen(engine, number, secret, *, reason, at, address=""):
    """Let the reporter have a closed case reopened, and return the Followed; a step of the case like any other.

    Raises
    ------
    NoSuchSecret, TooManyTries, Invalid, StepRefused
    """
    found = follow(engine, number, secret, at=at, address=address)
    if found.state not in CLOSED:
        raise StepRefused("Only a closed case can be reopened: this one is not.")
    if reopenings(found) >= MOST_REOPENINGS:
        raise StepRefused("You have had this reopened {count} times: call the hotline.", count=MOST_REOPENINGS)
    told = Told(PUBLIC, at, PUBLIC, reason)
    step_case(engine, found.case.number, "reopen", told, {"report": found.report.number})
    return follow(engine, number, secret, at=at)


def reopenings(found):
    """Return how often this reporter had the case reopened."""
    return sum(one.action == "reopen" and one.data.get("report") == found.report.number for one in found.steps)
