"""The keys that a log has stated and retired itself, and whether each entry was signed by one of them."""

from typing import Any

from app.core.bundle import CHECKPOINT
from app.core.note import NoteError, Vkey, open_note, parse_vkey
from app.core.report import Findings, said


class Keys:
    """What ``key-added`` and ``key-retired`` say (``state``), and what follows from it (``check``, ``check_head``).

    ``begun`` is the index of the first ``key-added`` of use ``receipt`` (``None``: there is none, nothing is checked),
    ``log_keys`` are the stated keys of the log itself, by their public key, retired ones included.
    """

    def __init__(self, findings: Findings) -> None:
        self._fail = findings.fail
        self.begun: int | None = None
        self._first_kid = ""
        self._added: dict[str, int] = {}
        self._retired: dict[str, int] = {}
        self.log_keys: dict[bytes, Vkey] = {}
        self._retired_log_keys: set[bytes] = set()

    def state(self, kind: str, data: dict[str, Any], index: int) -> None:
        """Take in a statement that has the shape of its kind; of other kinds than these two, nothing."""
        if kind not in ("key-added", "key-retired"):
            return
        is_added = kind == "key-added"
        if data["use"] == "log":
            key = parse_vkey(data["vkey"])
            if is_added:
                self.log_keys.setdefault(key.public, key)
            else:
                self._retired_log_keys.add(key.public)
        elif is_added:
            kid = data["jwk"]["kid"]
            if self.begun is None:
                self.begun, self._first_kid = index, kid
            self._added.setdefault(kid, index)
        else:
            self._retired.setdefault(data["kid"], index)

    def holds(self, kid: str, index: int) -> bool:
        """Whether ``check`` has nothing to say."""
        if self.begun is None or index < self.begun:
            return True
        if index == self.begun:
            return kid == self._first_kid
        return self._added.get(kid, index) < index <= self._retired.get(kid, index)

    def check(self, kid: str, file: str, index: int) -> None:
        """Check that the key ``kid``, which signed the entry at ``index``, was stated before it and not retired before."""
        if self.holds(kid, index):
            return
        if index == self.begun:
            self._fail("keys", "it states the log's first key, and is signed by another.", file, index)
        elif self._added.get(kid, index) >= index:
            self._fail("keys", f"it is signed by the key {said(kid)}, which no statement before it added.", file, index)
        else:
            words = f"it is signed by the key {said(kid)}, which index {self._retired[kid]} had retired."
            self._fail("keys", words, file, index)

    def check_head(self, note: str, origin: str) -> None:
        """Check that one of the log's stated and not retired keys has signed the checkpoint ``note`` under ``origin``."""
        if not self.log_keys:
            return
        try:
            open_note(note, [key.under(origin) for key in self.current_log_keys()])
        except NoteError as error:
            words = f"by the log keys that the log has stated and not retired, {error}."
            self._fail("keys", words, CHECKPOINT)

    def current_log_keys(self) -> list[Vkey]:
        """Return the stated log keys that are not retired."""
        return [key for public, key in self.log_keys.items() if public not in self._retired_log_keys]
