import json

import pytest

from app.core.csp import content_security_policy
from tests.core.config_documents import ROOT, good_document, tracker_of

PLACET = "https://placet.example"
EXAMPLES = json.loads((ROOT / "tests" / "contract" / "csp.json").read_text())["examples"]


def directives(document, allowed):
    policy = content_security_policy(document, allowed, placet_origin=PLACET)
    return {part.split()[0]: part.split()[1:] for part in policy.split("; ")}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_it_is_the_policy_of_the_contract(example):
    document = {**good_document(), "csp_sources": example["csp_sources"], "trackers": example["trackers"]}
    policy = content_security_policy(document, set(example["allowed"]), placet_origin=example["api"])
    assert policy == example["policy"]


def test_without_a_yes_only_the_site_and_placet_load():
    policy = directives(good_document(), [])
    own = ["'self'", PLACET, "https://cdn.example.com", "'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='"]
    assert policy == {
        "default-src": [*own, "data:"],
        "script-src": own,
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
    }


def test_an_allowed_tracker_brings_its_hosts_on_any_port():
    policy = directives(good_document(), {"counter", "recorder"})
    for directive in ("default-src", "script-src"):
        assert {"count.example.com:*", "*.replay.example:*/v2/"} <= set(policy[directive])
        assert not any("ads.example" in source for source in policy[directive])


def test_a_path_that_is_no_folder_is_let_in_as_itself_and_as_a_folder():
    policy = directives(good_document(), {"ads"})
    assert {"ads.example:*/tag.js", "ads.example:*/tag.js/"} <= set(policy["default-src"])
    assert "ads.example:*" not in policy["default-src"]


@pytest.mark.parametrize("kind", ["server", "declared"])
def test_what_does_not_run_in_the_browser_brings_no_host(kind):
    document = good_document()
    tracker_of(document, "counter")["kind"] = kind
    assert "count.example.com:*" not in directives(document, {"counter"})["default-src"]


def test_data_never_becomes_a_script():
    assert "data:" not in directives(good_document(), [])["script-src"]


@pytest.mark.parametrize("source", ["x; script-src *", "x,y", "a b", "", "x\ny"])
def test_a_source_cannot_break_out_of_its_directive(source):
    document = good_document()
    document["csp_sources"].append(source)
    with pytest.raises(ValueError, match="not a CSP source"):
        content_security_policy(document, [], placet_origin=PLACET)


def test_a_semicolon_in_a_path_is_encoded():
    document = good_document()
    tracker_of(document, "counter")["match"] = [{"host": "count.example.com", "path": "/a;b,c/"}]
    assert "count.example.com:*/a%3Bb%2Cc/" in directives(document, {"counter"})["default-src"]
