"""A site from nothing to a published banner by forms alone, and everything of a config by form."""

import pytest

from app.schemas.config import CONFIG, fill_defaults
from app.web.admin.drafts import OpenDraft
from app.web.admin.guide import STEPS
from app.web.admin.look import look_fields
from app.web.admin.moving import take_over_fields
from app.web.admin.rules import rule_fields
from tests.admin.browser import Browser

NEW = {"name": "Shop", "handle": "shop", "origins": "https://shop.example\n"}
SETUP = "/admin/sites/shop/setup/"
ANSWERS = {
    "responsible": {
        "controller__name": "Shop Ltd",
        "controller__address": "1 Road, Dublin, Ireland",
        "controller__contact": "privacy@shop.example",
        "policy_url": "https://shop.example/privacy",
    },
    "languages": {"languages": "en"},
    "law": {"regime": "eu"},
    "times": {},
    "look": {"look__layout": "modal"},
    "categories": {"categories": ["necessary", "analytics"]},
}


@pytest.fixture
def owner(login) -> Browser:
    return login("owner")


def begin(owner, **changes):
    return owner.submit("/admin/new-site", **{**NEW, **changes})


def walk(owner, **changes):
    """Answer every step as the set-up leads; return the address it ends at."""
    answer = begin(owner)
    for step in STEPS:
        assert answer.location == f"{SETUP}{step.id}", answer.text
        answer = owner.submit(answer.location, **{**ANSWERS[step.id], **changes.get(step.id, {})})
        assert answer.status_code == 303, answer.text
    return answer.location


def test_an_empty_desk_teaches(owner, login):
    page = owner.text("/admin/")
    assert "There is no site yet." in page
    assert "You paste one line into your pages." in page
    assert "Whoever owns this installation gives one" in login("editor").text("/admin/")


def test_every_step_saves_into_the_draft_and_the_result_is_published(owner, draft, client):
    assert walk(owner) == SETUP
    document = draft()
    assert document["controller"]["name"] == "Shop Ltd"
    assert (document["look"], document["lifetimes"]) == ({"layout": "modal"}, {"granted": "P6M", "refused": "P6M"})
    assert [category["id"] for category in document["categories"]] == ["necessary", "analytics"]
    assert document["trackers"][0]["vendor"] == "Shop Ltd"
    page = owner.text(SETUP)
    assert "Everything is answered, and the draft can be published." in page
    assert "to do" not in page
    answer = owner.submit("/admin/sites/shop/publish", reason="The first")
    assert answer.status_code == 303, answer.text
    page = owner.get(SETUP).text
    assert "version 1 is published" in page
    key = page.split("/s/")[1].split(".js")[0]
    assert client.get(f"/v1/sites/{key}/config?country=DE").json["version"] == 1
    assert "No choice of a visitor has arrived yet." in page


