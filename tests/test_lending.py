"""A database that a test gave back is as good as a new one, or is not lent again."""

import city_copies
import lending
import postgresql
import pytest
import sqlalchemy as sa
from small_cities import whole_city

from gridmgr.store import database


@pytest.fixture
def fresh_lender(server, template_database):
    """Who has lent nothing yet."""
    with lending.lender(server, template_database) as lender:
        yield lender


@pytest.fixture
def connected(server):
    """A function that gives the engine of a database; its connections stay open until the test is over."""
    engines = []

    def connect(name):
        engines.append(database.connect(postgresql.server_url(server, name)))
        return engines[-1]

    yield connect
    for engine in engines:
        engine.dispose()


def state(engine):
    """Return form and content of a database."""
    with city_copies.opened(engine) as city:
        return city.key()


@pytest.mark.postgis
def test_what_was_used_is_lent_again_empty_and_under_another_name(fresh_lender, connected):
    with fresh_lender.lend() as first:
        engine = connected(first)
        as_lent = state(engine)
        whole_city(engine)
        as_used = state(engine)
    with fresh_lender.lend() as second:
        again = state(connected(second))

    assert first != second and fresh_lender.free == [second]
    assert as_used != as_lent == again


@pytest.mark.postgis
@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE nobodys_land",
        "CREATE TABLE more (id int)",
        "ALTER TABLE person ADD COLUMN more int",
        "ALTER TABLE person ALTER COLUMN phone DROP NOT NULL",
        "ALTER TABLE person DROP COLUMN phone",
        "ALTER TABLE person ADD CHECK (name <> '')",
        "CREATE INDEX more ON person (name)",
        "CREATE SCHEMA more",
        "DELETE FROM spatial_ref_sys WHERE srid = 2000",
        "DROP TABLE nobodys_land; CREATE TABLE nobodys_land (id int)",
    ],
)
def test_what_was_changed_in_its_form_is_not_lent_again(fresh_lender, connected, change):
    with fresh_lender.lend() as name, connected(name).begin() as connection:
        connection.execute(sa.text(change))

    assert fresh_lender.free == []


def test_a_city_that_was_put_back_is_the_city_that_was_built(engine):
    def chiefs():
        with engine.connect() as connection:
            return connection.execute(
                sa.text("SELECT p.id, p.code, q.* FROM post q JOIN person p ON q.person_id = p.id")
            ).all()

    whole_city.__wrapped__(engine)
    with city_copies.opened(engine) as built:
        copy = built.take()
    before = chiefs()
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM post"))

    with city_copies.opened(engine) as city:
        city.put(copy)

    assert len(before) == 4 and chiefs() == before
