"""Configs of other tools, as their owners write them, read into drafts of ours: nothing is made up."""

from pathlib import Path

import pytest

from app import data
from app.core.imports import KINDS, ImportFormatError, merge_import, read_import
from app.core.lint import lint
from app.schemas.config import CONFIG, fill_defaults

SAMPLES = Path(__file__).parent / "samples"
FILES = {
    "vanilla-cookieconsent": "vanilla.js",
    "klaro": "klaro.js",
    "orejime": "orejime.js",
    "tarteaucitron": "tarteaucitron.js",
    "cookiebot": "cookiebot.csv",
    "onetrust": "onetrust.csv",
    "cookieyes": "cookieyes.csv",
}


def read(kind, lang="en"):
    return read_import(kind, (SAMPLES / FILES[kind]).read_text(), lang)


def stored(imported, tracker):
    (own,) = (one for one in imported.document["trackers"] if one["id"] == tracker)
    return [(item["kind"], item["name"], item["lifetime"], item["domain"]) for item in own["storage"]]


def by_id(imported, what):
    return {one["id"]: one for one in imported.document[what]}


def said(imported, level):
    return {f"{note.where}: {note.words}" for note in imported.notes if note.level == level}


class TestVanilla:
    def test_categories_services_and_cookies(self):
        found = read("vanilla-cookieconsent")
        assert list(by_id(found, "categories")) == ["necessary", "analytics", "marketing"]
        assert by_id(found, "categories")["necessary"]["name"] == {"en": "Strictly necessary"}
        assert by_id(found, "categories")["necessary"]["description"] == {"en": "The site needs these."}
        assert by_id(found, "categories")["analytics"]["description"] == {"en": "How the shop is used, page by page."}
        assert by_id(found, "trackers")["ga"]["name"] == "Google Analytics 4"
        assert stored(found, "ga") == [("cookie", "_ga_*", "", None), ("cookie", "_gid", "P1D", None)]
        assert stored(found, "hits") == [("cookie", "hits", "", None)]
        assert stored(found, "analytics-cookies") == [("cookie", "_ga*", "", None)]

    def test_the_rest_of_the_config(self):
        found = read("vanilla-cookieconsent").document
        assert found["languages"] == ["en", "de"]
        assert found["lifetimes"] == {"granted": "P182D", "refused": "P182D"}
        assert found["cookie_domain"] == "harbour-books.example"
        assert found["look"] == {"layout": "bar"}
        assert found["policy_url"] == "https://harbour-books.example/privacy-policy?a=1&b=2"
        assert found["choice_per_tracker"] is True

    def test_what_is_left_out_is_told_with_its_reason(self):
        left = said(read("vanilla-cookieconsent"), "left")
        assert {
            "Cookies of analytics › cookie: The pattern /(foo|bar)_\\d+/ is not a name, nor the beginning of one with * "
            "behind it.",
            "Google Analytics 4 › cookie: The domain of _ga_* is computed: location.hostname",
            "Language de: Its words are in another file or made by a function.",
            "Cookie hits: How long it is kept: until you clear it",
        } <= left

    def test_json_is_taken_too(self):
        found = read_import(
            "vanilla-cookieconsent", '{"categories": {"functionality": {"services": {"map": {}}}}}', "en"
        )
        assert by_id(found, "trackers")["map"]["category"] == "functional"


