from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from examples import SITES, load_config
from examples.sites import PORT, days, in_words, load_pages, tracker_at, trackers_of

TEST_PORT = 8123


class Loads(HTMLParser):
    """Collects what a page loads: (address, attributes, marked or not)."""

    def __init__(self):
        super().__init__()
        self.templates = []
        self.found = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "template":
            self.templates.append(attributes)
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if address:
            mark = (
                self.templates[-1] if self.templates else attributes if attributes.get("type") == "text/plain" else None
            )
            self.found.append((address, mark))

    def handle_endtag(self, tag):
        if tag == "template":
            self.templates.pop()


def read(page):
    parser = Loads()
    parser.feed(page.text)
    return parser


def pages_of(name):
    return [*load_pages(name)["pages"], "privacy"]


EVERY_PAGE = [(name, path) for name in SITES for path in pages_of(name)]


def host_of(address):
    return urlsplit(address).hostname


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_no_page_loads_an_optional_tracker_without_its_mark(browse, name, path):
    for address, mark in read(browse(name, f"/{path}")).found:
        tracker = tracker_at(name, host_of(address), urlsplit(address).path) if host_of(address) else None
        if tracker and tracker["category"] != "necessary":
            assert mark is not None, address
            assert (mark["data-category"], mark["data-tracker"]) == (tracker["category"], tracker["id"])


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_a_page_loads_from_nowhere_but_the_site_placet_and_the_listed_trackers(browse, name, path):
    listed = {match["host"] for tracker in trackers_of(name).values() for match in tracker["match"]}
    for address, _ in read(browse(name, f"/{path}")).found:
        assert host_of(address) in {None, "127.0.0.1", *listed}, address


@pytest.mark.parametrize("name", SITES)
def test_every_tracker_that_runs_in_the_browser_is_on_some_page(browse, name):
    marks, hosts = set(), set()
    for path in pages_of(name):
        loads = read(browse(name, f"/{path}"))
        marks |= {mark["data-tracker"] for _, mark in loads.found if mark}
        hosts |= {host_of(address) for address, mark in loads.found if mark is None}
    for tracker in trackers_of(name).values():
        if tracker["kind"] != "browser" or tracker["id"] in ("sign-in", "cookie-choice"):
            continue
        if tracker["category"] == "necessary":
            assert tracker["match"][0]["host"] in hosts, tracker["id"]
        else:
            assert tracker["id"] in marks, tracker["id"]


@pytest.mark.parametrize("name", SITES)
def test_what_is_marked_answers_and_reaches_the_inbox_as_that_tracker(browse, hits, name):
    referer = {"Referer": f"http://{name}.localhost:{TEST_PORT}/"}
    reached = set()
    for path in pages_of(name):
        for address, mark in read(browse(name, f"/{path}")).found:
            parts = urlsplit(address)
            if not mark or not parts.hostname:
                continue
            assert parts.port == TEST_PORT
            asked = f"{parts.path}?{parts.query}"
            assert browse(parts.hostname.removesuffix(".localhost"), asked, headers=referer).status_code == 200
            reached.add(mark["data-tracker"])
    assert {hit["tracker"] for hit in hits(name)} == reached


@pytest.mark.parametrize("name", SITES)
def test_the_loader_is_async_and_comes_before_the_marked_scripts(browse, name):
    scripts = [attributes for tag, attributes in read(browse(name)).tags if tag == "script" and attributes.get("src")]
    assert "async" in scripts[0]
    assert scripts[0]["src"] == f"http://127.0.0.1:8122/s/s_{name}.js"
    assert any(attributes.get("type") == "text/plain" for attributes in scripts[1:])


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_the_choice_can_be_changed_from_every_page(browse, name, path):
    tags = read(browse(name, f"/{path}")).tags
    assert any(attributes.get("data-placet") == "settings" for _, attributes in tags)


@pytest.mark.parametrize("name", SITES)
def test_the_privacy_page_tells_everything_that_the_config_says(browse, name):
    page, config = unescape(browse(name, "/privacy").text), load_config(name, TEST_PORT)
    words = [config["controller"]["name"], config["controller"]["address"], config["controller"]["contact"]]
    for tracker in config["trackers"]:
        words += [tracker["name"], tracker["vendor"], tracker["purpose"]["en"]]
        words += [item["name"]["en"] for item in tracker["data"]]
        words += [
            part for who in tracker["recipients"] for part in (who["name"], who["country"], who["safeguard"] or "")
        ]
        words += [item["name"] for item in tracker["storage"]]
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("name", SITES)
def test_the_config_follows_the_port(name):
    config = load_config(name, 9000)
    assert config["origins"] == [f"http://{name}.localhost:9000"]
    assert config["policy_url"] == f"http://{name}.localhost:9000/privacy"
    assert load_config(name)["origins"] == [f"http://{name}.localhost:{PORT}"]
    assert load_config(name, public="https://shop.example")["origins"] == ["https://shop.example"]


def test_an_unknown_site_has_no_config():
    with pytest.raises(KeyError, match="no example site"):
        load_config("../saas-console")


@pytest.mark.parametrize("name", SITES)
def test_every_category_is_explained_and_every_tracker_in_one(name):
    config = load_config(name)
    categories = {category["id"] for category in config["categories"]}
    assert {tracker["category"] for tracker in config["trackers"]} <= categories
    assert "necessary" in categories


def test_durations_are_said_in_words_and_counted_in_days():
    assert (in_words("P6M"), in_words("P1Y"), in_words("P30D")) == ("6 months", "1 year", "30 days")
    assert (in_words("session"), in_words("persistent")) == ("until the browser is closed", "until deleted")
    assert (days("P30D"), days("P6M"), days("P13M"), days("P1Y")) == (30, 183, 396, 365)
    with pytest.raises(ValueError, match="no duration"):
        days("soon")
