"""Which class of the domain lives in which table."""

from sqlalchemy.orm import registry

from gridmgr.store.tables import (
    accounts,
    casework,
    city,
    desk,
    drafting,
    features,
    land,
    outbox,
    reports,
    responsibility,
    staff,
    trail,
)
from gridmgr.store.tables.columns import metadata

ROOMS = (accounts, casework, city, desk, drafting, features, land, outbox, reports, responsibility, staff, trail)

mapper = registry(metadata=metadata)
for room in ROOMS:
    for thing, home in room.HOMES.items():
        mapper.map_imperatively(thing, home)
