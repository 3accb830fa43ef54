"""People: invitations and roles; who may do what to whom."""

import re
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import PlacetError
from app.db import db
from app.models import Account
from app.services.people import remove
from app.services.who import Who
from tests.admin.browser import PASSWORD, Browser
from tests.support.people import EMAIL, NEW, invite, link_in, log_in, take_up


class TestInvitations:
    def test_somebody_is_invited_sets_a_password_and_begins(self, owner, stranger, roles):
        link = link_in(invite(owner))
        assert "1 invitation waits" in owner.text("/admin/people/")
        page = stranger.text(link)
        assert "You can work at this consent desk as editor at the site saas-console." in page
        assert take_up(stranger, link).location == "/admin/"
        assert stranger.get("/admin/sites/saas-console/trackers/").status_code == 200
        assert (EMAIL, 1, "editor") in roles()
        assert "invitation" not in owner.text("/admin/people/")

    def test_a_link_holds_once(self, owner, stranger, browser):
        link = link_in(invite(owner))
        form = browser.form(link)
        take_up(stranger, link)
        again = browser.send(form, link, password=NEW, again=NEW)
        assert (again.status_code, browser.get(link).status_code) == (404, 404)
        assert "does not hold any more" in again.text
        assert log_in(browser.client.application, EMAIL).get("/admin/").status_code == 200

    def test_a_link_holds_seven_days(self, owner, stranger, clock):
        link = link_in(invite(owner))
        clock.advance(days=7, seconds=-1)
        assert stranger.get(link).status_code == 200
        clock.advance(seconds=1)
        assert stranger.get(link).status_code == 404

    def test_a_new_link_and_taking_it_back_end_the_old_one(self, owner, stranger):
        first = link_in(invite(owner))
        second = link_in(invite(owner, role="auditor"))
        assert stranger.get(first).status_code == 404
        assert stranger.get(second).status_code == 200
        assert owner.submit("/admin/people/").location == "/admin/people/?done=withdrawn"
        assert stranger.get(second).status_code == 404

    def test_it_says_the_same_whether_the_address_has_an_account(self, owner, account, stranger):
        known = account("auditor", "saas-console")
        answers = [invite(owner, email=email) for email in (known, EMAIL)]
        pages = [
            re.sub(r"/invitation/[^<]+|(?<=name=\"csrf_token\" value=)\"[^\"]+", "", answer.text).replace(email, "x")
            for answer, email in zip(answers, (known, EMAIL), strict=True)
        ]
        assert pages[0] == pages[1]
        links = [link_in(answer) for answer in answers]
        shown = [stranger.get(link).text.replace(known, "x").replace(EMAIL, "x") for link in links]
        shown = [re.sub(r"(?<=name=\"csrf_token\" value=)\"[^\"]+", "", page) for page in shown]
        assert shown[0] == shown[1]

    def test_who_has_an_account_must_give_its_password_and_keeps_the_stronger_role(
        self, owner, account, stranger, roles
    ):
        known = account("admin", "saas-console")
        link = link_in(invite(owner, email=known, role="auditor"))
        answer = take_up(stranger, link, password="not my password")
        assert answer.status_code == 401
        assert stranger.get("/admin/").status_code == 303
        assert take_up(stranger, link).status_code == 303
        assert (known, 1, "admin") in roles()
        everywhere = link_in(invite(owner, email=known, role="auditor", place="all"))
        take_up(stranger, everywhere)
        assert {(known, 1, "admin"), (known, None, "auditor")} <= set(roles())

    def test_the_password_of_an_account_is_guessed_slowly(self, owner, account, stranger):
        link = link_in(invite(owner, email=account("auditor", "saas-console")))
        answers = [take_up(stranger, link, password=f"guess number {number}") for number in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        assert "Retry-After" in answers[-1].headers

    def test_a_link_ends_with_the_role_of_who_made_it(self, owner, app, account, stranger, number):
        admin = log_in(app, account("admin", "saas-console"))
        link = link_in(invite(admin))
        assert stranger.get(link).status_code == 200
        own = number("admin-saas-console@example.com")
        owner.submit(f"/admin/people/{own}", role="auditor")
        assert stranger.get(link).status_code == 404
        owner.submit(f"/admin/people/{own}/remove")
        assert stranger.get(link).status_code == 404

    def test_a_session_that_was_planted_is_let_go(self, owner, stranger):
        link = link_in(invite(owner))
        with stranger.client.session_transaction() as session:
            session["csrf_token"] = planted = "planted"
            session["other"] = 1
        take_up(stranger, link)
        with stranger.client.session_transaction() as session:
            assert "other" not in session
            assert session.get("csrf_token") != planted

    @pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d", "<b>@x y"])
    def test_what_is_no_address_is_refused_at_the_field(self, owner, email):
        answer = invite(owner, email=email)
        assert answer.status_code == 422
        assert 'href="#f-email"' in answer.text

    def test_the_form_needs_its_token(self, owner, stranger):
        link = link_in(invite(owner))
        data = {"password": PASSWORD, "again": PASSWORD}
        assert stranger.client.post(link, data=data).status_code == 400
        foreign = stranger.client.post(link, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403


class TestWhoMayDoWhat:
    def test_an_admin_of_one_site_sees_and_manages_its_people_only(self, publish_site, account, login):
        publish_site("saas-console")
        publish_site("other", "account-management")
        account("editor", "other")
        account("auditor", "saas-console")
        account("owner")
        admin = login("admin", "saas-console")
        page = admin.text("/admin/people/")
        assert "auditor-saas-console@example.com" in page
        assert not re.search(r"editor-other@|owner-all@", page)
        options = re.findall(r'<option value="([^"]*)"', admin.get("/admin/people/invite").text)
        assert options == ["admin", "editor", "auditor", "saas-console"]
        assert [invite(admin, place=place).status_code for place in ("other", "all")] == [422, 403]
        assert invite(admin, role="owner").status_code == 403

    @pytest.mark.parametrize("verb", ["", "/remove", "/password"])
    def test_what_is_out_of_reach_is_like_what_does_not_exist(self, publish_site, account, login, number, roles, verb):
        publish_site("saas-console")
        publish_site("other", "account-management")
        foreign = number(account("editor", "other"))
        admin = login("admin", "saas-console")
        token = admin.form("/admin/people/invite").fields["csrf_token"]
        before = roles()
        data = {"csrf_token": token, "role": "auditor"}
        answers = [admin.client.post(f"/admin/people/{which}{verb}", data=data) for which in (foreign, 999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        # A token says the second it was made in.
        texts = [re.sub(r'(?<=name="csrf_token" value=")[^"]+', "", answer.text) for answer in answers]
        assert texts[0] == texts[1]
        assert roles() == before

    def test_an_admin_changes_no_owner(self, site, account, login, number, roles):
        boss = number(account("owner", "saas-console"))
        admin = login("admin", "saas-console")
        assert "Only an owner changes" in admin.text(f"/admin/people/{boss}")
        assert admin.get(f"/admin/people/{boss}/remove").status_code == 404
        data = {"csrf_token": admin.form("/admin/people/invite").fields["csrf_token"], "role": "editor"}
        for verb in ("", "/remove", "/password"):
            assert admin.client.post(f"/admin/people/{boss}{verb}", data=data).status_code == 403
        assert ("owner-saas-console@example.com", 1, "owner") in roles()

    def test_no_password_of_an_account_that_reaches_further(self, publish_site, account, app, login, number):
        publish_site("saas-console")
        publish_site("other", "account-management")
        owner = login("owner")
        link = link_in(invite(owner, email=account("editor", "saas-console"), place="other"))
        take_up(Browser(app.test_client()), link)
        admin = login("admin", "saas-console")
        own = number("editor-saas-console@example.com")
        assert "A lost password" not in admin.text(f"/admin/people/{own}")
        data = {"csrf_token": admin.form("/admin/people/invite").fields["csrf_token"]}
        assert admin.client.post(f"/admin/people/{own}/password", data=data).status_code == 403
        assert "A lost password" in owner.text(f"/admin/people/{own}")

    def test_a_role_is_changed_and_holds_at_once(self, owner, editor, number, roles):
        own = number("editor-all@example.com")
        assert owner.submit(f"/admin/people/{own}", role="auditor").location == "/admin/people/?done=role"
        assert editor.get("/admin/sites/saas-console/yaml").status_code == 403
        assert ("editor-all@example.com", None, "auditor") in roles()

    def test_who_has_no_role_left_has_no_account(self, owner, editor, number, roles):
        own = number("editor-all@example.com")
        assert "Remove editor-all@example.com?" in owner.text(f"/admin/people/{own}/remove")
        assert owner.submit(f"/admin/people/{own}/remove").location == "/admin/people/?done=removed"
        assert editor.get("/admin/").status_code == 303
        assert [email for email, *_ in roles()] == ["owner-all@example.com"]

    def test_the_last_owner_stays(self, owner, account, number, roles):
        account("owner", "saas-console")
        own = number("owner-all@example.com")
        for answer in (
            owner.submit(f"/admin/people/{own}/remove"),
            owner.submit(f"/admin/people/{own}", role="admin"),
        ):
            assert answer.status_code == 422
            assert "is the last owner of this installation" in answer.text
        assert ("owner-all@example.com", None, "owner") in roles()
        second = link_in(invite(owner, role="owner", place="all"))
        take_up(Browser(owner.client.application.test_client()), second)
        assert owner.submit(f"/admin/people/{own}/remove").status_code == 303

    @pytest.mark.parametrize("database_system", ["sqlite", "postgresql"])
    def test_of_two_owners_who_remove_each_other_one_stays(self, app, owner, stranger, number, roles):
        take_up(stranger, link_in(invite(owner, role="owner", place="all")))
        with app.app_context():
            engine = db.engine
        with Session(engine) as session:
            ids = {email: key for key, email in session.execute(select(Account.id, Account.email))}
        one, other = "owner-all@example.com", EMAIL
        pairs = [(Who(ids[one], one), number(other)), (Who(ids[other], other), number(one))]
        start, outcomes = threading.Barrier(2), []

        def run(who, target):
            with Session(engine) as session:
                start.wait()
                try:
                    remove(session, who, target)
                    outcomes.append("removed")
                except PlacetError as error:
                    outcomes.append(type(error).__name__)

        threads = [threading.Thread(target=run, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count("removed") == 1
        assert len([role for role in roles() if role[1:] == (None, "owner")]) == 1
