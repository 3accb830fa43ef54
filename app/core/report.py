"""What a verification found, and how it is said: the verdict first, then what is proven, what is not, and each failure."""

import textwrap
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

_PAGE_WIDTH = 100
_KEPT_FAILURES = 1000
_SHOWN_FAILURES = 25
_SAID_CHARACTERS = 80

Check = Literal[
    "files",
    "key",
    "checkpoint",
    "root",
    "older",
    "log",
    "coverage",
    "signatures",
    "contents",
    "citations",
    "times",
    "keys",
    "witness",
]


@dataclass(frozen=True)
class Failure:
    """One thing that is not as it must be: the check that failed, a sentence, and the file and log index that it is
    about, where known."""

    check: Check
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
    """Failures as they are found. The first thousand are kept, all are counted."""

    failures: list[Failure] = field(default_factory=list)
    count: int = 0
    failed: set[Check] = field(default_factory=set)

    def fail(self, check: Check, message: str, file: str | None = None, index: int | None = None) -> None:
        """Record a failure. ``message`` is a sentence; what it repeats of the bundle goes through ``said`` first."""
        self.count += 1
        self.failed.add(check)
        if len(self.failures) < _KEPT_FAILURES:
            self.failures.append(Failure(check, message, file, index))


@dataclass(frozen=True)
class Held:
    """A checkpoint of ``size`` entries that agrees with the log and that somebody outside has: in what way (``by``), and
    since when (``rfc3339``; ``None``: only they know)."""

    size: int
    by: str
    at: str | None


@dataclass(frozen=True)
class Report:
    """The result of ``verify_bundle``.

    ``subject`` names what was verified; ``failures`` are the first thousand in the order found, ``failure_count``
    counts all. ``outside`` is the largest checkpoint held outside that agrees, ``is_outside_given`` says whether any was
    given at all, ``is_key_given`` the same of a verifier key. ``sections`` are further lists of sentences by their title,
    ``facts`` the same for programs.
    """

    subject: str
    failures: tuple[Failure, ...]
    failure_count: int
    proven: tuple[str, ...] = ()
    not_proven: tuple[str, ...] = ()
    is_key_given: bool = False
    is_outside_given: bool = False
    outside: Held | None = None
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return self.failure_count == 0

    @property
    def held_outside(self) -> str:
        """The sentence to read first: what anybody but the operator has of this log."""
        if self.outside is not None:
            when = f" at {self.outside.at}" if self.outside.at else ""
            entries = counted(self.outside.size, "entry")
            return f"Last checkpoint held outside: {entries} ({said_plainly(self.outside.by)}{when})."
        if self.is_outside_given:
            return "No checkpoint held outside agrees with this bundle: against the operator nothing here is proven."
        return "No checkpoint held outside was compared: against the operator nothing here is proven."

    @property
    def verdict(self) -> str:
        """The one sentence to read next."""
        if not self.ok:
            things = "one thing is" if self.failure_count == 1 else f"{self.failure_count} things are"
            return f"THE BUNDLE DOES NOT HOLD: {things} not as they must be."
        if self.outside is not None:
            return (
                f"The bundle holds. Against the operator: its first {self.outside.size} entries are those of the checkpoint "
                "held outside; for what came later there is only the operator's signature."
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
            self.held_outside,  # in one line, whatever its length: it is what a script looks for
            textwrap.fill(self.verdict, _PAGE_WIDTH),
            textwrap.fill(self.subject, _PAGE_WIDTH),
            _section("Not as it must be", shown),
            _section("Proven", list(self.proven)),
            _section("Not proven", list(self.not_proven)),
            *(_section(title, list(sentences)) for title, sentences in self.sections.items()),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Return the report for programs, as ``docs/receipts.md`` lists it."""
        return {
            "ok": self.ok,
            "verdict": self.verdict,
            "outside": None if self.outside is None else asdict(self.outside),
            "subject": self.subject,
            "failures": [asdict(failure) for failure in self.failures],
            "failure_count": self.failure_count,
            "proven": list(self.proven),
            "not_proven": list(self.not_proven),
            **self.facts,
        }


def said(value: Any) -> str:
    """Repeat something of a bundle safely: ASCII only, no control characters, short."""
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a gigantic number"
    text = ascii(value[:_SAID_CHARACTERS] if isinstance(value, str) else value)
    return text if len(text) <= _SAID_CHARACTERS else f"{text[:_SAID_CHARACTERS]}…"


def said_plainly(text: str) -> str:
    """Repeat a name of the bundle safely, without quotation marks."""
    return said(text)[1:-1]


def counted(number: int, noun: str) -> str:
    """Say how many: ``1 receipt``, ``2 receipts``, ``2 entries``."""
    return (
        f"{number} {noun}"
        if number == 1
        else f"{number} {noun.removesuffix('y')}{'ies' if noun.endswith('y') else 's'}"
    )


def _section(title: str, items: list[str]) -> str:
    # Keys and hashes stay in one piece, to be compared.
    page = textwrap.TextWrapper(_PAGE_WIDTH, break_long_words=False, break_on_hyphens=False)
    page.initial_indent, page.subsequent_indent = "  - ", "    "
    lines = [page.fill(item) for item in items]
    return "\n".join([title, *lines]) if items else ""
