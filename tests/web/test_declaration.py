"""The page that lists what is published: current, in the visitor's language, whole without a script."""

import base64
import hashlib
import html
import re

import pytest

from app.web.declaration import POLICY
from tests.support.plain_site import in_german_too


@pytest.fixture
def read(client, site):
    def read_it(query="country=DE", **headers):
        answer = client.get(f"/s/{site}/declaration?{query}", headers=headers)
        return answer, html.unescape(answer.get_data(as_text=True))

    return read_it


def test_it_lists_the_trackers_and_who_answers_for_them(read):
    answer, page = read()
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "max-age=60" in answer.headers["Cache-Control"]
    for text in ("SaaS Console Example Ltd", "Clickstream", "Stored in your browser", "Who receives it"):
        assert text in page
    assert "<script" not in page


def test_what_a_config_says_is_text(client, publish_site):
    def change(config):
        config["trackers"][0]["vendor"] = 'A & B "quoted"'
        config["name"] = "Tom & Jerry's"

    key = publish_site(change=change)
    page = client.get(f"/s/{key}/declaration?country=DE").get_data(as_text=True)
    assert "A &amp; B &#34;quoted&#34;" in page
    assert "<h1>Tom &amp; Jerry&#39;s</h1>" in page


@pytest.mark.parametrize(
    ("contact", "written"),
    [
        ("privacy@example.com", '<a href="mailto:privacy@example.com">privacy@example.com</a>'),
        ("https://example.com/ask", '<a href="https://example.com/ask" rel="noreferrer">https://example.com/ask</a>'),
    ],
)
def test_who_answers_is_one_step_away(client, publish_site, contact, written):
    key = publish_site(change=lambda config: config["controller"].update(contact=contact, dpo=contact))
    assert client.get(f"/s/{key}/declaration").get_data(as_text=True).count(written) == 2


def test_the_rule_of_the_place_says_on_what_ground(read):
    _, german = read("country=DE")
    _, texan = read("country=US&region=TX")
    assert "runs unless you object" not in german
    assert "runs unless you object" in texan
    answer, _ = read("country=US&region=TX")
    assert answer.headers["Cache-Control"].startswith("private")


def test_its_style_is_the_one_that_its_policy_names(read, client, site):
    _, page = read()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in POLICY


def test_an_unknown_site_has_none(client):
    answer = client.get("/s/s_unknown/declaration")
    assert answer.status_code == 404
    assert answer.is_json


def test_where_there_are_several_languages_it_links_the_others(client, publish_site):
    key = publish_site(change=in_german_too)
    page = client.get(f"/s/{key}/declaration?country=DE&lang=de").get_data(as_text=True)
    assert '<html lang="de"' in page
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in page
    assert "Gespeichert" in page or "gespeichert" in page
