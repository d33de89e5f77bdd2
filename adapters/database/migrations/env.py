"""Alembic's entry: runs the revisions in the transaction that `upgrades` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
