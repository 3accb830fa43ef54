import hashlib
import json
import threading

import pytest

from examples.published import Published, current, document, make_read
from tests.examples.serving import says, server

CONFIG = {"format": 1, "name": "Shop"}
CONTENT = json.dumps(CONFIG).encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def publishes(answer, content=CONTENT):
    """Answers as the Placet server does: ``answer`` for /config, the bytes for the version that it names."""

    def handle(handler):
        named = "/configs/" in handler.path
        says(200, content if named else json.dumps(answer).encode())(handler)

    return handle


def test_it_reads_the_version_in_force_and_its_bytes_once():
    with server(publishes({"version": 3, "sha256": SHA256})) as (api, seen):
        read = make_read(api)
        assert read("s_1") == read("s_1") == Published(3, CONFIG)
    assert [path for path, _ in seen] == [
        "/v1/sites/s_1/config",
        f"/v1/sites/s_1/configs/{SHA256}",
        "/v1/sites/s_1/config",
    ]


def test_a_new_version_is_read_anew():
    answer = {"version": 3, "sha256": SHA256}
    with server(publishes(answer)) as (api, seen):
        read = make_read(api)
        read("s_1")
        answer |= {"version": 4, "sha256": "0" * 64}
        assert read("s_1") is None
    assert len(seen) == 4


def test_bytes_that_are_not_the_named_ones_are_no_config():
    with server(publishes({"version": 3, "sha256": SHA256}, b"{}")) as (api, _):
        assert make_read(api)("s_1") is None
    with pytest.raises(ValueError, match="an object"):
        document(b"[]", hashlib.sha256(b"[]").hexdigest())


@pytest.mark.parametrize(("status", "body"), [(200, b"no JSON"), (200, b"[]"), (404, b"{}"), (503, b"{}")])
def test_an_answer_that_is_none_tells_nothing(status, body):
    with server(says(status, body)) as (api, _):
        assert make_read(api)("s_1") is None


def test_a_server_that_never_answers_or_is_not_there_tells_nothing():
    done = threading.Event()
    with server(lambda handler: done.wait(10)) as (api, _):
        assert make_read(api, timeout=0.05)("s_1") is None
        done.set()
    assert make_read("http://127.0.0.1:9")("s_1") is None


@pytest.mark.parametrize(
    "answer", [{"version": 3}, {"version": "3", "sha256": SHA256}, {"version": 3, "sha256": "../x"}]
)
def test_an_answer_of_another_shape_is_refused(answer):
    with pytest.raises(ValueError, match="not an answer"):
        current(answer)
