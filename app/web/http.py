"""Answers of the public API: JSON, caching, compression, and who may read them from which origin."""

import gzip
import json
from typing import Any

import brotli
from flask import Response, request
from werkzeug.routing import BaseConverter

from app.core.canonical import sha256_hex
from app.core.errors import ForeignOriginError
from app.web.cache import Representation

IMMUTABLE = "public, max-age=31536000, immutable"
NO_STORE = "private, no-store"


class Sha256Converter(BaseConverter):
    """A SHA-256 in lower-case hex as a part of an address; whatever else stands there is no such address."""

    regex = "[0-9a-f]{64}"
    part_isolating = True


def json_answer(body: Any, status: int = 200, *, cache: str = NO_STORE) -> Response:
    """Answer with compact JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status, mimetype="application/json")
    response.headers["Cache-Control"] = cache
    return response


def immutable(content: bytes, mimetype: str) -> Response:
    """Answer with bytes that are named by their hash."""
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = IMMUTABLE
    return response


def readable_anywhere(response: Response) -> Response:
    """Let any page read the answer, errors too; it carries nothing of anyone's own. For a blueprint's ``after_request``."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def represent(content: bytes) -> Representation:
    """Compress ``content`` once, as well as it goes."""
    return Representation(
        content,
        brotli.compress(content, quality=11),
        gzip.compress(content, compresslevel=9, mtime=0),
        sha256_hex(content)[:32],
    )


def serve(found: Representation, mimetype: str, cache: str, vary: tuple[str, ...] = ()) -> Response:
    """Answer with the best encoding the client takes, or 304. The validator is weak: it names all encodings alike."""
    encodings = request.accept_encodings
    if encodings["br"] > 0:
        content, encoding = found.brotli, "br"
    elif encodings["gzip"] > 0:
        content, encoding = found.gzip, "gzip"
    else:
        content, encoding = found.plain, None
    response = Response(content, mimetype=mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = ", ".join(("Accept-Encoding", *vary))
    response.set_etag(found.etag, weak=True)
    response.make_conditional(request)
    return response


def check_origin(origins: list[str]) -> str | None:
    """Return the request's Origin when the site lists it, ``None`` when there is none (native, server-side).

    Raises ``ForeignOriginError`` for any other, ``null`` too.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    if origin not in origins:
        raise ForeignOriginError
    return origin
