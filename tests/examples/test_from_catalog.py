"""Each example site takes a well-known tracker from the catalog; what answers for it here is a stand-in."""

import pytest

from app.core.catalog_draft import as_tracker
from app.data import load_catalog
from examples.sites import SITES, trackers_of

TAKEN = {
    "saas-console": {"payment": "stripe", "usability-survey": "typeform"},
    "account-management": {"payment": "paypal"},
    "workflow-platform": {"research-survey": "typeform"},
    "business-automation": {"payment": "stripe"},
}


@pytest.mark.parametrize("site", SITES)
def test_it_says_what_the_catalog_says(site):
    entries = {entry.id: entry for entry in load_catalog()}
    assert TAKEN[site]
    for tracker, entry in TAKEN[site].items():
        known = as_tracker(entries[entry], ["en"])
        told = trackers_of(site)[tracker]
        for name in ("name", "vendor", "purpose", "data", "recipients", "sale_share"):
            assert told[name] == known[name], (tracker, name)
