"""Versions: any two compared, one rolled back to, and nothing lost by it."""

from sqlalchemy import update

from app.models import WidgetRelease
from tests.admin.browser import Page
from tests.admin.test_publish import HANDLE, publish


def said(browser, path):
    return " ".join(browser.text(path).split())


def form_to(browser, path, action):
    return next(form for form in Page(browser.get(path).text).forms if form.action == action)


def test_any_two_are_compared_by_words_and_by_lines(admin, auditor):
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    admin.submit(f"{HANDLE}/rules", name="Third")
    change = "The site is called something else. before: {} → then: {}"
    for browser in (admin, auditor):
        found = said(browser, f"{HANDLE}/versions/compare?from=2&to=1")
        assert "version 2 → version 1: It changes 1 thing that visitors see." in found
        assert change.format("Console", "SaaS console") in found
        assert "- name: Console + name: SaaS console".replace("-", "−") in found
        assert "version 1 → version 2:" in said(browser, f"{HANDLE}/versions/compare"), "the newest, and the one before"
        assert "version 1 → version 1: there is no difference." in said(
            browser, f"{HANDLE}/versions/compare?from=1&to=1"
        )
        assert browser.get(f"{HANDLE}/versions/compare?from=9&to=1").status_code == 404
    assert change.format("Console", "Third") in said(admin, f"{HANDLE}/versions/compare?from=2&to=draft")
    assert auditor.get(f"{HANDLE}/versions/compare?from=2&to=draft").status_code == 404, (
        "a draft is no auditor's business"
    )
    assert "draft" not in auditor.text(f"{HANDLE}/versions/compare")


def test_rolling_back_leads_to_publish_and_can_be_undone(admin, draft):
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    admin.submit(f"{HANDLE}/rules", name="Unfinished thoughts")
    answer = admin.submit(f"{HANDLE}/versions/1")
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/publish?back=1")
    assert draft()["name"] == "SaaS console"
    assert "Version 1 stands in the draft. Visitors get it once it is published." in said(admin, answer.location)
    form = admin.form(answer.location)
    assert form.fields["reason"] == "Back to version 1: "
    back = f"{HANDLE}/drafts/3/back"
    assert "before admin-all@example.com copied version 1 over it" in said(admin, f"{HANDLE}/versions/")
    answer = admin.send(form_to(admin, f"{HANDLE}/versions/", back))
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/publish?done=taken-back")
    assert draft()["name"] == "Unfinished thoughts"
    assert "The former draft is the draft again." in said(admin, answer.location)
    assert admin.client.post(back, data=form.fields).status_code == 404, "it is the draft now"


def test_a_roll_back_is_published_like_anything_else(admin, auditor):
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    form = admin.form(admin.submit(f"{HANDLE}/versions/1").location)
    answer = admin.send(form, reason="Back to version 1: nobody knew us.")
    assert answer.location == f"{HANDLE}/versions/3?done=published"
    assert "Back to version 1: nobody knew us." in said(auditor, f"{HANDLE}/versions/")
    assert "there is no difference" in said(auditor, f"{HANDLE}/versions/compare?from=1&to=3")


def test_a_version_is_not_copied_over_what_somebody_saves_meanwhile(admin, editor, draft):
    form = admin.form(f"{HANDLE}/versions/1")
    editor.submit(f"{HANDLE}/rules", name="Theirs")
    assert admin.send(form).status_code == 409
    assert draft()["name"] == "Theirs"
    assert "Drafts that made room" not in admin.text(f"{HANDLE}/versions/")


def test_the_banner_of_any_version_is_drawn_with_what_it_was_published_with(admin, auditor, session):
    admin.submit(f"{HANDLE}/texts", title__en="What may run here?")
    assert admin.submit(f"{HANDLE}/look", logo="http://saas-console.localhost:8001/logo.svg").status_code == 303
    publish(admin)
    missing = "The logo is missing, and its place is empty: the frame fetches nothing"
    assert missing in said(auditor, f"{HANDLE}/versions/2") and missing not in said(auditor, f"{HANDLE}/versions/1")
    page = auditor.get(f"{HANDLE}/versions/1?lang=en&regime=eu&scheme=dark&layer=preferences&width=360")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    query = "regime=eu&amp;lang=en&amp;scheme=dark&amp;layer=preferences"
    assert f'width="360" height="640" src="{HANDLE}/versions/1/banner?{query}"' in page.text
    assert "by the build of the widget that was served when this version took effect: 0.0.1." in page.text
    drawn = auditor.get(f"{HANDLE}/versions/2/banner?regime=eu")
    assert "sandbox allow-scripts; default-src 'none'" in drawn.headers["Content-Security-Policy"]
    assert "What may run here?" in drawn.text
    assert "What may run here?" not in auditor.get(f"{HANDLE}/versions/1/banner").text
    assert auditor.get(f"{HANDLE}/versions/9/banner").status_code == 404
    session.execute(update(WidgetRelease).values(name=None))
    session.commit()
    said_now = said(auditor, f"{HANDLE}/versions/1")
    assert (
        "by the build of the widget that is served now (0.0.1): which one was served then is not on record." in said_now
    )
