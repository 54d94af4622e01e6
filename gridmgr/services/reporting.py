"""Reporting: a report finds its owner and is kept, once, with the decision."""

import datetime as dt
import secrets
import threading
import weakref

from gridmgr.domain import followed, times
from gridmgr.domain.cases import Report
from gridmgr.domain.routing import Decision
from gridmgr.errors import GridmgrError, Invalid
from gridmgr.services import receipts
from gridmgr.services.photos import naming
from gridmgr.services.routing import asking, where
from gridmgr.services.standing import Knowledge
from gridmgr.services.together import Together
from gridmgr.services.transactions import reading, writing
from gridmgr.store import reports as report_rows

LATEST = dt.timedelta(hours=72)
_doors: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_beginning = threading.Lock()


def report(
    engine,
    *,
    x,
    y,
    crs="wgs84",
    category=None,
    description="",
    at,
    observed_at=None,
    by=None,
    source="api",
    key=None,
    accuracy_m=None,
    reporter="",
    photos=(),
    signing_key="",
):
    """File a report and return (Report, whether it is new).

    The same ``source`` and ``key`` give the report that was filed first. Land
    goes by ``observed_at``, person and unit by ``at``, the instant of receipt.
    A report without a known category waits for the dispatcher. ``photos`` are tokens;
    with a ``signing_key`` the report has a secret by which it is followed.

    Raises
    ------
    BadPosition, Invalid, NothingInForce, UnknownPhoto
    """
    told = {"description": description, "x": x, "y": y, "crs": crs, "source": source}
    place = {"crs": crs, "category": category, "accuracy_m": accuracy_m}
    observed = times.as_heard(observed_at or at, at)
    try:
        known, decision = routed(engine, x, y, at=at, observed=observed, **place)
    except GridmgrError:  # Who sends again what was taken in before is not told that it could not be taken in now.
        twin = filed(engine, source, key) if key else None
        if twin is None:
            raise
        return twin, False
    made = as_report(decision, known, **told)
    made.idempotency_key, made.accuracy_m, made.reporter, made.photos = key, accuracy_m, reporter, list(photos)
    return store(engine, made, known, signing_key)


def routed(engine, x, y, *, at, observed, **place):
    """Return the Knowledge and the Decision about a spot that was observed then and is received at ``at``."""
    check_observed(observed, at)
    return asking.from_one_state(lambda: decided(engine, x, y, at=at, observed=observed, **place))


def filed(engine, source, key):
    """Return the report that was filed under a key, None without one."""
    with reading(engine) as session:
        return report_rows.by_key(session, source, key)


def decided(engine, x, y, *, crs, category, at, observed, accuracy_m):
    """Return the Knowledge and the Decision by it: land as observed, the present one where the grid is dissolved since."""
    timeline = asking.timeline(engine, at)
    known, present = timeline.at(observed), timeline.at(at)
    place = {"crs": crs, "category": category if category in known.facts.categories else None, "accuracy_m": accuracy_m}
    decision = where(known, x, y, at=observed, received_at=at, **place)
    if decision.grid and decision.grid["code"] not in present.ground.boundaries.grids:
        return present, where(present, x, y, at=at, **place)
    return known, decision


def check_observed(observed, at):
    """Raise Invalid where a report would be from the future or older than 72 hours."""
    if observed > at:
        raise Invalid(
            "A report cannot be of the future: observed_at {observed} is after {now}.",
            observed=observed.isoformat(),
            now=at.isoformat(),
        )
    if at - observed > LATEST:
        raise Invalid(
            "observed_at {observed} is more than 72 hours ago: load old records in bulk.", observed=observed.isoformat()
        )


def as_report(decision: Decision, known: Knowledge, *, x, y, crs, description, source):
    """Return the Report that keeps ``decision``."""
    values = decision.to_dict()
    code = decision.grid["code"] if decision.grid else None
    return Report(
        number=report_number(decision.received_at),
        received_at=decision.received_at,
        observed_at=decision.at,
        x=x,
        y=y,
        crs=crs,
        lon=decision.lon,
        lat=decision.lat,
        category_code=decision.category["code"] if decision.category else None,
        description=description,
        source=source,
        grid_id=known.ground.boundaries.grids[code].grid_id if code else None,
        grid_code=code,
        department_code=decision.department["code"] if decision.department else None,
        person_id=decision.person["id"] if decision.person else None,
        version_number=version_number(decision.version),
        near_border=decision.near_border,
        coverage_gap=decision.coverage_gap,
        decision=values,
    )


def report_number(at):
    """Return a public number that cannot be guessed from another: the day and eight random characters."""
    return f"R{at:%Y%m%d}-{secrets.token_hex(4).upper()}"


def version_number(label):
    """Return the number of a version from its label, None for a draft."""
    return int(label[1:]) if label.startswith("v") else None


def store(engine, made, known, signing_key=""):
    """Keep a report and put its receipts into the outbox; where a twin with the same key came first, that one is the answer."""
    while True:
        if signing_key:
            secret = followed.secret_of(signing_key, made.number, made.idempotency_key)
            made.secret_hash = followed.hashed(made.number, secret)
        if taking_in(engine).keep((engine, made, known)):
            return made, True
        twin = filed(engine, made.source, made.idempotency_key) if made.idempotency_key else None
        if twin is not None:
            return twin, False
        made.number = report_number(made.received_at)  # Another report has this number by chance.


def taking_in(engine):
    """Return the one door of this process through which reports come into a database."""
    with _beginning:
        return _doors.setdefault(engine.pool, Together(take_in))


def take_in(brought):
    """Keep reports with their receipts in one transaction; return of each whether it is new.

    Parameters
    ----------
    brought : list of (Engine, Report, Knowledge)
        Of one database.

    Raises
    ------
    UnknownPhoto
    """
    with writing(brought[0][0]) as session:
        kept = report_rows.add_new(session, [made for _, made, _ in brought])
        for made in kept:
            naming.use(session, made.photos, made.received_at)
        new = set(map(id, kept))
        receipts.tell(session, [(made, known) for _, made, known in brought if id(made) in new])
    return [id(made) in new for _, made, _ in brought]
