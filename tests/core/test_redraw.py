import pytest

from app.core.redraw import Guest, policy, redraw

LOADER = {
    "site": "s_x", "version": 3, "sha256": "a" * 64, "notice": {"lang": "en", "sha256": "b" * 64}, "regime": "eu",
    "categories": [{"id": "necessary", "required": True}], "trackers": [], "texts": {"title": "</script><b>"},
}  # fmt: skip
NOTICE = {"site": "s_x", "lang": "ar", "dir": "rtl", "name": "Shop </title>"}
BUILD = b"(function(config){})(0);"
PARTS = {"preferences": b"(function(site,notice){})(0,0);"}


def drawn(script=BUILD, parts=PARTS, **changes):
    options = {
        "widget": {"version": "1", "sha256": "c" * 64},
        "scheme": "light",
        "layer": 1,
        "nonce": "once",
        **changes,
    }
    return redraw(script, parts, LOADER, NOTICE, **options).decode()


def test_it_holds_build_parts_and_config_and_no_text_of_a_config_is_markup():
    page = drawn()
    assert page.count("<script") == page.count("</script>") == 1
    assert "<b>" not in page and page.count("</title>") == 1
    assert "(function(config){})" in page and "(function(site,notice){})" in page
    assert '<html lang="ar" dir="rtl">' in page


def test_it_says_itself_that_it_reaches_nothing_and_so_does_what_it_is_sent_with():
    assert "content=\"default-src 'none'; script-src 'nonce-once'; style-src 'nonce-once'\"" in drawn()
    assert policy("once").startswith("sandbox allow-scripts; default-src 'none'; script-src 'nonce-once'")
    assert "frame-ancestors 'self'" in policy("once")


def test_the_guest_is_set_up_before_the_widget_runs():
    page = drawn(guest=Guest(gpc=True, minor=True, choice="1.1.analytics.-.20779.20959"), scheme="dark")
    assert page.index("globalPrivacyControl") < page.index("scripts.forEach")
    assert '"gpc":true' in page and '"minor":true' in page
    assert "placet_s_x=1.1.analytics.-.20779.20959" in page
    assert "color-scheme:dark" in page


def test_a_held_frame_stands_on_the_page_when_one_is_named():
    assert '<template data-tracker="survey">' in drawn(held="survey")
    assert "<template" not in drawn()


def test_what_takes_no_config_is_refused():
    with pytest.raises(ValueError, match="does not end in"):
        drawn(script=b"alert(1)")
