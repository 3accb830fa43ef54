"""Passwords: one's own, and a lost one by a link."""

import pytest

from tests.admin.browser import PASSWORD
from tests.support.people import NEW, link_in, log_in, take_up


class TestPasswords:
    def test_one_s_own_is_changed_by_the_old_one_and_other_sessions_end(self, app, owner):
        elsewhere = log_in(app, "owner-all@example.com")
        assert elsewhere.get("/admin/").status_code == 200
        before = owner.client.get_cookie("placet_desk").value
        answer = owner.submit("/admin/account", old=PASSWORD, password=NEW, again=NEW)
        assert answer.location == "/admin/account?done=password"
        assert "Your password is changed" in owner.text(answer.location)
        assert elsewhere.get("/admin/").status_code == 303
        assert owner.client.get_cookie("placet_desk").value != before
        assert log_in(app, "owner-all@example.com").get("/admin/").status_code == 303
        assert log_in(app, "owner-all@example.com", NEW).get("/admin/").status_code == 200

    @pytest.mark.parametrize(
        ("typed", "status", "field"),
        [
            ({"old": "wrong"}, 401, "old"),
            ({"password": "short", "again": "short"}, 422, "password"),
            ({"again": "something else"}, 422, "again"),
        ],
    )
    def test_what_is_wrong_is_told_and_changes_nothing(self, app, owner, typed, status, field):
        answer = owner.submit("/admin/account", **{"old": PASSWORD, "password": NEW, "again": NEW, **typed})
        assert answer.status_code == status
        assert f'href="#f-{field}"' in answer.text
        assert log_in(app, "owner-all@example.com").get("/admin/").status_code == 200

    def test_the_old_one_is_guessed_slowly(self, owner):
        answers = [owner.submit("/admin/account", old=f"guess {n}", password=NEW, again=NEW) for n in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2

    def test_a_lost_one_is_set_anew_by_a_link_once(self, app, owner, editor, stranger, number):
        answer = owner.submit(f"/admin/people/{number('editor-all@example.com')}")
        answer = owner.send(
            owner.form(f"/admin/people/{number('editor-all@example.com')}", 1),
        )
        link = link_in(answer)
        assert editor.get("/admin/").status_code == 200, "the old one holds until then"
        assert take_up(stranger, link, NEW).location == "/admin/"
        assert "editor-all@example.com" in stranger.text("/admin/")
        assert editor.get("/admin/").status_code == 303
        assert stranger.get(link).status_code == 404
        assert log_in(app, "editor-all@example.com", NEW).get("/admin/").status_code == 200

    def test_a_link_ends_when_the_password_is_changed_otherwise(self, owner, editor, stranger, number):
        link = link_in(owner.send(owner.form(f"/admin/people/{number('editor-all@example.com')}", 1)))
        form = stranger.form(link)
        editor.submit("/admin/account", old=PASSWORD, password=NEW, again=NEW)
        assert stranger.send(form, link, password=PASSWORD, again=PASSWORD).status_code == 404
