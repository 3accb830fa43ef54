"""The tracker catalog at the desk: searched, recognised in what discovery found, added to the draft."""

import re

import pytest

from app.data import load_catalog
from tests.admin.browser import Page

PLACE = "/admin/sites/saas-console/catalog"
DISCOVERED = """\
  # Found in discovery mode, listed by no tracker. Make one entry of it per vendor, and fill in what is empty.
  - id: found
    category: ""
    name: ""
    vendor: ""
    purpose: {}
    match:
      - {host: "snap.licdn.com", path: "/"}
      - {host: "www.googletagmanager.com", path: "/"}
      - {host: "evil-google-analytics.com", path: "/"}
    storage:
      - {kind: cookie, name: "_hjSessionUser_123", lifetime: "P1Y"}
      - {kind: local, name: "<img src=x>\\u00e9", lifetime: "persistent"}
"""


def names(page):
    return re.findall(r"<h3>(.*?)</h3>", page)


def test_all_of_it_stands_there_by_category(editor, site):
    page = editor.get(PLACE).text
    assert len(names(page)) == len(load_catalog())
    places = [
        page.index(f'<code class="id">{name}</code></h2>')
        for name in ("functional", "analytics", "recording", "marketing")
    ]
    assert places == sorted(places)
    text = " ".join(Page(page).text.split())
    assert "Hotjar Limited, Malta · Privacy policy" in text
    assert "*.hotjar.com" in text
    assert "_hjSession_*, 30 minutes" in text
    assert "written from general knowledge" in text
    assert "Read in Nov 2026." in text
    assert f'href="{PLACE}"' in editor.get("/admin/sites/saas-console/trackers/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [("hotjar", ["Hotjar"]), ("_fbp", ["Meta Pixel"]), ("https://static.hotjar.com/c/hotjar-1.js", ["Hotjar"])],
)
def test_a_search_needs_no_script(editor, site, query, found):
    page = editor.client.get(PLACE, query_string={"q": query}).text
    assert names(page) == found
    assert f'value="{query}"' in page
    assert "1 tracker for" in page


def test_what_is_not_there_leads_to_writing_it(editor, site):
    page = editor.client.get(PLACE, query_string={"q": "<b>nobody</b>"}).text
    assert names(page) == []
    assert "&lt;b&gt;nobody&lt;/b&gt;" in page
    assert "<b>nobody" not in page
    assert 'href="/admin/sites/saas-console/trackers/new"' in page


def test_adding_one_puts_it_into_the_draft(editor, draft, site):
    before = len(draft()["trackers"])
    answer = editor.send(editor.form(PLACE, 1), entry="google-analytics")
    assert (answer.status_code, answer.location) == (
        303,
        f"{PLACE}?added=google-analytics",
    )  # and no search to go back to
    tracker = draft()["trackers"][-1]
    assert len(draft()["trackers"]) == before + 1
    assert (tracker["id"], tracker["category"], tracker["via"]) == ("google-analytics", "analytics", None)
    page = " ".join(editor.text(answer.location).split())
    assert "Google Analytics 4 is in the draft, in the category analytics." in page
    assert "In Google Analytics set the retention of event data" in page
    publish = editor.text("/admin/sites/saas-console/publish")
    assert "error" not in publish.lower().split("warning")[0]


def test_its_category_comes_along(editor, draft, site):
    text = editor.form("/admin/sites/saas-console/yaml").fields["yaml"]
    smaller = re.sub(
        r"(?ms)^- id: marketing.*?(?=^- id|^trackers)|^  - id: marketing.*?(?=^  - id|^trackers)", "", text
    )
    assert smaller != text
    assert editor.submit("/admin/sites/saas-console/yaml", yaml=smaller).status_code == 303
    assert "marketing" not in [category["id"] for category in draft()["categories"]]
    editor.send(editor.form(PLACE, 1), entry="meta-pixel")
    assert draft()["categories"][-1]["id"] == "marketing"
    assert draft()["categories"][-1]["name"] == {"en": "Marketing"}


def test_a_second_time_is_refused_in_words(editor, draft, site):
    form = editor.form(PLACE, 1)
    assert editor.send(form, entry="stripe").status_code == 303
    answer = editor.send(form, entry="stripe")
    assert answer.status_code == 422
    assert "already has a tracker with the id stripe" in answer.text
    assert [tracker["id"] for tracker in draft()["trackers"]].count("stripe") == 1
    page = editor.get(PLACE).text
    assert 'value="stripe"' not in page
    assert 'In the draft<span class="vh">, Stripe</span>' in page


def test_what_the_catalog_does_not_have_changes_nothing(editor, draft, site):
    before = draft()
    answer = editor.send(editor.form(PLACE, 1), entry="../../etc/passwd")
    assert answer.status_code == 404
    assert draft() == before
    assert "is in the draft" not in editor.get(f"{PLACE}?added=hotjar").text


