"""What a site's server asks of Placet, what it makes of the answers, and that no failure lets anything in."""

import json
import logging
import ssl
import threading

import pytest
from placet_site import Placet, Question
from placet_site.client import MAX_KEPT
from placet_site.transport import MAX_ANSWER_BYTES

from tests.examples.serving import says, server
from tests.servers.certificate import self_signed
from tests.servers.test_choice import SITE, contract

EXAMPLES = contract("site-servers")
OF_THE_VISITOR = {"cookie", "sec-gpc", "x-country", "x-region", "x-forwarded-for", "authorization", "placet-receipt"}
CLOSED = "default-src 'self' {0}; script-src 'self' {0}; object-src 'none'; base-uri 'self'"
NOBODY = "http://127.0.0.1:9"


def named(example):
    return example["name"]


def reader(headers):
    there = {name.lower(): value for name, value in headers.items()}
    return lambda name: there.get(name.lower())


def answer_allowing(*trackers, status=200):
    verdicts = [{"id": id_, "category": "analytics", "allowed": True, "reason": "granted"} for id_ in trackers]
    body = {"version": 1, "regime": "eu", "trackers": verdicts, "csp": "default-src 'self'"}
    return says(status, json.dumps(body).encode())


ANSWER = b'{"version": 1, "regime": "eu", "trackers": [], "csp": "default-src \'self\'"}'


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize("example", EXAMPLES["questions"], ids=named)
def test_it_asks_what_concerns_the_answer_and_passes_on_nothing_else(example):
    arrived = []

    def answer(handler):
        arrived.append({name.lower(): value for name, value in handler.headers.items()})
        answer_allowing()(handler)

    with server(answer) as (api, seen):
        placet = Placet(api, SITE, place_headers=example["place_headers"])
        consent = placet.consent(reader(example["headers"]), minor=example["minor"])
    assert consent.problem is None
    assert [target for target, _ in seen] == [example["target"]]
    assert {name: value for name, value in arrived[0].items() if name in OF_THE_VISITOR} == example["sent"]
    assert arrived[0]["host"] == api.removeprefix("http://")
    assert not set(arrived[0]) - {*example["sent"], "host", "accept", "accept-encoding"}


@pytest.mark.parametrize("example", EXAMPLES["answers"], ids=named)
def test_it_reads_what_placet_answers(example):
    with server(says(example["status"], example["body"].encode())) as (api, _):
        consent = Placet(api, SITE).ask(Question())
    assert {id_: consent.allows(id_) for id_ in example["allows"]} == example["allows"]
    assert {id_: consent.reason(id_) for id_ in example["reasons"]} == example["reasons"]
    assert consent.csp == (example["csp"] or CLOSED.format(api))
    assert (consent.problem is not None) == example["problem"]


def silent(done):
    return lambda handler: done.wait(30)


def dripping(done):
    """Answers well, but slowly: each byte is in time, and the whole takes some seconds."""

    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(300):
            if done.wait(0.01):
                return
            handler.wfile.write(b"x")
        handler.wfile.write(b"\r\n\r\n" + ANSWER)

    return answer


@pytest.mark.parametrize("kind", [silent, dripping])
def test_who_does_not_answer_in_time_allows_nothing(kind):
    done = threading.Event()
    with server(kind(done)) as (api, _):
        consent = Placet(api, SITE, timeout=0.1).ask(Question(choice="1.1.analytics.-.1.2"))
        done.set()
    assert consent.problem == "Placet: no answer (TimeoutError)"
    assert not consent.allows("analytics")


def test_who_is_not_there_allows_nothing():
    assert Placet(NOBODY, SITE).ask(Question()).problem == "Placet: no answer (ConnectionRefusedError)"


def test_no_other_address_is_asked_than_the_configured_one():
    def elsewhere(handler):
        handler.send_response(302)
        handler.send_header("Location", "/elsewhere")
        handler.end_headers()

    with server(elsewhere) as (api, seen):
        assert Placet(api, SITE).ask(Question()).problem == "Placet: status 302"
    assert len(seen) == 1


def test_an_answer_without_end_is_given_up():
    with server(says(200, b" " * (MAX_ANSWER_BYTES + 1))) as (api, _):
        assert Placet(api, SITE).ask(Question()).problem == "Placet: too long an answer"


def test_the_log_tells_the_failure_and_nothing_of_the_visitor(caplog):
    with caplog.at_level(logging.WARNING, "placet_site"):
        Placet(NOBODY, SITE).ask(Question("1.1.analytics.-.1.2", place=(("X-Country", "US"),)))
    assert caplog.messages == ["Placet: no answer (ConnectionRefusedError). Nothing optional is allowed."]


