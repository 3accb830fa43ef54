"""The desk speaks the reader's language: the account's, else the browser's, else English."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from flask import render_template_string

from app.core.say import say, say_number
from app.core.worded import duration_words
from app.web.admin.languages import _read

ROOT = Path(__file__).parent.parent.parent
GERMAN = """
msgid "There is {thing}."
msgstr "Es gibt {thing}."

msgid "the category {id}"
msgstr "die Kategorie {id}"

msgid "{day} is over. Choose today or a later day."
msgstr "Am {day} war es."

msgid "{number} line"
msgid_plural "{number} lines"
msgstr[0] "{number} Zeile"
msgstr[1] "{number} Zeilen"
"""


def switch(browser, page, **changes):
    return browser.send(browser.form(page, -1), **changes)


def lang_of(answer):
    return answer.text.split('<html lang="', 1)[1][:2]


def test_the_files_of_words_hold_what_the_sources_say():
    done = subprocess.run(["scripts/words.sh", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("asked", "spoken"), [(None, "en"), ("de-AT,de;q=0.8", "de"), ("fr", "en"), ("fr, de;q=0.5", "de")]
)
def test_before_anybody_has_chosen_it_is_as_the_browser_asks(client, site, asked, spoken):
    headers = {"Accept-Language": asked} if asked else {}
    assert lang_of(client.get("/admin/login", headers=headers, follow_redirects=True)) == spoken


def test_an_account_has_its_language_in_every_browser(admin, account, login):
    assert lang_of(admin.get("/admin/")) == "en"
    answer = switch(admin, "/admin/account", language="de")
    assert (answer.status_code, answer.location) == (303, "/admin/account")
    assert lang_of(admin.get("/admin/")) == "de"
    assert lang_of(admin.client.get("/admin/", headers={"Accept-Language": "en"})) == "de"


def test_an_auditor_by_link_has_it_in_this_browser(site, link, come_by):
    auditor = come_by(link())
    switch(auditor, "/admin/sites/saas-console/receipts/", language="de")
    assert lang_of(auditor.get("/admin/sites/saas-console/receipts/")) == "de"


def test_only_what_the_desk_speaks_and_back_only_to_the_desk(admin):
    answer = switch(admin, "/admin/account", language="xx")
    assert answer.status_code == 422
    assert "does not speak xx" in answer.text
    answer = switch(admin, "/admin/account", language="de", next="https://elsewhere.example/")
    assert answer.location == "/admin/"


def test_what_core_says_is_translated_where_it_is_shown(app, tmp_path, monkeypatch):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(GERMAN)
    monkeypatch.setattr("app.web.admin.languages._FOLDER", tmp_path)
    _read.cache_clear()
    said = say("There is {thing}.", thing=say("the category {id}", id="<b>"))
    exact = say("The tracker `{tracker}` is not stopped.", tracker="<b>")
    lines = say_number("{number} line", "{number} lines", 3)
    long = say("for {length}", length=duration_words("P6M"))
    day = say("{day} is over. Choose today or a later day.", day=date(2026, 12, 21))
    words = "{% for one in everything %}{{ one }}{{ ' ' if not loop.last }}{% endfor %}"
    try:
        with app.test_request_context("/admin/login", headers={"Accept-Language": "de"}):
            everything = [said, lines, long, day, exact]
            shown = render_template_string(words, everything=everything)
    finally:
        _read.cache_clear()
    assert shown.startswith("Es gibt die Kategorie &lt;b&gt;. 3 Zeilen for 6 Monate Am 21. Dez. 2026 war es. ")
    assert shown.endswith("The tracker <code>&lt;b&gt;</code> is not stopped.")
    assert said == "There is the category <b>."
    assert day == "2026-12-21 is over. Choose today or a later day.", (
        "logs and the command line keep the machine's form"
    )
