import re

import pytest

from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"
GREEN = {"surface": "#fcfcfa", "ink": "#1b1f1d", "fill": "#0b5d45", "on_fill": "#ffffff"}


def typed(scheme, palette):
    return {f"colors__{scheme}__{name}": value for name, value in palette.items()}


def rows(page):
    """Return the lines of the tables of contrast: what each pair has, and whether that is enough."""
    cells = re.findall(r"data-has>([^<]*)</td>.*?data-verdict=\"\w+\">([^<]*)</td>", page.text, re.DOTALL)
    return [(has, verdict) for has, verdict in cells]


@pytest.mark.parametrize("path", ["look", "rules"])
def test_saving_as_it_stands_changes_nothing(admin, draft, path):
    before = draft()["look"]
    assert admin.submit(f"{HANDLE}/{path}").status_code == 303
    assert draft()["look"] == before
    assert "The draft is the same as version 1." in admin.text(f"{HANDLE}/publish")


def test_a_look_is_saved_and_what_says_nothing_stays_away(admin, draft):
    answer = admin.submit(f"{HANDLE}/look", layout="bar", side="end", radius="medium", logo="", **typed("light", GREEN))
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/look?done=saved")
    assert draft()["look"] == {"layout": "bar", "side": "end", "colors": {"light": GREEN}}
    told = admin.text(f"{HANDLE}/publish")
    assert "The banner has other colours." in told
    assert "The banner stands at another edge." in told
    nothing = dict.fromkeys(GREEN, "")
    assert admin.submit(f"{HANDLE}/look", side="start", **typed("light", nothing)).status_code == 303
    assert draft()["look"] == {"layout": "bar", "side": "start"}, "what stood there is kept, be it the default"


def test_without_a_script_each_pair_is_told_once_the_form_was_sent(admin, draft):
    assert rows(admin.get(f"{HANDLE}/look")) == [("", "not known")] * 6
    admin.submit(f"{HANDLE}/look", **typed("dark", GREEN))
    assert rows(admin.get(f"{HANDLE}/look"))[3:] == [
        ("16.22 to 1", "enough"),
        ("7.87 to 1", "enough"),
        ("7.66 to 1", "enough"),
    ]
    answer = admin.submit(f"{HANDLE}/look", **typed("dark", {**GREEN, "ink": "#999999", "fill": "green"}))
    assert answer.status_code == 422
    assert rows(answer)[3:] == [("2.77 to 1", "too little"), ("", "not known"), ("", "not known")]
    assert admin.form(answer).fields["colors.dark.fill"] == "green", "nothing is lost"
    assert 'href="#f-colors.dark.ink"' in answer.text
    assert "Text stands out from the surface by 2.77 to 1. It needs 4.5 to 1." in Page(answer.text).text
    assert draft()["look"]["colors"]["dark"] == GREEN


def test_what_is_wrong_leads_from_publish_to_its_colour_and_a_button_mends_it(admin, draft):
    admin.submit(f"{HANDLE}/look", unfinished="1", **typed("light", {**GREEN, "ink": "#999999"}))
    page = admin.get(f"{HANDLE}/publish")
    assert f'href="{HANDLE}/look#f-colors.light.ink"' in page.text
    assert "Look › Colours › On a light page › Text and lines" in Page(page.text).text
    assert "WCAG 2.2, 1.4.3" in Page(page.text).text
    assert "Write in black" in Page(page.text).text


def test_two_people_at_one_look_never_overwrite_silently(admin, editor, draft):
    mine = admin.form(f"{HANDLE}/look")
    assert editor.submit(f"{HANDLE}/look", layout="modal").status_code == 303
    answer = admin.send(mine, f"{HANDLE}/look", layout="inline")
    assert answer.status_code == 409
    assert draft()["look"]["layout"] == "modal"
    assert admin.form(answer).fields["layout"] == "inline"


def test_addresses_of_before_lead_to_the_look(admin):
    page = admin.get(f"{HANDLE}/rules").text
    for anchor in ("f-look", "f-look.layout"):
        assert f'id="{anchor}"' in page
    assert f'href="{HANDLE}/look"' in page
    assert "look.layout" not in admin.form(f"{HANDLE}/rules").fields
