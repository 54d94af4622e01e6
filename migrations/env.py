"""The environment in which Alembic runs a migration: the connection and the city's SRID are handed in."""

from alembic import context

from gridmgr.store import mapping, migrating

context.configure(
    connection=context.config.attributes["connection"],
    srid=context.config.attributes["srid"],
    target_metadata=mapping.metadata,
    include_object=migrating.include_object,
    render_item=migrating.render_item,
    compare_type=migrating.compare_type,
    transaction_per_migration=True,
    transactional_ddl=True,
    on_version_apply=migrating.check_layers,
)
with context.begin_transaction():
    context.run_migrations()
