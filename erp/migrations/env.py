"""Runs the ERP's migrations on the connection that `erp.database.upgrade` gives."""

from __future__ import annotations

from alembic import context

from erp.database import VERSION_TABLE
from erp.kernel.base import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
