"""The one city of a database."""

from sqlalchemy import event, select
from sqlalchemy.orm import object_session

from gridmgr.domain.grids import City
from gridmgr.store import revisions
from gridmgr.store.tables.city import city as city_table

STANDARD_LEVELS = ("city", "evaluated_area", "subdistrict", "community", "responsibility_grid", "unit_grid")


@event.listens_for(City, "before_update")
def told(_, connection, changed):
    """Count each change of the city or its settings, whoever makes it: what is remembered of it is over then."""
    revisions.raise_on(connection, object_session(changed), "city")


def the_city(session):
    """Return the City, None before it was founded."""
    return session.scalars(select(City)).one_or_none()


def add(session, city):
    """Found the city; a database holds only one."""
    city.id = 1
    session.add(city)
    session.flush()
    return city


def levels(session):
    """Return the ids of the levels, top down, as the city's settings name them."""
    return tuple(settings(session).get("levels") or STANDARD_LEVELS)


def settings(session):
    """Return the city's settings as the database has them now."""
    return session.connection().execute(select(city_table.c.settings)).scalar_one_or_none() or {}


def set_setting(session, name, value):
    """Put one of the city's settings; whoever else does so waits, and none is lost."""
    city = session.scalars(select(City).with_for_update().execution_options(populate_existing=True)).one()
    city.settings = {**city.settings, name: value}
