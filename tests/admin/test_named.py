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


def test_lengths_of_time_are_a_number_and_a_unit(admin, draft):
    form = admin.form(f"{HANDLE}/rules")
    assert (form.fields["retention"], form.fields["retention.unit"]) == ("3", "Y")
    answer = admin.send(form, f"{HANDLE}/rules", retention="30", retention__unit="M", notice_period="p6w")
    assert answer.status_code == 303, answer.text
    assert (draft()["retention"], draft()["notice_period"]) == ("P30M", "P6W")
    refused = admin.submit(f"{HANDLE}/rules", retention="six")
    assert refused.status_code == 422
    assert "in one unit: 6 months (P6M)" in refused.text
    assert admin.form(refused).fields["retention"] == "six", "what was typed stays"


def test_what_no_number_and_unit_can_say_stays_as_it_is_written(admin, draft):
    refused = admin.submit(f"{HANDLE}/rules", notice_period="P1Y6M")
    assert admin.send(admin.form(refused), f"{HANDLE}/rules", unfinished="1").status_code == 303
    form = admin.form(f"{HANDLE}/rules")
    assert (form.fields["notice_period"], form.fields["notice_period.unit"]) == ("P1Y6M", "")
    admin.send(admin.form(admin.send(form, f"{HANDLE}/rules", name="Shop")), f"{HANDLE}/rules", unfinished="1")
    assert (draft()["notice_period"], draft()["name"]) == ("P1Y6M", "Shop")
    assert admin.submit(f"{HANDLE}/rules", notice_period="18", notice_period__unit="M").status_code == 303
    assert draft()["notice_period"] == "P18M"


@pytest.mark.parametrize(
    ("typed", "unit", "kept"),
    [("13", "M", "P13M"), ("30", "TM", "PT30M"), ("13", "session", "session"), ("", "persistent", "persistent")],
)
def test_what_is_stored_holds_for_a_time_or_until_an_end(admin, draft, typed, unit, kept):
    path = f"{HANDLE}/trackers/clickstream"
    answer = admin.submit(path, storage__0__lifetime=typed, storage__0__lifetime__unit=unit)
    assert answer.status_code == 303, answer.text
    stored = next(own for own in draft()["trackers"] if own["id"] == "clickstream")["storage"][0]
    assert stored["lifetime"] == kept
    form = admin.form(path)
    again = admin.send(form, path)
    assert again.status_code == 303
    assert next(own for own in draft()["trackers"] if own["id"] == "clickstream")["storage"][0] == stored


def test_languages_are_chosen_by_name_and_others_by_their_tag(admin, draft):
    html = admin.get(f"{HANDLE}/rules").text
    assert options_of(html, "languages.0")["pt-BR"].startswith("Portuguese (Brazil)")
    form = admin.form(f"{HANDLE}/rules")
    assert form.fields.getlist("languages") == ["en", "de", ""]
    more = admin.send(form, f"{HANDLE}/rules", rows="add:languages", languages=["de", "en", ""], languages__other="gsw")
    form = admin.form(more)
    assert form.fields.getlist("languages") == ["de", "en", "gsw", ""], "one empty one, and the focus on it"
    assert re.search(r'name="languages"[^>]* autofocus|id="f-languages.3"[^>]*autofocus', more.text)
    assert options_of(more.text, "languages.2")["gsw"] == "gsw"
    answer = admin.send(form, f"{HANDLE}/rules", languages=["de", "gsw", "", "en", ""], unfinished="1")
    assert (answer.status_code, draft()["languages"]) == (303, ["de", "gsw", "en"])
    refused = admin.submit(f"{HANDLE}/rules", languages=["en", "E!"])
    assert 'href="#f-languages.1"' in refused.text


def test_countries_are_chosen_by_name(admin, draft):
    path = f"{HANDLE}/trackers/clickstream"
    countries = options_of(admin.get(path).text, "recipients.0.country")
    assert (countries["IE"], countries["AX"], "EU" in countries) == ("Ireland", "Åland Islands", False)
    assert list(countries)[:3] == ["", "AF", "AX"]
    assert admin.submit(path, recipients__0__country="FR").status_code == 303
    assert next(own for own in draft()["trackers"] if own["id"] == "clickstream")["recipients"][0]["country"] == "FR"
