"""The catalog: which tracker an address or a name belongs to, what a search finds, and what a draft gets."""

import re
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import host_fits, name_fits
from app.core.catalog_draft import add_to_draft, as_tracker, doubts
from app.core.catalog_read import read_catalog
from app.core.errors import NotAllowedError
from app.core.lint_steps import lint_signals
from app.data import load_catalog, load_standard

CATALOG = load_catalog()
ENTRIES = list(CATALOG)
MATCHES = [(entry, match) for entry in ENTRIES for match in entry.match]
STORED = [(entry, item) for entry in ENTRIES for item in entry.storage]
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
TAIL = st.text("abcxyz0189-_.~/", max_size=20)


def ids(entries):
    return [entry.id for entry in entries]


def an_address(match, label):
    return match["host"].replace("*", label)


@given(st.sampled_from(MATCHES), LABEL, TAIL)
def test_an_address_belongs_to_its_own_entry(found, label, tail):
    entry, match = found
    host = an_address(match, label)
    for written in (host, host.upper(), f"{host}."):
        assert entry.id in ids(CATALOG.by_address(written, match["path"] + tail))


@given(st.sampled_from(MATCHES), LABEL, LABEL)
def test_an_address_that_only_looks_alike_belongs_to_nobody(found, label, other):
    entry, match = found
    bare = match["host"].removeprefix("*.")
    for host in (
        f"evil-{bare}",
        f"{other}x{bare}",
        f"{bare}.{other}.example",
        f"{bare}{other}",
        bare.replace(".", "-"),
    ):
        assert not host_fits(match["host"], host)
        near = [own.id for own in CATALOG.by_address(host, "/") if own.id == entry.id]
        # An exact host beside a wildcard: only another match of the same entry may claim the neighbour.
        assert not near or any(host_fits(own["host"], host) for own in entry.match)
    assert not host_fits(f"*.{bare}", bare), "a wildcard is for subdomains"


@pytest.mark.parametrize(
    "host", ["evil-google-analytics.com", "www.google-analytics.com.evil.example", "google-analytics.co"]
)
def test_nobody_takes_a_look_alike_for_google_analytics(host):
    assert CATALOG.by_address(host) == []
    assert CATALOG.search(f"https://{host}/g/collect") == []


def test_the_closest_entry_comes_first():
    assert ids(CATALOG.by_address("www.googletagmanager.com", "/gtm.js?id=GTM-X")) == ["google-tag-manager"]
    assert "google-analytics" in ids(CATALOG.by_address("www.googletagmanager.com", "/gtag/js"))
    assert ids(CATALOG.by_address("www.googletagmanager.com", "/elsewhere")) == []
    assert ids(CATALOG.by_address("www.google.com", "/recaptcha/api.js")) == ["google-recaptcha"]
    assert ids(CATALOG.by_address("connect.facebook.net", "/en_US/sdk.js"))[0] == "facebook-embeds"
    assert ids(CATALOG.by_address("region1.google-analytics.com", "/g/collect")) == ["google-analytics"]


@given(st.sampled_from(STORED), st.text("abcXYZ019._-", max_size=12))
def test_a_name_belongs_to_its_own_entry(found, more):
    entry, item = found
    name = item["name"][:-1] + more if item["name"].endswith("*") else item["name"]
    assert entry.id in ids(CATALOG.by_stored(item["kind"], name, item["domain"]))
    if not item["name"].endswith("*"):
        assert not name_fits(item["name"], f"{name}x")
        assert not name_fits(item["name"], f"x{name}")


def test_a_short_name_of_the_page_s_own_is_no_vendor_s():
    assert ids(CATALOG.by_stored("cookie", "uid")) == []
    assert "criteo" in ids(CATALOG.by_stored("cookie", "uid", ".criteo.com"))
    assert "google-ads" in ids(CATALOG.by_stored("cookie", "IDE", "doubleclick.net"))
    assert ids(CATALOG.by_stored("cookie", "IDE", "evil-doubleclick.net")) == []


def test_a_cookie_is_no_key_of_local_storage():
    assert "google-analytics" in ids(CATALOG.by_stored("cookie", "_ga_ABC123"))
    assert "google-analytics" not in ids(CATALOG.by_stored("local", "_ga_ABC123"))
    assert ids(CATALOG.by_stored("cookie", "session_of_the_site")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("facebook pixel", "meta-pixel"),
        ("GA4", "google-analytics"),
        ("twitter", "x-pixel"),
        ("_fbp", "meta-pixel"),
        ("_ga_ABC123", "google-analytics"),
        ("region1.google-analytics.com", "google-analytics"),
        ("https://snap.licdn.com/li.lms-analytics/insight.min.js", "linkedin-insight"),
        ("Zeichnet Hotjar", "hotjar"),
        ("  STRIPE  ", "stripe"),
    ],
)
def test_words_addresses_and_cookies_are_found(query, found):
    assert found in ids(CATALOG.search(query))


