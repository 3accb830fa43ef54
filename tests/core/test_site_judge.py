"""What a browser saw is judged against the config, whatever the order it was seen in."""

import json
from dataclasses import replace

import pytest

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.site_check import (
    LEVELS,
    MAX_FINDINGS,
    MAX_NAME,
    MAX_WHAT,
    Checked,
    Loaded,
    Looked,
    Stored,
    is_clean,
    report_bytes,
    statement_of,
)
from app.core.site_check_words import finding_words, installed_words, reach_words, report_lines, sentence_of
from app.core.site_judge import closest, judge
from app.core.statement_data import data_problem
from app.data import load_catalog
from app.schemas.config import fill_defaults
from tests.support.plain_site import plain_config

SHOP = "https://shop.example"
KEY = "s_shop"
PAGE = f"{SHOP}/"


def tracker(id_, category="analytics", match=(), storage=(), **more):
    hosts = [{"host": host, "path": path} for host, path in match]
    stored = [{"kind": kind, "name": name, "lifetime": "P1D", "domain": None} for kind, name in storage]
    return {"id": id_, "category": category, "kind": "browser", "match": hosts, "storage": stored, **more}


TRACKERS = [
    tracker("cookie-choice", "necessary", storage=[("cookie", "placet_*")]),
    tracker("payment", "necessary", [("pay.example", "/")]),
    tracker("stats", match=[("*.stats.example", "/"), ("shop.example", "/count/")], storage=[("cookie", "_st*")]),
    tracker("maps", "functional", [("tiles.maps.example", "/")]),
    tracker("mail", "marketing", kind="server"),
]
CHECKED = Checked(
    KEY,
    fill_defaults(plain_config("Shop", SHOP, ("necessary", "functional", "analytics", "marketing"), TRACKERS)),
    7,
    "consent.example",
)
NECESSARY = frozenset({"cookie-choice", "payment"})
ALL = frozenset(own["id"] for own in TRACKERS)


def looked(state="before", url=PAGE, **more):
    """A page on which all is well."""
    fine = {
        "site": KEY,
        "regime": "eu",
        "allowed": ALL if state == "accepted" else NECESSARY,
        "asked": state == "before",
    }
    embedding = "marked" if state == "before" else None
    return Looked(state, url, **{"embedding": embedding, **fine, **more})


def loaded(host, path="/a.js"):
    return frozenset({Loaded(host, path, "script")})


def found(report, code):
    return {one["about"]: one for one in report["findings"] if one["code"] == code}


def judged(*looks):
    return judge(looks, CHECKED, load_catalog(), url=PAGE)


WELL = (
    looked(loaded=loaded("shop.example", "/style.css") | loaded("consent.example", "/s/s_shop.js")),
    looked("rejected", stored=frozenset({Stored("cookie", "placet_s_shop"), Stored("local", "placet_s_shop")})),
    looked(
        "accepted",
        loaded=loaded("a.stats.example") | loaded("tiles.maps.example") | loaded("pay.example"),
        stored=frozenset({Stored("cookie", "_st_id")}),
    ),
)


def test_a_site_on_which_all_is_well_has_nothing_to_mend():
    report = judged(*WELL)
    assert report["findings"] == []
    assert (report["installed"], report["holds"], report["embeddings"]) == (True, True, ["marked"])
    assert report["seen"] == ["maps", "payment", "stats"]
    assert is_clean(report)
    assert sentence_of(report) == "Placet is there, it holds, and everything that was seen is listed."
    assert installed_words(report) == "Installed: found on 1 of 1 page, embedding marked; it holds."
    assert [words.split(":")[0] for words in reach_words(report)] == ["Marked"]


def test_the_same_sight_is_the_same_report_in_whatever_order_it_came():
    first = judged(*WELL, looked(url=f"{SHOP}/b", loaded=loaded("x.example") | loaded("a.example")))
    again = judged(*WELL, looked(url=f"{SHOP}/b", loaded=loaded("a.example") | loaded("x.example")))
    assert report_bytes(first) == report_bytes(again)


@pytest.mark.parametrize(
    ("state", "code"), [("before", "loads-before-yes"), ("rejected", "loads-after-no"), ("accepted", None)]
)
def test_what_loads_without_a_yes_is_found_with_its_page(state, code):
    report = judged(*WELL, looked(state, f"{SHOP}/b", loaded=loaded("b.stats.example")))
    assert {one["code"] for one in report["findings"]} == ({code} if code else set())
    if code:
        finding = found(report, code)["stats"]
        assert (finding["pages"], finding["what"], finding["level"]) == ([f"{SHOP}/b"], ["b.stats.example"], "error")
        assert report["holds"] is False
        assert "got past it" in sentence_of(report)
        assert finding_words(finding).startswith("stats loads from b.stats.example")


@pytest.mark.parametrize(("state", "code"), [("before", "stores-before-yes"), ("rejected", "stores-after-no")])
def test_what_is_stored_without_a_yes_is_found(state, code):
    report = judged(*WELL, looked(state, stored=frozenset({Stored("cookie", "_st_2")})))
    assert found(report, code)["stats"]["what"] == ["_st_2"]
    assert report["holds"] is False


def test_the_site_s_own_hosts_count_only_where_a_tracker_lists_the_path():
    own = loaded("shop.example", "/count/1.gif") | loaded("shop.example", "/img/1.gif")
    assert list(found(judged(looked(loaded=own)), "loads-before-yes")) == ["stats"]


def test_what_the_law_of_the_place_lets_load_is_no_finding():
    optout = looked(allowed=ALL, loaded=loaded("a.stats.example"), asked=False)
    assert [one["level"] for one in judged(optout)["findings"]] == ["note", "note"]


