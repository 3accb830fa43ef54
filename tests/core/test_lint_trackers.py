import pytest

from app.core.lint import lint
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document, tracker_of

TABLE, TEXTS = load_regimes(), load_texts()


def found(document):
    return {(problem.path, problem.code, problem.level) for problem in lint(document, TABLE, TEXTS)}


def errors(document):
    return {(path, code) for path, code, level in found(document) if level == "error"}


@pytest.mark.parametrize("host", ["stats.example", "*.stats.example", "localhost", "a-b.c1.example"])
def test_a_host_is_a_name(host):
    document = good_document()
    tracker_of(document, "recorder")["match"] = [{"host": host, "path": "/"}]
    assert errors(document) == set()


@pytest.mark.parametrize(
    "host", ["*", "*.com", "https://x.example", "x.example:80", "X.example", "a.*.example", "x..example", "-x"]
)
def test_anything_else_is_no_host(host):
    document = good_document()
    tracker_of(document, "recorder")["match"] = [{"host": host, "path": "/"}]
    assert errors(document) == {("trackers[2].match[0].host", "bad_host")}


@pytest.mark.parametrize("name", ["_ga*", "a", "__Host-x", "k.e-y"])
def test_a_cookie_has_a_name(name):
    document = good_document()
    tracker_of(document, "recorder")["storage"] = [{"kind": "cookie", "name": name, "lifetime": "P1D", "domain": None}]
    assert errors(document) == set()


@pytest.mark.parametrize(
    ("name", "code"),
    [("*", "bad_name"), ("a b", "bad_name"), ("*a", "bad_name"), ("a=b", "bad_name"), ("a;b", "bad_name")]
    + [("placet_*", "reserved"), ("placet_s_x", "reserved"), ("pla*", "reserved")],
)
def test_a_name_may_not_delete_everything_nor_the_choice(name, code):
    document = good_document()
    tracker_of(document, "recorder")["storage"] = [{"kind": "cookie", "name": name, "lifetime": "P1D", "domain": None}]
    assert errors(document) == {("trackers[2].storage[0].name", code)}


def test_a_loader_stands_behind_no_loader():
    document = good_document()
    tracker_of(document, "tag-manager")["via"] = "tag-manager"
    assert errors(document) == {("trackers[3].via", "loader_behind_loader")}


def test_what_is_sold_is_not_necessary():
    document = good_document()
    tracker_of(document, "basket")["sale_share"] = True
    assert errors(document) == {("trackers[0].sale_share", "necessary_shares")}


@pytest.mark.parametrize(
    "change",
    [
        {"sale_share": True},
        {"recipients": [{"name": "X", "role": "controller", "country": "FR", "safeguard": None}]},
        {"storage": [{"kind": "local", "name": "x", "lifetime": "persistent", "domain": None}]},
        {"storage": [{"kind": "cookie", "name": "x", "lifetime": "P14M", "domain": None}]},
        {"data": [{"name": {"en": "Pages", "fr": "Pages"}, "retention": "P26M"}]},
    ],
)
def test_an_exemption_that_the_config_contradicts_is_refused(change):
    document = good_document()
    tracker_of(document, "counter").update(change)
    assert errors(document) == {("trackers[1].exempt_in[0]", "exemption_limits")}


def test_exempt_and_asked_trackers_behind_one_switch_are_warned_of():
    document = good_document()
    document["trackers"].append({**tracker_of(document, "counter"), "id": "second", "exempt_in": []})
    assert found(document) == {("categories[1]", "mixed_category", "warning")}


def test_an_optional_tracker_on_another_basis_is_warned_of_unless_it_is_only_declared():
    document = good_document()
    tracker_of(document, "ads")["legal_basis"] = "legitimate_interest"
    tracker_of(document, "basket")["legal_basis"] = "consent"
    assert found(document) == {
        ("trackers[4].legal_basis", "basis_not_consent", "warning"),
        ("trackers[0].legal_basis", "basis_not_asked", "warning"),
    }


def test_an_address_that_two_categories_claim_is_warned_of():
    document = good_document()
    tracker_of(document, "ads")["match"] = [{"host": "x.replay.example", "path": "/v2/ads/"}]
    assert found(document) == {("trackers[4].match[0]", "shared_host", "warning")}
    tracker_of(document, "ads")["match"] = [{"host": "x.replay.example", "path": "/v3/"}]
    assert found(document) == set()
