"""What verifying a whole record needs of one payload, and a quick way to it for receipts as this server writes them."""

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from app.core.payload import is_canonical
from app.core.shape import is_time, is_yes_no


class Cites(NamedTuple):
    """What a receipt cites. Of a million receipts there are few different ones."""

    site: str
    config_version: int
    config_sha256: str
    regime: str
    lang: str
    notice_sha256: str
    widget_version: str | None
    widget_sha256: str | None


class Facts(NamedTuple):
    """What other entries are held against: site, id (16 bytes), time (``rfc3339``), and what a receipt cites."""

    site: str
    id: bytes
    at: str
    cites: Cites | None


def receipt_facts(payload: dict[str, Any]) -> Facts:
    """Return the facts of a receipt in which ``receipt_problem`` found none."""
    config, notice, widget = payload["config"], payload["notice"], payload["widget"] or {}
    cites = Cites(
        payload["site"],
        config["version"],
        config["sha256"],
        payload["regime"],
        notice["lang"],
        notice["sha256"],
        widget.get("version"),
        widget.get("sha256"),
    )
    return Facts(payload["site"], id_bytes(payload["id"]), payload["received_at"], cites)


def statement_facts(payload: dict[str, Any]) -> Facts:
    """Return the facts of a statement in which ``statement_problem`` found none."""
    return Facts(payload["site"], id_bytes(payload["id"]), payload["at"], None)


def id_bytes(text: str) -> bytes:
    """Return the 16 bytes of a UUID's text."""
    return bytes.fromhex(text.replace("-", ""))


def quick_receipt(data: bytes) -> Facts | None:
    """Return the facts of a payload that is surely canonical and as a receipt must be; ``None``: that is not sure.

    One pattern instead of reading JSON, writing it again and looking at every field, which take as long as checking a third
    of the signature. ``None`` says nothing against a receipt: it may have letters that the pattern does not know.
    """
    match = _RECEIPT.fullmatch(data)
    if match is None:
        return None
    (
        choices,
        config,
        version,
        decided,
        expires,
        id,
        lang,
        notice,
        received,
        regime,
        shown,
        site,
        trackers,
        widget,
        build,
    ) = match.groups()
    if not (_is_day(decided[:10]) and _is_day(expires[:10]) and _is_day(received[:10]) and _is_day(shown[:10])):
        return None
    if expires <= received or not _are_choices(choices) or not _is_yes_no(trackers):
        return None
    cites = _cites(site, version, config, regime, lang, notice, build, widget)
    return Facts(cites.site, bytes.fromhex(id.replace(b"-", b"").decode()), received.decode(), cites)


@lru_cache(maxsize=4096)
def _cites(site: bytes, version: bytes, *texts: bytes | None) -> Cites:
    """Equal ones are one object: what goes to another process is a third as long."""
    config, regime, lang, notice, build, widget = (None if text is None else text.decode() for text in texts)
    return Cites(site.decode(), int(version), config or "", regime or "", lang or "", notice or "", build, widget)


@lru_cache(maxsize=4096)
def _is_yes_no(text: bytes) -> bool:
    value = json.loads(text)
    return is_canonical(value, text) and is_yes_no(value)


@lru_cache(maxsize=4096)
def _are_choices(text: bytes) -> bool:
    return _is_yes_no(text) and json.loads(text).get("necessary", True)


@lru_cache(maxsize=4096)
def _is_day(day: bytes) -> bool:
    return is_time(f"{day.decode()}T00:00:00.000Z")


_TIME = rb"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z"
_UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_LETTERS = rb"[ !#-\[\]-~]+"
_TEXT = rb'"' + _LETTERS + rb'"'
_BOOL = rb"(?:true|false)"
_COUNT = rb"(?:0|[1-9]\d{0,14})"
_SHA256 = rb"[0-9a-f]{64}"
_BITS_128 = rb'"[A-Za-z0-9_-]{22}"'
_YES_NO = rb"\{(?:" + _TEXT + rb":" + _BOOL + rb"(?:," + _TEXT + rb":" + _BOOL + rb")*)?\}"
# RFC 8785 sorts names, so there is one order of fields.
_FIELDS: list[tuple[str, bytes]] = [
    ("attested", _BOOL),
    ("choices", rb"(" + _YES_NO + rb")"),
    ("clock", rb'"(?:im)?plausible"'),
    ("config", rb'\{"sha256":"(' + _SHA256 + rb')","version":(' + _COUNT + rb")\}"),
    ("decided_at", rb'"(' + _TIME + rb')"'),
    ("equality", rb"(?:null|true|false)"),
    ("event", rb'"(?:given|refused|changed|withdrawn|renewed)"'),
    ("expires_at", rb'"(' + _TIME + rb')"'),
    ("gpc", rb'\{"browser":(?:null|true|false),"effect":"(?:no|honour|legal_optout)","header":' + _BOOL + rb"\}"),
    ("id", rb'"(' + _UUID + rb')"'),
    (
        "jurisdiction",
        rb'\{"country":(?:null|' + _TEXT + rb'),"region":(?:null|' + _TEXT + rb'),"source":' + _TEXT + rb"\}",
    ),
    ("layer", rb"(?:null|" + _COUNT + rb")"),
    ("layout", rb"(?:null|" + _TEXT + rb")"),
    ("method", _TEXT),
    ("nonce", _BITS_128),
    ("notice", rb'\{"lang":"(' + _LETTERS + rb')","sha256":"(' + _SHA256 + rb')"\}'),
    ("previous", rb'(?:null|"' + _UUID + rb'")'),
    ("received_at", rb'"(' + _TIME + rb')"'),
    ("regime", rb'"(' + _LETTERS + rb')"'),
    ("scheme", rb"(?:null|" + _TEXT + rb")"),
    ("shown_at", rb'"(' + _TIME + rb')"'),
    ("site", rb'"(' + _LETTERS + rb')"'),
    ("subject", _BITS_128),
    ("trackers", rb"(" + _YES_NO + rb")"),
    ("trusted", _BOOL),
    ("v", b"1"),
    ("viewport", rb"(?:null|" + _TEXT + rb")"),
    (
        "widget",
        rb'(?:null|\{"sha256":"(' + _SHA256 + rb')","version":"(' + _LETTERS + rb')"\})',
    ),
]
_RECEIPT = re.compile(
    rb"\{" + b",".join(b'"%s":%s' % (name.encode(), pattern) for name, pattern in _FIELDS) + rb"\}", re.ASCII
)
