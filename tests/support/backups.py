"""A database as it is backed up and restored, on both systems, and the size that a checkpoint says."""

from tests.support.databases import restore_backup, take_backup


def backup_of(engine):
    with engine.connect() as connection:
        return take_backup(connection)


def restore(engine, backup):
    with engine.begin() as connection:
        restore_backup(connection, backup)


def size_of(note):
    return int(note.splitlines()[1])
