"""Several admins at one draft: nothing is overwritten silently, and nobody is stopped without need."""

import pytest

from app.web.admin import forms
from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"


def tracker(document, ref):
    return next(item for item in document["trackers"] if item["id"] == ref)


def test_two_admins_do_not_overwrite_each_other(admin, editor, draft):
    path = f"{HANDLE}/trackers/clickstream"
    mine = admin.form(path)
    assert editor.submit(path, vendor="Theirs Ltd").status_code == 303
    answer = admin.send(mine, path, vendor="Mine Ltd")
    assert answer.status_code == 409
    said = Page(answer.text).text
    assert "editor-all@example.com saved it" in said
    assert "Theirs Ltd" in said and "Mine Ltd" in said
    assert tracker(draft(), "clickstream")["vendor"] == "Theirs Ltd"
    kept = admin.form(answer)
    assert kept.fields["vendor"] == "Mine Ltd", "what was typed is kept"
    assert admin.send(kept, path).status_code == 303, "the second time it is a decision"
    assert tracker(draft(), "clickstream")["vendor"] == "Mine Ltd"


@pytest.mark.parametrize("mine", ["trackers/payment", "categories/analytics", "rules", "texts", "trackers/new"])
def test_what_others_saved_elsewhere_is_no_conflict(admin, editor, draft, mine):
    form = admin.form(f"{HANDLE}/{mine}")
    assert editor.submit(f"{HANDLE}/trackers/clickstream", vendor="Theirs Ltd").status_code == 303
    mines = {"trackers/payment": {"vendor": "Mine Ltd"}, "texts": {"title__en": "Mine Ltd"}}
    changes = mines.get(mine, {"unfinished": "1", "name": "Mine Ltd", "name__en": "Mine Ltd"})
    answer = admin.send(form, f"{HANDLE}/{mine}", **changes)
    assert answer.status_code == 303, Page(answer.text).text
    assert "Mine Ltd" in str(draft())
    assert tracker(draft(), "clickstream")["vendor"] == "Theirs Ltd", "both stand in the draft"


def test_adding_a_row_does_not_hide_that_somebody_else_saved(admin, editor, draft):
    path = f"{HANDLE}/trackers/clickstream"
    mine = admin.form(path)
    editor.submit(path, vendor="Theirs Ltd")
    mine = admin.form(admin.send(mine, path, rows="add:data"))
    assert admin.send(mine, path, vendor="Mine Ltd").status_code == 409
    assert tracker(draft(), "clickstream")["vendor"] == "Theirs Ltd"


def test_deleting_is_no_conflict_unless_it_is_another_by_now(admin, editor, draft):
    path = f"{HANDLE}/trackers/clickstream/delete"
    form = admin.form(path)
    editor.submit(f"{HANDLE}/trackers/clickstream", vendor="Theirs Ltd")
    assert admin.send(form, path).status_code == 409
    form = admin.form(path)
    editor.submit(f"{HANDLE}/trackers/payment", vendor="Theirs Ltd")
    assert admin.send(form, path).status_code == 303
    assert "clickstream" not in [item["id"] for item in draft()["trackers"]]


def test_a_save_in_the_very_same_moment_is_taken_on_top(admin, editor, draft, monkeypatch):
    real, path = forms.save, f"{HANDLE}/trackers/clickstream"
    quicker = [f"{HANDLE}/trackers/payment"]

    def save(visit, document, revision):
        if quicker:
            editor.submit(quicker.pop(), vendor="Theirs Ltd")
        return real(visit, document, revision)

    monkeypatch.setattr(forms, "save", save)
    assert admin.submit(path, vendor="Mine Ltd").status_code == 303
    assert tracker(draft(), "clickstream")["vendor"] == "Mine Ltd"
    assert tracker(draft(), "payment")["vendor"] == "Theirs Ltd"


def test_a_tracker_that_was_deleted_meanwhile_is_not_lost(admin, editor, draft):
    path = f"{HANDLE}/trackers/clickstream"
    mine = admin.form(path)
    editor.submit(f"{path}/delete")
    answer = admin.send(mine, path, vendor="Mine Ltd")
    assert answer.status_code == 409
    assert "Somebody deleted clickstream meanwhile" in answer.text
    assert admin.send(admin.form(answer), path).status_code == 303
    assert tracker(draft(), "clickstream")["vendor"] == "Mine Ltd"
