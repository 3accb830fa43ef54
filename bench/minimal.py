"""The yardstick: a WSGI app that does nothing but answer, under the same gunicorn settings as Placet.

It answers each path with as many bytes as Placet's answer of that kind has (``BENCH_SIZES``, JSON: path to bytes), so that a
ratio tells what Placet's own work costs over HTTP and gunicorn.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

BODIES = {path: b"x" * size for path, size in json.loads(os.environ["BENCH_SIZES"]).items()}


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Answer as WSGI (PEP 3333) asks."""
    body = BODIES.get(environ["PATH_INFO"], b"ready")
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].read()
        status = "201 Created"
    elif "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", [("ETag", environ["HTTP_IF_NONE_MATCH"])])
        return []
    else:
        status = "200 OK"
    start_response(status, [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
    return [body]
