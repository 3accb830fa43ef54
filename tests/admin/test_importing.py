"""Import at the desk and at the command line: looked at first, added to the draft, nothing lost."""

import io
import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app import cli
from app.commands.imports import import_command
from app.db import db
from app.models import Draft

HANDLE = "/admin/sites/saas-console"
IMPORT = f"{HANDLE}/import"
SAMPLES = Path(__file__).parent.parent / "core" / "imports" / "samples"


def sample(name):
    return (SAMPLES / name).read_text()


def ids(document, kind="trackers"):
    return [item["id"] for item in document[kind]]


def test_what_was_understood_is_shown_before_anything_is_saved(admin, draft):
    before = draft()
    answer = admin.submit(IMPORT, kind="klaro", text=sample("klaro.js"))
    assert answer.status_code == 200
    assert "3 trackers in 3 categories understood. Nothing is saved yet." in answer.text
    for words in (
        "Matomo",
        "_pk_*",
        "a tracker has one category: styling",
        "Not said for 3: Matomo, captcha, external-map",
    ):
        assert words in answer.text
    assert draft() == before


def test_it_is_added_and_the_draft_keeps_what_it_has(admin, draft):
    before = draft()
    answer = admin.send(admin.form(admin.submit(IMPORT, kind="klaro", text=sample("klaro.js"))), IMPORT, save="1")
    assert answer.location == f"{HANDLE}/trackers/?done=imported"
    after = draft()
    assert ids(after) == [*ids(before), "matomo", "captcha", "external-map"]
    assert after["trackers"][: len(before["trackers"])] == before["trackers"]
    assert after["policy_url"] == before["policy_url"]
    assert ids(after, "categories")[-1] == "livechat"
    page = admin.text(answer.location)
    assert "Added to the draft." in page
    assert "errors" in page, "what the tool did not say is told at each tracker"


def test_a_file_is_taken_in_the_encodings_that_tools_write(admin):
    for raw in (
        sample("cookiebot.csv").encode("utf-8-sig"),
        sample("cookiebot.csv").encode("utf-16"),
        "Name;Anbieter;Kategorie\n_x;Müller;Statistik\n".encode("cp1252"),
    ):
        form = admin.form(IMPORT)
        data = {**form.fields.to_dict(), "kind": "cookiebot", "file": (io.BytesIO(raw), "cookies.csv")}
        answer = admin.client.post(IMPORT, data=data, content_type="multipart/form-data")
        assert answer.status_code == 200, answer.text
        assert "understood. Nothing is saved yet." in answer.text
    assert "Müller" in answer.text


@pytest.mark.parametrize(
    ("kind", "text"),
    [("klaro", "no config"), ("klaro", ""), ("cookiebot", "a,b\n"), ("other", "x"), ("orejime", "'never")],
)
def test_what_cannot_be_read_is_told_and_not_lost(admin, draft, kind, text):
    before = draft()
    answer = admin.submit(IMPORT, kind=kind, text=text, save="1")
    assert answer.status_code == 422
    assert 'href="#f-text"' in answer.text
    assert admin.form(answer).fields["text"].strip() == text.strip()
    assert draft() == before


def test_names_with_markup_are_shown_as_text(admin):
    text = (
        "klaroConfig = {services: [{name: 'x', title: 'a &lt;script&gt;alert(1)&lt;/script&gt;', purposes: ['ads']}]}"
    )
    page = admin.submit(IMPORT, kind="klaro", text=text).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_somebody_else_saved_meanwhile(admin, editor, draft):
    shown = admin.submit(IMPORT, kind="klaro", text=sample("klaro.js"))
    editor.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    answer = admin.send(admin.form(shown), IMPORT, save="1")
    assert answer.status_code == 409
    assert "Somebody else saved this draft meanwhile" in answer.text
    assert "matomo" not in ids(draft())
    assert admin.send(admin.form(answer), IMPORT, save="1").status_code == 303
    assert "matomo" in ids(draft())
    assert next(item for item in draft()["trackers"] if item["id"] == "clickstream")["vendor"] == "Another Ltd"


def test_a_new_site_gets_our_words_for_the_standard_categories(login, app):
    owner = login("owner")
    owner.submit("/admin/new-site", name="Town", handle="town", origins="https://town.example")
    path = "/admin/sites/town/import"
    shown = owner.submit(path, kind="tarteaucitron", text=sample("tarteaucitron.js"))
    assert owner.send(owner.form(shown), path, save="1").status_code == 303
    with app.app_context(), Session(db.engine) as session:
        document = json.loads(session.query(Draft).one().document)
    assert document["categories"][0]["name"] == {"en": "Necessary"}
    assert ids(document) == ["cookie-choice", "gtag", "youtube", "ourownthing"]
    assert "ourownthing" in owner.text("/admin/sites/town/trackers/").split("In no category")[1]


@pytest.fixture
def placet(app):
    """Run the command line's import on this test's database."""

    @contextmanager
    def open_session():
        with app.app_context():
            yield app, db.session()

    def run(*arguments):
        return CliRunner().invoke(import_command(open_session, cli.CLI_NAME), list(arguments))

    return run


def test_the_command_line_says_what_it_took_and_saves(placet, site, draft):
    path = str(SAMPLES / "orejime.js")
    before = draft()
    said = placet("orejime", "saas-console", path, "--dry-run")
    assert said.exit_code == 0, said.output
    assert "+ Privacy policy: https://mairie.example/vie-privee" in said.output
    assert "- A purpose: It has no id that can be read." in said.output
    assert "? Provider: Not said for 3: Session, Pixel, Bannière" in said.output
    assert draft() == before
    said = placet("orejime", "saas-console", path, "--lang", "fr")
    assert "saas-console: draft saved with 3 trackers. Nothing is published." in said.output
    assert ids(draft())[-3:] == ["session", "pixel", "banner"]


def test_the_command_is_one_of_the_site_s():
    assert "import-from" in cli.site.commands
