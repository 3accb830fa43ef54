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
    _make_site_checks()
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=8), nullable=True))
    # SQLite adds columns that are null or have a constant default in place; the tables need not be made anew.
    op.add_column("sites", sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sites", sa.Column("four_eyes_off_by", sa.String(length=255), nullable=True))
    op.add_column("config_versions", sa.Column("approved_by", sa.String(length=255), nullable=True))
    op.add_column("config_versions", sa.Column("against", sa.Text(), nullable=True))
    op.add_column("widget_releases", sa.Column("name", sa.String(length=16), nullable=True))
    op.create_table(
        "proposals",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("ask_again", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("holds_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_proposals_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_proposals")),
    )
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
    op.create_table(
        "shared_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_blocks")),
        sa.UniqueConstraint("key", name=op.f("uq_shared_blocks_key")),
    )
    op.create_table(
        "block_uses",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_block_uses_site_id_sites")),
        sa.ForeignKeyConstraint(["block_id"], ["shared_blocks.id"], name=op.f("fk_block_uses_block_id_shared_blocks")),
        sa.PrimaryKeyConstraint("site_id", "block_id", name=op.f("pk_block_uses")),
        sa.UniqueConstraint("site_id", "target", name=op.f("uq_block_uses_site_id_target")),
    )
    op.create_index(op.f("ix_block_uses_block_id"), "block_uses", ["block_id"])


def downgrade() -> None:
    op.drop_table("block_uses")
    op.drop_table("shared_blocks")
    op.drop_table("site_checks")
    op.drop_table("former_drafts")
    op.drop_table("proposals")
    # In place, not by batches: SQLite drops a column (since 3.35) and leaves the table, to which others have foreign keys.
    for table, column in (
        ("sites", "review_months"),
        ("sites", "reviewed_at"),
        ("sites", "reviewed_by"),
        ("widget_releases", "name"),
        ("config_versions", "against"),
        ("config_versions", "approved_by"),
        ("sites", "four_eyes_off_by"),
        ("sites", "four_eyes"),
        ("accounts", "language"),
    ):
        op.drop_column(table, column)


def _make_site_checks() -> None:
    op.create_table(
        "site_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("log_index", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_checks_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_checks")),
    )
    op.create_index("ix_site_checks_site", "site_checks", ["site_id", "id"])
