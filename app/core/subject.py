"""Pseudonyms: what the server keeps in place of the secret that one browser holds for one site."""

import hashlib
import hmac

from app.core.canonical import b64url
from app.core.keys import KeyRing

SECRET_BYTES = 16


def subject_of(keys: KeyRing, site: str, secret: bytes) -> str:
    """Derive the subject (22 characters, base64url) of ``secret`` (16 bytes) at ``site``; another site gives another."""
    return b64url(hmac.new(keys.site_key("subject", site), secret, hashlib.sha256).digest()[:SECRET_BYTES])


def subject_lookup(keys: KeyRing, site: str, subject: str) -> bytes:
    """Derive the 16 bytes under which a subject's receipts are found, so that tables need not name the subject."""
    return hmac.new(keys.site_key("lookup", site), subject.encode(), hashlib.sha256).digest()[:SECRET_BYTES]


def erased_mark(site: str, receipt_id: str) -> bytes:
    """Return what is kept of an erased receipt: SHA-256 of site and id, so that a repeat is known as erased."""
    return hashlib.sha256(f"{site}\0{receipt_id}".encode()).digest()
