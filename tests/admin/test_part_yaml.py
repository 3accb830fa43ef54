"""The part that a form edits stands beside it as YAML, and is edited in either."""

import re

import pytest

from app.schemas.yaml_lines import line_of
from tests.admin.browser import Page
from tests.admin.test_draft import tracker

HANDLE = "/admin/sites/saas-console"
TRACKER = f"{HANDLE}/trackers/clickstream"


def side(browser, page):
    """Return the form beside the form."""
    return browser.form(page, 1)


def save(browser, path, old, new, form=None, **more):
    form = form or side(browser, path)
    assert old in form.fields["yaml"], form.fields["yaml"]
    return browser.send(form, path, yaml=form.fields["yaml"].replace(old, new, 1), **more)


@pytest.mark.parametrize("path", ["trackers/clickstream", "categories/recording", "rules"])
def test_saving_the_yaml_as_it_stands_changes_nothing(admin, draft, path):
    before = draft()
    answer = admin.send(side(admin, f"{HANDLE}/{path}"), f"{HANDLE}/{path}")
    assert (answer.status_code, draft()) == (303, before)


def test_a_tracker_is_edited_as_yaml_and_the_form_follows(admin, draft):
    before = draft()
    assert save(admin, TRACKER, "vendor: ", "vendor: Another ").status_code == 303
    own = tracker(draft(), "clickstream")
    assert own.pop("vendor").startswith("Another ")
    wanted = tracker(before, "clickstream")
    wanted.pop("vendor")
    assert own == wanted
    assert admin.form(TRACKER).fields["vendor"].startswith("Another ")


def test_what_is_left_out_goes_and_a_new_id_takes_along_what_asks_for_it(admin, draft):
    text = "id: figures\nname: {en: Figures}\ndescription: {en: Counts.}\n"
    path = f"{HANDLE}/categories/analytics"
    answer = admin.send(side(admin, path), path, yaml=text)
    assert answer.status_code == 303, Page(answer.text).text
    assert {"id": "figures", "name": {"en": "Figures"}, "description": {"en": "Counts."}} in draft()["categories"]
    assert tracker(draft(), "clickstream")["category"] == "figures"


def test_a_category_is_added_as_yaml(admin, draft):
    text = "id: own\nname: {en: Own}\ndescription: {en: Of our own.}\nfollows: analytics\n"
    path = f"{HANDLE}/categories/new"
    assert admin.send(side(admin, path), path, yaml=text).status_code == 303
    assert draft()["categories"][-1]["id"] == "own"


def test_what_is_no_yaml_comes_back_with_its_line(admin, draft):
    before = draft()
    answer = save(admin, TRACKER, "kind: browser", "kind: [browser")
    assert answer.status_code == 422
    assert "kind: [browser" in side(admin, answer).fields["yaml"], "what was typed is not lost"
    text = Page(answer.text).text
    assert "This was not saved yet" in text
    assert re.search(r"Line [4-9]: ", text)
    for wrong, words in (
        ("- a\n", "Line 1: This must be a mapping"),
        ("id: a\nid: b\n", "Line 2: The key 'id' stands twice"),
    ):
        answer = admin.send(side(admin, TRACKER), TRACKER, yaml=wrong)
        assert words in Page(answer.text).text
    assert draft() == before


def test_what_lint_refuses_is_told_by_its_line_and_at_the_field(admin, draft):
    before = draft()
    answer = save(admin, TRACKER, "host: ", "host: https://")
    assert answer.status_code == 422
    form = side(admin, answer)
    line = 1 + form.fields["yaml"].splitlines().index(
        next(row for row in form.fields["yaml"].splitlines() if "https://" in row)
    )
    assert f"Line {line}: Write it like stats.example.com" in Page(answer.text).text
    assert admin.form(answer).fields["match.0.host"].startswith("https://"), "the form shows it, too"
    assert draft() == before
    answer = admin.send(form, TRACKER, unfinished="1")
    assert answer.status_code == 303
    assert tracker(draft(), "clickstream")["match"][0]["host"].startswith("https://")


def test_the_rules_are_edited_as_yaml_and_nothing_else_is(admin, draft):
    path = f"{HANDLE}/rules"
    assert save(admin, path, "granted: P6M", "granted: P3M").status_code == 303
    assert draft()["lifetimes"]["granted"] == "P3M"
    answer = save(admin, path, "name: ", "trackers: []\nname: ")
    assert answer.status_code == 422
    assert "trackers is not of this page. The page YAML has the whole draft." in Page(answer.text).text
    assert draft()["trackers"]
    for typed in ("{name: x, foo: 1}", "? foo\n: 1", '"f\\x6fo": 1'):
        answer = admin.send(side(admin, path), path, yaml=typed)
        assert answer.status_code == 422
        assert "Line 1: foo is not of this page." in Page(answer.text).text
        assert side(admin, answer).fields["yaml"].strip() == typed, "what was typed is not lost"


def test_two_people_do_not_overwrite_each_other_in_yaml(admin, editor, draft):
    form = side(admin, TRACKER)
    editor.submit(TRACKER, vendor="Theirs Ltd")
    answer = save(admin, TRACKER, "vendor: ", "vendor: Mine ", form)
    assert answer.status_code == 409
    assert "Theirs Ltd" in answer.text
    again = side(admin, answer)
    assert "vendor: Mine " in again.fields["yaml"]
    assert tracker(draft(), "clickstream")["vendor"] == "Theirs Ltd"
    assert admin.send(again, TRACKER).status_code == 303
    assert tracker(draft(), "clickstream")["vendor"].startswith("Mine ")


def test_what_others_saved_elsewhere_stays(admin, editor, draft):
    form = side(admin, TRACKER)
    editor.submit(f"{HANDLE}/categories/analytics", name__en="Measuring")
    assert save(admin, TRACKER, "vendor: ", "vendor: Mine ", form).status_code == 303
    assert "Measuring" in str(draft()["categories"])


def test_a_refused_form_stands_beside_it_as_yaml_as_it_was_typed(admin):
    answer = admin.submit(TRACKER, name="<b>")
    assert answer.status_code == 422
    assert "name: <b>" in side(admin, answer).fields["yaml"]


def test_the_line_of_a_place():
    text = "a: 1\nb:\n  - c: 2\n    d: 3\n  - e: 4\n"
    assert [line_of(text, steps) for steps in ([], ["b"], ["b", 0, "d"], ["b", 1, "e"], ["b", 1, "x"], ["z"], ["a", 0])] == [
        1, 2, 4, 5, 5, 1, 1,
    ]  # fmt: skip
