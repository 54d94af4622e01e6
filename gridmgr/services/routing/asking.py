"""Asking about many spots at once, as of now: all answers from one state of the city."""

from gridmgr.services import routing, standing
from gridmgr.services.routing import deciding


def where_many(engine, lons, lats, categories, codes, instants, *, at, accuracy_m=0.0):
    """Return the Decided about many positions as of ``at``; other arguments as of :func:`gridmgr.services.routing.deciding.route_many`.

    Raises
    ------
    NothingInForce, UnknownCategory
    """
    return from_one_state(
        lambda: deciding.route_many(
            timeline(engine, at), lons, lats, categories, codes, instants, accuracy_m=accuracy_m
        )
    )


def from_one_state(answer):
    """Return ``answer()``, made anew where another copy of the city was put back meanwhile."""
    while True:
        try:
            return answer()
        except standing.Restored:
            continue


def timeline(engine, present):
    """Return the Timeline of what stands now; ``present`` is the instant of those who name none."""
    return standing.Timeline(engine, present, lambda instant: routing.knowledge(engine, at=instant))