@pytest.mark.parametrize("query", ["nothing of this name", "http://[", "https://", "::::", "\x00", "%", "*"])
def test_what_is_not_there_is_not_found(query):
    assert len(CATALOG.search(query)) < len(ENTRIES)


def test_no_words_find_all():
    assert CATALOG.search(" ") == ENTRIES


@given(st.text())
def test_a_search_never_fails(query):
    assert set(ids(CATALOG.search(query))) <= set(ids(ENTRIES))


DRAFT = {
    "format": 1,
    "languages": ["en", "de-AT"],
    "categories": [{"id": "necessary", "name": {"en": "Needed"}, "description": {"en": "Needed."}}],
    "trackers": [{"id": "own"}],
}


def test_an_entry_comes_at_the_end_with_its_category():
    addition = add_to_draft(CATALOG, CATALOG.get("matomo-cloud"), DRAFT)
    document = addition.document
    assert [tracker["id"] for tracker in document["trackers"]] == ["own", "matomo-cloud"]
    assert [category["id"] for category in document["categories"]] == ["necessary", "analytics"]
    assert document["categories"][1]["name"] == {"en": "Analytics", "de-AT": "Statistik"}
    assert document["trackers"][1]["purpose"].keys() == {"en", "de-AT"}
    assert DRAFT["trackers"] == [{"id": "own"}], "what was given stays as it was"
    twice = add_to_draft(CATALOG, CATALOG.get("posthog"), document).document
    assert [category["id"] for category in twice["categories"]] == ["necessary", "analytics"]


@pytest.mark.parametrize(
    ("there", "then"),
    [
        (["necessary", "marketing", "own"], ["necessary", "analytics", "marketing", "own"]),
        (["own", "functional"], ["own", "functional", "analytics"]),
        ([], ["analytics"]),
        (["marketing"], ["analytics", "marketing"]),
    ],
)
def test_a_category_comes_where_it_stands_everywhere(there, then):
    draft = {"categories": [{"id": name} for name in there]}
    document = add_to_draft(CATALOG, CATALOG.get("posthog"), draft).document
    assert [category["id"] for category in document["categories"]] == then


def test_a_second_time_is_refused_in_words():
    once = add_to_draft(CATALOG, CATALOG.get("stripe"), DRAFT).document
    with pytest.raises(NotAllowedError, match="already has a tracker with the id stripe"):
        add_to_draft(CATALOG, CATALOG.get("stripe"), once)


@pytest.mark.parametrize("name", ["trackers", "categories"])
def test_a_draft_whose_lists_are_none_is_not_written_over(name):
    with pytest.raises(NotAllowedError, match="not a list"):
        add_to_draft(CATALOG, CATALOG.get("stripe"), {**DRAFT, name: "mine"})


@pytest.mark.parametrize(
    "draft", [{}, {"languages": "en"}, {"languages": [1, None]}, {"trackers": [None, 3, {"id": 4}]}]
)
def test_a_draft_of_any_shape_is_added_to(draft):
    before = deepcopy(draft)
    document = add_to_draft(CATALOG, CATALOG.get("hotjar"), draft).document
    assert document["trackers"][-1]["id"] == "hotjar"
    assert draft == before


def test_a_category_that_nobody_is_asked_about_is_denied():
    addition = add_to_draft(CATALOG, CATALOG.get("google-analytics"), DRAFT)
    signals = addition.document["trackers"][-1]["signals"]
    assert '"ad_storage": "denied"' in signals["default"][0]
    assert '"analytics_storage": "?analytics"' in signals["default"][0]
    assert list(lint_signals("signals", signals, {"necessary", "analytics"})) == []
    assert any("no category marketing" in line for line in addition.to_do)
    marketing = {**DRAFT, "categories": [*DRAFT["categories"], {"id": "marketing"}]}
    kept = add_to_draft(CATALOG, CATALOG.get("google-analytics"), marketing)
    assert kept.document["trackers"][-1]["signals"] == CATALOG.get("google-analytics").signals
    assert not any("marketing" in line for line in kept.to_do)


def test_what_is_left_to_a_person_is_told():
    addition = add_to_draft(CATALOG, CATALOG.get("matomo"), {**DRAFT, "languages": ["fr", "en"]})
    told = " ".join(addition.to_do)
    assert "add the host of your Matomo" in told
    assert "Its texts are in de, en only: write them in fr." in told
    assert "translated" not in told
    assert any(
        "in de-AT were translated by a machine" in line
        for line in add_to_draft(CATALOG, CATALOG.get("matomo"), DRAFT).to_do
    )
    assert "how long the data are kept" in told
    assert addition.document["trackers"][-1]["purpose"].keys() == {"en"}


