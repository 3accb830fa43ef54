"""The page Texts: languages side by side, what is to be done in each, and a whole language filled from one page."""

import re

import pytest

from app.web.admin.text_words import TEXT_WORDS
from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"
PATH = f"{HANDLE}/texts"


def marks(page):
    """Return what is marked, by the name of the field."""
    found = re.findall(r'<p class="to-do (\w+)" id="m-([^"]+)">', page.text)
    return {name: state for state, name in found}


def counted(page):
    """Return what the top of the page says of each language."""
    lines = re.findall(r'<li>\s*<span class="flag">.*?</li>', page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]


@pytest.fixture
def german(admin):
    assert admin.submit(f"{HANDLE}/rules", languages="en\nde").status_code == 303


def test_editing_a_text(admin, draft):
    page = admin.get(PATH).text
    assert '<q lang="en" dir="auto">Your choice about cookies</q>' in page, "what is built in can be read and copied"
    assert "Above the first layer&#39;s text." in page, "it says where it appears"
    before = draft()["texts"]
    assert admin.submit(PATH, title__en="What may run here?").status_code == 303
    assert draft()["texts"] == {"en": {**before["en"], "title": "What may run here?"}}
    assert admin.submit(PATH, title__en="").status_code == 303
    assert draft()["texts"] == before, "empty means built in"
    assert admin.submit(PATH, body__en="").status_code == 303
    assert draft()["texts"] == {}


@pytest.mark.usefixtures("german")
def test_a_language_stands_beside_the_first_and_a_text_in_both_is_one_line(admin):
    page = admin.get(f"{PATH}?lang=de")
    assert "Alle akzeptieren" in Page(page.text).text
    fields = admin.form(page).fields
    assert {"title.en", "title.de", "c1-name.en", "c1-name.de", "t0-purpose.de", "t0-data0.de"} <= set(fields)
    assert "title.de" not in admin.form(f"{PATH}?lang=en").fields
    assert admin.form(f"{PATH}?lang=de&lang=en").fields.keys() == fields.keys()
    assert admin.get(f"{PATH}?lang=fr").status_code == 404
    assert all(f">{label} " in page.text or f">{label}<" in page.text for label in ("Title", "Yes to everything"))
    assert TEXT_WORDS["title"][1].replace("'", "&#39;") in page.text


@pytest.mark.usefixtures("german")
def test_what_is_to_be_done_is_marked_counted_and_led_to(admin, draft):
    page = admin.get(PATH)
    found = marks(page)
    assert found["c0-name.de"] == found["t0-purpose.de"] == "missing"
    assert found["title.de"] == "unreviewed"
    assert not [name for name in found if name.endswith(".en")]
    missing = [name for name, state in found.items() if state == "missing"]
    english, german = counted(page)
    assert english == "English en nothing to do"
    assert f"{len(missing)} missing : Deutsch" in german
    assert f'<a href="#f-{missing[0]}">{len(missing)} missing' in page.text, "the top leads to the first"
    for name, following in zip(missing, missing[1:], strict=False):
        mark = page.text.split(f'id="m-{name}">')[1].split("</p>")[0]
        assert f'href="#f-{following}">next missing' in mark
    wrong = {"title__de": "Hallo {niemand}", "choose__de": "W" * 41}
    admin.submit(PATH, unfinished="1", **wrong)
    found = marks(admin.get(PATH))
    assert (found["title.de"], found["choose.de"]) == ("placeholder", "long")
    assert "1 with a wrong placeholder" in counted(admin.get(f"{PATH}?lang=en"))[1], "also of a language not shown"


