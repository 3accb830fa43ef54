"""The way out of a browser that checks a site: to the site, in the clear and by tunnel, and into no private network."""

import http.client
import socket

import pytest
from werkzeug.wrappers import Request, Response

from app.services.way_out import MAX_BODY_BYTES, is_private, may_reach, way_out
from tests.support.server import free_port, serving


@pytest.fixture
def inside():
    """Somebody inside the operator's network, and who has asked for what."""
    asked = []

    @Request.application
    def application(request):
        asked.append((request.method, request.full_path, request.headers.get("Proxy-Connection"), request.get_data()))
        return Response(b"inside", headers={"Connection": "keep-alive"})

    port = free_port()
    with serving(application, port):
        yield port, asked


def through(proxy, method, target, body=None, headers=()):
    host, port = proxy.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request(method, target, body, dict(headers))
    answer = connection.getresponse()
    found = answer.status, answer.read(), answer.getheader("Connection")
    connection.close()
    return found


def test_what_may_be_reached_is_reached_in_the_clear(inside):
    port, asked = inside
    with way_out(private=True) as proxy:
        target = f"http://shop.localhost:{port}/a?b=1"
        answer = through(proxy, "POST", target, b"body", [("Proxy-Connection", "keep-alive")])
    assert answer == (200, b"inside", "close"), "the next request may be for another host"
    assert asked == [("POST", "/a?b=1", None, b"body")]


def test_a_tunnel_passes_bytes_on(inside):
    port, asked = inside
    with way_out(private=True) as proxy, socket.create_connection(proxy.removeprefix("http://").split(":"), 10) as own:
        own.sendall(f"CONNECT shop.localhost:{port} HTTP/1.1\r\nHost: shop.localhost:{port}\r\n\r\n".encode())
        assert own.recv(1000) == b"HTTP/1.1 200 OK\r\n\r\n"
        own.sendall(b"GET /t HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: own.recv(1000), b""))
    assert answer.endswith(b"inside")
    assert [path for _, path, *_ in asked] == ["/t?"]


@pytest.mark.parametrize("host", ["shop.localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost."])
def test_a_private_network_is_not_reached(inside, host):
    port, asked = inside
    with way_out(private=False) as proxy:
        assert through(proxy, "GET", f"http://{host}:{port}/secret")[0] == 502
        assert through(proxy, "CONNECT", f"{host}:{port}")[0] == 502
    assert asked == []


def test_where_placet_itself_is_may_be_private(inside):
    port, asked = inside
    with way_out(private=False, also=f"http://consent.localhost:{port}") as proxy:
        assert through(proxy, "GET", f"http://consent.localhost:{port}/s/s_a.js")[0] == 200
        assert through(proxy, "GET", f"http://other.localhost:{port}/")[0] == 502
        assert through(proxy, "GET", f"http://consent.localhost:{port + 1}/")[0] == 502
    assert [path for _, path, *_ in asked] == ["/s/s_a.js?"]


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0.0.0.0", "224.0.0.1"])
def test_what_is_link_local_is_never_reached(host):
    with way_out(private=True) as proxy:
        assert through(proxy, "GET", f"http://{host}/latest/meta-data")[0] == 502


def test_a_private_host_is_known_by_its_address():
    assert all(map(is_private, ("10.1.2.3", "192.168.0.1", "a.localhost", "127.0.0.1", "::1")))
    assert not any(map(is_private, ("1.1.1.1", "no-such-host.invalid")))


@pytest.mark.parametrize("form", ["::ffff:%s", "64:ff9b::%s", "2002:%s::"])
def test_an_address_that_carries_another_is_judged_by_that(form):
    def carried(address):
        first, second = (f"{int(a):02x}{int(b):02x}" for a, b in zip(*[iter(address.split("."))] * 2, strict=True))
        return form % f"{first}:{second}"

    for inside in ("127.0.0.1", "10.1.2.3", "192.168.0.1"):
        assert is_private(carried(inside)), inside
        assert not may_reach(carried(inside), private=False), inside
        assert may_reach(carried(inside), private=True), inside
    assert not may_reach(carried("169.254.169.254"), private=True)
    assert may_reach(carried("1.1.1.1"), private=False)
    assert not is_private(carried("1.1.1.1"))


def test_a_body_is_passed_on_while_it_comes():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        way_out(private=True) as proxy,
        socket.create_connection(proxy.removeprefix("http://").split(":"), 10) as own,
    ):
        listener.settimeout(10)
        place = f"shop.localhost:{listener.getsockname()[1]}"
        own.sendall(f"POST http://{place}/ HTTP/1.1\r\nHost: {place}\r\nContent-Length: 200000\r\n\r\n".encode())
        own.sendall(b"a" * 100_000)
        inside, _ = listener.accept()
        with inside, inside.makefile("rb") as reading:
            inside.settimeout(10)
            assert reading.readline() == b"POST / HTTP/1.1\r\n"
            assert http.client.parse_headers(reading)["Content-Length"] == "200000"
            assert reading.read(60_000) == b"a" * 60_000, "before the rest has come"
            own.sendall(b"b" * 100_000)
            assert reading.read(140_000) == b"a" * 40_000 + b"b" * 100_000
            inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        assert own.recv(1000).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("length", ["-1", "x", str(MAX_BODY_BYTES + 1)])
def test_a_body_of_no_length_or_too_much_is_refused(inside, length):
    port, asked = inside
    with way_out(private=True) as proxy:
        assert through(proxy, "POST", f"http://shop.localhost:{port}/", headers=[("Content-Length", length)])[0] == 413
    assert asked == []


@pytest.mark.parametrize("address", ["64:ff9b:1::7f00:1", "::7f00:1", "::ffff:0:7f00:1", "fec0::1", "5f00::1"])
def test_what_a_translator_or_nobody_has_is_not_the_world(address):
    assert is_private(address)
    assert not may_reach(address, private=False)


def test_an_address_of_the_world_is():
    assert may_reach("2606:4700::1", private=False)
    assert not is_private("2606:4700::1")
