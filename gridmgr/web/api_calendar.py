"""The calendar: by which days and shifts deadlines are counted."""

import flask
from pydantic import Field

from gridmgr.domain.working_time import clock
from gridmgr.services import calendars
from gridmgr.web import asker
from gridmgr.web.reading import Query, door

api = door("calendar")


class Asked(Query):
    """Which days."""

    year: int | None = Field(None, ge=1900, le=2199, description="Only the days of that year; all without it.")


@api.get("/calendar")
def get_calendar(query: Asked):
    """List holidays and make-up workdays; where a year has none of them, Monday to Friday are worked."""
    found, days = calendars.known(asker.engine(), query.year)
    return flask.jsonify(
        timezone=found.timezone,
        shifts=[{"from": clock(begin), "to": clock(end)} for begin, end in found.shifts],
        years=sorted(found.years),
        provisional_years=sorted(found.provisional),
        days=[representation(day) for day in days],
    )


def representation(day):
    """Return a day as JSON."""
    return {"date": day.date.isoformat(), "kind": day.kind, "name": day.name, "provisional": day.is_provisional}
