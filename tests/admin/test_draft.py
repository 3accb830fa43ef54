"""An admin edits the draft by forms."""

import pytest

from app.core.languages import PLURAL_FORMS
from app.web.admin.text_words import TEXT_WORDS
from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"


def tracker(document, ref):
    return next(item for item in document["trackers"] if item["id"] == ref)


def test_adding_a_category(admin, draft):
    path = f"{HANDLE}/categories/new"
    answer = admin.submit(
        path,
        id="personalisation",
        name__en="Personalisation",
        description__en="Shows what fits your job.",
        follows="marketing",
    )
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/trackers/?done=saved")
    assert draft()["categories"][-1] == {
        "id": "personalisation",
        "name": {"en": "Personalisation"},
        "description": {"en": "Shows what fits your job."},
        "follows": "marketing",
    }
    assert "Personalisation" in admin.text(answer.location)


def test_a_form_changes_only_its_own_part(admin, draft):
    before = draft()
    assert admin.submit(f"{HANDLE}/categories/analytics", name__en="Measuring").status_code == 303
    after = draft()
    changed = next(category for category in after["categories"] if category["id"] == "analytics")
    assert changed.pop("name") == {"en": "Measuring"}
    for document in (before, after):
        for category in document["categories"]:
            if category["id"] == "analytics":
                category.pop("name", None)
                category.setdefault("follows", None)
    assert after == before


@pytest.mark.parametrize("path", ["trackers/clickstream", "trackers/payment", "categories/recording", "rules", "texts"])
def test_saving_a_form_as_it_stands_changes_nothing(admin, path):
    assert admin.submit(f"{HANDLE}/{path}").status_code == 303
    assert "The draft is the same as version 1." in admin.text(f"{HANDLE}/publish")


def test_adding_a_tracker_row_by_row(admin, draft):
    path = f"{HANDLE}/trackers/new?category=analytics"
    form = admin.form(path)
    assert form.fields["category"] == "analytics"
    for order in ("add:data", "add:recipients", "add:match", "add:storage", "add:storage", "add:data"):
        form = admin.form(admin.send(form, path, rows=order, name="Heat map"))
        assert form.fields["name"] == "Heat map", "what was typed is kept"
    assert len(draft()["trackers"]) == 11, "rows are not saved by adding them"
    answer = admin.send(
        form,
        path,
        id="heat-map",
        vendor="Example Heat Inc.",
        purpose__en="Draws where people click.",
        data__0__name__en="Clicks",
        data__0__retention="P14M",
        recipients__0__name="Example Heat Inc.",
        recipients__0__country="US",
        recipients__0__safeguard="Standard contractual clauses",
        match__0__host="heat.example.com",
        storage__0__name="_heat",
        storage__0__lifetime="P1Y",
        stop="heat.stop\nheat.forget",
        signals__decision='heat.consent("?")\nheat.about("?analytics")',
    )
    assert answer.status_code == 303, Page(answer.text).text
    assert draft()["trackers"][-1] == {
        "id": "heat-map",
        "category": "analytics",
        "kind": "browser",
        "via": None,
        "name": "Heat map",
        "vendor": "Example Heat Inc.",
        "purpose": {"en": "Draws where people click."},
        "legal_basis": "consent",
        "data": [{"name": {"en": "Clicks"}, "retention": "P14M"}],
        "recipients": [
            {
                "name": "Example Heat Inc.",
                "role": "processor",
                "country": "US",
                "safeguard": "Standard contractual clauses",
            }
        ],
        "sale_share": True,
        "match": [{"host": "heat.example.com", "path": "/"}],
        "storage": [{"kind": "cookie", "name": "_heat", "lifetime": "P1Y", "domain": None}],
        "stop": ["heat.stop", "heat.forget"],
        "signals": {
            "default": [],
            "decision": ['heat.consent("?")', 'heat.about("?analytics")'],
            "granted": [],
            "gpp": False,
        },
        "exempt_in": [],
    }, "rows in which nothing was typed are left out"


