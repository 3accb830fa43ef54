"""The whole draft as YAML."""

from io import BytesIO

import pytest
import yaml

from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"


def test_yaml_goes_in_and_out(admin, draft):
    text = admin.get(f"{HANDLE}/draft.yaml").text
    assert text.startswith("format: 1\nname: SaaS console\n")
    assert admin.form(f"{HANDLE}/yaml").fields["yaml"].strip() == text.strip()
    answer = admin.submit(f"{HANDLE}/yaml", yaml=text.replace("SaaS console", "Console").replace("\n", "\r\n"))
    assert answer.status_code == 303
    assert draft()["name"] == "Console"


def test_yaml_is_uploaded_as_a_file(admin, draft):
    form = admin.form(f"{HANDLE}/yaml", 1)
    data = {**form.fields.to_dict(), "file": (BytesIO(b"format: 1\nname: Bare\nnonsense: 1\n"), "config.yaml")}
    answer = admin.client.post(f"{HANDLE}/yaml", data=data)
    assert answer.status_code == 303
    assert draft() == {"format": 1, "name": "Bare", "nonsense": 1}, "a draft may be unfinished"
    said = admin.text(f"{HANDLE}/publish")
    assert "nonsense" in said and "Who is responsible" in said and "there is no such key" in said
    assert yaml.safe_load(admin.get(f"{HANDLE}/draft.yaml").text)["nonsense"] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "line 2"),
        ("- a\n- b", "A config is a mapping"),
        ("name: a\nname: b", "stands twice"),
        ("a: &x 1\nb: *x", "Anchors and aliases are not taken"),
    ],
)
def test_what_is_no_yaml_is_not_saved_and_not_lost(admin, draft, text, words):
    before = draft()
    answer = admin.submit(f"{HANDLE}/yaml", yaml=text)
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert admin.form(answer).fields["yaml"].strip() == text
    assert draft() == before


def test_yaml_of_two_admins(admin, editor, draft):
    mine = admin.form(f"{HANDLE}/yaml")
    editor.submit(f"{HANDLE}/rules", name="Theirs")
    answer = admin.send(mine, f"{HANDLE}/yaml", yaml=mine.fields["yaml"].replace("SaaS console", "Mine"))
    assert answer.status_code == 409
    assert draft()["name"] == "Theirs"
    assert "name: Mine" in admin.form(answer).fields["yaml"]


def test_a_draft_of_the_wrong_shape_still_opens_and_can_be_mended(admin):
    admin.submit(
        f"{HANDLE}/yaml", yaml="format: 1\ntrackers: none\ncategories: [1, {id: [x]}]\ntexts: 3\nlook: [bar]\n"
    )
    for path in ("", "trackers/", "texts", "rules", "yaml", "publish", "categories/@0", "trackers/new"):
        assert admin.get(f"{HANDLE}/{path}").status_code == 200, path
    answer = admin.submit(f"{HANDLE}/trackers/new", id="x", unfinished="1")
    assert answer.status_code == 422
    assert "Mend it on the page YAML first" in answer.text


def test_nothing_of_a_draft_is_run(admin):
    evil = '"><script>alert(1)</script>'
    document = {
        "name": evil,
        "languages": ["en", evil],
        "categories": [{"id": evil, "name": {evil: evil}, "description": {"en": evil}}],
        "trackers": [
            {"id": evil, "category": evil, "name": evil, "data": [{"name": {evil: evil}}], "exempt_in": [evil]}
        ],
        "texts": {"en": {evil: evil}},
    }
    assert admin.submit(f"{HANDLE}/yaml", yaml=yaml.safe_dump(document)).status_code == 303
    places = ("", "trackers/", "trackers/@0", "trackers/new", "categories/@0", "texts", "rules", "yaml", "publish")
    for place in (*places, "trackers/@0/delete", "categories/@0/delete"):
        answer = admin.get(f"{HANDLE}/{place}")
        assert answer.status_code == 200, place
        assert "<script>alert" not in answer.text, place


def test_a_large_config_can_be_typed(admin, draft):
    text = "name: Large\ntexts:\n  en:\n" + "".join(f"    key_{number}: {'x' * 1000}\n" for number in range(700))
    assert admin.submit(f"{HANDLE}/yaml", yaml=text).status_code == 303
    assert len(draft()["texts"]["en"]) == 700
    answer = admin.submit(f"{HANDLE}/yaml", yaml=text * 4)
    assert answer.status_code == 413
    assert answer.mimetype == "text/html"
