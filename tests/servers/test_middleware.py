"""What the adapters make of a request and of an answer. The frameworks run in ``tests/e2e/test_site_servers.py``."""

import asyncio
import threading

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.test import RequestFactory
from placet_site import Consent, Placet, asgi, django, wsgi
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from werkzeug.test import Client, EnvironBuilder

from tests.servers.test_choice import SITE

CSP = "default-src 'self'"
CHOICE = "1.3.analytics.-.20779.20959"
HTML = ("Content-Type", "text/html; charset=utf-8")
TEXT = ("Content-Type", "text/plain")
VARY = "Cookie, Sec-GPC, X-Country"


class Answering(Placet):
    """Answers at once, and notes what was asked and in which thread."""

    def __init__(self):
        super().__init__("http://127.0.0.1:9", SITE, place_headers=["X-Country"])
        self.asked, self.threads = [], set()

    def ask(self, question):
        self.asked.append(question)
        self.threads.add(threading.get_ident())
        return Consent(frozenset({"stats"}) if question.choice else frozenset(), CSP)


@pytest.fixture
def placet():
    return Answering()


def by_wsgi(placet, answer_headers, *, reads, csp=True, headers=None, minor=False):
    def application(environ, start_response):
        if reads:
            wsgi.consent_of(environ, minor=minor)
        start_response("200 OK", answer_headers)
        return [b"x"]

    client = Client(wsgi.PlacetMiddleware(application, placet, csp=csp), use_cookies=False)
    answer = client.get("/", headers=headers)
    return [(name.lower(), value) for name, value in answer.headers]


def by_asgi(placet, answer_headers, *, reads, csp=True, headers=None, minor=False):
    sent = []

    async def application(scope, receive, send):
        if reads:
            await asgi.consent_of(scope, minor=minor)
        raw = [(name.encode(), value.encode()) for name, value in answer_headers]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": b"x"})

    async def collect(message):
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    middleware = asgi.PlacetMiddleware(application, placet, csp=csp)
    asyncio.run(middleware({"type": "http", "headers": raw}, None, collect))
    assert sent[1]["body"] == b"x"
    return [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


def by_django(placet, answer_headers, *, reads, csp=True, headers=None, minor=False):
    settings.PLACET, settings.PLACET_CSP = placet, csp

    def view(request):
        if reads:
            django.consent_of(request, minor=minor)
        answer = HttpResponse(b"x")
        for name, value in answer_headers:
            answer[name] = value
        return answer

    answer = django.PlacetMiddleware(view)(RequestFactory(headers=headers).get("/"))
    return [(name.lower(), value) for name, value in answer.items()]


if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["testserver"])

WAYS = pytest.mark.parametrize("way", [by_wsgi, by_asgi, by_django])


def values(headers, name):
    return [value for key, value in headers if key == name]


@WAYS
def test_an_answer_that_asks_nothing_is_left_alone(placet, way):
    own = [TEXT, ("Cache-Control", "public, max-age=60"), ("Vary", "Accept")]
    headers = way(placet, own, reads=False)
    assert values(headers, "cache-control") == ["public, max-age=60"]
    assert values(headers, "vary") == ["Accept"]
    assert values(headers, "content-security-policy") == []
    assert placet.asked == []


@WAYS
def test_a_page_gets_the_policy_and_is_nobody_elses(placet, way):
    own = [HTML, ("Cache-Control", "public, max-age=60"), ("CDN-Cache-Control", "max-age=60"), ("Expires", "0")]
    headers = way(placet, own, reads=False)
    assert values(headers, "content-security-policy") == [CSP]
    assert values(headers, "cache-control") == ["private, no-store"]
    assert values(headers, "vary") == [VARY]
    assert values(headers, "cdn-cache-control") == values(headers, "expires") == []
    assert values(headers, "content-type") == [HTML[1]]
    assert len(placet.asked) == 1


@WAYS
def test_what_reads_the_consent_is_nobody_elses_but_needs_no_policy(placet, way):
    headers = way(placet, [TEXT, ("Vary", "accept-encoding, COOKIE")], reads=True)
    assert values(headers, "content-security-policy") == []
    assert values(headers, "cache-control") == ["private, no-store"]
    assert values(headers, "vary") == ["accept-encoding, COOKIE, Sec-GPC, X-Country"]
    assert values(way(placet, [TEXT, ("Vary", "*")], reads=True), "vary") == ["*"]