def test_what_nobody_lists_is_named_with_what_the_catalog_knows():
    things = {
        "loaded": loaded("cdn.example"),
        "stored": frozenset({Stored("cookie", "_fbp"), Stored("local", "theme")}),
    }
    report = judged(*WELL, looked("accepted", **things))
    unlisted = found(report, "unlisted")
    assert list(unlisted) == ["_fbp", "cdn.example", "theme"]
    assert unlisted["_fbp"]["catalog"] == ["meta-pixel"]
    assert unlisted["cdn.example"]["catalog"] == []
    assert not is_clean(report)
    assert report["holds"] is True
    early = found(judged(*WELL, looked("rejected", **things)), "known-before-yes")
    assert list(early) == ["_fbp"], "the catalog knows that it needs a yes"


def test_what_the_page_is_said_to_need_is_not_unlisted():
    document = {**CHECKED.document, "csp_sources": ["https://cdn.example", "*.fonts.example", "'unsafe-inline'"]}
    needed = replace(CHECKED, document=document)
    look = looked(loaded=loaded("cdn.example") | loaded("a.fonts.example") | loaded("other.example"))
    report = judge([look], needed, load_catalog(), url=PAGE)
    assert list(found(report, "unlisted")) == ["other.example"]


def test_pages_without_the_tag_or_with_another_site_s_are_named():
    report = judged(looked(site=None, loaded=loaded("a.stats.example")), looked(url=f"{SHOP}/b", site="s_other"))
    assert list(found(report, "no-tag")) == [PAGE]
    assert list(found(report, "other-site")) == ["s_other"]
    assert list(found(report, "loads-before-yes")) == ["stats"], "what is not necessary needs a yes without us, too"
    assert installed_words(report) == "Not installed: the tag was found on none of 2 pages."
    assert report["installed"] is report["holds"] is False


def test_a_page_that_does_not_open_is_told_and_nothing_else_of_it():
    report = judged(Looked("before", PAGE, "It answers 500."))
    assert [one["code"] for one in report["findings"]] == ["not-opened"]
    second = judged(*WELL, Looked("before", f"{SHOP}/gone", "It answers 404."))
    assert [(one["code"], one["level"]) for one in second["findings"]] == [("page-skipped", "warning")]


def test_who_cannot_go_back_or_find_the_policy_is_told():
    report = judged(
        replace(WELL[0], policy=False, asked=False, advice=("Mark your tags.",)),
        replace(WELL[1], way_back=False),
        WELL[2],
    )
    assert [one["code"] for one in report["findings"]] == ["no-way-back", "not-asked", "no-policy-link", "advice"]
    assert all(finding_words(one) for one in report["findings"])
    lines = report_lines(report)
    assert lines[0] == "https://shop.example/: 1 pages, held against version 7, rule eu"
    assert "error    no-way-back: On https://shop.example/ a choice cannot be changed" in "\n".join(lines)


def test_what_is_listed_and_never_seen_is_a_note():
    report = judged(*WELL[:2])
    assert list(found(report, "never-seen")) == ["maps", "payment", "stats"]
    assert is_clean(report)


def test_the_closest_pattern_decides_as_in_the_gate():
    trackers = [
        tracker("wide", match=[("*.x.example", "/")]),
        tracker("exact", match=[("a.x.example", "/")]),
        tracker("path", match=[("a.x.example", "/p/")]),
        tracker("path-too", match=[("a.x.example", "/p/")]),
    ]
    assert [own["id"] for own in closest(trackers, "b.x.example", "/")] == ["wide"]
    assert [own["id"] for own in closest(trackers, "a.x.example", "/")] == ["exact"]
    assert [own["id"] for own in closest(trackers, "a.x.example", "/p/1")] == ["path", "path-too"]
    assert closest(trackers, "x.example", "/") == []


def test_the_statement_has_the_report_s_hash_and_nothing_long():
    many = frozenset(Loaded(f"h{number:03}.example", "/", "image") for number in range(150))
    report = judged(*WELL, looked(loaded=many))
    data = statement_of(report)
    assert not data_problem("site-checked", data)
    assert data_problem("site-checked", {**data, "report": "x"})
    assert data["report"] == sha256_hex(report_bytes(report))
    assert (data["warnings"], data["errors"], len(data["findings"])) == (150, 0, 100)
    assert json.loads(report_bytes(report)) == report


def test_a_page_s_own_words_are_cut_before_they_are_kept_or_stated():
    long = "x" * 100_000
    claims = {"embedding": long, "regime": long, "advice": tuple(f"{number:04} {long}" for number in range(2000))}
    many = frozenset(Stored("local", f"{number:04} {long}") for number in range(2000))
    odd = looked(state="before", stored=many, **claims)
    report = judged(odd, *WELL[1:], Looked("before", f"{SHOP}/gone", long))
    assert len(report["findings"]) == MAX_FINDINGS
    assert len(report_bytes(report)) < 500_000
    assert (report["embeddings"], report["pages"][0]["embedding"]) == ([], None)
    assert report["regime"] == "x" * MAX_NAME
    assert len(canonical_bytes(statement_of(report))) < 60_000
    shared = looked(stored=frozenset(Stored("cookie", f"_st{number}") for number in range(2000)), allowed=frozenset())
    (finding,) = [one for one in judged(shared)["findings"] if one["code"] == "stores-before-yes"]
    assert len(finding["what"]) == MAX_WHAT


def test_every_code_has_words():
    for code in LEVELS:
        finding = {"code": code, "about": "x", "what": ["y"], "catalog": ["z"], "pages": []}
        assert str(finding_words(finding)).strip()
