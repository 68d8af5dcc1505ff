"""restorations

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-28 21:20:00.000000

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import core.db

# revision identifiers, used by Alembic.
revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "restoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restored_at", core.db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("restoration")
