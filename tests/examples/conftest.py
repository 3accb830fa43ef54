from datetime import UTC, datetime, timedelta

import pytest

from examples import SITES
from examples.app import create_app

PORT = 8123
API = "http://127.0.0.1:8122"
KEYS = {name: f"s_{name}" for name in SITES}


class Asked:
    """Stands in for the question to the server: notes what was asked, answers what the test says."""

    def __init__(self):
        self.questions = []
        self.allowed = set()

    def __call__(self, key, query, gpc):
        self.questions.append((key, query, gpc))
        return self.allowed


@pytest.fixture
def asked():
    return Asked()


class Reads:
    """Stands in for reading what is published: by site key, nothing unless the test says otherwise."""

    def __init__(self):
        self.published = {}

    def __call__(self, key):
        return self.published.get(key)


@pytest.fixture
def reads():
    return Reads()


@pytest.fixture
def browse(asked, reads):
    """Opens a path at a host of the examples, as a browser would; one page after the other shares its cookies."""
    times = (datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(seconds=n) for n in range(10_000))
    client = create_app(KEYS, API, PORT, clock=lambda: next(times), ask=asked, read=reads).test_client()

    def open_page(host, path="/", method="GET", cookies=(), **options):
        name = host if host[0].isdigit() else f"{host}.localhost"
        for cookie, value in dict(cookies).items():
            client.set_cookie(cookie, value, domain=name)
        # Buffered, so that what happens after the answer is sent has happened too.
        return client.open(path, base_url=f"http://{name}:{PORT}", method=method, buffered=True, **options)

    return open_page


@pytest.fixture
def hits(browse):
    return lambda site=None: browse("inbox", f"/hits.json?site={site}" if site else "/hits.json").json["hits"]
