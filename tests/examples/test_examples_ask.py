import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from examples.ask import allowed, make_ask


@contextmanager
def server(answer):
    """A server that gives every request to ``answer`` (handler) and notes its path and its Sec-GPC."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers.get("Sec-GPC")))
            answer(self)

        def log_message(self, *words):
            """Says nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", seen
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def says(status, body):
    def answer(handler):
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_it_asks_with_the_choice_and_the_signal_and_reads_what_is_allowed():
    body = {
        "trackers": [{"id": "log", "allowed": True}, {"id": "mail", "allowed": False}, {"id": "x", "allowed": "yes"}]
    }
    with server(says(200, json.dumps(body).encode())) as (api, seen):
        assert make_ask(api)("s_1", {"choice": "1.3.analytics~log.-.1.2"}, True) == {"log"}
    assert seen == [("/v1/sites/s_1/trackers?choice=1.3.analytics~log.-.1.2", "1")]


@pytest.mark.parametrize(("status", "body"), [(200, b"no JSON"), (200, b"[]"), (200, b'{"trackers": 3}'), (503, b"{}")])
def test_an_answer_that_is_none_allows_nothing(status, body):
    with server(says(status, body)) as (api, _):
        assert make_ask(api)("s_1", {}, False) == set()


def test_a_server_that_never_answers_allows_nothing():
    done = threading.Event()
    with server(lambda handler: done.wait(10)) as (api, _):
        assert make_ask(api, timeout=0.05)("s_1", {}, False) == set()
        done.set()


def test_a_server_that_is_not_there_allows_nothing():
    assert make_ask("http://127.0.0.1:9")("s_1", {}, False) == set()


def test_an_answer_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="not an answer"):
        allowed({"trackers": [{"id": "log"}]})
