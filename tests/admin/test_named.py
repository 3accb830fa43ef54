"""Nobody has to know a code: languages, countries and regimes have names at the desk, and forms keep the codes."""

import re

import pytest

from tests.support.plain_site import in_german_too

HANDLE = "/admin/sites/saas-console"


@pytest.fixture
def site(publish_site):
    return publish_site(change=in_german_too)


def options_of(html, name):
    """Return value and words of a select's options."""
    inner = re.search(rf'<select id="f-{re.escape(name)}"[^>]*>(.*?)</select>', html, re.DOTALL)[1]
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', inner))


@pytest.mark.parametrize("page", ["preview", "versions/1"])
def test_what_a_banner_is_looked_at_for_has_names(admin, page):
    html = admin.get(f"{HANDLE}/{page}").text
    assert options_of(html, "lang") == {"en": "English", "de": "German (Deutsch)"}
    regimes = options_of(html, "regime")
    assert regimes["eu"] == "European Union and European Economic Area"
    assert regimes["unknown"] == "Place not known, or no regime in the table"
    assert not [own for own, name in regimes.items() if own == name]
    german = admin.client.get(f"{HANDLE}/{page}", headers={"Accept-Language": "de"}).text
    assert options_of(german, "lang") == {"en": "Englisch (English)", "de": "Deutsch"}
