"""What is wrong in a form is told field by field while it is filled in, by the rules of Save; nothing is stored by it."""

import re

import pytest

from app.web.admin.check import HEADER

HANDLE = "/admin/sites/saas-console"
FORMS = {
    "trackers/clickstream": ("vendor", {"vendor": ""}),
    "trackers/new": ("id", {"id": "Not an id"}),
    "categories/analytics": ("name.en", {"name__en": "<b>Analytics</b>"}),
    "texts": ("title.en", {"title__en": "<b>Hello</b>"}),
    "look": ("colors.light.ink", {"colors__light__ink": "green"}),
    "rules": ("origins", {"origins": "ftp://example.com"}),
    "setup/responsible": ("policy_url", {"policy_url": "nowhere"}),
}


@pytest.fixture
def check(admin):
    """Ask what is wrong in the form of a page, as it is typed: (field, label, words) of each."""

    def ask(path, **typed):
        form = admin.form(path)
        for name, value in typed.items():
            form.fields.setlist(name.replace("__", "."), [value] if isinstance(value, str) else value)
        answer = admin.client.post(form.action or path, data=form.fields, headers={HEADER: "1"})
        assert answer.status_code == 200, answer.text
        found = re.findall(r'<p data-at="([^"]*)" data-label="([^"]*)">(.*?)</p>', answer.text)
        return {name: (label, re.sub("<[^>]+>", "", words)) for name, label, words in found}

    return ask


@pytest.mark.parametrize("place", FORMS)
def test_every_form_of_the_draft_tells_what_is_wrong_and_stores_nothing(admin, check, draft, place):
    name, typed = FORMS[place]
    before = draft()
    told = check(f"{HANDLE}/{place}", **typed)
    assert told[name][0] and told[name][1].startswith("Error: "), told
    assert draft() == before
    assert f'id="e-{name}"' in admin.get(f"{HANDLE}/{place}").text, "where it is told"


def test_it_is_what_save_says(admin, check):
    path = f"{HANDLE}/trackers/clickstream"
    typed = {"vendor": "", "purpose__en": "<i>"}
    told = check(path, **typed)
    page = admin.submit(path, **typed).text
    for name in ("vendor", "purpose.en"):
        said = re.search(f'<p class="wrong" id="e-{re.escape(name)}">(.*?)</p>', page)[1]
        assert re.sub("<[^>]+>", "", said) == told[name][1]
    assert set(told) == set(re.findall(r'<p class="wrong" id="e-([^"]+)">(?=<span)', page))


def test_what_is_right_is_not_told(check):
    assert check(f"{HANDLE}/trackers/clickstream", vendor="Another Ltd") == {}


def test_a_warning_does_not_stop_save_so_it_is_no_error_here_either(admin, check, draft):
    path = f"{HANDLE}/rules"
    assert check(path, origins="http://shop.example.com") == {}
    assert admin.submit(path, origins="http://shop.example.com").status_code == 303


def test_a_language_is_named_as_it_stands_on_the_page(check):
    assert list(check(f"{HANDLE}/rules", languages=["en", "", "en"])) == ["languages.2"]


def test_rows_are_named_as_they_stand_on_the_page(admin, check):
    """Save leaves out rows in which nothing was typed; the page still has them."""
    path = f"{HANDLE}/trackers/clickstream"
    form = admin.form(path)
    first = len({name.split(".")[1] for name in form.fields if name.startswith("match.")})
    typed = {f"match.{first}.host": "", f"match.{first}.path": "/", f"match.{first + 1}.host": "not a host"}
    told = check(path, **typed, **{f"match.{first + 1}.path": "/"})
    assert list(told) == [f"match.{first + 1}.host"]


def test_it_needs_the_token_and_the_role_of_the_form(admin, auditor):
    path = f"{HANDLE}/rules"
    form = admin.form(path)
    form.fields.pop("csrf_token")
    assert admin.client.post(path, data=form.fields, headers={HEADER: "1"}).status_code == 400
    assert auditor.client.post(path, data=form.fields, headers={HEADER: "1"}).status_code == 403


def test_an_invitation_is_checked_and_not_made(admin, check):
    told = check("/admin/people/invite", email="nobody", role="editor", place="all")
    assert told["email"][0] == "Their e-mail address"
    assert check("/admin/people/invite", email="max@example.com", role="editor", place="all") == {}
    assert "max@example.com" not in admin.text("/admin/people/")


def test_a_new_site_is_checked_and_not_made(login, client):
    owner = login("owner")
    form = owner.form("/admin/new-site")
    form.fields.update({"name": "", "handle": "later", "origins": "ftp://example.com"})
    answer = owner.client.post("/admin/new-site", data=form.fields, headers={HEADER: "1"})
    assert set(re.findall('data-at="([^"]*)"', answer.text)) >= {"name", "origins"}
    assert owner.get("/admin/sites/later/").status_code == 404


def test_a_shared_block_is_checked_as_it_would_stand_at_its_sites(admin, check, draft):
    block = admin.submit(f"{HANDLE}/blocks/new?kind=tracker&tracker=clickstream").location.partition("?")[0]
    before = draft()
    assert check(f"{block}/edit", vendor="")["vendor"][0] == "Provider"
    assert check(f"{block}/edit", vendor="Another Ltd") == {}
    assert draft() == before


def test_what_was_typed_is_text(check):
    told = check(f"{HANDLE}/trackers/clickstream", id="<script>alert(1)</script>")
    assert "<script>" not in told["id"][1]
