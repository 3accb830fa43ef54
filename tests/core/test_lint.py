import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.lint import lint
from app.core.lint_trackers import EEA
from app.data import load_regimes, load_texts
from app.schemas.config import fill_defaults
from tests.core.config_documents import category_of, good_document, tracker_of

TABLE, TEXTS = load_regimes(), load_texts()


def found(document):
    return {(problem.path, problem.code, problem.level) for problem in lint(document, TABLE, TEXTS)}


def errors(document):
    return {(path, code) for path, code, level in found(document) if level == "error"}


def test_a_good_document_has_nothing_to_say_about():
    assert found(good_document()) == set()


@pytest.mark.parametrize(
    "origin", ["https://a.example", "https://a.example:8443", "http://x.localhost:1", "http://[::1]:8080"]
)
def test_an_origin_is_scheme_host_and_port(origin):
    document = good_document()
    document["origins"] = [origin]
    assert ("origins[0]", "bad_origin") not in errors(document)


@pytest.mark.parametrize(
    "origin",
    [
        "a.example",
        "https://a.example/",
        "https://A.example",
        "https://*.example",
        "ftp://a.example",
        "https://a.example:443",
    ]
    + [
        "null",
        "https://a.example:0",
        "https://a.example:99999",
        "https://u@a.example",
        "https://a.example?x",
        "https://",
    ],
)
def test_anything_else_is_no_origin(origin):
    document = good_document()
    document["origins"] = [origin]
    assert ("origins[0]", "bad_origin") in errors(document)


@pytest.mark.parametrize(
    ("domain", "code"), [("example.com", None), ("shop.example.com", "foreign_domain"), ("com", "bad_domain")]
)
def test_a_cookie_domain_is_a_parent_of_every_origin(domain, code):
    document = good_document()
    document["origins"] = ["https://shop.example.com", "https://example.com"]
    document["cookie_domain"] = domain
    assert errors(document) == ({("cookie_domain", code)} if code else set())


def test_a_cookie_domain_must_not_only_end_like_a_host():
    document = good_document()
    document["origins"] = ["https://badexample.com"]
    document["cookie_domain"] = "example.com"
    assert ("cookie_domain", "foreign_domain") in errors(document)


@pytest.mark.parametrize("regime", ["us-ca", "us-gpc", "us"])
def test_one_regime_for_all_must_ask_first_for_everything(regime):
    document = good_document()
    document["regime"] = regime
    assert ("regime", "regime_not_optin") in errors(document)


def test_an_exemption_does_not_travel():
    document = good_document()
    document["regime"] = "eu-fr"
    assert errors(document) == {("trackers[1].exempt_in[0]", "exempt_everywhere")}


def test_an_unknown_regime_is_told():
    document = good_document()
    document["regime"] = "mars"
    assert errors(document) == {("regime", "unknown_regime")}


def test_a_field_that_a_named_regime_requires_is_an_error_and_otherwise_a_warning():
    document = good_document()
    document["controller"]["dpo"] = None
    assert found(document) == {("controller.dpo", "required_by_law", "warning")}
    document["regime"] = "br"
    tracker_of(document, "counter")["exempt_in"] = []
    assert ("controller.dpo", "required_by_law") in errors(document)
    assert ("languages", "required_by_law", "warning") in found(document)


def test_a_lifetime_is_held_to_the_regimes_that_are_served():
    document = good_document()
    document["lifetimes"] = {"granted": "P12M", "refused": "P12M"}
    assert errors(document) == {("lifetimes.granted", "over_maximum")}
    document["regime"] = "eu-cz"
    tracker_of(document, "counter")["exempt_in"] = []
    assert errors(document) == set()


@pytest.mark.parametrize("country", ["US", "GB", "CH", "IN"])
def test_a_recipient_outside_the_eea_needs_a_safeguard(country):
    document = good_document()
    tracker_of(document, "counter")["recipients"][0].update(country=country, safeguard=None)
    assert errors(document) == {("trackers[1].recipients[0].safeguard", "safeguard_missing")}


