"""The desk in German: every word is there, and says what it has to fill in."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.admin.test_roles import HANDLE

FILE = Path(__file__).parent.parent.parent / "app" / "translations" / "de" / "LC_MESSAGES" / "messages.po"
GAP = re.compile(r"%\(\w+\)s|%%|\{\{|\}\}|\{\w+[^{}]*\}|<[a-z/][^>]*>")


@pytest.fixture(scope="module")
def messages():
    with FILE.open("rb") as file:
        return [message for message in read_po(file, "de") if message.id]


def forms(message):
    """The sentences in English, and those in German."""
    english, german = message.id, message.string
    return (english if message.pluralizable else (english,)), (german if message.pluralizable else (german,))


def test_nothing_is_missing(messages):
    assert [message.id for message in messages if not all(forms(message)[1])] == []
    assert {len(message.string) for message in messages if message.pluralizable} == {2}


def test_each_sentence_fills_in_what_the_english_one_does(messages):
    for message in messages:
        english, german = forms(message)
        for said in german:
            assert sorted(GAP.findall(said)) in [sorted(GAP.findall(text)) for text in english], message.id


def test_what_is_glued_to_a_sentence_keeps_its_space(messages):
    for message in messages:
        english, german = forms(message)
        for said in german:
            assert (said[0] == " ", said[-1] == " ") == (english[0][0] == " ", english[0][-1] == " "), message.id


def test_it_is_spoken(site, login):
    editor = login("editor")
    editor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-AT, en;q=0.5"
    said = editor.text(f"{HANDLE}/publish")
    assert "Ein Admin oder Inhaber dieser Website veröffentlicht." in said
    assert "Kategorien & Tracker" in said
    assert "Version 1 ist live seit 22. Nov. 2026, 12:00 UTC." in editor.text(f"{HANDLE}/")
    refused = editor.get(f"{HANDLE}/proof")
    assert "Das ist nicht für die Rolle Redaktion, die Sie an dieser Website haben." in refused.text
    answer = editor.submit(f"{HANDLE}/trackers/clickstream", data__0__retention="two weeks")
    assert answer.status_code == 422
    assert "Eine Dauer in einer Einheit: 6 Monate (P6M), 30 Tage (P30D), 30 Minuten (PT30M)." in answer.text