def test_that_a_choice_arrived_shows_that_the_tag_is_there(owner, client, site, clock, visitor):
    path = "/admin/sites/saas-console/setup/"
    assert "No choice of a visitor has arrived yet." in owner.text(path)
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body()).status_code == 201
    assert "the newest choice of a visitor arrived on 22 Nov 2026, 12:00 UTC" in owner.text(path)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "This may not be empty."),
        ({"name": "<b>x</b>"}, "name", "HTML is not taken"),
        ({"origins": ""}, "origins", "at least one origin"),
        ({"origins": "ftp://shop.example"}, "origins", "rite it like https://www.example.com"),
        ({"handle": "My Shop"}, "handle", "cannot be a site"),
        ({"handle": "saas-console"}, "handle", "There is a site"),
    ],
)
def test_what_is_wrong_makes_no_site_and_loses_nothing(owner, site, changes, field, words):
    answer = begin(owner, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#f-{field}"' in answer.text
    typed = owner.form(answer).fields
    wanted = {**NEW, **changes}
    assert {name: typed[name].strip() for name in wanted} == {name: text.strip() for name, text in wanted.items()}
    assert "shop" not in owner.text("/admin/").replace("saas-console", "")


def test_everything_that_is_wrong_is_told_at_once(owner, site):
    answer = begin(owner, name="", handle="saas-console", origins="shop")
    assert answer.status_code == 422
    assert [field for field in ("name", "handle", "origins") if f'href="#f-{field}"' not in answer.text] == []


def test_an_address_as_it_is_pasted_is_taken_and_what_became_of_it_is_told(owner, draft):
    answer = begin(owner, name="Müller & Söhne", handle="", origins="Shop.example/de/\nhttps://shop.example")
    assert answer.location == "/admin/sites/muller-sohne/setup/responsible"
    assert draft()["origins"] == ["https://shop.example"]
    page = owner.text(answer.location)
    assert "You typed Shop.example/de/. It became https://shop.example." in page
    assert "You typed" not in owner.text(answer.location), "told once"
    step = answer.location
    answer = owner.submit(step, **{**ANSWERS["responsible"], "policy_url": "shop.example/privacy"})
    assert answer.status_code == 303
    assert draft()["policy_url"] == "https://shop.example/privacy"
    assert "It became https://shop.example/privacy." in owner.text(answer.location)


def test_what_may_stay_empty_is_marked_in_one_way(owner):
    begin(owner)
    page = owner.get(f"{SETUP}responsible").text
    assert '<legend>Supervisory authority <span class="optional">(optional)</span></legend>' in page
    assert 'Data protection officer <span class="optional">(optional)</span></label>' in page
    assert 'Handle <span class="optional">(optional)</span></label>' in owner.get("/admin/new-site").text


def test_a_step_refuses_what_is_wrong_in_it_only(owner):
    begin(owner)
    answer = owner.submit(f"{SETUP}responsible", **{**ANSWERS["responsible"], "policy_url": "privacy"})
    assert answer.status_code == 422
    assert "rite the whole address, such as https://www.example.com/privacy." in answer.text
    assert "origin" not in owner.text(f"{SETUP}responsible").lower()
    form = owner.form(answer)
    form.fields["unfinished"] = "1"
    assert owner.send(form, f"{SETUP}responsible").location == f"{SETUP}languages"
    assert "6 steps are left." in owner.text(SETUP)


def test_what_was_not_asked_yet_is_no_error(owner):
    begin(owner)
    for step in STEPS:
        assert "To be looked at" not in owner.text(f"{SETUP}{step.id}"), step.id
    page = owner.text(SETUP)
    assert "First answer what is left above." in page
    assert "This is required" not in page
    assert owner.form(f"{SETUP}languages").fields.getlist("languages")[0] == "en", "what the desk speaks is proposed"


def test_two_people_in_the_same_step_do_not_overwrite_each_other(owner, login):
    begin(owner)
    form = owner.form(f"{SETUP}languages")
    login("editor").submit(f"{SETUP}languages", languages="de")
    answer = owner.send(form, f"{SETUP}languages", languages="fr")
    assert answer.status_code == 409
    assert "editor-all@example.com saved it" in answer.text


def test_words_that_somebody_wrote_stay_when_a_language_comes(owner, draft):
    walk(owner)
    owner.submit("/admin/sites/shop/categories/analytics", name__en="Counting")
    owner.submit(f"{SETUP}languages", languages="en\nde\nfr")
    owner.submit(f"{SETUP}categories", categories=["analytics", "marketing"])
    categories = {category["id"]: category for category in draft()["categories"]}
    assert list(categories) == ["necessary", "analytics", "marketing"]
    assert categories["analytics"]["name"] == {"en": "Counting", "de": "Statistik"}
    assert len(draft()["trackers"]) == 1, "what Placet stores is told once"
    page = owner.text(f"{SETUP}categories")
    assert "In français you write them there." in page
    assert "Counting › Name, French: the site offers French" in owner.text(SETUP)


def test_a_category_with_trackers_stays_and_so_does_one_of_one_s_own(admin, draft):
    def change(**_):
        return admin.submit("/admin/sites/saas-console/setup/categories", categories=["marketing"])

    before = draft()
    admin.submit("/admin/sites/saas-console/categories/new", id="own", name__en="Own", description__en="Own.")
    assert change().status_code == 303
    after = draft()
    assert [category["id"] for category in after["categories"]][-1] == "own"
    assert {category["id"] for category in after["categories"]} >= {item["category"] for item in before["trackers"]}
    assert after["trackers"] == before["trackers"]


def test_only_an_owner_of_the_installation_makes_sites(site, login):
    for role, handle in (("admin", None), ("owner", "saas-console"), ("editor", None)):
        browser = login(role, handle)
        assert browser.get("/admin/new-site").status_code == 403
        assert "Add a site" not in browser.text("/admin/")
        form = browser.form("/admin/account")
        answer = browser.client.post("/admin/new-site", data={**form.fields.to_dict(), **NEW})
        assert answer.status_code == 403
    assert "Add a site" in login("owner").text("/admin/")


def test_the_tag_is_there_to_copy_with_the_site_s_own_key(owner):
    begin(owner)
    page = owner.get(SETUP).text
    key = page.split("http://placet.example/s/")[1].split(".js")[0]
    assert f"&lt;script async src=&#34;http://placet.example/s/{key}.js&#34;&gt;" in page
    assert f"Placet(&#34;http://placet.example&#34;, &#34;{key}&#34;)" in page
    assert "data-csp=&#34;default-src &#39;self&#39; http://placet.example;" in page


def test_everything_of_a_config_is_edited_by_a_form(app):
    with app.test_request_context():
        from app.web.runtime import runtime

        by_form = {field.name for field in rule_fields(runtime().regimes)}
        elsewhere = {"format", "texts", "texts_read", "categories", "trackers", "take_over"}
        assert by_form | elsewhere == set(CONFIG.fields)
        assert not by_form & elsewhere
        inner = {field.name: {child.name for child in field.fields} for field in rule_fields(runtime().regimes)}
        inner["look"] = {field.name for field in look_fields()}
        inner["take_over"] = {field.name for field in take_over_fields(OpenDraft({}, fill_defaults({}), 0, None, ""))}
    for name in ("controller", "look", "lifetimes", "take_over"):
        assert inner[name] == set(CONFIG.fields[name].schema.fields), name


def test_every_step_asks_what_is_part_of_a_config():
    asked = [name for step in STEPS for name in step.names]
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(CONFIG.fields)
    assert ANSWERS.keys() == {step.id for step in STEPS}