def test_the_eea_is_the_table_s():
    places = {place for regime in TABLE if regime.id.startswith("eu") for place in regime.places}
    assert places == EEA


@pytest.mark.parametrize("text", ["<b>x", "a </p> b", "<!-- x", "<?php", "&amp;", "&#60;", "&#x3c;script"])
def test_html_is_refused_in_any_text(text):
    document = good_document()
    document["controller"]["address"] = text
    category_of(document, "audience")["description"]["fr"] = text
    assert errors(document) == {("controller.address", "html"), ("categories[1].description.fr", "html")}


@pytest.mark.parametrize("text", ["a < b", "1 <2", "Q&A", "R&D; more", "AT&T", "x > y", "Beispielstraße «é»"])
def test_plain_text_may_have_any_sign(text):
    document = good_document()
    category_of(document, "audience")["description"]["fr"] = text
    assert errors(document) == ({("categories[1].description.fr", "html")} if "D;" in text else set())


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "\ufeffa", "a\x1b[31m"])
def test_characters_that_hide_or_turn_text_are_refused(text):
    document = good_document()
    document["name"] = text
    assert errors(document) == {("name", "control_character")}


def test_yes_and_no_may_not_be_worded_alike():
    document = good_document()
    document["texts"]["en"]["accept_all"] = " REJECT  all"
    assert errors(document) == {("texts.en.accept_all", "same_label")}


@pytest.mark.parametrize(
    ("text", "code"), [("{count} x", "unknown_placeholder"), ("a { b", "stray_brace"), ("{Name}", "stray_brace")]
)
def test_a_placeholder_must_be_one_that_is_filled_in(text, code):
    document = good_document()
    document["texts"]["en"]["title"] = text
    assert errors(document) == {("texts.en.title", code)}


@pytest.mark.parametrize(
    "source", ["https://x.example", "*.x.example:*", "wss://x.example/a/", "'unsafe-inline'", "blob:"]
)
def test_a_csp_source_lets_in_something_definite(source):
    document = good_document()
    document["csp_sources"] = [source]
    assert errors(document) == set()


@pytest.mark.parametrize("source", ["*", "https:", "http://*", "x.example; y", "'none'", "'nonce-abc'", "a b", "x,y"])
def test_a_csp_source_may_not_let_in_everything(source):
    document = good_document()
    document["csp_sources"] = [source]
    assert errors(document) == {("csp_sources[0]", "bad_source")}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "/privacy", "https://", "data:text/html,x", "https://a b", "http://[x"]
)
def test_a_link_is_a_web_address(url):
    document = good_document()
    document["policy_url"] = url
    assert errors(document) == {("policy_url", "bad_url")}


def test_a_choice_must_fit_its_cookie():
    document = good_document()
    template = tracker_of(document, "recorder")
    document["trackers"] += [{**template, "id": f"tracker-with-a-long-name-{n:03}"} for n in range(40)]
    assert ("choice_per_tracker", "choice_too_long") in errors(document)
    document["choice_per_tracker"] = False
    assert found(document) == {("trackers", "choice_too_long", "warning")}, "a new tracker can be refused by itself"
    document["categories"] += [
        {**category_of(document, "audience"), "id": f"category-with-a-long-name-{n:04}"} for n in range(40)
    ]
    assert ("categories", "choice_too_long") in errors(document)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["en", "P6M", "necessary", "eu-fr"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.data())
def test_lint_never_fails_whatever_a_draft_has_become(data):
    document = good_document()
    for _ in range(data.draw(st.integers(1, 3))):
        target = document
        while isinstance(target, dict | list) and target:
            key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
            if not isinstance(target[key], dict | list) or not target[key] or data.draw(st.booleans()):
                target[key] = data.draw(JSON)
                break
            target = target[key]
    assert all(problem.code for problem in lint(fill_defaults(document), TABLE, TEXTS))
