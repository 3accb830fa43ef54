"""Trackers of the draft are found by what somebody has in front of them."""

from tests.admin.browser import Page

PLACE = "/admin/sites/saas-console/trackers/"


def test_a_search_shows_what_it_finds_and_says_how_many(admin, draft):
    host = next(item for item in draft()["trackers"] if item["id"] == "clickstream")["match"][0]["host"]
    answer = admin.get(f"{PLACE}?q={host}+click")
    assert "1 tracker is found for" in Page(answer.text).text
    assert "Clickstream" in answer.text
    assert "Card payment" not in answer.text


def test_what_finds_nothing_says_where_to_look(admin):
    answer = admin.get(f"{PLACE}?q=hotjar")
    assert "No tracker of this draft has “hotjar” in its name" in answer.text
    assert 'href="/admin/sites/saas-console/catalog?q=hotjar"' in answer.text
    assert "Clickstream" not in answer.text


def test_what_was_searched_for_is_text(admin):
    assert "<script>alert" not in admin.get(f"{PLACE}?q=<script>alert(1)</script>").text
