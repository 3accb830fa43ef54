"""The order of categories and trackers by buttons, and a tracker made from another."""

import pytest

from tests.admin.test_draft import tracker

HANDLE = "/admin/sites/saas-console"
ORDER = f"{HANDLE}/order"
HUGE = "trackers:up:@" + "9" * 5000


def press(browser, move, form=None):
    return browser.send(form or browser.form(ORDER), ORDER, move=move)


def ids(document, kind):
    return [item["id"] for item in document[kind]]


def in_category(document, category):
    return [item["id"] for item in document["trackers"] if item["category"] == category]


def test_a_category_goes_up_and_down(admin, draft):
    before = ids(draft(), "categories")
    answer = press(admin, "categories:down:necessary")
    assert answer.location == f"{ORDER}?moved=categories:down:necessary"
    assert ids(draft(), "categories") == [before[1], before[0], *before[2:]]
    assert "Moved. The order is saved in the draft." in admin.text(answer.location)
    press(admin, "categories:up:necessary")
    assert ids(draft(), "categories") == before


def test_a_tracker_changes_places_with_the_next_of_its_category(admin, draft):
    before = draft()
    own = in_category(before, "necessary")
    others = [item for item in ids(before, "trackers") if item not in own]
    press(admin, f"trackers:up:{own[1]}")
    after = draft()
    assert in_category(after, "necessary") == [own[1], own[0], *own[2:]]
    assert [item for item in ids(after, "trackers") if item not in own] == others
    assert all(item in before["trackers"] for item in after["trackers"]), "nothing but their order"


@pytest.mark.parametrize("move", ["categories:up:necessary", "trackers:up:sign-in", "categories:down:marketing"])
def test_at_the_end_nothing_happens(admin, draft, move):
    before = draft()
    assert press(admin, move).status_code == 303
    assert draft() == before


@pytest.mark.parametrize(
    ("move", "status"),
    [
        ("", 422),
        ("texts:up:en", 422),
        ("trackers:left:clickstream", 422),
        ("trackers:up:no", 404),
        (HUGE, 404),
    ],
)
def test_what_says_nothing_is_refused(admin, draft, move, status):
    before = draft()
    assert press(admin, move).status_code == status
    assert draft() == before


def test_something_is_put_down_where_it_is_dropped(admin, draft):
    before = draft()
    own = in_category(before, "necessary")
    others = [item for item in ids(before, "trackers") if item not in own]
    form = admin.form(ORDER)
    assert admin.send(form, ORDER, move=f"trackers:to:{own[0]}", before="").status_code == 303
    assert in_category(draft(), "necessary") == [*own[1:], own[0]]
    assert admin.send(admin.form(ORDER), ORDER, move=f"trackers:to:{own[0]}", before=own[1]).status_code == 303
    assert in_category(draft(), "necessary") == own
    assert [item for item in ids(draft(), "trackers") if item not in own] == others
    last = ids(before, "categories")[-1]
    assert admin.send(admin.form(ORDER), ORDER, move=f"categories:to:{last}", before="necessary").status_code == 303
    assert ids(draft(), "categories")[:2] == [last, "necessary"]
    answer = admin.send(admin.form(ORDER), ORDER, move=f"trackers:to:{own[0]}", before="clickstream")
    assert answer.status_code == 404, "not into another category"


def test_the_button_that_was_pressed_has_the_focus(admin):
    answer = press(admin, "trackers:down:sign-in")
    assert 'value="trackers:down:sign-in" autofocus' in admin.get(answer.location).text


def test_two_people_do_not_sort_over_each_other(admin, editor, draft):
    form = admin.form(ORDER)
    press(editor, "categories:down:necessary")
    stands = ids(draft(), "categories")
    answer = press(admin, "categories:up:analytics", form)
    assert answer.status_code == 409
    assert "Nothing of yours was saved: this is the order as it stands now." in answer.text
    assert ids(draft(), "categories") == stands


def test_what_was_edited_elsewhere_meanwhile_stays(admin, editor, draft):
    form = admin.form(ORDER)
    editor.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    assert press(admin, "categories:down:necessary", form).status_code == 303
    assert tracker(draft(), "clickstream")["vendor"] == "Another Ltd"
    assert ids(draft(), "categories")[1] == "necessary"


def test_a_copy_stands_behind_its_tracker_under_an_id_of_its_own(admin, draft):
    before = draft()
    assert f'formaction="{HANDLE}/trackers/clickstream/duplicate"' in admin.get(ORDER).text
    for expected in ("clickstream-2", "clickstream-3"):
        answer = admin.send(admin.form(ORDER), f"{HANDLE}/trackers/clickstream/duplicate")
        assert answer.location == f"{HANDLE}/trackers/{expected}?done=duplicated"
    after = draft()
    index = ids(after, "trackers").index("clickstream")
    assert ids(after, "trackers")[index : index + 3] == ["clickstream", "clickstream-3", "clickstream-2"]
    made = tracker(after, "clickstream-2")
    assert made == {**tracker(before, "clickstream"), "id": "clickstream-2", "name": "Clickstream (copy)"}
    assert "This is the copy." in admin.text(f"{HANDLE}/trackers/clickstream-2?done=duplicated")
