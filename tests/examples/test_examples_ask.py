import json
import threading

import pytest

from examples.ask import allowed, make_ask
from tests.examples.serving import says, server


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
