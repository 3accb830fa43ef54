"""An admin publishes, and the next visitor gets it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.models import Statement
from app.services.sites import create_site
from tests.admin.browser import Page
from tests.support.world import payload

HANDLE = "/admin/sites/saas-console"


@pytest.fixture
def config(client, site, clock):
    """What the next visitor gets."""

    def read():
        clock.advance(seconds=3)  # a process looks for a new version every two seconds
        return client.get(f"/v1/sites/{site}/config?country=DE").json

    return read


def publish(browser, **answers):
    return browser.submit(f"{HANDLE}/publish", **{"reason": "because", **answers})


def test_a_published_change_is_what_the_next_visitor_gets(admin, config):
    assert config()["version"] == 1
    admin.submit(f"{HANDLE}/texts", title__en="What may run here?")
    page = admin.text(f"{HANDLE}/publish")
    assert "The draft can become version 2." in page
    assert "Nothing here is a reason to." in page
    answer = publish(admin)
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/versions/2?done=published")
    said = admin.text(answer.location)
    assert (
        "Version 2 is published. Browsers that were here in the last minutes follow within about two minutes." in said
    )
    assert "It is live since" in said and "holds since" not in said, "one thing is said once"
    found = config()
    assert found["version"] == 2
    assert found["texts"]["title"] == "What may run here?"


def test_an_added_category_with_its_tracker_reaches_the_visitor(admin, config):
    admin.submit(
        f"{HANDLE}/categories/new", id="fit", name__en="Fit", description__en="Shows what fits.", follows="marketing"
    )
    path = f"{HANDLE}/trackers/new?category=fit"
    form = admin.form(admin.submit(path, rows="add:data"))
    answer = admin.send(
        form,
        path,
        id="fitter",
        name="Fitter",
        vendor="Example Fit GmbH",
        purpose__en="Shows what fits your job.",
        data__0__name__en="Pages",
        data__0__retention="P1Y",
        sale_share=None,
    )
    assert answer.status_code == 303, Page(answer.text).text
    answer = publish(admin, ask="yes")
    assert answer.status_code == 303, Page(answer.text).text
    found = config()
    assert "fit" in [category["id"] for category in found["categories"]]
    assert "fitter" in [item["id"] for item in found["trackers"]]


def test_the_question_must_be_answered_where_there_is_a_reason_to_ask(admin, config):
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    page = admin.get(f"{HANDLE}/publish")
    assert "Clickstream has another provider: Another Ltd." in page.text
    assert "ask" not in admin.form(page).fields, "no answer is put in the admin's mouth"
    answer = publish(admin, reason="new provider")
    assert answer.status_code == 422
    assert "Say whether visitors are asked again." in answer.text
    assert admin.form(answer).fields["reason"] == "new provider", "what was typed is kept"
    assert publish(admin, ask="yes").status_code == 303
    assert config()["version"] == 2


def test_whoever_decides_otherwise_than_proposed_says_why(admin, auditor, session):
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    assert "Proposed: yes. The change is material." in admin.text(f"{HANDLE}/publish")
    answer = publish(admin, ask="no")
    assert answer.status_code == 422
    assert "Say why you decide otherwise than proposed." in answer.text
    assert publish(admin, ask="no", against="The firm was renamed.").status_code == 303
    said = " ".join(auditor.text(f"{HANDLE}/versions/2").split())
    assert "Asks visitors again no. Placet proposed the opposite: The firm was renamed." in said
    assert "Reasons to ask Clickstream has another provider: Another Ltd." in said
    newest = session.scalars(select(Statement).order_by(Statement.log_index.desc()).limit(1)).one()
    data = payload(newest.jws.decode())["data"]
    assert (data["ask_again"], data["against"]) == (False, "The firm was renamed.")
    assert data["proposal"] == {"ask_again": True, "reasons": ["Clickstream has another provider: Another Ltd."]}
    admin.submit(f"{HANDLE}/rules", name="Console")
    assert "Proposed: no. The change is cosmetic." in admin.text(f"{HANDLE}/publish")
    assert publish(admin, ask="yes").status_code == 422
    assert publish(admin, ask="no", against="not kept").status_code == 303
    assert "Placet proposed the opposite" not in auditor.text(f"{HANDLE}/versions/3")


def test_a_later_day_is_chosen_and_an_earlier_one_refused(admin, config, clock):
    admin.submit(f"{HANDLE}/rules", notice_period="P30D")
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    answer = publish(admin, ask="yes", holds_on="2026-12-21")
    assert answer.status_code == 422
    assert (
        "21 Dec 2026 is too early: the notice period ends, or another version takes effect, on 22 Dec 2026."
        in answer.text
    )
    assert admin.form(answer).fields["holds_on"] == "2026-12-21"
    assert publish(admin, ask="yes", holds_on="soon").status_code == 422
    answer = publish(admin, ask="yes", holds_on="2027-01-05")
    assert "It waits: it holds from 5 Jan 2027, 00:00 UTC." in admin.text(answer.location)
    assert config()["next"]["effective_at"] == "2027-01-05T00:00:00.000Z"
    clock.advance(days=44)
    assert config()["version"] == 2


def test_a_reason_is_needed(admin):
    admin.submit(f"{HANDLE}/texts", title__en="Another")
    answer = publish(admin, reason="  ")
    assert answer.status_code == 422
    assert "The reason is kept with it." in answer.text
    assert 'href="#f-reason"' in answer.text


def test_a_version_that_asks_again_waits_for_the_notice_period(admin, config):
    admin.submit(f"{HANDLE}/rules", notice_period="P30D")
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    said = admin.text(f"{HANDLE}/publish")
    assert "Version 2 holds from 22 Dec 2026, 12:00 UTC; the site's notice period is 30 days." in " ".join(said.split())
    answer = publish(admin, ask="yes")
    said = admin.text(answer.location)
    assert "holds from" in said and "follow within" not in said, "it is not live yet"
    assert config()["version"] == 1
    assert "Version 2 is published and holds from 22 Dec 2026" in admin.text(f"{HANDLE}/")


def test_whether_it_can_wait_is_asked_only_where_it_matters(admin):
    assert "can it wait?" not in admin.text(f"{HANDLE}/publish")
    admin.submit(f"{HANDLE}/rules", notice_period="P30D")
    assert "If visitors are asked again: can it wait?" in admin.text(f"{HANDLE}/publish")
    publish(admin, ask="yes", against="to be sure")
    admin.submit(f"{HANDLE}/rules", notice_period="P0D")
    said = admin.text(f"{HANDLE}/publish")
    assert "Can it wait?" in said and "before the one that waits" in said


def test_an_emergency_does_not_wait(admin, config):
    admin.submit(f"{HANDLE}/rules", notice_period="P30D")
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    assert publish(admin, ask="yes", urgency="emergency").status_code == 303
    assert config()["version"] == 2
    assert publish(admin, ask="yes", urgency="whim").status_code == 422


def test_the_difference_is_told_by_signs(admin):
    admin.submit(f"{HANDLE}/rules", name="Console")
    page = admin.get(f"{HANDLE}/publish").text
    assert '<tr class="minus"><td>−</td><td>name: SaaS console</td></tr>' in page
    assert '<tr class="plus"><td>+</td><td>name: Console</td></tr>' in page
    assert page.count('class="plus"') == page.count('class="minus"') == 1, "the order of keys is no difference"


def test_what_changes_is_told_to_people_who_read_no_yaml(admin, auditor):
    admin.submit(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd")
    admin.submit(f"{HANDLE}/rules", retention="P2Y")
    said = " ".join(admin.text(f"{HANDLE}/publish").split())
    assert "It changes 1 thing that visitors see, and 1 thing that they do not." in said
    change = "Clickstream has another provider. before: Example Analytics GmbH → then: Another Ltd"
    assert f"What changes for visitors Trackers {change}" in said
    assert "Not seen by visitors Receipts are kept for another time. before: 3 years → then: 2 years" in said
    assert "The same as YAML: 4 lines" in said
    publish(admin, ask="no", against="only its name")
    said = " ".join(auditor.text(f"{HANDLE}/versions/2").split())
    assert f"What it changed for visitors Trackers {change}" in said
    assert "What visitors got" in auditor.text(f"{HANDLE}/versions/1")


def test_nothing_changed_is_not_published(admin):
    answer = publish(admin, ask="no")
    assert answer.status_code == 422
    assert "Nothing has changed since version 1." in Page(answer.text).text


def test_what_is_published_is_what_was_looked_at(admin, editor, config):
    admin.submit(f"{HANDLE}/texts", title__en="Mine")
    looked_at = admin.form(f"{HANDLE}/publish")
    editor.submit(f"{HANDLE}/texts", title__en="Theirs")
    answer = admin.send(looked_at, reason="mine")
    assert answer.status_code == 409
    assert admin.form(answer).fields["reason"] == "mine"
    assert config()["version"] == 1


def test_a_draft_with_errors_is_not_published(admin, config):
    form = admin.form(f"{HANDLE}/publish")
    admin.submit(f"{HANDLE}/yaml", yaml="format: 1\nname: Bare\n")
    form.fields["revision"] = "2"
    answer = admin.send(form, reason="anyway")
    assert answer.status_code == 422
    assert "keep the draft from becoming version 2" in answer.text
    assert config()["version"] == 1


def test_versions_tell_what_changed_and_can_be_copied_back(admin, auditor):
    admin.submit(f"{HANDLE}/rules", name="Console")
    publish(admin, reason="a shorter name")
    for browser in (admin, auditor):
        assert "a shorter name" in browser.text(f"{HANDLE}/versions/")
        page = browser.get(f"{HANDLE}/versions/2").text
        assert "name: SaaS console" in page and "name: Console" in page
    assert "Asks visitors again first version" in " ".join(auditor.text(f"{HANDLE}/versions/1").split())
    assert "Copy version 1" not in auditor.get(f"{HANDLE}/versions/1").text
    assert auditor.get(f"{HANDLE}/versions/1.yaml").text.startswith("format: 1\nname: SaaS console\n")
    answer = admin.send(admin.form(f"{HANDLE}/versions/1"))
    assert answer.status_code == 303
    assert admin.form(f"{HANDLE}/yaml").fields["yaml"].lstrip().startswith("format: 1\nname: SaaS console\n")
    assert admin.get(f"{HANDLE}/versions/3").status_code == 404


def test_the_overview_says_what_is_live_and_what_needs_me(admin, site):
    said = " ".join(admin.text(f"{HANDLE}/").split())
    assert "Version 1 is live since 22 Nov 2026, 12:00 UTC. The draft is the same." in said
    assert f'<script async src="http://placet.example/s/{site}.js"></script>' in said
    assert site in said
    assert 'data-category="functional" src="https://tracker.example/script.js"' in said, "no host is made up"
    admin.submit(f"{HANDLE}/texts", title__en="Another")
    said = " ".join(admin.text(f"{HANDLE}/").split())
    assert "The draft differs from version 1." in said
    assert "The draft can be published." in said


def test_the_list_names_each_site_as_its_draft_does(admin):
    said = " ".join(admin.text("/admin/").split())
    assert "SaaS console saas-console version 1 since" in said
    admin.submit(f"{HANDLE}/yaml", yaml="format: 1\nname: [no, text]\n")
    assert "saas-console version 1 since" in " ".join(admin.text("/admin/").split())


def test_a_site_that_never_was_published(app, here, clock, login):
    with app.app_context(), Session(db.engine) as session:
        create_site(
            session,
            "fresh",
            public_host="placet.example",
            keys=here.keys,
            now=clock(),
            random_bytes=here.desk.random_bytes,
        )
    owner = login("owner", "fresh")
    home = "/admin/sites/fresh"
    for path in ("", "trackers/", "texts", "rules", "yaml", "publish", "versions/", "receipts/", "proof"):
        assert owner.get(f"{home}/{path}").status_code == 200, path
    assert "Nothing is published yet" in owner.text(f"{home}/")
    answer = owner.submit(f"{home}/rules", name="Fresh", unfinished="1")
    assert answer.status_code == 303
    assert "errors keep the draft from becoming version 1" in owner.text(f"{home}/publish")
