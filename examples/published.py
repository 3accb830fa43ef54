"""How a site's privacy page learns what is in force: it reads the published config from the Placet server."""

import hashlib
import json
import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from examples.ask import TIMEOUT

Document = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """The config version that the banner asks about now."""

    version: int
    config: Document


Read = Callable[[str], Published | None]
"""Site key → what is published, ``None`` when the server does not tell."""


def make_read(api: str, timeout: float = TIMEOUT) -> Read:
    """A function that reads from the Placet server at ``api`` (an origin); whatever goes wrong, it returns ``None``.

    ``timeout``, in seconds, holds for each of two requests: which version, and, when that is a new one, its bytes.
    """
    # No proxy: the address is this machine's, or one that the operator chose.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    # By site, the version read last. It is immutable, so only another hash makes it old.
    kept: dict[str, tuple[str, Document]] = {}

    def get(path: str) -> bytes:
        with opener.open(f"{api}/v1/sites/{path}", timeout=timeout) as answer:
            content: bytes = answer.read()
            return content

    def read(key: str) -> Published | None:
        try:
            version, sha256 = current(json.loads(get(f"{key}/config")))
            if kept.get(key, ("",))[0] != sha256:
                kept[key] = (sha256, document(get(f"{key}/configs/{sha256}"), sha256))
            return Published(version, kept[key][1])
        except (OSError, HTTPException, ValueError):
            # No answer, a late one or nonsense: the page then says what the site's own file says.
            return None

    return read


def current(answer: Any) -> tuple[int, str]:
    """Version and SHA-256 (hex) that an answer of ``/config`` names. Raises ``ValueError`` when it is no such answer."""
    match answer:
        case {"version": int(version), "sha256": str(sha256)} if re.fullmatch(r"[0-9a-f]{64}", sha256):
            return version, sha256
    raise ValueError("That is not an answer of /config.")


def document(content: bytes, sha256: str) -> Document:
    """The config in these bytes. Raises ``ValueError`` when they are not the ones that ``sha256`` names."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError("These bytes are not the config that the hash names.")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("A config is an object.")
    return found
