"""What the exports in other people's formats read of a receipt besides its payload: the notice and config that it cites."""

from dataclasses import dataclass
from typing import Any

from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, NoticeDocument, NoticeTracker


@dataclass(frozen=True)
class Terms:
    """The notice that was shown and the config it belongs to. ``base`` is this server's public address."""

    base: str
    site: str
    config_sha256: str
    notice_sha256: str
    document: ConfigDocument
    notice: NoticeDocument

    @property
    def config_url(self) -> str:
        """Where the config stands for ever."""
        return f"{self.base}/v1/sites/{self.site}/configs/{self.config_sha256}"

    @property
    def notice_url(self) -> str:
        """Where the notice stands for ever."""
        return f"{self.base}/v1/sites/{self.site}/notices/{self.notice_sha256}"

    def asked(self) -> list[tuple[str, NoticeTracker]]:
        """Return the trackers that the visitor was asked about, each with its category's id; ``necessary`` is told only."""
        return [
            (category["id"], tracker)
            for category in self.notice["categories"]
            if category["id"] != NECESSARY
            for tracker in category["trackers"]
        ]

    def standard_category(self, category_id: str) -> str:
        """Return the standard category whose rule a category takes: itself, where it is one."""
        for category in self.document["categories"]:
            if category["id"] == category_id:
                return category["follows"] or category_id
        return category_id


def is_signal(payload: dict[str, Any]) -> bool:
    """Whether a receipt records Global Privacy Control as an opt-out by law: nobody chose anything then."""
    grants = any(yes for name, yes in payload["choices"].items() if name != NECESSARY)
    return payload["method"] == "gpc" and not grants and not any(payload["trackers"].values())


def is_taken_over(payload: dict[str, Any]) -> bool:
    """Whether a receipt says what another tool had kept: nobody answered our question then."""
    return "taken_over" in payload


def is_granted(payload: dict[str, Any], category: str, tracker: str) -> bool:
    """Whether a receipt grants a tracker: by its own switch where it has one, else by its category's."""
    return bool(payload["trackers"].get(tracker, payload["choices"].get(category, False)))


def event_time(payload: dict[str, Any]) -> str:
    """Return the time by which receipts are ordered (``docs/receipts.md``): the browser's where it can be true."""
    return str(payload["decided_at"] if payload["clock"] == "plausible" else payload["received_at"])