def test_an_answer_is_used_again_for_a_while_for_the_same_question_only():
    clock = Clock()
    with server(answer_allowing("stats")) as (api, seen):
        placet = Placet(api, SITE, keep_seconds=5, monotonic=clock)
        first, again = (placet.ask(Question("1.1.analytics.-.1.2")) for _ in range(2))
        assert first is again
        assert len(seen) == 1
        for other in (
            Question("1.1.-.-.1.2"),
            Question("1.1.analytics.-.1.2", gpc=True),
            Question("1.1.analytics.-.1.2", minor=True),
            Question("1.1.analytics.-.1.2", place=(("X-Country", "US"),)),
        ):
            assert placet.remembered(other) is None
            placet.ask(other)
        assert len(seen) == 5
        clock.now += 5
        placet.ask(Question("1.1.analytics.-.1.2"))
        assert len(seen) == 6


def test_after_a_failure_nobody_waits_again_for_a_while_and_good_answers_go_on():
    clock, answers = Clock(), {"now": answer_allowing("stats")}
    with server(lambda handler: answers["now"](handler)) as (api, seen):
        placet = Placet(api, SITE, keep_seconds=5, monotonic=clock)
        assert placet.ask(Question("1.1.analytics.-.1.2")).allows("stats")
        clock.now += 1
        answers["now"] = says(503, b"")
        assert placet.ask(Question()).problem == placet.ask(Question(gpc=True)).problem == "Placet: status 503"
        assert placet.ask(Question("1.1.analytics.-.1.2")).allows("stats")
        assert len(seen) == 2
        clock.now += 5
        answers["now"] = answer_allowing("stats")
        assert placet.ask(Question(gpc=True)).allows("stats")
        assert placet.ask(Question("1.1.-.-.1.2")).problem is None, "an answer ends the failure"


def test_cookies_that_somebody_makes_up_do_not_fill_the_memory():
    with server(answer_allowing()) as (api, _):
        placet = Placet(api, SITE)
        for day in range(MAX_KEPT + 3):
            placet._keep(Question(f"1.1.-.-.{day}.{day}"), placet.ask(Question()))
        assert len(placet._kept) == MAX_KEPT
        assert placet.remembered(Question("1.1.-.-.0.0")) is None
        assert placet.remembered(Question(f"1.1.-.-.{MAX_KEPT}.{MAX_KEPT}")) is not None


def test_without_an_answer_the_policy_is_the_closed_one_or_the_sites_own():
    ask = lambda **options: Placet(NOBODY, SITE, **options).ask(Question()).csp  # noqa: E731
    assert ask() == CLOSED.format(NOBODY)
    assert ask(public_url="https://consent.example/") == CLOSED.format("https://consent.example")
    assert ask(closed_csp="default-src 'self' 'unsafe-inline'") == "default-src 'self' 'unsafe-inline'"


@pytest.mark.parametrize(
    ("api", "site", "options"),
    [
        ("ftp://consent.example", SITE, {}),
        ("consent.example", SITE, {}),
        ("https://user@consent.example", SITE, {}),
        ("https://consent.example/path", SITE, {}),
        ("https://consent.example?x", SITE, {}),
        ("https://consent.example:port", SITE, {}),
        ("https://consent.example; script-src *", SITE, {}),
        ("https://consent.example\r\n", SITE, {}),
        ("https://consent.example", "../../admin", {}),
        ("https://consent.example", "s_", {}),
        ("https://consent.example", SITE, {"place_headers": "X-Country"}),
        ("https://consent.example", SITE, {"place_headers": ["Cookie"]}),
        ("https://consent.example", SITE, {"place_headers": ["X Country"]}),
        ("https://consent.example", SITE, {"public_url": "javascript:1"}),
        ("https://consent.example", SITE, {"closed_csp": "default-src 'self'\r\nSet-Cookie: a=b"}),
    ],
)
def test_what_is_no_address_key_header_or_policy_is_refused_at_the_start(api, site, options):
    with pytest.raises(ValueError):  # noqa: PT011
        Placet(api, site, **options)


def test_over_https_only_a_certificate_that_is_trusted_will_do(tmp_path):
    certificate, key = self_signed("localhost", tmp_path)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    with server(answer_allowing("stats"), tls=ours) as (api, _):
        api = api.replace("http://127.0.0.1", "https://localhost")
        trusting = ssl.create_default_context(cafile=certificate)
        assert Placet(api, SITE, tls=trusting).ask(Question()).allows("stats")
        assert Placet(api, SITE).ask(Question()).problem == "Placet: no answer (SSLCertVerificationError)"
