"""The demo city into a database: every row in bulk, inside the caller's transaction."""

import dataclasses

from gridmgr.domain.casework import numbers
from gridmgr.domain.drafts import Draft
from gridmgr.domain.grids import Grid
from gridmgr.i18n import N_
from gridmgr.services import accounts
from gridmgr.services.cities import furnishing
from gridmgr.services.demo.city import BY, generate
from gridmgr.store import bulk, cities, drafts, features, reports, revisions
from gridmgr.store.cases import casework

__all__ = ["generate", "load"]
KINDS = ("boundaries", "drafts", "staff", "responsibility", "features", "reports")


def load(session, demo, *, step=lambda *_, **__: None):
    """Write a DemoCity into an empty database.

    Parameters
    ----------
    session : Session
        In a transaction that writes.
    demo : DemoCity
    step : callable
        Called with a title at each stage.
    """
    cities.add(session, dataclasses.replace(demo.city))
    furnishing.furnish(session, demo.city, by=BY)
    step(N_("Writing grids and people"))
    grid_ids = write_boundaries(session, demo)
    person_ids = write_staff(session, demo.staff, grid_ids)
    bulk.insert(session, copies(demo.units))
    step(N_("Writing roads, lands, components and reports"))
    write_features(session, demo)
    write_reports(session, demo, grid_ids, person_ids)
    write_draft(session, demo)
    write_accounts(session, demo)
    for kind in KINDS:
        revisions.raise_(session, kind)


def copies(rows, **changes):
    """Return copies of ``rows``, so that the values stay as they were generated."""
    return [dataclasses.replace(row, **changes) for row in rows]


def write_boundaries(session, demo):
    """Write versions, identities and the rows of all versions; return the identities' ids, the first at 1."""
    bulk.insert(session, copies(demo.versions))
    made = bulk.insert(session, [Grid(level=level) for level in demo.levels])
    ids = numbered(made)
    bulk.insert(session, [dataclasses.replace(row, grid_id=ids[row.grid_id]) for row in demo.grid_states])
    bulk.insert(session, [dataclasses.replace(row, grid_id=ids[row.grid_id]) for row in demo.grid_shapes])
    return ids


def numbered(rows):
    """Return number → id of ``rows``, counted from 1."""
    return dict(enumerate((row.id for row in rows), start=1))


def write_staff(session, staff, grid_ids):
    """Write persons and what they hold; return number → id of the persons."""
    ids = numbered(bulk.insert(session, copies(staff.persons)))
    for rows in (staff.posts, staff.duties):
        bulk.insert(
            session, [dataclasses.replace(r, person_id=ids[r.person_id], grid_id=grid_ids[r.grid_id]) for r in rows]
        )
    bulk.insert(
        session,
        [
            dataclasses.replace(s, person_id=ids[s.person_id], substitute_id=ids[s.substitute_id])
            for s in staff.substitutions
        ],
    )
    return ids


def write_features(session, demo):
    """Write the features of every layer, and the registered owners of nobody's lands."""
    features.add_many(session, [(dataclasses.replace(one), shape) for one, shape in demo.features])
    made = features.add_many(session, [(dataclasses.replace(one), shape) for _, one, shape in demo.lands])
    ids = numbered(made)
    bulk.insert(session, [dataclasses.replace(land, feature_id=ids[land.feature_id]) for land, _, _ in demo.lands])


def write_reports(session, demo, grid_ids, person_ids):
    """Write the reports, the cases they became, and the histories of both."""
    rows = [
        dataclasses.replace(r, grid_id=grid_ids.get(r.grid_id), person_id=person_ids.get(r.person_id))
        for r in demo.reports
    ]
    ids = numbered(reports.add_many(session, rows))
    filed = [dataclasses.replace(c, report_id=ids[c.report_id], grid_id=grid_ids[c.grid_id]) for c in demo.cases]
    case_ids = numbered(bulk.insert(session, filed))
    bulk.insert(
        session,
        [dataclasses.replace(e, report_id=ids.get(e.report_id), case_id=case_ids.get(e.case_id)) for e in demo.events],
    )
    casework.raise_counters(session, numbers.highest_places(one.number for one in filed))


def write_draft(session, demo):
    """Write the draft that has findings, on the newest version."""
    if not demo.draft_grids:
        return
    newest = demo.versions[-1].number
    draft = drafts.add(
        session, Draft(demo.draft_name, demo.draft_at, demo.accounts[2]["name"], newest, demo.draft_reason)
    )
    drafts.put(session, draft, [(dataclasses.replace(grid), shape) for grid, shape in demo.draft_grids])


def write_accounts(session, demo):
    """Write the accounts; each password is the login."""
    codes = {state.code for state in demo.grid_states}
    for row in demo.accounts:
        accounts.add_account(
            session,
            login=row["login"],
            password=row["login"],
            name=row["name"],
            role=row["role"],
            at=demo.city.created_at,
            area_code=known_area(row["area"], codes),
            department_code=row.get("department", ""),
        )


def known_area(code, codes):
    """Return the smallest area around ``code`` that this city has: a city for measurements has evaluated areas alone."""
    return next((code[:length] for length in range(len(code), 0, -1) if code[:length] in codes), "")
