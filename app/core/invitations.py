"""What lets somebody in who has no password yet: the code of the first run, and links to set a password.

Only this server must believe either, so both hang on the installation's secret (``KeyRing.secret``), each with a salt of
its own. Neither is stored anywhere.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from app.core.keys import KeyRing

LINK_LIFETIME: Final = timedelta(days=7)
CODE_BYTES: Final = 10
_GROUP = 4


@dataclass(frozen=True)
class PasswordLink:
    """Whose password a link sets, whose (``maker``, an account) link it is, and the ``state`` of both when it was made."""

    account_id: int
    maker: int
    state: str


def first_run_code(keys: KeyRing) -> str:
    """Return the code that lets its reader make the first account: 80 bits as 16 letters and digits (RFC 4648) in fours.

    It is the same at every start, so that nothing has to be stored; who takes it must see that there is no account yet.
    """
    return _code(keys.secret[-1])


def is_first_run_code(keys: KeyRing, typed: str) -> bool:
    """Whether ``typed`` is the code, however it is written: in small letters, with other spaces or hyphens or none."""
    plain = "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())
    wanted = [_code(secret).replace("-", "") for secret in keys.secret]
    return any(hmac.compare_digest(plain, code) for code in wanted)


def mint_invitation(keys: KeyRing, mark: str, now: datetime) -> str:
    """Sign the token of a link by which somebody takes up the invitation with this ``mark``, within seven days."""
    return _serializer(keys, "invitation").dumps([mark, int(now.timestamp())])


def read_invitation(keys: KeyRing, token: str, now: datetime) -> str | None:
    """Return the mark of an invitation's token, or ``None`` when it is forged or older than seven days."""
    try:
        mark, minted_at = _serializer(keys, "invitation").loads(token)
        return mark if isinstance(mark, str) and _is_young(minted_at, now) else None
    except (BadData, TypeError, ValueError):  # ValueError: text that has no UTF-8 form
        return None


def mint_password_link(keys: KeyRing, link: PasswordLink, now: datetime) -> str:
    """Sign the token of a link by which the owner of an account sets its password, within seven days."""
    return _serializer(keys, "password").dumps([link.account_id, link.maker, link.state, int(now.timestamp())])


def read_password_link(keys: KeyRing, token: str, now: datetime) -> PasswordLink | None:
    """Return what a token of ``mint_password_link`` says, or ``None`` when it is forged or older than seven days."""
    try:
        account_id, maker, state, minted_at = _serializer(keys, "password").loads(token)
        known = isinstance(account_id, int) and isinstance(maker, int) and isinstance(state, str)
        known = known and _is_young(minted_at, now)
    except (BadData, TypeError, ValueError):
        return None
    return PasswordLink(account_id, maker, state) if known else None


def _is_young(minted_at: int, now: datetime) -> bool:
    return 0 <= int(now.timestamp()) - minted_at < LINK_LIFETIME.total_seconds()


def _code(secret: bytes) -> str:
    digest = hmac.new(secret, b"placet.first-run.v1", hashlib.sha256).digest()
    letters = base64.b32encode(digest[:CODE_BYTES]).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _serializer(keys: KeyRing, use: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(keys.secret),
        salt=f"placet.{use}.v1".encode(),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
