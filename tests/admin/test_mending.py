"""Every finding has a button that mends it in the draft, or says what to do; a button can be undone."""

import re

from tests.admin.browser import Page
from tests.admin.test_draft import tracker

HANDLE = "/admin/sites/saas-console"
PUBLISH = f"{HANDLE}/publish"


def spoil(browser, old, new):
    """Change the draft as its YAML."""
    form = next(form for form in Page(browser.get(f"{HANDLE}/yaml").text).forms if "yaml" in form.fields)
    assert old in form.fields["yaml"], form.fields["yaml"]
    assert browser.send(form, f"{HANDLE}/yaml", yaml=form.fields["yaml"].replace(old, new, 1)).status_code == 303


def button(browser, label, page=PUBLISH):
    """Return the form of the button that begins with ``label``."""
    html = browser.get(page).text
    labels = re.findall(r'<button class="second small">([^<]*)<', html)
    assert label in labels, labels
    forms = [form for form in Page(html).forms if form.action == f"{HANDLE}/mend"]
    return forms[labels.index(label)]


def test_a_lifetime_over_the_maximum_is_set_to_it_and_back(admin, draft):
    before = draft()
    spoil(admin, "granted: P6M", "granted: P24M")
    assert "24 months is over the maximum of 180 days" in admin.text(PUBLISH)
    done = admin.send(button(admin, "Set it to 6 months"))
    assert done.status_code == 200
    assert "visitors see it when it is published: Set it to 6 months" in Page(done.text).text
    assert "granted: P24M" in done.text, "what it was is shown"
    assert draft() == before
    undone = admin.send(admin.form(done))
    assert (undone.status_code, undone.location) == (303, f"{PUBLISH}?done=undone")
    assert draft()["lifetimes"]["granted"] == "P24M"
    assert "Put back: the draft is as it was before that." in admin.text(undone.location)


def test_the_overview_has_the_buttons_too_and_undo_leads_back_there(editor, draft):
    spoil(editor, "category: analytics", "category: analytics\n    via: nobody")
    form = button(editor, "Brought by no loader", f"{HANDLE}/")
    assert form.fields["back"] == f"{HANDLE}/"
    done = editor.send(form)
    assert f'href="{HANDLE}/"' in done.text
    assert editor.send(editor.form(done)).location == f"{HANDLE}/?done=undone"


def test_what_takes_a_person_is_told_in_words(admin):
    spoil(admin, "safeguard: Standard contractual clauses", "safeguard: null")
    text = admin.text(PUBLISH)
    assert "name the safeguard, such as Standard contractual clauses." in text
    spoil(admin, "category: analytics", "category: nowhere")
    assert "Choose one that there is." in admin.text(PUBLISH)
    assert not [form for form in Page(admin.get(PUBLISH).text).forms if form.action.endswith("/mend")]


def test_two_people_do_not_mend_over_each_other(admin, editor, draft):
    spoil(admin, "granted: P6M", "granted: P24M")
    form = button(admin, "Set it to 6 months")
    spoil(editor, "granted: P24M", "granted: P12M")
    answer = admin.send(form)
    assert answer.status_code == 409
    assert "Nothing was changed: look at it again." in answer.text
    assert draft()["lifetimes"]["granted"] == "P12M"


def test_what_others_saved_elsewhere_stays_when_one_mends_and_undoes(admin, editor, draft):
    spoil(admin, "granted: P6M", "granted: P24M")
    form = button(admin, "Set it to 6 months")
    editor.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    done = admin.send(form)
    assert draft()["lifetimes"]["granted"] == "P6M"
    editor.submit(f"{HANDLE}/trackers/clickstream", vendor="A third Ltd")
    assert admin.send(admin.form(done)).status_code == 303
    assert draft()["lifetimes"]["granted"] == "P24M"
    assert tracker(draft(), "clickstream")["vendor"] == "A third Ltd"


def test_undo_puts_nothing_over_what_somebody_changed_since(admin, editor, draft):
    spoil(admin, "granted: P6M", "granted: P24M")
    done = admin.send(button(admin, "Set it to 6 months"))
    spoil(editor, "granted: P6M", "granted: P3M")
    assert admin.send(admin.form(done)).status_code == 409
    assert draft()["lifetimes"]["granted"] == "P3M"


def test_nothing_is_mended_or_put_back_that_a_form_does_not_name(admin, draft):
    before = draft()
    token = admin.form(f"{HANDLE}/yaml").fields["csrf_token"]
    deep = "[" * 450 + "]" * 450
    # Sixteen levels are the most, and the draft itself is one of them.
    too_deep, as_deep, long = "[" * 16 + "]" * 16, "[" * 15 + "]" * 15, "x" * 1_000_000
    for former in ("", "[]", "7", '[["trackers"]]', "[[[], 1]]", '[[["trackers", -1], 1]]', "[[[1], 1]]", "[" * 5000,
                   f'[[["name"], {deep}]]', f'[[["name"], {too_deep}]]', f'[[["name"], "{long}"]]', '[[["name"], NaN]]',
                   '[[["name"], "\\ud800"]]'):  # fmt: skip
        answer = admin.client.post(f"{HANDLE}/mend/undo", data={"csrf_token": token, "former": former})
        assert answer.status_code == 422, former[:80]
    answer = admin.client.post(f"{HANDLE}/mend/undo", data={"csrf_token": token, "former": f'[[["name"], {as_deep}]]'})
    assert answer.status_code == 409, "that could be put back"
    answer = admin.client.post(
        f"{HANDLE}/mend", data={"csrf_token": token, "mark": "x", "back": "https://evil.example"}
    )
    assert answer.status_code == 409
    assert draft() == before