def test_what_discovery_found_is_recognised_and_not_kept(editor, draft, site):
    before = draft()
    answer = editor.submit(PLACE, found=DISCOVERED)
    assert answer.status_code == 200
    found = names(answer.text)
    assert {"LinkedIn Insight Tag", "Hotjar", "Google Tag Manager", "Google Analytics 4"} <= set(found)
    text = " ".join(Page(answer.text).text.split())
    assert "Found: _hjSessionUser_123" in text
    assert "2 things are not known." in text
    assert "evil-google-analytics.com host" in text
    assert "<img src=x>é local storage" in text
    assert "<img src=x>" not in answer.text
    assert draft() == before
    assert "snap.licdn.com" not in str(editor.form(PLACE).fields), "nothing of it is kept"


def test_a_plain_list_is_recognised_too(editor, site):
    answer = editor.submit(
        PLACE, found="https://connect.facebook.net/en_US/fbevents.js\n_ga_ABC\nhttp://[\nown.example"
    )
    assert names(answer.text) == ["Google Analytics 4", "Meta Pixel"]
    text = " ".join(Page(answer.text).text.split())
    assert "own.example host" in text and "http://[ cookie" in text


def test_several_that_were_found_are_added_at_once_or_none(editor, draft, site):
    form = editor.form(editor.submit(PLACE, found=DISCOVERED), 1)
    assert form.fields.getlist("entry") == ["hotjar", "linkedin-insight"], (
        "what can be nobody else's is checked already"
    )
    answer = editor.send(form)
    assert answer.status_code == 303
    assert [tracker["id"] for tracker in draft()["trackers"][-2:]] == ["hotjar", "linkedin-insight"]
    page = editor.text(answer.location)
    assert "Hotjar is in the draft" in page
    assert "LinkedIn Insight Tag is in the draft" in page
    before = draft()
    assert editor.send(form, entry=["meta-pixel", "hotjar"]).status_code == 422
    assert draft() == before
    assert editor.send(form, entry=[]).status_code == 303
    assert draft() == before


def test_after_adding_the_search_is_still_there(editor, site):
    form = editor.form(editor.client.get(PLACE, query_string={"q": "recording"}), 1)
    assert editor.send(form, entry="smartlook").location == f"{PLACE}?q=recording&added=smartlook"


def test_without_the_token_nothing_is_added(editor, draft, site):
    before = draft()
    assert editor.client.post(f"{PLACE}/add", data={"entry": "hotjar"}).status_code == 400
    assert draft() == before


def test_what_others_save_meanwhile_stays(editor, admin, draft, site):
    form = editor.form(PLACE, 1)
    assert admin.submit("/admin/sites/saas-console/categories/analytics", name__en="Measuring").status_code == 303
    assert editor.send(form, entry="hotjar").status_code == 303
    assert draft()["trackers"][-1]["id"] == "hotjar"
    assert "Measuring" in [category["name"]["en"] for category in draft()["categories"]]


def test_what_nobody_knows_is_begun_in_one_press_each_and_the_others_stay(editor, draft, site):
    before = draft()["trackers"]
    page = editor.submit(PLACE, found=DISCOVERED)
    form = editor.form(page, 2)
    assert form.buttons == ["host:evil-google-analytics.com", "local:<img src=x>é"]
    answer = editor.send(form, thing=form.buttons[0])
    assert answer.status_code == 200
    text = " ".join(Page(answer.text).text.split())
    assert "The tracker evil-google-analytics-com is begun in the draft." in text
    assert "In the draft, evil-google-analytics.com" in text
    assert "Hotjar" in names(answer.text), "what else was found is still there"
    assert [own["id"] for own in draft()["trackers"][len(before) :]] == ["evil-google-analytics-com"]
    again = editor.form(answer, 2)
    assert again.buttons == ["local:<img src=x>é"]
    assert editor.send(again, thing=again.buttons[0]).status_code == 200
    assert draft()["trackers"][-1]["storage"][0]["name"] == "<img src=x>é"
    assert editor.get("/admin/sites/saas-console/trackers/img-src-x").status_code == 200
    assert "error" in editor.text("/admin/sites/saas-console/publish"), "until somebody says who is behind it"


def test_only_what_was_found_is_begun(editor, draft, site):
    before = draft()
    form = editor.form(editor.submit(PLACE, found=DISCOVERED), 2)
    for thing in ("host:other.example", "host:snap.licdn.com", "", "img"):
        assert editor.send(form, thing=thing).status_code == 404
    assert draft() == before


def test_what_the_catalog_leaves_to_a_person_stays_told(admin):
    assert admin.send(admin.form(PLACE, 1), entry="matomo").status_code == 303
    site = PLACE.removesuffix("/catalog")
    form = f"{site}/trackers/matomo"
    page = admin.text(form)
    assert "nothing of it is held back but what pages mark" in page
    assert "things are left to you" in page
    assert "put your own name under Provider" in page
    publish = admin.get(f"{site}/publish").text
    assert f'href="{form}#f-match"' in publish
    assert admin.form(form).fields["match.0.host"] == "", "a row to write it into"
    answer = admin.submit(form, match__0__host="https://stats.example.com/matomo/", vendor="Shop Ltd")
    assert answer.status_code == 303, answer.text
    told = "You typed https://stats.example.com/matomo/. It became stats.example.com, /matomo/."
    assert told in admin.text(answer.location)
    page = admin.text(form)
    assert "Under Hosts add the host" not in page
    assert "put your own name under Provider" in page, "that is for a person to see to"
    assert "nothing of it is held back but what pages mark" not in admin.text(f"{site}/publish")
