from copy import deepcopy
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from examples import SITES, load_config
from examples.published import Published
from examples.sites import PORT, load_pages, tracker_at, trackers_of
from examples.words import COUNTRIES, REFUSED_IN_THE_USA, asked_again, country, days, in_words, said

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
            part
            for who in tracker["recipients"]
            for part in (who["name"], COUNTRIES[who["country"]], who["safeguard"] or "")
        ]
        words += [item["name"] for item in tracker["storage"]]
    assert [word for word in words if word not in page] == []


def test_the_privacy_page_shows_what_is_published_and_not_the_file(browse, reads):
    config = deepcopy(load_config("saas-console"))
    config["controller"]["contact"] = "new@saas-console.example"
    config["texts"] = {"en": {"basis_consent": "what you agreed to"}}
    config["trackers"][-1] |= {"name": "Reading receipts", "purpose": {"fr": "Compte les lectures."}}
    assert 'data-version="file"' in browse("saas-console", "/privacy").text
    reads.published["s_saas-console"] = Published(3, config)
    page = unescape(browse("saas-console", "/privacy").text)
    for words in (
        "new@saas-console.example",
        "what you agreed to",
        "Reading receipts",
        "Compte les lectures.",
        "version 3 ",
    ):
        assert words in page
    assert "privacy@saas-console.example" not in page
    assert "E-mail opens" not in page.partition("<aside")[0].partition("<main")[2]


def test_the_privacy_page_uses_the_widgets_words(browse):
    page = unescape(browse("account-management", "/privacy").text)
    for words in (
        "your consent",
        "legal obligation",
        "kept: 14 months",
        "United States",
        "until you close the browser",
    ):
        assert words in page
    for code in ("Inc., US", "_processor", "localStorage"):
        assert code not in page.partition("<aside")[0]


def test_a_version_that_asks_again_is_said_to_wait_not_to_be_announced(browse):
    page = browse("business-automation", "/privacy").text
    assert "waits 30 days before it takes effect" in page
    assert "announced" not in page + browse("127.0.0.1").text


def test_when_the_visitor_is_asked_again_is_said_once():
    config = {"regime": "location", "lifetimes": {"granted": "P6M", "refused": "P6M"}}
    assert asked_again(config) == "after 6 months; some laws keep a no longer (13 months in the USA)"
    assert asked_again({**config, "regime": "eu"}) == "after 6 months"
    config["lifetimes"]["refused"] = "P3M"
    assert asked_again({**config, "regime": "eu"}) == "6 months after a yes, 3 months after a no"
    config["lifetimes"]["refused"] = "P13M"
    assert asked_again(config) == "6 months after a yes, 13 months after a no"


def test_how_long_a_no_is_kept_in_the_usa_is_what_the_regimes_say():
    file = Path(__file__).parent.parent.parent / "app" / "data" / "regimes.yaml"
    regimes = yaml.safe_load(file.read_text(encoding="utf-8"))["regimes"]
    longest = {name: regime["min_refused"]["is"] for name, regime in regimes.items() if "min_refused" in regime}
    assert {kept for name, kept in longest.items() if name.startswith("us")} == {REFUSED_IN_THE_USA}
    assert max(days(kept) for kept in longest.values()) == days(REFUSED_IN_THE_USA)


@pytest.mark.parametrize("name", SITES)
def test_every_country_of_a_config_has_its_name(name):
    used = {who["country"] for tracker in trackers_of(name).values() for who in tracker["recipients"]}
    assert {code for code in used if country(code) == code} == set()
    assert country("FR") == "FR"


@pytest.mark.parametrize("name", ["account-management", "workflow-platform"])
def test_words_about_personal_content_can_follow_the_choice(browse, name):
    tags = read(browse(name)).tags
    tells = [attributes for _, attributes in tags if "data-tells" in attributes]
    assert [trackers_of(name)[words["data-tells"]]["kind"] for words in tells] == ["browser"]
    assert all(words["data-on"] and words["data-off"] for words in tells)
    assert any(attributes.get("src") == "/static/tells.js" for _, attributes in tags)


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
    assert (in_words("session"), in_words("persistent")) == ("until you close the browser", "until you delete it")
    assert (in_words("PT30M"), in_words("P1Y6M")) == ("30 minutes", "P1Y6M")
    assert days("PT30M") == 1
    assert (days("P30D"), days("P6M"), days("P13M"), days("P1Y")) == (30, 183, 396, 365)
    with pytest.raises(ValueError, match="no duration"):
        days("soon")
    with pytest.raises(ValueError, match="no duration"):
        days("PT3D")


def test_a_text_is_said_in_english_or_in_the_first_language_there_is():
    assert said({"de": "Ja", "en": "Yes"}) == "Yes"
    assert said({"de": "Ja", "fr": "Oui"}) == "Ja"
