import pytest

from app.core.tracker_search import search_trackers
from tests.core.config_documents import ROOT, load

DOCUMENT = load(ROOT / "examples" / "saas-console" / "config.yaml")
OWN = next(tracker for tracker in DOCUMENT["trackers"] if tracker["id"] == "clickstream")


def found(query):
    return [DOCUMENT["trackers"][index]["id"] for index in search_trackers(DOCUMENT, query)]


@pytest.mark.parametrize(
    "query",
    [
        "clickstream",
        "CLICK",
        OWN["vendor"].split()[0] + " click",
        OWN["match"][0]["host"],
        f"https://{OWN['match'][0]['host']}/collect?x=1",
        OWN["storage"][0]["name"],
        "analytics clickstream",
    ],
)
def test_a_tracker_is_found_by_what_somebody_has_in_front_of_them(query):
    assert "clickstream" in found(query)


def test_a_category_finds_all_of_its_trackers_and_nothing_finds_all():
    wanted = [tracker["id"] for tracker in DOCUMENT["trackers"] if tracker["category"] == "marketing"]
    assert set(found("marketing")) >= set(wanted)
    assert found("") == [tracker["id"] for tracker in DOCUMENT["trackers"]]
    assert found("nothing-of-this-name") == []
    assert found("https://[") == []