def test_editing_a_tracker(admin, draft):
    path = f"{HANDLE}/trackers/clickstream"
    form = admin.form(path)
    form = admin.form(admin.send(form, path, rows="remove:data.1"))
    answer = admin.send(form, path, vendor="Another Ltd", stop="", exempt_in=["uk", "ch"])
    assert answer.status_code == 303, Page(answer.text).text
    stored = tracker(draft(), "clickstream")
    assert (stored["vendor"], stored["stop"], stored["exempt_in"]) == ("Another Ltd", [], ["uk", "ch"])
    assert len(stored["data"]) == 1


def test_an_id_that_changes_takes_along_what_names_it(admin, draft):
    form = admin.form(f"{HANDLE}/categories/recording")
    assert admin.send(form, f"{HANDLE}/categories/recording", id="replay", follows="analytics").status_code == 303
    assert [item["category"] for item in draft()["trackers"]].count("replay") == 1


@pytest.mark.parametrize(("part", "old"), [("trackers", "clickstream"), ("categories", "recording")])
def test_signals_go_on_asking_for_what_has_another_id(admin, draft, part, old):
    path = f"{HANDLE}/trackers/session-recording"
    assert admin.send(admin.form(path), path, signals__granted=f'sdk.set("?{old}")').status_code == 303
    path = f"{HANDLE}/{part}/{old}"
    form = admin.form(path)
    answer = admin.send(form, path, id="renamed", **({"follows": "analytics"} if part == "categories" else {}))
    assert answer.status_code == 303
    assert tracker(draft(), "session-recording")["signals"]["granted"] == ['sdk.set("?renamed")']


def test_deleting_a_tracker_asks_first(admin, draft):
    page = admin.get(f"{HANDLE}/trackers/clickstream/delete")
    assert "Delete the tracker Clickstream?" in page.text
    assert tracker(draft(), "clickstream")
    answer = admin.send(admin.form(page), f"{HANDLE}/trackers/clickstream/delete")
    assert answer.status_code == 303
    assert "clickstream" not in [item["id"] for item in draft()["trackers"]]
    assert admin.get(f"{HANDLE}/trackers/clickstream").status_code == 404


def test_a_category_with_trackers_is_not_deleted(admin, draft):
    page = admin.get(f"{HANDLE}/categories/analytics/delete")
    assert "Move them to another category or delete them first." in page.text
    form = admin.form(f"{HANDLE}/categories/analytics")
    answer = admin.client.post(f"{HANDLE}/categories/analytics/delete", data=form.fields)
    assert answer.status_code == 422
    assert "analytics" in [item["id"] for item in draft()["categories"]]
    admin.submit(f"{HANDLE}/categories/new", id="spare", name__en="Spare", description__en="None.", follows="analytics")
    assert admin.submit(f"{HANDLE}/categories/spare/delete").status_code == 303
    assert "spare" not in [item["id"] for item in draft()["categories"]]


def test_html_in_a_name_is_refused_and_what_was_typed_is_kept(admin, draft):
    path = f"{HANDLE}/trackers/clickstream"
    answer = admin.submit(path, name="<b>Click</b>stream", vendor="Kept Ltd")
    assert answer.status_code == 422
    assert "<b>Click</b>" not in answer.text, "it is shown as text"
    assert "<title>Error: " in answer.text
    assert '<a href="#f-name">Name</a>: HTML is not taken' in answer.text, "the error says where, and leads there"
    assert 'aria-describedby="h-name e-name" aria-invalid="true"' in answer.text
    form = admin.form(answer)
    assert (form.fields["name"], form.fields["vendor"]) == ("<b>Click</b>stream", "Kept Ltd")
    assert tracker(draft(), "clickstream")["name"] == "Clickstream"


