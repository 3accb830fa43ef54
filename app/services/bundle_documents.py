"""The documents of a bundle: what its receipts cite, and what statements name of that."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pybase64 import b64decode
from sqlalchemy import Connection, select

from app.core import bundle
from app.core.payload import statement_problem
from app.core.shape import Check, is_count, is_sha256, is_text, object_of, or_null
from app.models import ConfigSlice, ConfigVersion, Picture, WidgetPart, WidgetRelease
from app.services.audit import payload_or_none

_FIELDS: dict[str, Check] = {
    "config": object_of({"version": is_count, "sha256": is_sha256}),
    "notice": object_of({"lang": is_text, "sha256": is_sha256}),
    "regime": is_text,
    "widget": or_null(object_of({"version": is_text, "sha256": is_sha256})),
}
_CONFIG, _NOTICE, _REGIME, _WIDGET = b'"config":{"sha256":', b'"notice":{"lang":', b'"regime":"', b'"widget":'
_are_citations = object_of(_FIELDS)


class Notice(NamedTuple):
    """A notice as it is cited."""

    version: int
    regime: str
    lang: str
    sha256: str


class Cited:
    """What the receipts of a bundle cite. One that cannot be read is for the verifier to name."""

    def __init__(self) -> None:
        self._found: set[bytes] = set()  # JSON objects; of a million receipts there are few different ones

    def note(self, rows: Iterable[bytes]) -> None:
        """Note what receipts cite, without reading each: that would take a third of the time of a bundle."""
        for jws in rows:
            try:
                payload = b64decode(jws.split(b".", 2)[1] + b"==", b"-_")
            except (IndexError, ValueError):
                continue
            self._found.add(_citations(payload))

    def read(self) -> tuple[set[Notice], set[str]]:
        """Return the notices, and the builds by hash."""
        notices, widgets = set(), set()
        for text in self._found:
            try:
                cited = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if not isinstance(cited, dict) or not _are_citations({name: cited.get(name) for name in _FIELDS}):
                continue
            config, notice, widget = cited["config"], cited["notice"], cited["widget"]
            found = Notice(config["version"], cited["regime"], notice["lang"], notice["sha256"])
            if found.regime.isprintable() and found.lang.isprintable():  # PostgreSQL takes no text with a NUL in it
                notices.add(found)
            if widget is not None:
                widgets.add(widget["sha256"])
        return notices, widgets


def _citations(payload: bytes) -> bytes:
    """Return a payload's citations as an object of JSON, cut out as they are written.

    Inside a text a quotation mark has a backslash before it, so none of these names can be found in one; categories and
    trackers may be called so, but what they have is true or false, and it stands before the widget. Where there is a
    backslash at all, or a name is missing, it is all of the payload.
    """
    config, notice, regime = payload.find(_CONFIG), payload.find(_NOTICE), payload.find(_REGIME)
    widget = payload.rfind(_WIDGET)
    if min(config, notice, regime, widget) < 0 or b"\\" in payload:
        return payload
    end = payload.find(b'"', regime + len(_REGIME))
    return b'{%b},%b},%b",%b' % (
        payload[config : payload.find(b"}", config)],
        payload[notice : payload.find(b"}", notice)],
        payload[regime:end],
        payload[widget:],
    )


class Stated:
    """What the statements of a bundle name, and how many there are; one that cannot be read is for the verifier to name."""

    def __init__(self) -> None:
        self.count = 0
        self.loaders: dict[tuple[int, str, str, str], str] = {}
        self.parts: dict[str, list[str]] = {}
        self.pictures: dict[int, set[str]] = {}

    def note(self, jws: bytes) -> None:
        """Take a statement in."""
        self.count += 1
        statement = payload_or_none(jws)
        if statement is not None and statement_problem(statement) is None:
            self._read(statement["kind"], statement["data"])

    def _read(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "config-published":
            for item in data.get("slices", []):
                place = data["version"], item["regime"], item["lang"], item["notice"]
                self.loaders[place] = item["loader"]
        elif kind == "widget-released":
            for build in data["builds"]:
                self.parts[build["sha256"]] = list(build["parts"].values())
        elif kind == "banner-pictured":
            self.pictures.setdefault(data["version"], set()).update(picture["sha256"] for picture in data["pictures"])


def documents(connection: Connection, site_id: int, cited: Cited, stated: Stated) -> Iterator[tuple[str, bytes]]:
    """Yield name and content, each once: every published config; of what receipts cite the notices and the widget builds,
    and the loaders, parts and pictures that statements name."""
    seen: set[str] = set()
    for name, content in _found(connection, site_id, cited, stated, seen):
        if content is not None and name not in seen:
            seen.add(name)
            yield name, content if isinstance(content, bytes) else bytes(content)


def _found(
    connection: Connection, site_id: int, cited: Cited, stated: Stated, seen: set[str]
) -> Iterator[tuple[str, bytes | None]]:
    configs = select(ConfigVersion.sha256, ConfigVersion.document).where(ConfigVersion.site_id == site_id)
    for sha256, document in connection.execute(configs.order_by(ConfigVersion.number)):
        yield bundle.config_name(sha256), document
    of_site = ConfigSlice.site_id == site_id
    notices, widgets = cited.read()
    for notice in sorted(notices):
        name = bundle.notice_name(notice.sha256)
        if name not in seen:
            shown = select(ConfigSlice.notice).where(of_site, ConfigSlice.notice_sha256 == notice.sha256)
            yield name, _one(connection, shown)
        loader = stated.loaders.get((notice.version, notice.regime, notice.lang, notice.sha256))
        if loader is not None and bundle.loader_name(loader) not in seen:
            carried = select(ConfigSlice.loader).where(
                of_site,
                ConfigSlice.version == notice.version,
                ConfigSlice.regime == notice.regime,
                ConfigSlice.lang == notice.lang,
            )
            text = _one(connection, carried)
            yield bundle.loader_name(loader), None if text is None else text.encode()
    for widget in sorted(widgets):
        script = select(WidgetRelease.script).where(WidgetRelease.sha256 == widget)
        yield bundle.widget_name(widget), _one(connection, script)
        for part in stated.parts.get(widget, []):
            yield bundle.part_name(part), _one(connection, select(WidgetPart.script).where(WidgetPart.sha256 == part))
    for version in sorted({notice.version for notice in notices}):
        for sha256 in sorted(stated.pictures.get(version, ())):
            drawn = select(Picture.png).where(
                Picture.site_id == site_id,
                Picture.version == version,
                Picture.sha256 == sha256,
                Picture.png.is_not(None),
            )
            yield bundle.picture_name(sha256), _one(connection, drawn)


def _one(connection: Connection, query: Any) -> Any:
    return connection.execute(query.limit(1)).scalar_one_or_none()
