"""What a machine remembers of the heads it let out: in memory and in files, and what a database set back meets with."""

import threading

import pytest

from app.core.checkpoint import Checkpoint, sign_checkpoint
from app.core.heads import Head
from app.services.heads import Heads
from tests.support.world import make_keys

KEYS = make_keys()
ORIGIN = "placet.example/log/s_sRSzIamv06xOyadUL-yPdA"
SITE = ORIGIN.rpartition("/")[2]


def head(size, origin=ORIGIN, root=b"\1" * 32):
    checkpoint = Checkpoint(origin, size, root)
    return Head(checkpoint, sign_checkpoint(checkpoint, KEYS.log))


class TestMemory:
    @pytest.fixture
    def folder(self, tmp_path):
        return tmp_path / "heads"

    def test_a_head_outlives_the_process(self, folder):
        assert Heads(folder).newest(SITE) is None
        Heads(folder).let_out(SITE, head(9))
        assert Heads(folder).newest(SITE) == head(9)
        assert Heads(folder).sites() == {SITE}
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / SITE).stat().st_mode & 0o777 == 0o600
        assert (folder / SITE).read_text() == head(9).note

    def test_processes_know_what_the_others_let_out_and_a_smaller_head_replaces_no_larger(self, folder):
        one, other = Heads(folder), Heads(folder)
        one.let_out(SITE, head(9))
        other.let_out(SITE, head(7))
        assert one.newest(SITE) == other.newest(SITE) == head(9)
        other.let_out(SITE, head(12))
        one.let_out(SITE, head(10))
        assert one.newest(SITE) == Heads(folder).newest(SITE) == head(12)

    def test_a_log_that_went_on_under_the_next_origin_is_newer_whatever_its_size(self, folder):
        heads = Heads(folder)
        heads.let_out(SITE, head(9000))
        heads.let_out(SITE, head(7, f"{ORIGIN}.2"))
        heads.let_out(SITE, head(9001))
        assert Heads(folder).newest(SITE) == head(7, f"{ORIGIN}.2")
        assert (folder / SITE).read_text().rstrip("\n") == head(7, f"{ORIGIN}.2").note.rstrip("\n")

    def test_many_at_once_leave_the_largest(self, folder):
        processes = [Heads(folder) for _ in range(4)]

        def run(number):
            for size in range(number, 200, 4):
                processes[number].let_out(SITE, head(size))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {heads.newest(SITE).checkpoint.size for heads in (*processes, Heads(folder))} == {199}

    @pytest.mark.parametrize("damage", [b"", b"\n", b"nonsense", b"\xff\0", b"x" * 70_000])
    def test_a_damaged_file_is_told_and_written_anew(self, folder, damage, caplog):
        Heads(folder).let_out(SITE, head(9))
        (folder / SITE).write_bytes(damage)
        heads = Heads(folder)
        assert heads.newest(SITE) is None
        assert ("cannot be read" in caplog.text) == bool(damage)
        heads.let_out(SITE, head(10))
        assert Heads(folder).newest(SITE) == head(10)

    def test_where_nothing_can_be_written_the_process_alone_remembers_and_says_so_once(self, tmp_path, caplog):
        (tmp_path / "a file").touch()
        heads = Heads(tmp_path / "a file" / "heads")
        heads.let_out(SITE, head(9))
        heads.let_out(SITE, head(10))
        assert heads.newest(SITE) == head(10)
        assert caplog.text.count("cannot be kept") == 1

    def test_without_a_folder_too_and_silently(self, caplog):
        heads = Heads(None)
        heads.let_out(SITE, head(9))
        assert heads.newest(SITE) == head(9)
        assert heads.sites() == {SITE}
        assert caplog.text == ""
