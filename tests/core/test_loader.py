"""What the loader carries, and how documents get into a script."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.documents import MOMENTS, WidgetConfig
from app.core.loader import compact_config, fill_script, takes_notice
from app.core.notices import site_texts
from app.core.rules import widget_config
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document

EU = load_regimes().get("eu")


def complete_config():
    document = good_document()
    stored = widget_config(
        document,
        EU,
        "fr",
        site="s_x",
        version=3,
        sha256="0" * 64,
        notice_sha256="1" * 64,
        since={tracker["id"]: 1 for tracker in document["trackers"]},
        ask_since=1,
        texts=site_texts(document, "fr", load_texts(), EU),
    )
    return {**stored, "api": "https://placet.example", "widget": {"version": "1", "sha256": "2" * 64}, "shown": "t"}


def expanded(compact):
    """What the widget reads out of what the loader carries: defaults filled in, texts taken apart."""

    def match(pattern):
        host, slash, path = pattern.partition("/")
        return {"host": host, "path": slash + path or "/"}

    def storage(item):
        kind, name, *domain = item.split(" ")
        return {"kind": kind, "name": name, "domain": domain[0] if domain else None}

    def tracker(own):
        filled = {"kind": "browser", "model": "optin", "sale_share": False, "since": 1}
        filled |= {"match": [], "storage": [], "stop": [], **own}
        filled["signals"] = {"default": [], "decision": [], "granted": [], **filled.get("signals", {})}
        return {**filled, "match": list(map(match, filled["match"])), "storage": list(map(storage, filled["storage"]))}

    defaults = {"next": None, "cookie_domain": None, "csp_sources": [], "choice_per_tracker": False, "gpc": "no"}
    categories = [{"id": id_} for id_ in compact["categories"]]
    return {**defaults, **compact, "categories": categories, "trackers": [tracker(own) for own in compact["trackers"]]}


def read_by_the_widget(config):
    def tracker(own):
        own = {"signals": {"default": [], "decision": [], "granted": []}, **own}
        return {**own, "storage": [{key: item[key] for key in ("kind", "name", "domain")} for item in own["storage"]]}

    trackers = [tracker(own) for own in config["trackers"]]
    signal = "gpc_status" if not any(own["sale_share"] for own in trackers) else None
    texts = {key: text for key, text in config["texts"].items() if key != signal}
    return {**config, "texts": texts, "trackers": trackers}


WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
HOSTS = st.from_regex(r"(\*\.)?[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){0,2}", fullmatch=True)
PATHS = st.just("/") | st.from_regex(r"/[A-Za-z0-9._~!$&'()*+,;=:@/%-]{0,9}", fullmatch=True)
KINDS = st.sampled_from(["cookie", "local", "session", "indexeddb"])
NAMES = st.from_regex(r"[^\s\x00-\x1f\x7f]{1,9}", fullmatch=True)
TRACKERS = st.fixed_dictionaries(
    {
        "id": WORDS,
        "category": WORDS,
        "kind": st.sampled_from(["browser", "loader", "server", "declared"]),
        "model": st.sampled_from(["none", "optin", "optout"]),
        "sale_share": st.booleans(),
        "since": st.integers(1, 3),
        "match": st.lists(st.fixed_dictionaries({"host": HOSTS, "path": PATHS}), max_size=2),
        "storage": st.lists(
            st.fixed_dictionaries(
                {"kind": KINDS, "name": NAMES, "lifetime": st.just("P1D"), "domain": st.none() | HOSTS}
            ),
            max_size=2,
        ),
        "stop": st.lists(st.text(min_size=1, max_size=9), max_size=2),
    },
    optional={
        "via": WORDS,
        "signals": st.fixed_dictionaries(
            {moment: st.lists(st.text(min_size=1, max_size=9), max_size=2) for moment in MOMENTS}
        ),
    },
)


@given(
    st.lists(TRACKERS, max_size=3),
    st.fixed_dictionaries(
        {
            "next": st.none() | st.just("2026-12-27T00:00:00Z"),
            "cookie_domain": st.none() | HOSTS,
            "choice_per_tracker": st.booleans(),
            "csp_sources": st.lists(HOSTS, max_size=2),
        }
    ),
)
def test_nothing_that_the_widget_reads_is_lost(trackers, top):
    config: WidgetConfig = {**complete_config(), **top, "trackers": trackers}
    before = json.dumps(config)
    assert expanded(json.loads(json.dumps(compact_config(config)))) == read_by_the_widget(config)
    assert json.dumps(config) == before, "what is stored stays as it was"


def test_what_is_the_default_is_not_said():
    config = {**complete_config(), "cookie_domain": None, "csp_sources": [], "choice_per_tracker": False}
    compact = compact_config(config)
    assert not {"cookie_domain", "csp_sources", "choice_per_tracker"} & compact.keys()
    assert list(compact) == [key for key in config if key in compact], "the order is the stored one's"
    by_id = {tracker["id"]: tracker for tracker in compact["trackers"]}
    assert by_id["basket"] == {
        "id": "basket",
        "category": "necessary",
        "model": "none",
        "storage": ["cookie basket"],
    }
    assert by_id["counter"] == {
        "id": "counter",
        "category": "audience",
        "match": ["count.example.com"],
        "storage": ["cookie _count* example.com"],
    }
    assert by_id["recorder"]["match"] == ["*.replay.example/v2/"]
    assert by_id["ads"]["sale_share"] is True
    assert by_id["partners"] == {"id": "partners", "category": "marketing", "kind": "declared"}


def test_of_global_privacy_control_it_speaks_where_it_has_an_effect():
    config = complete_config()
    assert "gpc_status" in compact_config(config)["texts"], "an advertising tracker sells"
    silent = {**config, "trackers": [{**own, "sale_share": False} for own in config["trackers"]]}
    assert "gpc_status" not in compact_config(silent)["texts"]
    assert "gpc_status" in config["texts"], "what is stored stays as it was"
    effects = [compact_config({**config, "gpc": effect}).get("gpc") for effect in ("no", "honour", "legal_optout")]
    assert effects == [None, "honour", "legal_optout"]


def test_what_is_falsy_but_means_something_is_kept():
    config = {**complete_config(), "policy_url": "", "texts": {"gpc_status": ""}, "ask_since": 0}
    compact = compact_config(config)
    assert (compact["policy_url"], compact["texts"], compact["ask_since"]) == ("", {"gpc_status": ""}, 0)


def test_a_version_of_before_a_field_existed_is_still_served():
    config = complete_config()
    del config["csp_sources"]
    assert "csp_sources" not in compact_config(config)


def test_documents_take_the_place_of_as_many_zeros():
    assert fill_script(b"(function(a){})(0);\n", {"a": "<"}) == b'(function(a){})({"a":"\\u003c"});\n'
    assert fill_script(b"(function(a,b){})(0,0);", "s", [1]) == b'(function(a,b){})("s",[1]);\n'
    for script, values in ((b"(function(a){})(0);", ("s", 1)), (b"(function(a,b){})(0,0);", ("s",)), (b"x", (1,))):
        with pytest.raises(ValueError, match="does not end in"):
            fill_script(script, *values)


def test_a_part_says_by_its_zeros_whether_it_takes_the_notice():
    assert takes_notice(b"(function(site,notice){})(0,0);\n")
    assert not takes_notice(b"(function(site){})(0);\n")
