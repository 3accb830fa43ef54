"""The documents of a bundle: what its receipts cite, and what statements name of that."""

import re
from binascii import a2b_base64
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app.core import bundle
from app.core.errors import DamagedError
from app.models import ConfigSlice, ConfigVersion, Picture, WidgetPart, WidgetRelease
from app.services.audit import payload_of

_TO_BASE64 = bytes.maketrans(b"-_", b"+/")
# Inside a text a quotation mark is written with a backslash before it, so that none of these names can be part of one.
_CITATIONS = re.compile(
    rb'"config":\{"sha256":"[0-9a-f]{64}","version":([0-9]+)\}'
    rb'.*?"notice":\{"lang":"([^"\\]*)","sha256":"([0-9a-f]{64})"\}'
    rb'.*?"regime":"([^"\\]*)".*?"widget":(?:null|\{"sha256":"([0-9a-f]{64})")'
)


class _Notice(NamedTuple):
    version: int
    regime: str
    lang: str
    sha256: str


class Cited:
    """What the receipts of a bundle cite."""

    def __init__(self) -> None:
        self._found: set[tuple[Any, ...]] = set()
        self._careful: set[tuple[_Notice, str | None]] = set()

    def note(self, rows: Iterable[bytes]) -> None:
        """Note what receipts cite; one that cannot be read is for the verifier to name.

        Reading all JSON would take half of the time of a bundle. What is in the one form of a payload is found by a
        pattern; what is not is read with care.
        """
        for jws in rows:
            try:
                match = _CITATIONS.search(a2b_base64(jws.split(b".", 2)[1].translate(_TO_BASE64) + b"=="))
            except (IndexError, ValueError):
                continue
            if match is None:
                self._note_with_care(jws)
            else:
                self._found.add(match.groups())

    def _note_with_care(self, jws: bytes) -> None:
        try:
            payload = payload_of(jws)
            config, notice, widget = payload["config"], payload["notice"], payload["widget"]
            found = _Notice(config["version"], payload["regime"], notice["lang"], notice["sha256"])
            self._careful.add((found, None if widget is None else widget["sha256"]))
        except (DamagedError, KeyError, TypeError):
            return

    def _all(self) -> set[tuple[_Notice, str | None]]:
        found = {
            (_Notice(int(version), regime.decode(), lang.decode(), notice.decode()), widget and widget.decode())
            for version, lang, notice, regime, widget in self._found
        }
        return found | self._careful

    @property
    def notices(self) -> set[_Notice]:
        """The notices, each with the version, regime and language that it was cited with."""
        return {notice for notice, _ in self._all()}

    @property
    def widgets(self) -> set[str]:
        """The builds, by hash."""
        return {widget for _, widget in self._all() if widget}


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
        try:
            statement = payload_of(jws)
            self._read(statement["kind"], statement["data"])
        except (AttributeError, DamagedError, KeyError, TypeError):
            return

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
    for notice in sorted(cited.notices):
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
    for widget in sorted(cited.widgets):
        script = select(WidgetRelease.script).where(WidgetRelease.sha256 == widget)
        yield bundle.widget_name(widget), _one(connection, script)
        for part in stated.parts.get(widget, []):
            yield bundle.part_name(part), _one(connection, select(WidgetPart.script).where(WidgetPart.sha256 == part))
    for version in sorted({notice.version for notice in cited.notices}):
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
