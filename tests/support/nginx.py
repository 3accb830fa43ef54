"""A real nginx in front of a site and of Placet, by the recipe that stands in the docs; needs no root."""

import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import PATIENCE_SECONDS, ROOT

RECIPE = ROOT / "docs" / "embed" / "first-party.md"
# Everything that a plain account may not write is put into `home`.
FRAME = """
daemon off;
master_process off;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    access_log {home}/access.log;
{recipe}
}}
"""


def recipe(origin: str, port: int, placet: str, site: str) -> str:
    """Return the docs' configuration, with these addresses in the place of those it names; ``site`` is a folder."""
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", RECIPE.read_text(), re.DOTALL | re.MULTILINE)
    own = f"listen 127.0.0.1:{port}; default_type text/html; location / {{ root {site}; try_files $uri /index.html; }}"
    for told, meant in (
        ("https://shop.example", origin),
        ("http://127.0.0.1:8000", placet),
        ("# listen, server_name, ssl_certificate … and the site's own locations", own),
    ):
        assert told in block, f"the recipe does not say {told}"
        block = block.replace(told, meant)
    return block


@contextmanager
def running_nginx(home: Path, port: int, configuration: str) -> Iterator[None]:
    """Run nginx with ``configuration`` (what stands inside ``http``) until it is left; ``port`` answers by then."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.fail("nginx is missing: run scripts/system-packages.sh")
    file = home / "nginx.conf"
    file.write_text(FRAME.format(home=home, recipe=configuration))
    process = subprocess.Popen([program, "-p", str(home), "-c", str(file), "-e", str(home / "error.log")])
    try:
        _wait_for(port, process, home / "error.log")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    turn = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        turn.wait(0.05)
    raise AssertionError(f"nginx did not start:\n{log.read_text() if log.exists() else ''}")
