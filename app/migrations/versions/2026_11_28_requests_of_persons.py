"""requests of persons

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-28 18:10:00.000000

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import core.db

# revision identifiers, used by Alembic.
revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "person_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("came_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("received_at", core.db.Moment(timezone=True), nullable=False),
        sa.Column("due_at", core.db.Moment(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answered_at", core.db.Moment(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_request")),
    )
    with op.batch_alter_table("person_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_request_address_hash"),
            ["address_hash"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_person_request_due_at"), ["due_at"], unique=False
        )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("person_request")
