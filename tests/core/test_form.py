"""The preferences page without a script: how its switches stand, and what a sent form claims."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.choice import Choice
from app.core.form import claim_of_form, is_fresh, switches
from app.core.signing import Form, read_done, read_form, sign_done, sign_form
from tests.core.claims import NOW
from tests.support.world import make_keys

KEYS = make_keys()
FORM = Form("s_a", 3, "ab" * 32, "en", "cd" * 32, int(NOW.timestamp() * 1000), "a token")


def tracker(name, kind="browser"):
    return {"id": name, "kind": kind, "sale_share": False}


def notice(per_tracker=False):
    categories = [
        ("necessary", True, True, [tracker("login")]),
        ("analytics", False, False, [tracker("clicks"), tracker("mails", "server"), tracker("tags", "loader")]),
        ("marketing", False, True, [tracker("ads")]),
        ("later", False, False, []),
    ]
    return {
        "choice_per_tracker": per_tracker,
        "categories": [
            {"id": name, "required": required, "on": on, "trackers": own} for name, required, on, own in categories
        ],
    }


def rules(**since):
    rows = [
        ("login", "necessary", "browser", "none"),
        ("clicks", "analytics", "browser", "optin"),
        ("mails", "analytics", "server", "optin"),
        ("tags", "analytics", "loader", "optin"),
        ("ads", "marketing", "browser", "optout"),
    ]
    return {
        "trackers": [
            {"id": name, "category": category, "kind": kind, "model": model, "since": since.get(name, 1)}
            for name, category, kind, model in rows
        ]
    }


def choice(*granted, differs=(), version=3):
    return Choice(version, frozenset(granted), frozenset(differs), 20779, 20959)


def stand(choice=None, per_tracker=False, **since):
    return {one.id: one for one in switches(notice(per_tracker), rules(**since), choice)}


def on(standing):
    return {name for name, one in standing.items() if one.on}


def test_before_a_choice_they_stand_as_the_law_says_and_then_as_was_chosen():
    assert on(stand()) == {"necessary", "marketing"}
    assert on(stand(choice("analytics"))) == {"necessary", "analytics"}
    assert on(stand(choice())) == {"necessary"}


def test_what_came_after_the_yes_stands_off_until_it_is_switched_on():
    late = stand(choice("analytics", "marketing"), clicks=4, ads=4)
    assert (late["analytics"].on, late["analytics"].newer) == (False, True)
    assert (late["marketing"].on, late["marketing"].newer) == (True, False), "the law asks for no yes to it"
    assert not stand(choice(), clicks=4)["analytics"].newer, "it was refused anyway"


def test_trackers_have_switches_of_their_own_where_the_site_offers_that():
    assert stand()["analytics"].trackers == {}
    own = stand(choice("analytics", differs=["mails"]), per_tracker=True)
    assert own["analytics"].trackers == {"clicks": True, "mails": False}
    assert own["necessary"].trackers == {}
    assert own["later"].trackers == {}
    assert stand(choice("analytics"), per_tracker=True, clicks=4)["analytics"].trackers == {
        "clicks": False,
        "mails": True,
    }
    assert stand(per_tracker=True)["marketing"].trackers == {"ads": True}


def claim(answer, categories=(), trackers=(), per_tracker=False, form=FORM):
    return claim_of_form(
        form,
        notice(per_tracker),
        answer,
        categories=categories,
        trackers=trackers,
        trusted=True,
        now=NOW + timedelta(minutes=3),
        id="019aabbc-0000-7000-8000-000000000001",
        secret=bytes(16),
    )


def granted(claim):
    return {name for name, yes in claim.choices.items() if yes}


def test_the_three_buttons():
    assert granted(claim("accept")) == {"necessary", "analytics", "marketing", "later"}
    assert granted(claim("reject", ["analytics"], ["clicks"])) == {"necessary"}
    assert granted(claim("save", ["analytics", "nothing"])) == {"necessary", "analytics"}
    assert [claim(one).method for one in ("accept", "reject", "save")] == [
        "page:accept-all",
        "page:reject-all",
        "page:save",
    ]
    assert claim("accept").grants
    assert not claim("reject").grants
    assert not claim("save", ["necessary"]).grants


@pytest.mark.parametrize(
    ("trackers", "categories", "alone"),
    [
        (["clicks", "mails"], {"analytics"}, {}),
        (["clicks"], set(), {"clicks": True}),
        (["login", "tags", "nobody"], set(), {}),
        (["ads"], {"marketing"}, {}),
        ([], set(), {}),
    ],
)
def test_a_category_is_granted_with_all_of_its_trackers_else_each_by_itself(trackers, categories, alone):
    said = claim("save", ["analytics"], trackers, per_tracker=True)
    assert granted(said) == {"necessary"} | categories
    assert said.trackers == alone


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_all_and_nothing_look_at_no_switch(answer):
    assert claim(answer, ["analytics"], ["clicks"], per_tracker=True).trackers == {}


def test_it_says_what_was_shown_and_nothing_that_only_a_script_could_see():
    said = claim("save", ["analytics"])
    assert (said.config_version, said.config_sha256) == (3, "ab" * 32)
    assert (said.notice.label, said.notice.sha256) == ("en", "cd" * 32)
    assert (said.layer, said.layout, said.shown) == (2, "page", "a token")
    assert (said.shown_at, said.decided_at) == (NOW, NOW + timedelta(minutes=3))
    assert {said.widget, said.gpc, said.viewport, said.scheme, said.equality, said.previous} == {None}


def test_a_yes_has_a_day():
    assert is_fresh(FORM, NOW + timedelta(hours=23))
    assert not is_fresh(FORM, NOW + timedelta(hours=24))


def test_what_was_shown_comes_back_signed_and_for_its_own_site_only():
    token = sign_form(KEYS, FORM)
    assert read_form(KEYS, token, "s_a") == FORM
    assert read_form(KEYS, token, "s_b") is None
    assert read_form(make_keys("others"), token, "s_a") is None
    for forged in (None, "", "x", token[:-1], token + "x", "\ud800", sign_done(KEYS, "s_a", None)):
        assert read_form(KEYS, forged, "s_a") is None
    assert read_form(KEYS, sign_form(KEYS, replace(FORM, site="s_b")), "s_a") is None


def test_that_it_is_done_is_nobody_elses_to_say():
    token = sign_done(KEYS, "s_a", "an id")
    assert read_done(KEYS, token, "s_a") == (True, "an id")
    assert read_done(KEYS, sign_done(KEYS, "s_a", None), "s_a") == (True, None)
    for forged in (None, "", "1", token[:-1], sign_form(KEYS, FORM)):
        assert read_done(KEYS, forged, "s_a") == (False, None)
    assert read_done(KEYS, token, "s_b") == (False, None)