def test_what_is_wrong_is_told_with_its_field_in_the_order_of_the_form(admin):
    answer = admin.submit(
        f"{HANDLE}/trackers/clickstream",
        data__1__retention="forever",
        purpose__en="",
        vendor="",
        name="",
        match__0__host="?",
    )
    assert answer.status_code == 422
    summary = " ".join(Page(answer.text.split('role="alert"')[1].split("</ul>")[0]).text.split())
    told = ["Name: this may not be empty.", "Provider: this may not be empty.", "Purpose, en: the site offers en;"]
    told += ["Data it collects 2 › Kept for: write a length of time", "Hosts and paths it uses 1 › Host: "]
    places = [summary.index(words) for words in told]
    assert places == sorted(places), summary


def test_an_unfinished_part_can_be_saved_and_publish_names_its_path(admin, draft):
    path = f"{HANDLE}/trackers/clickstream"
    refused = admin.form(admin.submit(path, name="<b>Click</b>", data__0__retention="forever"))
    assert admin.send(refused, path, unfinished="1").status_code == 303
    assert tracker(draft(), "clickstream")["name"] == "<b>Click</b>"
    page = admin.get(f"{HANDLE}/publish")
    assert "2 errors keep the draft from becoming version 2." in page.text
    assert f'<a href="{HANDLE}/trackers/clickstream#f-name">&lt;b&gt;Click&lt;/b&gt; › Name</a>' in page.text
    assert "<b>Click</b> › Data it collects 1 › Kept for: write a length of time" in Page(page.text).text
    assert '<code class="path">trackers[5].name</code>' in page.text
    assert f'href="{HANDLE}/trackers/clickstream#f-data.0.retention"' in page.text
    assert "Publish version" not in page.text


def test_a_tracker_without_an_id_can_be_reached_and_mended(admin, draft):
    admin.send(admin.form(admin.submit(f"{HANDLE}/trackers/new")), f"{HANDLE}/trackers/new", unfinished="1")
    assert f'href="{HANDLE}/trackers/@11"' in admin.get(f"{HANDLE}/trackers/").text
    answer = admin.submit(f"{HANDLE}/trackers/@11", id="late", unfinished="1")
    assert answer.status_code == 303
    assert admin.get(f"{HANDLE}/trackers/late").status_code == 200


def test_every_built_in_text_has_a_label_and_says_where_it_appears(here):
    counted = {f"{name}_{form}" for name in ("recipients", "trackers") for form in PLURAL_FORMS}
    assert here.desk.texts["en"].texts.keys() | counted == TEXT_WORDS.keys()
    assert all(label and where for label, where in TEXT_WORDS.values())


def test_a_second_language_adds_its_fields(admin, draft):
    assert admin.submit(f"{HANDLE}/rules", languages="en\nde").status_code == 303
    form = admin.form(f"{HANDLE}/categories/analytics")
    assert (form.fields["name.en"], form.fields["name.de"]) == ("Analytics", "")
    page = admin.get(f"{HANDLE}/texts?lang=de")
    assert "Alle akzeptieren" in Page(page.text).text
    assert admin.get(f"{HANDLE}/texts?lang=fr").status_code == 404


def test_rules(admin, draft):
    answer = admin.submit(
        f"{HANDLE}/rules",
        name="Console",
        origins="https://console.example\nhttps://www.console.example",
        controller__dpo="",
        controller__authority__name="",
        controller__authority__url="",
        retention="P2Y",
        choice_per_tracker="1",
    )
    assert answer.status_code == 303, Page(answer.text).text
    document = draft()
    assert document["origins"] == ["https://console.example", "https://www.console.example"]
    assert (document["controller"]["dpo"], document["controller"]["authority"]) == (None, None)
    assert (document["retention"], document["choice_per_tracker"]) == ("P2Y", True)


def test_a_lifetime_that_is_none_is_told_at_its_field(admin):
    answer = admin.submit(f"{HANDLE}/rules", lifetimes__granted="half a year")
    assert answer.status_code == 422
    assert 'href="#f-lifetimes.granted"' in answer.text
    assert admin.form(answer).fields["lifetimes.granted"] == "half a year"
