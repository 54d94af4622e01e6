"""What the pages of administrators show of people, matrix, calendar, layers and the trail, in words."""

import calendar as weeks

from gridmgr.domain import times
from gridmgr.domain.responsibility import OWNER_FIRST, SETTLED, TERRITORY_FIRST
from gridmgr.i18n import N_, translate
from gridmgr.services.notifications import letters
from gridmgr.services.sheets.workbooks import clock
from gridmgr.web import asker, representations

POSTS = {"chief": N_("chief"), "deputy": N_("deputy"), "officer": N_("officer")}
RULES = {
    OWNER_FIRST: N_("its owner first"),
    TERRITORY_FIRST: N_("the territory first"),
    SETTLED: N_("settled dispute"),
}
KINDS = {"holiday": N_("holiday"), "workday": N_("make-up workday"), "ordinary": N_("ordinary day")}
LAYER_KINDS = {
    "level": N_("level of grids"),
    "reference": N_("reference"),
    "overlay": N_("overlay"),
    "object": N_("objects"),
}
DAILY = N_("daily")
EVER = 1970
"""What began in this year was always so."""
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def word(text, **fields):
    """Return a text in the reader's language."""
    return translate(text, asker.language(), **fields)


def day(at):
    """Return the day of an instant in the city, "" for none and for what was always so."""
    return "" if at is None or at.year <= EVER else times.show(at, asker.city().timezone)[:10]


def today():
    """Return the present day in the city."""
    return asker.now().astimezone(times.zone(asker.city().timezone)).date()


def worker(one):
    """Return a person with what he does, in words."""
    posts = [{"grid": code, "what": word(POSTS[row.role]), "until": day(row.valid_to)} for code, row in one.posts]
    duties = [{"grid": code, "when": hours(row), "until": day(row.valid_to)} for code, row in one.duties]
    absences = [
        {"by": name, "from": day(row.valid_from), "to": day(row.valid_to), "reason": row.reason}
        for name, row in one.absences
    ]
    told = {name: getattr(one.person, name) for name in ("code", "name", "phone", "department_code")}
    return told | {"left": day(one.person.left_at), "posts": posts, "duties": duties, "absences": absences}


def hours(duty):
    """Return the days and hours of a roster line."""
    days = " ".join(word(WEEKDAYS[number]) for number in sorted(duty.weekdays))
    days = word(DAILY) if len(set(duty.weekdays)) == len(WEEKDAYS) else days
    return f"{days} {clock(duty.starts_minute)}–{clock(duty.ends_minute)}"


def entry_of_matrix(one, categories):
    """Return an entry of the matrix; a settled dispute with its reason."""
    category = categories.get(one.category_code)
    return {
        "category": one.category_code,
        "name": representations.name_of(category) if category else "",
        "area": one.area_code or word("whole city"),
        "department": one.department_code,
        "helpers": ", ".join(one.co_departments),
        "chain": " › ".join(one.fallback_chain),
        "rule": word(RULES[one.routing_rule]) if one.routing_rule in RULES else one.routing_rule,
        "source": one.source,
        "since": day(one.valid_from),
        "by": one.recorded_by,
        "is_settled": one.routing_rule == SETTLED,
        "to_confirm": one.to_confirm,
    }


def unit(one, categories):
    """Return the unit of a department in an area."""
    told = {name: getattr(one, name) for name in ("organisation", "person", "phone")}
    area = one.area_code or word("whole city")
    return {"department": one.department_code, "area": area, **told, "since": day(one.valid_from)}


def department(one, categories):
    """Return a department."""
    return {"code": one.code, "name": one.name, "name_en": one.name_en}


MATRIX = {"entries": entry_of_matrix, "units": unit, "departments": department}


def months(year, found, known, today):
    """Return the twelve months of a year as weeks of days, None beside a month's days."""
    plan = weeks.Calendar()
    return [
        {
            "number": month,
            "weeks": [
                [a_day(date, found, known, today) if date.month == month else None for date in week]
                for week in plan.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def a_day(date, found, known, today):
    """Return a day of the calendar: its kind, its name, whether it is worked, and how it is said."""
    told = known.get(date)
    kind = told.kind if told else "ordinary"
    name = told.name if told else ""
    words = word(KINDS[kind]) if told else word(WEEKDAYS[date.weekday()])
    return {
        "date": date.isoformat(),
        "number": date.day,
        "kind": kind,
        "name": name,
        "provisional": bool(told and told.is_provisional),
        "worked": found.is_workday(date),
        "today": date == today,
        "label": " ".join(part for part in (date.isoformat(), words, name) if part),
    }


def layer(one):
    """Return a layer with how much it holds."""
    return {
        "id": one.layer.id,
        "title": one.layer.title(asker.language()),
        "kind": word(LAYER_KINDS[one.layer.kind]),
        "count": f"{one.count:,}",
        "is_level": one.layer.kind == "level",
        "has_any": one.count > 0,
    }


def entry(one):
    """Return an entry of the trail."""
    told = {name: getattr(one, name) for name in ("id", "by", "action", "subject", "seal_number")}
    more = ", ".join(f"{name}={value}" for name, value in one.data.items())
    return told | {"at": asker.show(one.at)[:19].replace("T", " "), "more": more}


def letter(one):
    """Return a dead letter."""
    told = {"id": one.id, "kind": one.kind, "tries": one.tries, "to": letters.receiver(one)}
    when = asker.show(one.ended_at)[:16].replace("T", " ")
    return told | {"when": when, "reason": letters.why(one, asker.language())}
