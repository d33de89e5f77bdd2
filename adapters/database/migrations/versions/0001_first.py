"""Create the first tables, as they stand in the SQL file of each database."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables and their indexes."""
    database = op.get_context().dialect.name
    orders = Path(__file__).with_name(f"0001_first.{database}.sql").read_text(encoding="utf-8")
    for order in orders.split(";\n"):
        if order.strip():
            op.execute(order)