@pytest.mark.usefixtures("german")
def test_a_whole_language_is_filled_from_one_page(admin, draft):
    form = admin.form(PATH)
    typed = {name: f"Deutsch {name}" for name, value in form.fields.items() if re.match(r"[ct]\d+-.*\.de$", name)}
    assert len(typed) > 20
    first = dict(list(typed.items())[:1])
    assert admin.send(form, PATH, **first).status_code == 303, "a language may be filled bit by bit"
    assert "texts_read" not in draft()
    answer = admin.submit(PATH, **{**typed, "read-de": "1"})
    assert (answer.status_code, answer.location) == (303, f"{PATH}?lang=en&lang=de&done=saved")
    assert counted(admin.get(PATH)) == ["English en nothing to do", "Deutsch de nothing to do"]
    document = draft()
    assert document["categories"][0]["name"]["de"] == "Deutsch c0-name.de"
    assert document["trackers"][0]["data"][0]["name"]["de"] == "Deutsch t0-data0.de"
    assert document["categories"][0]["name"]["en"] == "Necessary"
    said = admin.text(f"{HANDLE}/publish")
    assert "error" not in said.split("What changes")[0].lower().replace("errors", "")


@pytest.mark.usefixtures("german")
def test_what_a_machine_translated_is_read_before_it_can_be_published(admin, draft, here):
    path = f"{PATH}?lang=de"
    publish = admin.get(f"{HANDLE}/publish")
    assert "somebody who knows the language" in Page(publish.text).text.lower()
    assert f'href="{PATH}?lang=de#f-read-de"' in publish.text
    assert "I know Deutsch, have read the built-in texts below" in Page(admin.get(path).text).text
    assert admin.submit(path, **{"read-de": "1"}).status_code == 303
    assert draft()["texts_read"] == {"de": here.desk.texts["de"].digest}
    assert "somebody who knows the language" not in Page(admin.get(f"{HANDLE}/publish").text).text.lower()
    assert admin.submit(path, title__de="Ihre Wahl", **{"read-de": None}).status_code == 303
    assert "texts_read" not in draft(), "taken back is taken back"


def test_a_reviewed_language_has_nothing_to_read(admin):
    assert "have read the built-in texts" not in Page(admin.get(f"{PATH}?lang=en").text).text


@pytest.mark.usefixtures("german")
def test_a_wrong_text_is_told_at_its_field_and_nothing_is_lost(admin, draft):
    before = draft()
    answer = admin.submit(PATH, title__de="Hallo {niemand}", body__de="Neu.")
    assert answer.status_code == 422
    assert 'href="#f-title.de"' in answer.text
    assert marks(answer)["title.de"] == "placeholder"
    assert admin.form(answer).fields["body.de"] == "Neu."
    assert draft() == before
    admin.submit(PATH, unfinished="1", title__de="Hallo {niemand}")
    assert f'href="{PATH}?lang=de#f-title.de"' in admin.get(f"{HANDLE}/publish").text


@pytest.mark.usefixtures("german")
def test_two_people_at_the_same_texts_never_overwrite_silently(admin, editor, draft):
    mine = admin.form(PATH)
    assert editor.submit(f"{HANDLE}/rules", retention="P2Y").status_code == 303
    assert admin.send(mine, PATH, title__de="Meine").status_code == 303, "what others saved elsewhere is no conflict"
    mine = admin.form(PATH)
    assert editor.submit(PATH, title__de="Ihre").status_code == 303
    answer = admin.send(mine, PATH, title__de="Unsere")
    assert answer.status_code == 409
    assert draft()["texts"]["de"]["title"] == "Ihre"
    assert admin.form(answer).fields["title.de"] == "Unsere"
    mine = admin.form(PATH)
    order = editor.form(f"{HANDLE}/order")
    down = next(button for button in order.buttons if button.startswith("trackers:down"))
    before = [tracker["id"] for tracker in draft()["trackers"]]
    editor.client.post(f"{HANDLE}/order", data={**order.fields, "move": down})
    assert [tracker["id"] for tracker in draft()["trackers"]] != before
    assert admin.send(mine, PATH, title__de="Unsere").status_code == 409, "a place in a list means something else now"


def test_a_language_without_built_in_texts_shows_what_english_says(admin):
    admin.submit(f"{HANDLE}/rules", languages="sw")
    page = admin.get(f"{PATH}?lang=sw")
    assert marks(page)["title.sw"] == "missing"
    assert '<q lang="en">Your choice about cookies</q>' in page.text
