"""How often something was asked for: counted by all workers together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v002"
down_revision = "v001"


def upgrade() -> None:
    """Make the table of counts."""
    op.create_table(
        "request_count",
        sa.Column("count_key", sa.Text(), primary_key=True, nullable=False),
        sa.Column("request_count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_request_count_ends_at", "request_count", ["ends_at"])


def downgrade() -> None:
    """Remove the table; counts are of minutes."""
    op.drop_table("request_count")
