"""widget parts: whatever a build fetches when it is needed, not only the preferences"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OLD_PART = "preferences"
_RELEASES = sa.table(
    "widget_releases",
    sa.column("sha256", sa.String),
    sa.column("preferences", sa.LargeBinary),
    sa.column("preferences_sha256", sa.String),
)
_PARTS = sa.table(
    "widget_parts",
    sa.column("sha256", sa.String),
    sa.column("name", sa.String),
    sa.column("script", sa.LargeBinary),
)
_LINKS = sa.table("widget_release_parts", sa.column("release_sha256", sa.String), sa.column("part_sha256", sa.String))


def upgrade() -> None:
    op.create_table(
        "widget_parts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("script", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_widget_parts")),
    )
    releases = op.get_bind().execute(sa.select(_RELEASES)).all()
    parts = {release.preferences_sha256: bytes(release.preferences) for release in releases}
    _insert(_PARTS, [{"sha256": sha256, "name": OLD_PART, "script": script} for sha256, script in parts.items()])

    # Before anything refers to the table: on SQLite it is made anew.
    with op.batch_alter_table("widget_releases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_widget_releases_preferences_sha256"))
        batch_op.drop_column("preferences_sha256")
        batch_op.drop_column("preferences")

    op.create_table(
        "widget_release_parts",
        sa.Column("release_sha256", sa.String(length=64), nullable=False),
        sa.Column("part_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_sha256"], ["widget_parts.sha256"], name=op.f("fk_widget_release_parts_part_sha256_widget_parts")
        ),
        sa.ForeignKeyConstraint(
            ["release_sha256"],
            ["widget_releases.sha256"],
            name=op.f("fk_widget_release_parts_release_sha256_widget_releases"),
        ),
        sa.PrimaryKeyConstraint("release_sha256", "part_sha256", name=op.f("pk_widget_release_parts")),
    )
    _insert(
        _LINKS,
        [{"release_sha256": release.sha256, "part_sha256": release.preferences_sha256} for release in releases],
    )


def downgrade() -> None:
    query = (
        sa.select(_LINKS.c.release_sha256, _PARTS.c.sha256, _PARTS.c.script)
        .join_from(_LINKS, _PARTS, _LINKS.c.part_sha256 == _PARTS.c.sha256)
        .where(_PARTS.c.name == OLD_PART)
    )
    parts = op.get_bind().execute(query).all()
    op.drop_table("widget_release_parts")
    op.drop_table("widget_parts")
    # A build without that part, which the older schema cannot say, gets an empty one.
    with op.batch_alter_table("widget_releases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("preferences", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("preferences_sha256", sa.String(length=64), nullable=True))
    op.execute(sa.update(_RELEASES).values(preferences=b"", preferences_sha256=""))
    for part in parts:
        op.execute(
            sa.update(_RELEASES)
            .where(_RELEASES.c.sha256 == part.release_sha256)
            .values(preferences=bytes(part.script), preferences_sha256=part.sha256)
        )
    with op.batch_alter_table("widget_releases", schema=None) as batch_op:
        batch_op.alter_column("preferences", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.alter_column("preferences_sha256", existing_type=sa.String(length=64), nullable=False)
        batch_op.create_index(batch_op.f("ix_widget_releases_preferences_sha256"), ["preferences_sha256"], unique=False)


def _insert(table: sa.TableClause, rows: list[dict[str, object]]) -> None:
    if rows:
        op.bulk_insert(table, rows)