@WAYS
def test_a_site_may_have_the_policy_to_itself(placet, way):
    headers = way(placet, [HTML], reads=True, csp=False)
    assert values(headers, "content-security-policy") == []
    assert values(headers, "cache-control") == ["private, no-store"]
    placet.asked.clear()
    assert values(way(placet, [HTML], reads=False, csp=False), "vary") == []
    assert placet.asked == []


@WAYS
def test_a_policy_that_is_there_holds_as_well(placet, way):
    headers = way(placet, [HTML, ("Content-Security-Policy", "frame-ancestors 'none'")], reads=False)
    assert ", ".join(values(headers, "content-security-policy")) == f"frame-ancestors 'none', {CSP}"


@WAYS
def test_the_question_is_of_this_request_and_asked_once(placet, way):
    sent = {"Cookie": f"placet_{SITE}={CHOICE}", "Sec-GPC": "1", "X-Country": "US"}
    way(placet, [HTML], reads=True, headers=sent)
    (asked,) = placet.asked
    assert (asked.choice, asked.gpc, asked.minor, asked.place) == (CHOICE, True, False, (("X-Country", "US"),))


@WAYS
def test_a_minor_is_one_for_the_policy_too(placet, way):
    way(placet, [HTML], reads=True, minor=True)
    assert [asked.minor for asked in placet.asked] == [True]


def test_cookies_in_several_fields_are_all_read(placet):
    async def nothing(*_):
        return None

    async def application(scope, receive, send):
        await asgi.consent_of(scope)

    raw = [(b"cookie", b"a=1"), (b"cookie", f"placet_{SITE}={CHOICE}".encode())]
    asyncio.run(asgi.PlacetMiddleware(application, placet)({"type": "websocket", "headers": raw}, nothing, nothing))
    assert [asked.choice for asked in placet.asked] == [CHOICE]


def test_an_event_loop_is_not_held_up(placet):
    by_asgi(placet, [HTML], reads=True)
    assert placet.threads
    assert threading.get_ident() not in placet.threads


def test_around_a_whole_application_the_pages_of_its_errors_get_the_policy(placet):
    async def broken(request):
        raise RangeError

    async def sorry(request, error):
        return HTMLResponse("<p>Sorry", 500)

    class RangeError(Exception):
        pass

    sent = []

    async def collect(message):
        sent.append(message)

    site = Starlette(routes=[Route("/", broken)], exception_handlers={500: sorry})
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    with pytest.raises(RangeError):
        asyncio.run(asgi.PlacetMiddleware(site, placet)(scope, None, collect))
    assert sent[0]["status"] == 500
    assert (b"content-security-policy", CSP.encode()) in sent[0]["headers"]


def test_what_is_no_request_passes_through(placet):
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    asyncio.run(asgi.PlacetMiddleware(application, placet)({"type": "lifespan"}, None, None))
    assert seen == [{"type": "lifespan"}]


def test_a_stream_of_django_gets_the_policy(placet):
    settings.PLACET, settings.PLACET_CSP = placet, True
    middleware = django.PlacetMiddleware(lambda request: StreamingHttpResponse([b"x"]))
    assert middleware(RequestFactory().get("/"))["Content-Security-Policy"] == CSP


def test_the_cache_of_django_keeps_no_page_when_it_stands_outside(placet):
    settings.PLACET, settings.PLACET_CSP = placet, True
    seen = []

    def view(request):
        seen.append(request.COOKIES)
        return HttpResponse("<p>")

    fetching = FetchFromCacheMiddleware(view)
    for way, views in ((django.PlacetMiddleware(fetching), 2), (fetching, 1)):
        seen.clear()
        chain = UpdateCacheMiddleware(way)
        for _ in range(2):
            assert chain(RequestFactory().get("/")).status_code == 200
        assert len(seen) == views, "and keeps it without us"


def test_an_answer_of_asgi_may_have_no_headers(placet):
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 204})

    sent = []

    async def collect(message):
        sent.append(message)

    asyncio.run(asgi.PlacetMiddleware(application, placet)({"type": "http", "headers": []}, None, collect))
    assert sent == [{"type": "http.response.start", "status": 204, "headers": []}]


def test_without_the_middleware_the_site_is_told():
    with pytest.raises(RuntimeError, match="wrapped"):
        wsgi.consent_of(EnvironBuilder().get_environ())
    with pytest.raises(RuntimeError, match="wrapped"):
        asyncio.run(asgi.consent_of({"type": "http"}))
    with pytest.raises(RuntimeError, match="MIDDLEWARE"):
        django.consent_of(RequestFactory().get("/"))
