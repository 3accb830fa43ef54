"""A shared block is published at several sites together, and what is wrong at one keeps no other."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from app.services import configs, together
from tests.support.blocks import APPLE, ZEBRA, form_to, publish, said


def test_an_error_keeps_its_site_and_no_other(admin, block, newest):
    admin.submit(f"{block}/edit", vendor="Another Ltd")
    checked = form_to(admin, block)
    admin.submit(f"{ZEBRA}/categories/analytics", name__en="", unfinished="1")
    page = admin.get(block)
    assert "1 error keeps this draft from being published:" in said(page)
    assert form_to(admin, page).fields.getlist("sites") == ["apple"]
    checked.fields["revision.zebra"] = str(int(checked.fields["revision.zebra"]) + 1)
    answer = admin.send(checked, reason="because", ask="yes")
    assert "1 site has a new version. 1 other stands as it was: see why." in said(answer)
    assert "Nothing was published here. 1 error keeps the draft from it." in said(answer)
    assert newest() == {"apple": 2, "zebra": 1}


@pytest.fixture
def outage(monkeypatch):
    """At the second site the database does not answer any more."""
    asked = []

    def publish_once(*args, **how):
        asked.append(args)
        if len(asked) == 2:
            raise OperationalError("COMMIT", {}, Exception("gone"))
        return configs.publish(*args, **how)

    monkeypatch.setattr(together, "publish", publish_once)


def test_when_the_database_goes_away_at_one_site_what_was_published_before_is_told(admin, block, newest, outage):
    admin.submit(f"{block}/edit", name="Clicks")
    answer = publish(admin, block, sites=["apple", "zebra"])
    assert answer.status_code == 200
    assert "1 site has a new version. apple Version 2 is published and holds at once. zebra" in said(answer)
    assert "Whether anything was published here is not known. The database did not answer." in said(answer)
    assert newest() == {"apple": 2, "zebra": 1}


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(admin, block, newest):
    admin.submit(f"{block}/edit", name="Clicks")
    form = form_to(admin, block)
    admin.submit(f"{ZEBRA}/texts", title__en="Mine")
    answer = admin.send(form, reason="because")
    assert "Somebody else changed this draft meanwhile." in said(answer)
    assert newest() == {"apple": 2, "zebra": 1}


def test_other_changes_of_a_draft_are_told_and_not_proposed(admin, block):
    admin.submit(f"{ZEBRA}/texts", title__en="Mine")
    admin.submit(f"{block}/edit", name="Clicks")
    page = admin.get(block)
    assert re.search(r"The draft has \d+ other changed lines?, too.", said(page)), said(page)
    assert form_to(admin, page).fields.getlist("sites") == ["apple"]


def test_the_question_is_asked_once_for_all_and_must_be_answered(admin, block, newest):
    admin.submit(f"{ZEBRA}/rules", notice_period="P30D")
    admin.submit(f"{block}/edit", vendor="Another Ltd")
    page = admin.get(block)
    assert "Clickstream has another provider: Another Ltd. apple, zebra" in said(page)
    assert "Can it wait?" in said(page)
    both = ["apple", "zebra"]
    answer = publish(admin, block, sites=both)
    assert answer.status_code == 422
    assert "Say whether visitors are asked again." in said(answer)
    assert form_to(admin, answer).fields["reason"] == "because", "what was typed is kept"
    assert form_to(admin, answer).fields.getlist("sites") == both
    assert "Check at least one site." in said(publish(admin, block, sites=None, ask="yes"))
    assert "The reason is kept with each." in said(publish(admin, block, sites=both, ask="yes", reason=" "))
    assert newest() == {"apple": 1, "zebra": 1}
    answer = publish(admin, block, sites=both, ask="no")
    assert "Say why you decide otherwise than proposed at apple, zebra." in said(answer)
    answer = publish(admin, block, sites=both, ask="yes")
    assert "apple Version 2 is published and holds at once." in said(answer)
    assert "zebra Version 2 is published and holds from 22 Dec 2026, 12:00 UTC." in said(answer)


def test_why_it_was_decided_otherwise_is_kept_where_it_was(admin, block):
    admin.submit(f"{APPLE}/trackers/clickstream", vendor="By hand")
    admin.submit(f"{block}/edit", name="Clicks")
    answer = publish(admin, block, sites=["apple", "zebra"], ask="no", against="The same company.")
    assert "2 sites have a new version." in said(answer)
    assert "Placet proposed the opposite: The same company." in admin.text(f"{APPLE}/versions/2")
    assert "Placet proposed the opposite" not in admin.text(f"{ZEBRA}/versions/2")


def test_where_a_second_person_approves_it_is_proposed(admin, block, login, newest):
    login("owner")
    admin.submit(f"{ZEBRA}/approval")
    admin.submit(f"{block}/edit", name="Clicks")
    answer = publish(admin, block)
    assert "1 site has a new version. At 1 site it is proposed." in said(answer)
    assert newest() == {"apple": 2, "zebra": 1}
    assert "Version 2 is proposed by admin-all@example.com" in admin.text(f"{ZEBRA}/")


def test_errors_are_told_at_the_field_and_a_block_may_be_unfinished(admin, block, tracker):
    answer = admin.submit(f"{block}/edit", vendor="")
    assert answer.status_code == 422
    assert 'href="#f-vendor"' in answer.text and 'id="e-vendor"' in answer.text
    assert tracker("apple")["vendor"] != ""
    answer = admin.send(admin.form(answer), f"{block}/edit", unfinished="1")
    assert answer.status_code == 303
    assert [tracker(handle)["vendor"] for handle in ("apple", "zebra")] == ["", ""]


def test_what_is_wrong_at_one_site_names_it(admin, block):
    admin.submit(f"{ZEBRA}/rules", languages="en\nes", unfinished="1")
    answer = admin.submit(f"{block}/edit", name="Clicks")
    assert answer.status_code == 422
    assert "At zebra: The site offers Spanish; this text is missing in it." in said(answer)
    assert 'name="purpose.es"' in answer.text


def test_two_people_at_one_block_never_overwrite_silently(admin, block, login, tracker):
    form = admin.form(f"{block}/edit")
    login("owner").submit(f"{block}/edit", vendor="Theirs")
    answer = admin.send(form, f"{block}/edit", vendor="Mine")
    assert answer.status_code == 409
    assert "owner-all@example.com saved it" in said(answer)
    assert "<td>vendor: Theirs</td>" in answer.text and "<td>vendor: Mine</td>" in answer.text
    assert tracker("apple")["vendor"] == "Theirs"
    assert admin.send(admin.form(answer), f"{block}/edit").status_code == 303
    assert tracker("zebra")["vendor"] == "Mine", "saved again, it is a decision"


def test_rows_of_a_block_are_added_without_saving(admin, block, tracker):
    before = tracker("apple")
    answer = admin.submit(f"{block}/edit", rows="add:match")
    form = admin.form(answer)
    assert tracker("apple") == before
    admin.send(form, f"{block}/edit", **{f"match__{len(before['match'])}__host": "more.example.com"})
    assert [tracker(handle)["match"][-1]["host"] for handle in ("apple", "zebra")] == ["more.example.com"] * 2
