"""Alembic's entry: it works on the connection the ledger opened."""

from alembic import context

import ledger.tables  # noqa: F401 - its import fills the metadata
from ledger.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
