"""Alembic's environment for the bridge's tables. The caller brings the connection."""

from alembic import context

from bridge.store.schema import VERSION_TABLE
from bridge.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=lambda name, kind, _parents: kind != "table" or str(name).startswith("bridge_"),
)
with context.begin_transaction():
    context.run_migrations()
