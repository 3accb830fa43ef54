"""What the desk keeps of how people work with it: the language that an account reads.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=8), nullable=True))

    # SQLite adds a column with a constant default in place; the table need not be made anew.
    op.add_column("sites", sa.Column("review_months", sa.Integer(), nullable=False, server_default="12"))
    op.add_column("sites", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sites", sa.Column("reviewed_by", sa.String(length=255), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("sites", schema=None) as batch_op:
        for name in ("review_months", "reviewed_at", "reviewed_by"):
            batch_op.drop_column(name)
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("language")
