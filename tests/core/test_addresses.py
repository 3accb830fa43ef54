"""What people paste as an address."""

import pytest

from app.core.addresses import tidy_contact, tidy_domain, tidy_match, tidy_origin, tidy_url
from app.core.handles import HANDLE, handle_from


@pytest.mark.parametrize(
    ("tidy", "typed", "written"),
    [
        (tidy_origin, "https://Shop.example/de/?a=1", "https://shop.example"),
        (tidy_origin, "shop.example/", "https://shop.example"),
        (tidy_origin, "http://shop.example:80", "http://shop.example"),
        (tidy_origin, "localhost:8080/", "http://localhost:8080"),
        (tidy_origin, "shop", "shop"),
        (tidy_origin, "https:/shop.example", "https:/shop.example"),
        (tidy_origin, "https//shop.example", "https//shop.example"),
        (tidy_origin, "https://https:/shop.example", "https://https:/shop.example"),
        (tidy_origin, "https://intranet/", "https://intranet"),
        (tidy_origin, "[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
        (tidy_origin, "https://[", "https://["),
        (tidy_origin, "ftp://shop.example", "ftp://shop.example"),
        (tidy_url, "shop.example/privacy", "https://shop.example/privacy"),
        (tidy_url, "/privacy", "/privacy"),
        (tidy_url, "datenschutz.html", "datenschutz.html"),
        (tidy_url, "index.php?page=1", "index.php?page=1"),
        (tidy_url, "Logo.SVG", "Logo.SVG"),
        (tidy_url, "mailto:me@shop.example", "mailto:me@shop.example"),
        (tidy_contact, "mailto:me@shop.example", "me@shop.example"),
        (tidy_contact, "shop.example/contact", "https://shop.example/contact"),
        (tidy_domain, "https://www.Shop.example/", "www.shop.example"),
        (tidy_domain, ".shop.example", "shop.example"),
        (tidy_domain, "shop", "shop"),
    ],
)
def test_an_address_is_kept_as_a_config_wants_it(tidy, typed, written):
    assert tidy(typed) == written
    assert tidy(written) == written


@pytest.mark.parametrize(
    ("host", "path", "kept"),
    [
        ("https://stats.example.com/matomo/?id=1", "/", ("stats.example.com", "/matomo/")),
        ("stats.example.com:8443", "/x", ("stats.example.com", "/x")),
        ("*.example.com", "/", ("*.example.com", "/")),
        ("https://stats.example.com/matomo/", "/mine", ("stats.example.com", "/mine")),
        ("not a host", "/", ("not a host", "/")),
    ],
)
def test_a_whole_address_is_a_host_and_a_path(host, path, kept):
    match = tidy_match({"host": host, "path": path})
    assert (match["host"], match["path"]) == kept


@pytest.mark.parametrize(
    ("name", "handle"),
    [("My Shop", "my-shop"), ("Müller & Söhne Straße", "muller-sohne-strasse"), ("日本", ""), ("x" * 70, "x" * 64)],
)
def test_a_handle_reads_like_the_name(name, handle):
    assert handle_from(name) == handle
    assert not handle or HANDLE.fullmatch(handle)
