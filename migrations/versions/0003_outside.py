"""what others hold of a log, auditors' links, what was done at the desk, stopped trackers, pictures of the banner"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _of_site(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f(f"fk_{table}_site_id_sites"))


def upgrade() -> None:
    # SQLite adds a column with a constant default in place; the table need not be made anew.
    op.add_column("sites", sa.Column("tiles_public", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("log_heads", sa.Column("stated_keys", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "kept_checkpoints",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _of_site("kept_checkpoints"),
        sa.PrimaryKeyConstraint("site_id", "size", name=op.f("pk_kept_checkpoints")),
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        _of_site("handovers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_site", "handovers", ["site_id", "size"])
    op.create_table(
        "auditor_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _of_site("auditor_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_links")),
    )
    op.create_index(op.f("ix_auditor_links_site_id"), "auditor_links", ["site_id"])
    op.create_table(
        "desk_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        _of_site("desk_events"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_events")),
    )
    op.create_index("ix_desk_events_site", "desk_events", ["site_id", "id"])
    op.create_table(
        "stopped_trackers",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by", sa.String(length=255), nullable=False),
        _of_site("stopped_trackers"),
        sa.PrimaryKeyConstraint("site_id", "tracker", name=op.f("pk_stopped_trackers")),
    )
    op.create_table(
        "pictures",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(length=32), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=True),
        _of_site("pictures"),
        sa.PrimaryKeyConstraint("site_id", "version", "regime", "lang", "width", "scheme", name=op.f("pk_pictures")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        _of_site("invitations"),
        sa.ForeignKeyConstraint(["invited_by"], ["accounts.id"], name=op.f("fk_invitations_invited_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("mark", name=op.f("uq_invitations_mark")),
    )


def downgrade() -> None:
    for table in (
        "invitations",
        "pictures",
        "stopped_trackers",
        "desk_events",
        "auditor_links",
        "handovers",
        "kept_checkpoints",
    ):
        op.drop_table(table)
    # In place, not by batches: SQLite drops a column (since 3.35) and leaves the table, to which others have foreign keys.
    op.drop_column("log_heads", "stated_keys")
    op.drop_column("sites", "tiles_public")
