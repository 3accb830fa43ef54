"""Who outside this server gets a log's checkpoints, as the operator sets it: read here, and held to what can work.

The operator can write a log anew; what somebody outside holds shows it (``docs/witnesses.md``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from cryptography.x509 import load_pem_x509_certificates

from app.core.cosignature import WitnessKey, parse_witness_key
from app.core.note import NoteError

URLS, WITNESSES = "PLACET_CHECKPOINT_URLS", "PLACET_WITNESSES"
TSA, TSA_ROOTS = "PLACET_TSA_URL", "PLACET_TSA_ROOTS"
EMAILS, SMTP, MAIL_FROM = "PLACET_AUDITOR_EMAILS", "PLACET_SMTP_URL", "PLACET_MAIL_FROM"
NAMES = (URLS, WITNESSES, TSA, EMAILS, SMTP, MAIL_FROM)

Kind = Literal["post", "witness", "timestamp", "email", "download"]
"""How somebody got a checkpoint. ``download``: from the desk, by a browser."""

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", re.ASCII)
_VISIBLE = re.compile(r"[!-~]+", re.ASCII)
_SMTP_PORTS = {"smtp": 25, "smtps": 465}


class OutsideError(ValueError):
    """A setting cannot be read; the words say which and what to do, and repeat no secret."""


@dataclass(frozen=True)
class Address:
    """An address by http(s). ``shown`` is what may be seen of it: what stands after ``?`` may be a secret."""

    url: str = field(repr=False)
    shown: str


@dataclass(frozen=True)
class Witness:
    """A witness (C2SP tlog-witness): the key that it cosigns with, and its address before ``/add-checkpoint``."""

    key: WitnessKey
    url: str


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. ``tls``: from the first byte; else by STARTTLS, where it is offered."""

    host: str
    port: int
    tls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Outside:
    """All that the operator has set; ``mail_server`` and ``mail_from`` are there when ``emails`` are.

    ``tsa_roots`` (PEM): whom the authority's answers are verified by; null: they are only held against the request.
    """

    addresses: tuple[Address, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    tsa: Address | None = None
    tsa_roots: bytes | None = field(default=None, repr=False)
    emails: tuple[str, ...] = ()
    mail_server: MailServer | None = None
    mail_from: str | None = None

    @property
    def witness_keys(self) -> list[WitnessKey]:
        """The verifier keys of the witnesses."""
        return [witness.key for witness in self.witnesses]


def read_outside(given: Mapping[str, str | None], *, https_only: bool, tsa_roots: bytes | None = None) -> Outside:
    """Read the settings ``NAMES``, given as text, and the file that ``TSA_ROOTS`` names. Raises ``OutsideError``."""
    addresses = tuple(_address(URLS, text, https_only) for text in _words(given, URLS))
    _refuse_twins(URLS, [address.shown for address in addresses], "differ in what stands before `?`")
    tsa = given.get(TSA)
    outside = Outside(
        addresses=addresses,
        witnesses=_witnesses(_words(given, WITNESSES), https_only),
        tsa=_address(TSA, tsa, https_only) if tsa else None,
        tsa_roots=_roots(tsa_roots),
        emails=tuple(_email(EMAILS, text) for text in _words(given, EMAILS)),
        mail_server=_mail_server(given.get(SMTP)),
        mail_from=_email(MAIL_FROM, mail_from) if (mail_from := given.get(MAIL_FROM)) else None,
    )
    _refuse_twins(EMAILS, list(outside.emails), "stand once")
    if outside.emails and not (outside.mail_server and outside.mail_from):
        raise OutsideError(
            f"{EMAILS} is set; it must be accompanied by {SMTP} and {MAIL_FROM}, or nothing can be sent."
        )
    return outside


def _words(given: Mapping[str, str | None], name: str) -> list[str]:
    return (given.get(name) or "").split()


def _witnesses(words: list[str], https_only: bool) -> tuple[Witness, ...]:
    if len(words) % 2:
        raise OutsideError(f"{WITNESSES} is incomplete; it must be pairs, `VKEY URL VKEY URL`, separated by spaces.")
    witnesses = []
    for vkey, url in zip(words[::2], words[1::2], strict=True):
        try:
            key = parse_witness_key(vkey)
        except NoteError as error:
            raise OutsideError(
                f"{WITNESSES} is wrong at {vkey[:80]!r} ({error}); it must be the witness's verifier key, "
                "NAME+HASH+BASE64, then a space and its address."
            ) from error
        address = _address(WITNESSES, url.rstrip("/"), https_only)
        if "?" in address.url:
            raise OutsideError(f"{WITNESSES} is wrong at {address.shown!r}; it must be an address without `?`.")
        witnesses.append(Witness(key, address.url))
    _refuse_twins(WITNESSES, [witness.key.name for witness in witnesses], "have different names")
    return tuple(witnesses)


def _roots(pem: bytes | None) -> bytes | None:
    if pem is not None:
        try:
            load_pem_x509_certificates(pem)
        except ValueError as error:
            raise OutsideError(f"{TSA_ROOTS} is no such file; it must be certificates in PEM.") from error
    return pem


def _address(name: str, url: str, https_only: bool) -> Address:
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None or parts.fragment:
        raise OutsideError(
            f"{name} is wrong at {_safe(parts)}; each address must be https://host[:port]/path, without user or `#`."
        )
    if https_only and parts.scheme != "https":
        raise OutsideError(
            f"{name} is wrong at {_safe(parts)}; in production it must be https, so that nobody on the way can answer "
            "in another's place."
        )
    return Address(url, f"{parts.scheme}://{parts.netloc}{parts.path}")


def _email(name: str, text: str) -> str:
    if _EMAIL.fullmatch(text) is None:
        raise OutsideError(f"{name} is wrong at {text[:80]!r}; it must be plain e-mail addresses, name@host.")
    return text


def _mail_server(url: str | None) -> MailServer | None:
    if not url:
        return None
    parts = _split(url)
    if parts is None or parts.scheme not in _SMTP_PORTS or parts.path.strip("/") or parts.query or parts.fragment:
        # The value is not repeated: it may hold a password, also where it cannot be read.
        raise OutsideError(
            f"{SMTP} cannot be read; it must be smtp://host[:port] or smtps://host[:port], with user:password@ before "
            "the host where the server asks for it (write @ as %40, : as %3A, / as %2F)."
        )
    if (parts.username is None) != (parts.password is None):
        raise OutsideError(f"{SMTP} has only half of a login; it must be user:password@, or neither.")
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or _SMTP_PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def _split(url: str) -> SplitResult | None:
    """Split an address; ``None`` when it is none: no host, a port that is no number, or what is not visible ASCII."""
    try:
        parts = urlsplit(url)
        is_address = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_address and _VISIBLE.fullmatch(url) else None


def _safe(parts: SplitResult | None) -> str:
    """What an error may repeat of an address: neither user nor what stands behind the host."""
    return "what is no address" if parts is None else repr(f"{parts.scheme}://{parts.hostname}")


def _refuse_twins(name: str, shown: list[str], demand: str) -> None:
    for one in shown:
        if shown.count(one) > 1:
            raise OutsideError(f"{name} has {one!r} twice; they must {demand}.")