def test_what_is_necessary_has_another_ground_than_consent():
    assert as_tracker(CATALOG.get("stripe"), ["en"])["legal_basis"] == "legitimate_interest"
    assert as_tracker(CATALOG.get("posthog"), ["en"])["legal_basis"] == "consent"


def test_what_is_from_memory_says_so():
    assert doubts(CATALOG.get("quora-pixel"))[0] == "all of it, since it was written from general knowledge"
    assert not any("general knowledge" in line for line in doubts(CATALOG.get("matomo")))


WORDS = {"pages": {"en": "Pages", "de": "Seiten"}}
CATEGORIES = load_standard()["categories"]
ENTRY = {
    "name": "Clickstream",
    "vendor": {"name": "Example Inc.", "country": "US", "policy": "https://stats.example/privacy"},
    "category": "analytics",
    "purpose": {"en": "Counts.", "de": "Zählt."},
    "data": {"pages": "P14M"},
    "recipients": [{"name": "Example Inc.", "role": "processor", "country": "US"}],
    "sale_share": False,
    "match": [{"host": "stats.example"}],
    "storage": [{"name": "_ex*", "lifetime": "P1Y"}],
    "sources": ["https://stats.example/docs"],
    "checked": "2026-11",
}


def test_a_good_file_is_read():
    entry = read_catalog({"clickstream": ENTRY}, WORDS, CATEGORIES).get("clickstream")
    assert (entry.kind, entry.match[0], entry.storage[0]["kind"]) == (
        "browser",
        {"host": "stats.example", "path": "/"},
        "cookie",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "catalog/clickstream.name"),
        ({"hosts": []}, "catalog/clickstream.hosts: is not a field"),
        (
            {"vendor": {"name": "x", "country": "USA", "policy": "https://x.example"}},
            "catalog/clickstream.vendor.country",
        ),
        ({"vendor": "Example"}, "catalog/clickstream.vendor: must be a mapping"),
        ({"category": "ads"}, "catalog/clickstream.category"),
        ({"purpose": {"en": "Counts."}}, "catalog/clickstream.purpose: must have a text in en and de"),
        ({"data": {"pages": "two years"}}, "catalog/clickstream.data.pages: must be a duration"),
        ({"data": {"shoe_size": "P1Y"}}, "catalog/clickstream.data.shoe_size: is no data item"),
        ({"data": {}}, "catalog/clickstream.data: must have at least one"),
        ({"data": None}, "catalog/clickstream.data: is missing"),
        ({"recipients": [{"name": "x", "role": "friend", "country": "US"}]}, "catalog/clickstream.recipients[0].role"),
        ({"sale_share": "no"}, "catalog/clickstream.sale_share"),
        ({"storage": [{"name": "_ex", "lifetime": "long"}]}, "catalog/clickstream.storage[0].lifetime"),
        ({"match": [{"path": "/"}]}, "catalog/clickstream.match[0].host"),
        ({"signals": {"later": []}}, "catalog/clickstream.signals.later"),
        ({"stop": "reload"}, "catalog/clickstream.stop: must be a list"),
        ({"unsure": ["everything"]}, "catalog/clickstream.unsure"),
        ({"shares_with": {"nobody": "why"}}, "catalog/clickstream.shares_with: nobody"),
        ({"sources": []}, "catalog/clickstream.sources"),
        ({"sources": ["http://x.example"]}, "catalog/clickstream.sources"),
        ({"checked": "yesterday"}, "catalog/clickstream.checked"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_field(change, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        read_catalog({"clickstream": {**ENTRY, **change}}, WORDS, CATEGORIES)


def test_all_that_is_wrong_is_told_at_once():
    words = {**WORDS, "referrer": {"en": "Where from"}}
    without_a_name = {key: value for key, value in ENTRY.items() if key not in ("name", "vendor")}
    with pytest.raises(ValueError, match="the tracker catalog is wrong") as caught:
        read_catalog({"analytics": ENTRY, "a": None, "b": without_a_name}, words, CATEGORIES)
    assert str(caught.value).splitlines()[1:] == [
        "catalog_words.referrer: must have a text in en and de",
        "catalog/a: must be a mapping with the fields of an entry",
        "catalog/analytics: an id is a-z, 0-9 and -, at most 32 characters, and no category's",
        "catalog/b.name: is missing",
        "catalog/b.vendor: is missing",
    ]
