"""Roster lines and absences for tests, some of them random."""

import datetime as dt

from domain.street import BEGAN, post
from hypothesis import strategies as st

from gridmgr.domain.staff import Duty, Substitution

GRID, COMMUNITY, SUBDISTRICT = 5, 4, 3
ABOVE = [GRID, COMMUNITY, SUBDISTRICT]
EVERY_DAY = list(range(7))


def duty(person_id, starts, ends, weekdays=None, grid_id=GRID, valid_to=None):
    """Return a roster line from hour to hour."""
    return Duty(
        person_id, grid_id, EVERY_DAY if weekdays is None else weekdays, starts * 60, ends * 60, BEGAN, valid_to
    )


def away(person_id, substitute_id, starts=BEGAN, ends=None):
    """Return the absence of a person with his stand-in."""
    return Substitution(person_id, substitute_id, starts, ends or BEGAN + dt.timedelta(days=365))


instants = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31), timezones=st.just(dt.UTC))
posts = st.builds(
    post,
    st.integers(1, 5),
    st.sampled_from(ABOVE),
    st.sampled_from(["chief", "deputy", "officer"]),
    instants,
    st.none() | instants,
)
duties = st.builds(
    duty,
    st.integers(1, 5),
    st.integers(0, 23),
    st.integers(0, 24),
    st.lists(st.integers(0, 6), unique=True),
    st.sampled_from(ABOVE),
)
substitutions = st.builds(away, st.integers(1, 5), st.integers(1, 5), instants, instants)
