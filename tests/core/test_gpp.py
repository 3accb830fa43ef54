"""The Global Privacy Platform: which section a visitor's choice is told by. What is told: widget/tests/gpp.test.ts."""

import json

import pytest

from app.core.gpp import GppTable, wants_gpp
from app.data import load_gpp, load_regimes
from tests.core.config_documents import ROOT

CASES = json.loads((ROOT / "tests" / "contract" / "gpp.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['regime']}-{case['region']}")
def test_each_state_has_its_section_or_the_national_one(case):
    section = load_gpp().section(case["regime"], case["region"])
    assert (section.carried() if section else None) == case["section"]


def test_every_section_is_in_the_examples_that_the_widget_is_held_to():
    assert {section.name for section in load_gpp()} == {case["section"]["name"] for case in CASES if case["section"]}


def test_every_regime_of_the_us_has_one_and_no_other():
    for regime in load_regimes().ids:
        assert (load_gpp().section(regime, None) is not None) == (regime in ("us", "us-ca", "us-gpc")), regime


def test_no_two_sections_have_one_id_and_each_says_what_every_section_says():
    sections = list(load_gpp())
    assert len({section.id for section in sections}) == len(sections) == 17
    for section in sections:
        names = [field.partition("*")[0] for field in section.fields.split(" ")]
        assert {"SaleOptOutNotice", "SaleOptOut", "MspaCoveredTransaction"} <= set(names)
        assert len(set(names)) == len(names)


def test_data_that_lacks_something_is_refused():
    with pytest.raises(ValueError, match="version"):
        GppTable({"usnat": {"id": 7, "fields": "A", "gpc": True}})
    with pytest.raises(ValueError, match="None"):
        GppTable({"usca": {"id": 8, "version": 1, "fields": "A", "gpc": True, "region": "CA"}})


@pytest.mark.parametrize(
    ("trackers", "wanted"),
    [([], False), ([{}], False), ([{"signals": {"gpp": False}}], False), ([{}, {"signals": {"gpp": True}}], True)],
)
def test_it_is_wanted_when_a_tracker_asks_for_it(trackers, wanted):
    assert wants_gpp(trackers) is wanted
