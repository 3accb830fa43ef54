"""The report on a check of a site's pages: what was looked at, what is found, and what of it is stated in the log.

The same pages give the same report, whatever the time and the order in which things loaded. Codes and levels:
``docs/discovery.md``. How pages are judged: ``app.core.site_judge``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.documents import ConfigDocument, StorageKind

State = Literal["before", "rejected", "accepted"]
"""Before any choice, after *Reject all*, after *Accept all*."""
STATES: tuple[State, ...] = get_args(State)

Level = Literal["error", "warning", "note"]
Report = dict[str, Any]
Finding = dict[str, Any]

LEVELS: dict[str, Level] = {
    "not-opened": "error",
    "no-tag": "error",
    "other-site": "error",
    "loads-before-yes": "error",
    "loads-after-no": "error",
    "stores-before-yes": "error",
    "stores-after-no": "error",
    "known-before-yes": "error",
    "no-way-back": "error",
    "page-skipped": "warning",
    "not-asked": "warning",
    "unlisted": "warning",
    "no-policy-link": "warning",
    "advice": "warning",
    "never-seen": "note",
}
"""Every code of a finding, in the order in which they are told."""

HELD = ("loads-before-yes", "loads-after-no", "stores-before-yes", "stores-after-no", "known-before-yes")
EMBEDDINGS = ("marked", "automatic", "strict automatic", "module")
# A page can make up as many names as it likes, and as long ones.
MAX_NAME = 200
MAX_WORDS = 400
MAX_WHAT = 100
MAX_FINDINGS = 1000
MAX_STATED = 100


@dataclass(frozen=True, order=True)
class Loaded:
    """A request that left the browser: host without port, path, and what it was for (``script``, ``image`` …)."""

    host: str
    path: str
    kind: str


@dataclass(frozen=True, order=True)
class Stored:
    """Something that a page, or an answer to it, has stored. ``domain``: of a cookie that is not the page's own host's."""

    kind: StorageKind
    name: str
    domain: str = ""


@dataclass(frozen=True)
class Looked:
    """One page in one state. ``problem``: why it was not seen; then nothing else counts.

    ``site`` is the key that the widget there says, null where there is none; ``allowed`` the trackers that it lets load.
    ``embedding``, ``by_header`` and ``advice`` are what ``placet.check()`` answers, before any choice. ``way_back``: whether
    the preferences could be opened after a choice.
    """

    state: State
    url: str
    problem: str = ""
    site: str | None = None
    embedding: str | None = None
    by_header: bool = False
    regime: str | None = None
    allowed: frozenset[str] = frozenset()
    asked: bool = False
    way_back: bool = True
    policy: bool = True
    advice: tuple[str, ...] = ()
    loaded: frozenset[Loaded] = frozenset()
    stored: frozenset[Stored] = frozenset()


@dataclass(frozen=True)
class Checked:
    """What pages are held against: the site's key and config, its version (null: it is a draft), and where Placet is."""

    key: str
    document: ConfigDocument
    version: int | None
    placet_host: str


def make_report(
    looks: Sequence[Looked], checked: Checked, findings: list[Finding], seen: list[str], url: str
) -> Report:
    """Put a report together. ``seen``: ids of the trackers of which something was seen, in whatever state.

    Of more than 1000 findings, the first are told: errors come first.
    """
    opened = [look for look in looks if not look.problem]
    there = [look for look in opened if look.site == checked.key and look.state == "before"]
    return {
        "format": 1,
        "site": checked.key,
        "url": url,
        "version": checked.version,
        "regime": next((look.regime and look.regime[:MAX_NAME] for look in there), None),
        "pages": [
            {
                "url": look.url,
                "tag": look.site == checked.key,
                "embedding": _embedding(look) if look.site == checked.key else None,
                "by_header": look.by_header,
                "opened": not look.problem,
            }
            for look in looks
            if look.state == "before"
        ],
        "installed": bool(there),
        "embeddings": sorted({way for look in there if (way := _embedding(look))}),
        "by_header": bool(there) and all(look.by_header for look in there),
        "holds": bool(there) and not any(finding["code"] in HELD for finding in findings),
        "seen": seen,
        "findings": findings[:MAX_FINDINGS],
    }


def _embedding(look: Looked) -> str | None:
    """What the page says of how the widget is put in, where that is one of the ways there are."""
    return look.embedding if look.embedding in EMBEDDINGS else None


def is_clean(report: Report) -> bool:
    """Whether nothing has to be mended: no error and no warning."""
    return all(finding["level"] == "note" for finding in report["findings"])


def report_bytes(report: Report) -> bytes:
    """Return a report as it is kept and hashed: canonical JSON (RFC 8785)."""
    return canonical_bytes(report)


def statement_of(report: Report) -> dict[str, Any]:
    """Return what the statement ``site-checked`` says of a report: addresses, codes and ids, nothing of a visitor."""
    counts = {level: sum(one["level"] == level for one in report["findings"]) for level in ("error", "warning")}
    return {
        "url": report["url"],
        "version": report["version"],
        "pages": len(report["pages"]),
        "installed": report["installed"],
        "embeddings": report["embeddings"],
        "by_header": report["by_header"],
        "holds": report["holds"],
        "errors": counts["error"],
        "warnings": counts["warning"],
        "findings": [{"code": one["code"], "about": one["about"]} for one in report["findings"][:MAX_STATED]],
        "report": sha256_hex(report_bytes(report)),
    }
