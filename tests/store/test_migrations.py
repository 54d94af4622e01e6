"""The migrations: the same tables on both databases, and layers that outsiders can read."""

import pyogrio
import pytest
import shapely
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from gridmgr.domain.layers import Feature
from gridmgr.store import database, features, mapping, migrating, upgrades
from gridmgr.store.tables.features import feature_shape
from gridmgr.store.types import Shape

SHAPED = [table.name for table in mapping.metadata.tables.values() if any(isinstance(c.type, Shape) for c in table.c)]


@pytest.fixture
def file(city_file, tmp_path):
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")
    yield engine
    engine.dispose()


def table_names(engine):
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names()) & set(mapping.metadata.tables)


def values(engine, question):
    with engine.connect() as connection:
        return connection.exec_driver_sql(question).scalars().all()


def put_road(engine, code="R1"):
    with database.session(engine, write=True) as session:
        features.add_many(session, [(Feature("road", code, code), shapely.LineString([(119, 39), (120, 40)]))])


def change_layer(engine, change):
    """Run ``change`` as a migration would."""
    with migrating.connection_for_changes(engine, None) as connection:
        options = {"target_metadata": mapping.metadata, "srid": 4490, "transactional_ddl": True}
        context = MigrationContext.configure(connection, opts=options)
        with Operations.context(context), context.begin_transaction():
            change(Operations(context))
            migrating.check_layers(context)
        connection.commit()
    migrating.forget_connections(engine)


def with_a_check(operations):
    with operations.batch_alter_table("draft_shape") as batch:
        batch.create_check_constraint("numbered", "id > 0")


def test_the_migrations_make_exactly_the_mapped_tables(engine):
    migrating.check(engine)

    assert table_names(engine) == set(mapping.metadata.tables)


def test_the_migrations_can_be_taken_back_and_run_again(engine):
    migrating.downgrade(engine, "base")
    after_downgrade = table_names(engine)

    migrating.upgrade(engine, srid=4490)

    assert after_downgrade == set()
    migrating.check(engine)


def test_an_upgrade_keeps_rows_and_srid(engine):
    put_road(engine)
    migrating.downgrade(engine, "0001")

    migrating.upgrade(engine, srid=4326)

    with database.session(engine) as session:
        assert [feature.code for feature, _ in features.at_layer(session, "road")] == ["R1"]
    with engine.connect() as connection:
        assert upgrades.stored_srid(connection) == 4490


@pytest.mark.parametrize("srid", [4326, 4490])
def test_a_city_is_made_with_its_own_srid(tmp_path, srid):
    path = tmp_path / "new.gpkg"

    database.create(f"gpkg:///{path}", srid=srid).dispose()

    assert {pyogrio.read_info(path, layer=name)["crs"] for name in ["grids", *SHAPED]} == {f"EPSG:{srid}"}


def test_every_layer_knows_the_citys_srid(engine):
    with engine.connect() as connection:
        assert upgrades.stored_srid(connection) == 4490

    if engine.dialect.name == "postgresql":
        assert values(engine, "SELECT DISTINCT srid FROM geometry_columns") == [4490]


@pytest.mark.parametrize("table", SHAPED)
def test_each_layer_of_the_file_is_registered_once_and_indexed_whole(file, table):
    put_road(file)

    rows = values(file, f"SELECT count(*) FROM {table}")
    triggers = f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_{table}_shape_%'"

    assert values(file, f"SELECT count(*) FROM gpkg_contents WHERE table_name = '{table}'") == [1]
    assert values(file, f"SELECT count(*) FROM gpkg_geometry_columns WHERE table_name = '{table}'") == [1]
    assert values(file, f"SELECT count(*) FROM rtree_{table}_shape") == rows
    assert values(file, triggers) == [7]
    assert values(file, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("table", SHAPED)
def test_each_layer_of_a_server_has_its_index(engine, table):
    if engine.dialect.name == "geopackage":
        assert f"rtree_{table}_shape" in values(engine, "SELECT name FROM sqlite_master")
    else:
        indexes = values(engine, f"SELECT indexdef FROM pg_indexes WHERE tablename = '{table}'")
        assert any("USING gist (shape)" in index for index in indexes)


def test_the_index_follows_every_change_of_a_shape(file):
    put_road(file)
    put_road(file, "R2")
    indexed = "SELECT id || ':' || minx FROM rtree_feature_shape_shape ORDER BY id"

    with database.session(file, write=True) as session:
        session.execute(
            sa.update(feature_shape)
            .where(feature_shape.c.id == 1)
            .values(shape=shapely.LineString([(118, 38), (119, 39)]))
        )
        session.execute(sa.delete(feature_shape).where(feature_shape.c.id == 2))
        session.execute(sa.update(feature_shape).values(id=7))

    assert values(file, indexed) == ["7:118.0"]
    assert values(file, "SELECT min_x FROM gpkg_contents WHERE table_name IN ('feature_shape', 'features')") == [
        118,
        118,
    ]


def test_a_copied_layer_that_nobody_gave_back_its_place_stops_the_migration(file):
    with pytest.raises(RuntimeError, match="draft_shape lost its place"):
        change_layer(file, with_a_check)

    assert "draft_shape" in values(file, "SELECT table_name FROM gpkg_contents")


def test_a_copied_layer_gets_back_its_place_its_index_and_its_rows(file):
    before = pyogrio.read_info(file.url.database, layer="draft_shape")

    change_layer(file, lambda operations: (with_a_check(operations), upgrades.reshape("draft_shape")))

    after = pyogrio.read_info(file.url.database, layer="draft_shape")
    assert (
        (after["geometry_type"], after["crs"])
        == (before["geometry_type"], before["crs"])
        == ("MultiPolygon", "EPSG:4490")
    )
    assert values(file, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'rtree_draft_shape_shape_%'") == [10]
    assert values(file, "SELECT name FROM sqlite_master WHERE name LIKE '%alembic_tmp%'") == []


def test_published_rows_refuse_every_change_but_their_end(engine):
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO version (number, effective_from, published_at, published_by, name, reason, withdrawn_reason) "
            "VALUES (1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '', '', '', '')",
            "INSERT INTO grid (id, level) VALUES (1, 'community')",
            "INSERT INTO grid_state (id, grid_id, level, code, name, role, name_en, props, from_version) "
            "VALUES (1, 1, 'community', 'A', 'A', 'drawn', '', '{}', 1)",
        ):
            connection.exec_driver_sql(statement)

    for change in ("UPDATE grid_state SET code = 'B'", "DELETE FROM grid_state"):
        with pytest.raises(sa.exc.DBAPIError, match="never changes"), engine.begin() as connection:
            connection.exec_driver_sql(change)

    assert values(engine, "SELECT code FROM grid_state") == ["A"]
