"""Lines of a staff sheet: each posts somebody on a grid, puts him on a roster, or lets him stand in."""

import dataclasses
import datetime as dt
import re

from gridmgr.domain.staff import POST_ROLES
from gridmgr.i18n import N_
from gridmgr.services.sheets import Row, instant, required

NAMES = {
    "工号": "person",
    "人员编号": "person",
    "姓名": "name",
    "电话": "phone",
    "部门": "department",
    "离职时间": "left_at",
    "网格": "grid",
    "网格标识码": "grid",
    "岗位": "role",
    "起": "from",
    "止": "to",
    "值班日": "weekdays",
    "值班开始": "starts",
    "值班结束": "ends",
    "代谁的班": "stands_in_for",
    "事由": "reason",
}
ROLES = {"网格长": "chief", "副网格长": "deputy", "网格员": "officer"} | {role: role for role in POST_ROLES}
DAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
CHINESE_DAYS = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
DAILY = ("daily", "每天", "每日")


@dataclasses.dataclass(frozen=True)
class Line:
    """What one row says: a person, and a post, a roster line or a substitution of his."""

    row: Row
    person: str
    name: str
    phone: str
    department: str
    left_at: dt.datetime | None
    grid: str
    role: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    weekdays: tuple[int, ...]
    minutes: tuple[int, int] | None
    stands_in_for: str
    reason: str


def read_line(row, timezone):
    """Return the Line of a row, or raise Invalid naming the cell."""
    line = Line(
        row,
        person=required(row, "person"),
        name=row.get("name"),
        phone=row.get("phone"),
        department=row.get("department"),
        left_at=instant(row, "left_at", timezone),
        grid=row.get("grid"),
        role=role(row),
        valid_from=instant(row, "from", timezone),
        valid_to=instant(row, "to", timezone),
        weekdays=weekdays(row),
        minutes=minutes(row),
        stands_in_for=row.get("stands_in_for"),
        reason=row.get("reason"),
    )
    check(line)
    return line


def role(row):
    """Return ``chief``, ``deputy`` or ``officer``, "" for no post."""
    text = row.get("role").lower()
    if text and text not in ROLES:
        raise row.problem("role", N_("{value} is no post; write chief, deputy or officer."))
    return ROLES.get(text, "")


def weekdays(row):
    """Return the days 0 (Monday) to 6 of a cell like ``1-5``, ``6,7``, ``Mon-Fri``, ``周一至周五`` or ``daily``."""
    text = re.sub(r"星期|周|礼拜|\s", "", row.get("weekdays").lower())
    if not text:
        return ()
    if text in DAILY:
        return tuple(range(7))
    days = []
    for part in re.split(r"[,，、;]", text):
        first, _, last = re.sub("至|到|–", "-", part).partition("-")
        begins, ends = day(row, first), day(row, last or first)
        days += [number % 7 for number in range(begins, ends + 1 + 7 * (ends < begins))]
    return tuple(sorted(set(days)))


def day(row, text):
    """Return the number of one weekday, 0 is Monday."""
    number = int(text) - 1 if text in "1234567" and text else DAYS.get(text[:3], CHINESE_DAYS.get(text))
    if number is None:
        raise row.problem("weekdays", N_("{value} names no weekdays; write 1-5 (1 is Monday), Mon-Fri or daily."))
    return number


def minutes(row):
    """Return (start, end) as minutes of the day, None where both cells are empty."""
    if not row.get("starts") and not row.get("ends"):
        return None
    return minute(row, "starts"), minute(row, "ends")


def minute(row, column):
    """Return the minute of the day of a cell like ``20:00``; 24:00 is the end of the day."""
    match = re.fullmatch(r"(\d{1,2})[:：](\d{2})(?::00)?", row.get(column))
    found = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else None
    if found is None or found > 24 * 60 or (column == "starts" and found == 24 * 60):
        raise row.problem(column, N_("{value} is no time of day; write it like 20:00."))
    return found


def check(line):
    """Raise Invalid where the cells of a row do not go together."""
    if line.valid_from and line.valid_to and line.valid_to <= line.valid_from:
        raise line.row.problem("to", N_("{value} is not after the beginning; the end is the first day off."))
    if (line.role or line.minutes) and not line.grid:
        raise line.row.problem("grid", N_("is empty, but the row gives a post or duty; fill it in."))
    if line.grid and not (line.role or line.minutes):
        raise line.row.problem("role", N_("is empty; write chief, deputy or officer, or give duty hours."))
    if bool(line.minutes) != bool(line.weekdays):
        raise line.row.problem("weekdays", N_("a duty needs weekdays, starts and ends; fill all three in."))
    if line.stands_in_for and not (line.valid_from and line.valid_to):
        raise line.row.problem("to", N_("is empty; a substitution needs from and to."))
    if line.stands_in_for == line.person:
        raise line.row.problem("stands_in_for", N_("{value} cannot stand in for himself."))