class TestKlaro:
    def test_services_their_purposes_and_words(self):
        found = read("klaro")
        trackers = by_id(found, "trackers")
        assert {own: tracker["category"] for own, tracker in trackers.items()} == {
            "matomo": "analytics",
            "captcha": "necessary",
            "external-map": "livechat",
        }
        assert trackers["matomo"]["purpose"] == {
            "en": "Counts visits on our own server.",
            "de": "Zählt Besuche auf dem eigenen Server.",
        }
        assert stored(found, "matomo") == [
            ("cookie", "_pk_*", "", "field-notes.example"),
            ("cookie", "piwik_ignore", "", None),
            ("cookie", "_pk_id.*", "", None),
        ]
        assert by_id(found, "categories")["analytics"]["name"] == {"en": "Statistics", "de": "Besuchsmessung"}

    def test_a_purpose_that_no_service_has_is_no_category(self):
        assert set(by_id(read("klaro"), "categories")) == {"necessary", "analytics", "livechat"}

    def test_the_rest_and_what_is_left(self):
        found = read("klaro")
        assert found.document["look"] == {"layout": "modal"}
        assert found.document["policy_url"] == "https://field-notes.example/privacy"
        assert found.document["lifetimes"]["granted"] == "P365D"
        assert {
            "Service matomo: It stands in analytics; a tracker has one category: styling",
            "Service matomo: Its functions: Placet has stop steps and signals.",
        } <= said(found, "left")

    def test_the_apps_of_older_ones(self):
        found = read_import("klaro", "klaroConfig = {apps: [{name: 'x', purposes: ['ads'], title: 'X'}]}", "de")
        assert by_id(found, "trackers")["x"]["category"] == "marketing"


class TestOrejime:
    def test_groups_are_categories(self):
        found = read("orejime")
        assert {own: tracker["category"] for own, tracker in by_id(found, "trackers").items()} == {
            "session": "necessary",
            "pixel": "marketing",
            "banner": "marketing",
        }
        assert stored(found, "pixel") == [("cookie", "_px*", "", None), ("cookie", "px_all", "", "mairie.example")]
        assert by_id(found, "categories")["marketing"]["name"] == {"fr": "Publicité"}
        assert by_id(found, "trackers")["session"]["purpose"] == {"fr": "Rester connecté."}
        assert found.document["languages"] == ["fr"]
        assert "A purpose: It has no id that can be read." in said(found, "left")

    def test_version_2_is_read_as_klaro_is(self):
        text = (
            "orejimeConfig = {privacyPolicy: 'https://a.example/p', apps: [{name: 'stats', purposes: ['analytics']}]}"
        )
        found = read_import("orejime", text, "en")
        assert found.document["policy_url"] == "https://a.example/p"
        assert by_id(found, "trackers")["stats"]["category"] == "analytics"


class TestTarteaucitron:
    def test_services_by_key(self):
        found = read("tarteaucitron", "fr")
        assert {own: (one["name"], one["category"]) for own, one in by_id(found, "trackers").items()} == {
            "gtag": ("Google Analytics 4", "analytics"),
            "youtube": ("YouTube", "functional"),
            "ourownthing": ("ourownthing", ""),
        }
        assert found.document["policy_url"] == "https://ville.example/confidentialite"
        assert found.document["look"] == {"layout": "bar"}
        assert "A service: It is pushed by a name that is computed." in said(found, "left")
        assert not any(one["vendor"] or one["purpose"] or one["storage"] for one in found.document["trackers"])

    def test_a_plain_list(self):
        assert list(by_id(read_import("tarteaucitron", "gtag,\nvimeo\n", "en"), "trackers")) == ["gtag", "vimeo"]


