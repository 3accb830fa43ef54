"""What is noticed of a log that was set back where nothing is remembered, and what `placet log check` says."""

import json
import re

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.errors import NotAllowedError
from app.models import LogEntry, LogHead, Site
from tests.support.backups import size_of

# The rest is the same on every database: tests/services/test_heads.py goes through both.
SQLITE = pytest.mark.parametrize("database_system", ["sqlite"])


@SQLITE
class TestWithoutMemory:
    """Another machine, or the same after its folder was restored along with the database."""

    @pytest.fixture
    def elsewhere(self, tmp_path):
        folder = tmp_path / "another machine"
        folder.mkdir()
        return folder

    @pytest.fixture
    def kept(self, lost, tmp_path):
        file = tmp_path / "kept"
        file.write_text(lost["newest"])
        return file

    def test_nothing_is_noticed_until_somebody_brings_a_newer_checkpoint(self, lost, placet, elsewhere, kept):
        assert placet("log", "check", data=elsewhere).exit_code == 0
        with pytest.raises(NotAllowedError, match="not set back"):
            placet("log", "restart", "saas-console", "--reason", "a flood", data=elsewhere)
        done = placet("log", "restart", "saas-console", "--reason", "a flood", "--last", str(kept), data=elsewhere)
        assert ".2, after" in done.output
        assert placet("log", "check", data=elsewhere).exit_code == 0

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda note: note.replace("\n2\n", "\n3\n"), "no checkpoint"),
            (lambda note: "nonsense", "no checkpoint"),
            (lambda note: note[: note.index("\n\n") + 2], "no checkpoint"),
        ],
    )
    def test_only_a_checkpoint_that_was_signed_here_counts(self, lost, placet, elsewhere, kept, change, words):
        note = change(lost["newest"].replace(f"\n{size_of(lost['newest'])}\n", "\n2\n"))
        kept.write_text(note)
        with pytest.raises(NotAllowedError, match=words):
            placet("log", "restart", "saas-console", "--reason", "a flood", "--last", str(kept), data=elsewhere)

    def test_nor_does_that_of_another_site(self, lost, placet, elsewhere, kept, publish_site, client):
        other = publish_site("portal", "account-management")
        kept.write_text(client.get(f"/log/{other}/checkpoint").text)
        with pytest.raises(NotAllowedError, match="another site"):
            placet("log", "restart", "saas-console", "--reason", "a flood", "--last", str(kept), data=elsewhere)

    def test_an_older_checkpoint_shows_no_loss(self, lost, placet, elsewhere, kept):
        kept.write_text(lost["checkpoint"])
        with pytest.raises(NotAllowedError, match="not set back"):
            placet("log", "restart", "saas-console", "--reason", "a flood", "--last", str(kept), data=elsewhere)


@SQLITE
class TestCheck:
    def test_all_is_well(self, post, placet, publish_site):
        publish_site("portal", "account-management")
        post()
        done = placet("log", "check")
        assert done.exit_code == 0
        assert [line.partition(":")[0] for line in done.output.splitlines()] == ["portal", "saas-console"]
        assert all(
            re.search(r": ok, (\d+) entries of .* \(\1 entries remembered", line) for line in done.output.splitlines()
        )

    def test_a_log_set_back_is_named_with_what_to_do_and_the_start_goes_on(self, lost, placet):
        done = placet("log", "check")
        assert done.exit_code == 1
        assert "saas-console: placet.example/log/s_" in done.output
        assert "placet log restart saas-console --reason" in done.output
        prepared = placet("prepare")
        assert prepared.exit_code == 0
        assert "placet log restart" in prepared.output

    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (update(LogHead).values(checkpoint="nonsense"), "does not hold"),
            (update(LogHead).values(frontier=b"x"), "does not hold"),
            (update(LogHead).values(frontier=bytes(32), size=2), "not of the stored tree"),
            (update(LogEntry).where(LogEntry.log_index == 1).values(entry=bytes(32)), "not those of the stored head"),
            (update(Site).values(log_origin="placet.example/log/s_other"), "does not hold"),
        ],
    )
    def test_a_damaged_log_is_named(self, post, placet, engine, damage, words):
        post()
        with Session(engine) as session:
            session.execute(damage)
            session.commit()
        done = placet("log", "check")
        assert done.exit_code == 1
        assert words in done.output
        assert "restore the newest backup" in done.output

    def test_a_damaged_log_is_not_restarted(self, lost, placet, engine):
        with Session(engine) as session:
            session.execute(update(LogEntry).where(LogEntry.log_index == 1).values(entry=bytes(32)))
            session.commit()
        with pytest.raises(NotAllowedError, match="stored entries"):
            placet("log", "restart", "saas-console", "--reason", "the disk broke")


@SQLITE
def test_who_may_read_a_log_is_set_by_a_command(client, site, placet):
    assert "auditors only" in placet("log", "tiles", "saas-console", "auditors").output
    assert client.get(f"/log/{site}/checkpoint").status_code == 403
    assert "everybody" in placet("log", "tiles", "saas-console", "public").output
    assert client.get(f"/log/{site}/checkpoint").status_code == 200


@SQLITE
def test_the_words_for_the_public_tell_no_sizes(lost, post):
    said = json.dumps(post()[1].json)
    assert "placet.example" not in said
    assert "Nothing is lost" in said
