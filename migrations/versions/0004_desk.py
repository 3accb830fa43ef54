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
    op.create_table(
        "former_drafts",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=255), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_former_drafts_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "revision", name=op.f("pk_former_drafts")),
    )

    # SQLite adds a column with a constant default in place; the table need not be made anew.
    op.add_column("sites", sa.Column("review_months", sa.Integer(), nullable=False, server_default="12"))
    op.add_column("sites", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sites", sa.Column("reviewed_by", sa.String(length=255), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("sites", schema=None) as batch_op:
        for name in ("review_months", "reviewed_at", "reviewed_by"):
            batch_op.drop_column(name)
    op.drop_table("former_drafts")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("language")