class TestCookieLists:
    def test_cookiebot(self):
        found = read("cookiebot")
        assert {own: one["category"] for own, one in by_id(found, "trackers").items()} == {
            "google": "analytics",
            "google-2": "marketing",
            "hotjar": "analytics",
            "shop-tool-example": "",
        }
        assert stored(found, "google") == [("cookie", "_ga", "P2Y", None), ("cookie", "_ga_*", "P2Y", None)]
        assert stored(found, "hotjar") == [
            ("cookie", "_hjSession_*", "P1D", None),
            ("local", "hjViewportId", "session", None),
        ]
        assert by_id(found, "trackers")["hotjar"]["vendor"] == "Hotjar"
        assert by_id(found, "trackers")["shop-tool-example"]["vendor"] == "", "a host says not who is behind it"
        assert {
            "Row 7, pagead/1p-user-list/#: It stores nothing in the browser: Pixel Tracker",
            "CookieConsent: It belongs to the tool that you leave.",
        } <= said(found, "left")

    def test_onetrust(self):
        found = read("onetrust")
        assert stored(found, "harbour-books-example") == [
            ("cookie", "_ga_*", "", "harbour-books.example"),
            ("cookie", "_gid", "", "harbour-books.example"),
        ]
        assert stored(found, "doubleclick-example") == [("cookie", "test_cookie", "PT15M", "doubleclick.example")]
        assert "Row 3, _ga_xxxxxxxxxx, _gid: How long it is kept: a few seconds and more" in said(found, "left")
        assert "Column Cookies used: Nothing here has a place for it, or its name is not known." in said(found, "left")

    def test_cookieyes(self):
        found = read("cookieyes")
        assert stored(found, "harbour-books-example") == [("cookie", "_ga", "P399D", "harbour-books.example")]
        assert stored(found, "video-example") == [("cookie", "YSC", "session", "video.example")]
        assert by_id(found, "trackers")["video-example"]["purpose"] == {"en": "Tracks videos. x."}

    @pytest.mark.parametrize("text", ["a,b\n1,2\n", "just words", "Provider,Purpose\nx,y\n"])
    def test_a_list_without_names_is_refused(self, text):
        with pytest.raises(ImportFormatError, match="No column has the names"):
            read_import("cookiebot", text, "en")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_made_up_and_all_of_it_is_a_draft(kind):
    found = read(kind)
    document = fill_defaults({"format": 1, **found.document})
    assert found.document.keys() <= set(CONFIG.fields)
    wrong = {
        problem.code for problem in lint(document, data.load_regimes(), data.load_texts()) if problem.level == "error"
    }
    assert wrong <= {"missing", "missing_text", "unknown_category", "unread_texts", "over_maximum"}, wrong
    for tracker in found.document["trackers"]:
        assert (tracker["data"], tracker["recipients"], tracker["match"]) == ([], [], [])
    assert said(found, "empty")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", " \n", "{", "(((", "\x00\x01", "{}", "[1, 2]", "<html></html>"])
def test_what_the_tool_does_not_write_is_refused(kind, text):
    with pytest.raises(ImportFormatError):
        read_import(kind, text, "en")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("klaro", "klaroConfig = {services: [" + "{name: 'x', purposes: ['ads']}," * 201 + "]}"),
        ("cookiebot", "Name,Provider\n" + "".join(f"_x{n},p{n}\n" for n in range(201))),
        ("cookiebot", "Name,Provider\n" + "".join(f"_x{n},p\n" for n in range(501))),
        ("cookiebot", "Name,Provider\n" + "_x,p\n" * 5_001),
    ],
)
def test_more_than_a_site_can_have_is_refused(kind, text):
    with pytest.raises(ImportFormatError, match="more than"):
        read_import(kind, text, "en")


def test_an_unknown_tool_is_refused():
    with pytest.raises(ImportFormatError, match="There are: vanilla-cookieconsent"):
        read_import("other", "x", "en")


def test_a_draft_keeps_what_it_has():
    found = read("klaro")
    draft = {
        "format": 1,
        "policy_url": "https://ours.example/p",
        "categories": [{"id": "analytics", "name": {"en": "Ours"}}],
        "trackers": [{"id": "matomo", "name": "Our Matomo"}],
    }
    merged, notes = merge_import(draft, found)
    assert merged["policy_url"] == "https://ours.example/p"
    assert merged["categories"][0]["name"] == {"en": "Ours", "de": "Besuchsmessung"}
    assert [tracker["id"] for tracker in merged["trackers"]] == ["matomo", "captcha", "external-map"]
    assert merged["trackers"][0] == {"id": "matomo", "name": "Our Matomo"}
    told = [note.words for note in notes if note.level == "left"]
    assert "The draft has a tracker `matomo` already, and that stays." in told
    assert "The draft says https://ours.example/p, and that stays." in told
    assert draft["trackers"] == [{"id": "matomo", "name": "Our Matomo"}], "what was given is not changed"
    again, _ = merge_import(merged, found)
    assert again == merged, "twice is as once"
