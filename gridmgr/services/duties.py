"""The day of a grid: who answers for it from hour to hour."""

import dataclasses
import datetime as dt
import itertools

from gridmgr.domain.routing import identities
from gridmgr.domain.staff import Person, vacancies
from gridmgr.domain.staff.answering import answering


@dataclasses.dataclass(frozen=True)
class Shift:
    """From when until when one person answers; ``person`` None is nobody."""

    starts: dt.datetime
    ends: dt.datetime
    person: Person | None
    rule: str


def day_of(known, code, at):
    """Return the Shifts of the grid ``code`` on the city's day that holds ``at``, without a pause.

    Parameters
    ----------
    known : gridmgr.services.routing.Knowledge
    code : str
        A grid of its boundaries.
    at : datetime
        Aware.
    """
    boundaries, staffing = known.ground.boundaries, known.facts.staffing
    places = list(identities(boundaries, [code, *boundaries.ancestors(code)]))
    starts, ends = midnights(at, staffing.zone)
    points = (point for place in places for point in moments(staffing, place, starts, ends))
    answers = (
        (begins, until, answering(staffing, places, begins)) for begins, until in vacancies.spans(starts, ends, points)
    )
    return [
        Shift(same[0][0], same[-1][1], same[0][2].person, same[0][2].rule)
        for same in (
            list(group) for _, group in itertools.groupby(answers, key=lambda one: (one[2].person, one[2].rule))
        )
    ]


def midnights(at, zone):
    """Return when the day of ``at`` begins and ends by the clocks of ``zone``, in UTC."""
    day = at.astimezone(zone).date()
    both = (dt.datetime.combine(one, dt.time(), zone) for one in (day, day + dt.timedelta(days=1)))
    return tuple(one.astimezone(dt.UTC) for one in both)


def moments(staffing, grid_id, starts, ends):
    """Yield the instants of a day at which another may answer for a grid."""
    yield from vacancies.changes(staffing, grid_id)
    yield from vacancies.clock_changes(staffing, grid_id, starts, ends)
