"""The table of all sites: what is overdue stands first, and somebody who looked says so."""

import re

import pytest

from app.db import db
from app.models import Site
from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"
REVIEW = f"{HANDLE}/review"


@pytest.fixture
def two(publish_site, clock):
    """The site ``zebra``, published a month after the site ``apple``."""
    publish_site("apple", "account-management")
    clock.advance(days=31)
    publish_site("zebra")
    return "apple", "zebra"


def rows(browser, query=""):
    """The table: handle to the words of its cells."""
    page = browser.get(f"/admin/{query}").text
    found = re.findall(r'<tr>\s*<th scope="row">.*?</tr>', page, re.DOTALL)
    return {
        re.search(r"/admin/sites/([a-z-]+)/", row)[1]: {
            label: " ".join(Page(cell).text.split())
            for label, cell in re.findall(r'<td data-label="([^"]+)">(.*?)</td>', row, re.DOTALL)
        }
        for row in found
    }


def test_a_row_says_what_stands_there(admin):
    assert rows(admin)["saas-console"] == {
        "Live": "version 1 since 22 Nov 2026",
        "Waiting": "none",
        "Draft": "edited 22 Nov 2026",
        "Findings": "none",
        "Review": "due 22 Nov 2027",
        "Held outside": "nothing",
        "Your role": "admin",
    }
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="", unfinished="1")
    row = rows(admin)["saas-console"]
    assert row["Findings"] == "1 error", "a new revision is linted anew"
    assert row["Draft"] == "differs, edited 22 Nov 2026"


def test_what_nobody_has_read_counts_as_to_be_reviewed(admin):
    admin.submit(f"{HANDLE}/rules", languages="en\nde\nfr", unfinished="1")
    assert rows(admin)["saas-console"]["Review"] == "due 22 Nov 2027 unread texts: de, fr"


def test_an_auditor_learns_nothing_of_the_draft(admin, auditor):
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="", unfinished="1")
    row = rows(auditor)["saas-console"]
    assert (row["Draft"], row["Findings"]) == ("not for your role", "not for your role")
    assert row["Review"] == "due 22 Nov 2027"


def test_an_overdue_review_is_said_and_stands_first(two, login, clock):
    clock.advance(days=365 - 31)
    admin = login("admin")
    assert list(rows(admin)) == ["apple", "zebra"]
    assert rows(admin)["apple"]["Review"] == "overdue since 22 Nov 2027"
    assert "1 review is overdue." in admin.text("/admin/")
    assert "A review is overdue since 22 Nov 2027." in admin.text("/admin/sites/apple/")
    answer = admin.submit("/admin/sites/apple/review", note="All as listed.")
    assert (answer.status_code, answer.location) == (303, "/admin/sites/apple/review?done=reviewed")
    clock.advance(days=31)
    owner = login("owner")
    assert list(rows(owner)) == ["zebra", "apple"]
    assert rows(owner)["apple"]["Review"] == "due 22 Nov 2028"


ORDERS = {
    "?sort=name": ["apple", "zebra"],
    "?sort=edited": ["zebra", "apple"],
    "?sort=live": ["apple", "zebra"],
    "?sort=review": ["apple", "zebra"],
    "?sort=held": ["apple", "zebra"],
    "?sort=nonsense": ["apple", "zebra"],
    "?q=ZEB": ["zebra"],
    "?q=localhost": ["apple", "zebra"],
    "?q=nowhere": [],
}


def test_it_is_sorted_and_searched_by_its_address(two, login):
    admin = login("admin")
    assert {query: list(rows(admin, query)) for query in ORDERS} == ORDERS


def test_what_has_most_findings_stands_first_where_that_is_asked(two, login):
    admin = login("admin")
    admin.submit("/admin/sites/zebra/trackers/clickstream", vendor="", unfinished="1")
    assert list(rows(admin, "?sort=findings")) == ["zebra", "apple"]


def test_a_search_without_result_says_so(two, login):
    assert "No site of yours has “<b>” in its name" in login("admin").text("/admin/?q=<b>")


def test_a_review_is_recorded_with_who_and_when(site, login, clock):
    clock.advance(days=10)
    admin = login("admin")
    said = " ".join(admin.text(REVIEW).split())
    assert "Nobody has recorded a look at this config as a whole since version 1 was published on 22 Nov 2026." in said
    admin.submit(REVIEW, note="One <tracker> less.")
    said = " ".join(admin.text(REVIEW).split())
    assert (
        "admin-all@example.com looked at this config as a whole on 2 Dec 2026. The next look is due on 2 Dec 2027."
        in said
    )
    assert "admin-all@example.com: One <tracker> less." in said
    log = " ".join(admin.text(f"{HANDLE}/log").split())
    assert "admin-all@example.com admin looked at the config as a whole: One <tracker> less." in log


def test_how_often_is_set_and_written_down(admin):
    admin.submit(REVIEW, note="Seen.")
    form = admin.form(REVIEW, 1)
    for wrong in ("0", "37", "often"):
        answer = admin.send(form, months=wrong)
        assert answer.status_code == 422
        assert "A config is looked at again after 1 to 36 months." in answer.text
    assert admin.form(answer, 1).fields["months"] == "often", "what was typed is kept"
    assert admin.send(form, months="6").location == f"{REVIEW}?done=interval"
    assert "The next look is due on 22 May 2027." in admin.text(REVIEW)
    assert "set that the config is looked at every 6 months." in admin.text(f"{HANDLE}/log")


def test_an_editor_reviews_and_does_not_say_how_often(editor, app):
    assert "Every 12 months. An admin or owner of this site sets that." in editor.text(REVIEW)
    token = editor.form(REVIEW).fields["csrf_token"]
    answer = editor.client.post(f"{REVIEW}/interval", data={"csrf_token": token, "months": "36"})
    assert answer.status_code == 403
    assert editor.submit(REVIEW, note="").status_code == 303
    with app.app_context():
        site = db.session.query(Site).one()
        assert (site.review_months, site.reviewed_by) == (12, "editor-all@example.com")


def test_a_note_has_an_end(admin):
    answer = admin.submit(REVIEW, note="x" * 501)
    assert answer.status_code == 422
    assert "A note has at most 500 characters." in answer.text
    assert admin.form(answer).fields["note"] == "x" * 501
