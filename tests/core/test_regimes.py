from copy import deepcopy

import pytest
import yaml

from app.core.category_rules import lifetimes_under
from app.core.regimes import MODEL_STRICTNESS, STANDARD_CATEGORIES, RegimeTable
from app.data import load_regimes
from tests.core.config_documents import ROOT

TABLE = load_regimes()
DATA = yaml.safe_load((ROOT / "app" / "data" / "regimes.yaml").read_text())


@pytest.mark.parametrize(
    ("country", "region", "regime"),
    [
        ("DE", None, "eu"),
        ("NO", None, "eu"),
        ("FR", "IDF", "eu-fr"),
        ("GB", "ENG", "uk"),
        ("us", "ca", "us-ca"),
        ("US", "US-CO", "us-gpc"),
        ("US", "NY", "us"),
        ("CA", "ON", "ca"),
        ("CA", "QC", "ca-qc"),
    ],
)
def test_a_known_place_has_its_regime(country, region, regime):
    assert TABLE.resolve(country, region).id == regime


@pytest.mark.parametrize(("country", "regime"), [("US", "us-ca"), ("CA", "ca-qc")])
@pytest.mark.parametrize("region", [None, "", "ZZ", "?", "-"])
def test_a_region_that_is_not_known_gets_the_strictest_of_its_country(country, regime, region):
    assert TABLE.resolve(country, region).id == regime


@pytest.mark.parametrize(("country", "region"), [(None, None), ("", ""), ("JP", None), ("XX", "CA"), ("T1", None)])
def test_a_place_that_is_not_in_the_table_is_unknown(country, region):
    assert TABLE.resolve(country, region).id == "unknown"


def test_unknown_is_at_least_as_strict_as_every_regime_in_every_category():
    unknown = TABLE.get("unknown")
    for regime in TABLE:
        for category in STANDARD_CATEGORIES:
            assert MODEL_STRICTNESS[unknown.models[category]] >= MODEL_STRICTNESS[regime.models[category]]
        if regime.max_granted_days is not None:
            assert unknown.max_granted_days <= regime.max_granted_days
        assert unknown.min_refused_days >= regime.min_refused_days
        assert set(unknown.first_layer) >= set(regime.first_layer)
    assert (unknown.gpc, dict(unknown.exemptions), unknown.asks_first) == ("legal_optout", {}, True)


def test_recording_is_asked_first_everywhere_and_never_exempt():
    for regime in TABLE:
        assert regime.models["recording"] == "optin"
        assert "recording" not in regime.exemptions


def test_every_line_has_a_source():
    for regime in TABLE:
        if regime.id != "unknown":
            lines = {*STANDARD_CATEGORIES, "places", "gpc", "first_layer", "max_granted"}
            assert lines <= regime.sources.keys()
            assert {f"exemptions.{category}" for category in regime.exemptions} <= regime.sources.keys()


def test_every_regime_is_in_the_docs():
    docs = (ROOT / "docs" / "regimes.md").read_text()
    assert [regime.id for regime in TABLE if f"`{regime.id}`" not in docs] == []


def test_location_serves_all_and_an_id_serves_one():
    assert [regime.id for regime in TABLE.served("location")] == list(TABLE.ids)
    assert [regime.id for regime in TABLE.served("eu")] == ["eu"]
    assert TABLE.for_visitor("location", "US", "CA").id == "us-ca"
    assert TABLE.for_visitor("eu", "US", "CA").id == "eu"
    with pytest.raises(KeyError):
        TABLE.served("mars")


def test_what_extends_inherits_its_lines_but_not_its_places():
    france = TABLE.get("eu-fr")
    assert france.models == TABLE.get("eu").models
    assert france.places == ("FR",)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("eu", "recording"), {"is": "optout", "source": "epd-5-3"}, "regimes.eu.recording: must be optin"),
        (("eu", "necessary"), {"is": "optin", "source": "epd-5-3"}, "regimes.eu.necessary: must be none"),
        (("eu", "marketing"), {"is": "none", "source": "epd-5-3"}, "only necessary may be none"),
        (("eu", "analytics"), {"is": "optin"}, "regimes.eu.analytics: cites no known source"),
        (("eu", "analytics"), {"is": "maybe", "source": "epd-5-3"}, "regimes.eu.analytics: must be one of"),
        (("eu", "analytcs"), {"is": "optin", "source": "epd-5-3"}, "regimes.eu.analytcs: is not a line"),
        (("eu", "places"), {"is": ["SE", False], "source": "gdpr-3"}, "regimes.eu.places: must be a list of texts"),
        (("uk", "places"), {"is": ["GB", "FR"], "source": "pecr-6"}, "regimes.uk.places: FR belongs to eu-fr already"),
        (("eu", "max_granted"), {"is": "6 months", "source": "epd-5-3"}, "regimes.eu.max_granted: must be a duration"),
        (("uk", "extends"), "mars", "regimes.uk.extends: 'mars' is not another regime"),
        (("us-ca", "extends"), "us", "is not another regime"),
        (
            ("uk", "exemptions", "analytics", "conditions"),
            [],
            "regimes.uk.exemptions.analytics: must be a mapping with",
        ),
        (("us-ca", "exemptions"), {"analytics": {"is": "optout", "source": "placet", "conditions": ["x"]}}, "softens"),
        (("eu", "first_layer"), {"is": ["smile"], "source": "epd-5-3"}, "regimes.eu.first_layer: may list only"),
    ],
)
def test_a_wrong_line_is_refused_by_name(path, value, said):
    data = deepcopy(DATA)
    entry = data["regimes"]
    for step in path[:-1]:
        entry = entry[step]
    entry[path[-1]] = value
    with pytest.raises(ValueError, match="regime table") as raised:
        RegimeTable.from_data(data)
    assert said in str(raised.value)


def test_a_no_may_have_a_maximum_too():
    data = deepcopy(DATA)
    data["regimes"]["br"]["max_refused"] = {"is": "P30D", "source": "lgpd"}
    brazil = RegimeTable.from_data(data).get("br")
    assert lifetimes_under({"granted": "P6M", "refused": "P6M"}, brazil)["refused"] == "P30D"
    data["regimes"]["br"]["min_refused"] = {"is": "P31D", "source": "lgpd"}
    with pytest.raises(ValueError, match=r"regimes\.br\.min_refused: is above max_refused"):
        RegimeTable.from_data(data)


def test_all_wrong_lines_are_told_at_once():
    data = deepcopy(DATA)
    data["regimes"]["eu"]["label"] = ""
    data["regimes"]["unknown"] = {**data["regimes"]["br"], "places": {"is": ["AQ"], "source": "lgpd"}}
    data["regimes"]["Bad Id"] = {}
    data["sources"]["bad"] = {"law": "x", "url": "http://x", "checked": "read"}
    with pytest.raises(ValueError, match="regime table") as raised:
        RegimeTable.from_data(data)
    assert [
        said
        for said in ("sources.bad", "regimes.Bad Id", "regimes.eu.label", "regimes.unknown")
        if said not in str(raised.value)
    ] == []


@pytest.mark.parametrize(
    "data", [None, [], {}, {"sources": {}, "regimes": []}, {"sources": {}, "regimes": {}, "x": {}}]
)
def test_what_is_no_table_is_refused(data):
    with pytest.raises(ValueError, match="regime table"):
        RegimeTable.from_data(data)
