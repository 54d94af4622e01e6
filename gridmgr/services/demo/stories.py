"""Stories of reports and cases: step by step by the rules of the house, so that each row follows from its history."""

import dataclasses
import datetime as dt

from gridmgr.domain.cases import Event
from gridmgr.domain.casework import clock, guards
from gridmgr.domain.casework.policy import MUST_VERIFY
from gridmgr.domain.casework.standing import BEGINNING, after
from gridmgr.domain.casework.steps import CASE, REPORT

MINUTE = dt.timedelta(minutes=1)
WORDS = {
    "not_my_duty": "经现场核查，不属于本部门职责",
    "not_my_area": "点位不在本部门管辖范围",
    "rework": "现场仍有残留，请再次处置",
    "send_back": "立案条件与现场不符",
    "suspend": "需等待物料到场",
    "ask_extension": "连日降雨，无法施工",
    "urge": "临近期限，请尽快处置",
    "reply": "已安排人员到场",
    "dispute": "两部门均认为不属于本部门职责",
}


@dataclasses.dataclass(frozen=True)
class Cast:
    """Who acts in the demo city, role → login, and by which calendar."""

    logins: dict[str, str]
    calendar: object

    def login(self, role):
        """Return the login of a role; the role itself where nobody has it."""
        return self.logins.get(role, role)


class Story:
    """The history of a report or a case, growing step by step."""

    def __init__(self, cast, subject, row_number, source=""):
        self.cast, self.subject, self.source = cast, subject, source
        self.key = {"case_id" if subject == CASE else "report_id": row_number}
        self.events, self.standing = [], BEGINNING[subject]

    def take(self, action, role, at, reason="", **data):
        """Take a step as somebody of ``role`` would at ``at``; the rules are asked as they always are."""
        at = clock.to_the_millisecond(at)
        asked = guards.Asked(action, self.subject, self.cast.login(role), at, reason, data, self.due_at, self.source)
        step = guards.refuse(self.standing, asked)
        ends = guards.ends_in(step, self.standing, asked)
        number, before = self.standing.number + 1, self.standing.state
        made = Event(number, action, before, ends, asked.by, role, at, at, reason, data, **self.key)
        self.events.append(made)
        self.standing = after(self.standing, made)
        return self

    @property
    def due_at(self):
        """Return the deadline as it stands, None before there is one."""
        return clock.due_of(self.standing, self.cast.calendar) if self.standing.filed_at else None


def of_report(cast, row_number, report, filed_at, said):
    """Return the Story of a report that was filed at ``filed_at`` with the values ``said``."""
    story = Story(cast, REPORT, row_number, report.source)
    wait = filed_at - report.received_at
    story.take("accept", "acceptor", report.received_at + wait * 0.2)
    if report.source in MUST_VERIFY:
        story.take("ask_verify", "acceptor", report.received_at + wait * 0.25)
        story.take("verify", "collector", report.received_at + wait * 0.8, found=True)
    return story.take("file", "shift_leader", filed_at, **said)


def of_report_without_a_case(cast, row_number, report):
    """Return the Story of a report of which no case was made, as it was brought in from another system."""
    state = "rejected" if report.grid_code is None else "not_filed"
    return Story(cast, REPORT, row_number).take("adopt", "shift_leader", report.received_at + 30 * MINUTE, state=state)
