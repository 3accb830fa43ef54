"""Four eyes at the desk: one proposes, another approves; switched on by one, off by two."""

import pytest

from tests.admin.browser import Page
from tests.admin.test_publish import HANDLE, config, publish  # noqa: F401

APPROVAL = f"{HANDLE}/approval"


def said(browser, path):
    return " ".join(browser.text(path).split())


def form_to(browser, path, action):
    return next(form for form in Page(browser.get(path).text).forms if form.action == f"{HANDLE}/{action}")


@pytest.fixture
def owner(site, login):
    return login("owner")


@pytest.fixture
def on(owner, admin):
    answer = admin.submit(APPROVAL)
    assert (answer.status_code, answer.location) == (303, f"{APPROVAL}?done=approval")


def test_one_proposes_and_another_approves(on, owner, admin, auditor, editor, config):  # noqa: F811
    admin.submit(f"{HANDLE}/rules", name="Console")
    assert "Propose version 2" in said(admin, f"{HANDLE}/publish")
    answer = publish(admin, reason="a shorter name")
    assert answer.location == f"{HANDLE}/publish?done=proposed"
    page = said(admin, answer.location)
    assert "It is proposed." in page and "Somebody else who may publish here approves or declines it." in page
    assert "Approve" not in page and "Propose version 2" not in page
    assert "It waits for an admin or owner of this site other than admin-all@example.com." in said(
        editor, f"{HANDLE}/publish"
    )
    assert "Version 2 is proposed by admin-all@example.com and waits for a second person." in said(owner, f"{HANDLE}/")
    page = said(owner, f"{HANDLE}/publish")
    assert "Proposed as version 2" in page and "a shorter name" in page and "the moment it is approved" in page
    assert "The site is called something else. before: SaaS console → then: Console" in page
    assert config()["version"] == 1
    approving = form_to(owner, f"{HANDLE}/publish", "publish/approve")
    assert admin.client.post(approving.action, data={**form_to(
        admin, f"{HANDLE}/publish", "publish/withdraw").fields}).status_code == 403, "nobody approves their own"  # fmt: skip
    answer = owner.send(approving)
    assert answer.location == f"{HANDLE}/versions/2?done=published"
    assert config()["version"] == 2
    for path in (f"{HANDLE}/versions/2", f"{HANDLE}/versions/"):
        assert "admin-all@example.com, approved by owner-all@example.com" in said(auditor, path)
    assert owner.send(approving).status_code == 409, "it is over"
    log = said(auditor, f"{HANDLE}/log")
    assert "owner-all@example.com owner approved version 2." in log
    assert "admin-all@example.com admin proposed version 2." in log
    assert "had versions need a second person from then on" in log


def test_a_proposal_is_declined_with_a_note_or_taken_back_and_lapses(on, owner, admin, config):  # noqa: F811
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    decline = form_to(owner, f"{HANDLE}/publish", "publish/decline")
    assert owner.send(decline, note=" ").status_code == 422
    assert owner.send(decline, note="The name is taken.").location == f"{HANDLE}/publish?done=declined"
    page = said(admin, f"{HANDLE}/publish")
    assert "The proposal was declined owner-all@example.com" in page and "The name is taken." in page
    publish(admin, reason="it is not")
    answer = admin.send(form_to(admin, f"{HANDLE}/publish", "publish/withdraw"))
    assert "The proposal is taken back." in said(admin, answer.location)
    publish(admin, reason="it is not")
    approving = form_to(owner, f"{HANDLE}/publish", "publish/approve")
    admin.submit(f"{HANDLE}/rules", name="Changed after it was proposed")
    assert "Proposed as version 2" not in said(owner, f"{HANDLE}/publish")
    assert owner.send(approving).status_code == 409
    assert config()["version"] == 1


def test_whoever_may_not_publish_any_more_is_not_offered_to_take_their_proposal_back(on, owner, admin):
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    people = Page(owner.get("/admin/people/").text)
    assert "admin-all@example.com" in people.text
    owner.submit("/admin/people/2", role="editor")
    page = said(admin, f"{HANDLE}/publish")
    assert "Take the proposal back" not in page
    assert "It waits for an admin or owner of this site other than admin-all@example.com." in page


def test_switching_it_off_takes_two(on, owner, admin):
    answer = admin.submit(APPROVAL)
    assert "admin-all@example.com asks that one person be enough again." in said(owner, answer.location)
    assert "Agree" not in said(admin, APPROVAL)
    assert "admin-all@example.com asks to switch that off." in said(owner, f"{HANDLE}/publish")
    owner.send(next(own for own in Page(owner.get(APPROVAL).text).forms if own.fields.get("change") == "keep"))
    assert "To switch it off, one person asks and another agrees." in said(admin, APPROVAL)
    admin.submit(APPROVAL)
    owner.submit(APPROVAL)
    assert "One person is enough to publish here." in said(admin, APPROVAL)


def test_what_is_no_switch_switches_nothing(on, owner, admin):
    for browser in (admin, owner):
        form = browser.form(APPROVAL)
        for change in ("", "Keep", "of"):
            assert browser.send(form, change=change).status_code == 422
    assert "To switch it off, one person asks and another agrees." in said(admin, APPROVAL), "nobody asks for it"


def test_whoever_is_alone_cannot_switch_it_on(owner):
    answer = owner.submit(APPROVAL)
    assert answer.status_code == 422
    assert "Only one account may publish here" in Page(answer.text).text
