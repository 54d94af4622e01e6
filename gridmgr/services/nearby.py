"""What was reported near by of the same kind: for who is about to report it again, without a number or a name."""

import base64
import dataclasses
import datetime as dt
import hashlib
import hmac

from gridmgr.domain.cases import Report
from gridmgr.domain.casework.duplicates import nearness
from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.categories import Category
from gridmgr.services import routing
from gridmgr.services.handling import duplicates, filing
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store.cases import casework as rows

MOST = 5
FARTHER = 2
"""How much farther from what a reporter saw listed his own report may lie in the end: he moved the pin meanwhile."""


@dataclasses.dataclass(frozen=True)
class Near:
    """A report of the same kind near by. ``handle`` names it without telling its number."""

    handle: str
    category: Category
    distance_m: float
    received_at: dt.datetime
    state: str
    number: str


def near(engine, lon, lat, category, *, key, at):
    """Return the open reports of a category round a place that came lately, the nearest first, at most ``MOST``.

    Parameters
    ----------
    key : str
        Of this installation; handles are made with it.
    """
    return around(engine, lon, lat, category, key=key, at=at)[:MOST]


def around(engine, lon, lat, category, *, key, at, reach=1):
    """Return all of them within ``reach`` times the distance in which duplicates of the category lie."""
    probe = Report("", at, at, lon, lat, "wgs84", lon, lat, category_code=category)
    metric = routing.knowledge(engine, at=at).ground.metric
    with reading(engine) as session:
        known = facts.known(session).categories.get(category)
        if known is None:
            return []
        limits = nearness(known, duplicates.table())
        box = duplicates.around(probe, limits.distance_m * reach)
        pairs = rows.near_alike(session, probe, box, at - dt.timedelta(days=limits.days))
    found = duplicates.compared(metric, probe, pairs, [], limits.distance_m * reach)
    received = {one.number: one.received_at for one, _ in pairs}
    return [
        Near(handle(key, one.number), known, one.distance_m, received[one.number], one.state, one.number)
        for one in sorted(found, key=lambda one: (one.distance_m, one.number))
    ]


def handle(key, number):
    """Return the name that a report has for strangers."""
    digest = hmac.digest(key.encode(), f"seen too\n{number}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:18]).decode()


def join(engine, told, also_seen, *, key, by, role, at):
    """Merge a new report into the one near by that its reporter saw too; return whether it is merged.

    Where that one was decided meanwhile, the report stands on its own.
    """
    if told.duplicate_of_id is not None:
        return True
    others = around(engine, told.lon, told.lat, told.category_code, key=key, at=at, reach=FARTHER)
    origin = next((one for one in others if hmac.compare_digest(one.handle.encode(), also_seen.encode())), None)
    if origin is None or origin.number == told.number:
        return False
    try:
        filing.merge_duplicate(engine, told.number, duplicate_of=origin.number, by=by, role=role, at=at)
    except StepRefused:
        return False
    return True
