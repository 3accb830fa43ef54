"""What a verification found, and how it is said: the verdict first, then what is proven, what is not, and each failure."""

import textwrap
from dataclasses import dataclass, field
from typing import Any, Literal

_PAGE_WIDTH = 100
_KEPT_FAILURES = 1000
_SHOWN_FAILURES = 25
_SAID_CHARACTERS = 80

Check = Literal[
    "files", "key", "checkpoint", "root", "older", "log", "coverage", "signatures", "contents", "citations", "times"
]


@dataclass(frozen=True)
class Failure:
    """One thing that is not as it must be: a sentence, and the file and log index that it is about, where known."""

    message: str
    file: str | None = None
    index: int | None = None

    def __str__(self) -> str:
        places = [self.file] if self.file else []
        if self.index is not None:
            places.append(f"index {self.index}")
        return f"{', '.join(places)}: {self.message}" if places else self.message


@dataclass
class Findings:
    """Failures as they are found, by the check that failed. The first thousand are kept, all are counted."""

    failures: list[Failure] = field(default_factory=list)
    count: int = 0
    failed: set[Check] = field(default_factory=set)

    def fail(self, check: Check, message: str, file: str | None = None, index: int | None = None) -> None:
        """Record a failure. ``message`` is a sentence; what it repeats of the bundle goes through ``said`` first."""
        self.count += 1
        self.failed.add(check)
        if len(self.failures) < _KEPT_FAILURES:
            self.failures.append(Failure(message, file, index))


@dataclass(frozen=True)
class Report:
    """The result of ``verify_bundle``.

    ``subject`` names what was verified; ``failures`` are the first thousand in the order found, ``failure_count``
    counts all; ``is_key_given`` and ``older_size`` (entries) say what kept outside the bundle was compared with it.
    """

    subject: str
    failures: tuple[Failure, ...]
    failure_count: int
    proven: tuple[str, ...]
    not_proven: tuple[str, ...]
    is_key_given: bool = False
    older_size: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return self.failure_count == 0

    @property
    def verdict(self) -> str:
        """The one sentence to read first."""
        if not self.ok:
            things = "one thing is" if self.failure_count == 1 else f"{self.failure_count} things are"
            return f"THE BUNDLE DOES NOT HOLD: {things} not as they must be."
        if self.older_size is not None:
            return (
                f"The bundle holds. Against the operator: its first {self.older_size} entries are those of the checkpoint "
                "you kept; for what came later there is only the operator's signature."
            )
        compared = "is signed by the key you gave" if self.is_key_given else "agrees with itself"
        return (
            f"The bundle {compared}. Against the operator it does not prove that nothing was rewritten: "
            "no checkpoint kept outside was compared."
        )

    def to_text(self) -> str:
        """Return the report as one printable page of plain text."""
        shown = [str(failure) for failure in self.failures[:_SHOWN_FAILURES]]
        if self.failure_count > len(shown):
            shown.append(f"… and {self.failure_count - len(shown)} more.")
        parts = [
            textwrap.fill(self.verdict, _PAGE_WIDTH),
            textwrap.fill(self.subject, _PAGE_WIDTH),
            _section("Proven", list(self.proven)),
            _section("Not proven", list(self.not_proven)),
            _section("Not as it must be", shown),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"


def said(value: Any) -> str:
    """Repeat something of a bundle safely: ASCII only, no control characters, short."""
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a gigantic number"
    text = ascii(value[:_SAID_CHARACTERS] if isinstance(value, str) else value)
    return text if len(text) <= _SAID_CHARACTERS else f"{text[:_SAID_CHARACTERS]}…"


def counted(number: int, noun: str) -> str:
    """Say how many: ``1 receipt``, ``2 receipts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _section(title: str, items: list[str]) -> str:
    # Keys and hashes stay in one piece, to be compared.
    page = textwrap.TextWrapper(_PAGE_WIDTH, break_long_words=False, break_on_hyphens=False)
    page.initial_indent, page.subsequent_indent = "  - ", "    "
    lines = [page.fill(item) for item in items]
    return "\n".join([title, *lines]) if items else ""
