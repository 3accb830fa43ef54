import pytest

from app.core.banner_page import Build, Guest, banner_page

LOADER = {
    "site": "s_x", "version": 3, "sha256": "a" * 64, "notice": {"lang": "en", "sha256": "b" * 64}, "regime": "eu",
    "categories": [{"id": "necessary", "required": True}], "trackers": [], "texts": {"title": "</script><b>"},
}  # fmt: skip


def test_it_holds_the_build_with_the_config_and_lets_nothing_else_in():
    page = banner_page(Build(b"(function(config){})(0);", "1", "c" * 64), LOADER).decode()
    assert "default-src 'none'" in page
    assert page.count("<script>") == page.count("</script>") == 1
    assert "<b>" not in page, "a text is never markup"
    assert '"site":"s_x"' in page


def test_what_is_not_a_build_is_refused():
    with pytest.raises(ValueError, match="does not end in"):
        banner_page(Build(b"alert(1)", "1", "c" * 64), LOADER)


PARTS = {"preferences": b"(function(site,notice){})(0,0);", "after": b"(function(site){})(0);"}


def test_the_preferences_come_along_where_there_is_a_notice_and_what_sends_receipts_does_not():
    build = Build(b"(function(config){})(0);", "1", "c" * 64, PARTS)
    page = banner_page(build, LOADER, {"texts": {}}, layer="preferences").decode()
    assert page.count("<script>") == 3
    assert "(function(site,notice){})" in page and "(function(site){})" not in page
    assert page.index("placet.show()") > page.index("(function(site,notice){})")


def test_a_guest_is_set_up_before_the_widget_runs():
    guest = Guest(gpc=True, minor=True, choice="1.1.analytics.-.20779.20959")
    page = banner_page(Build(b"(function(config){})(0);", "1", "c" * 64), LOADER, guest=guest, scheme="dark").decode()
    assert page.index("globalPrivacyControl") < page.index("(function(config){})")
    assert "placet_s_x=1.1.analytics.-.20779.20959" in page
    assert "data-minor" in page
    assert 'name="color-scheme" content="dark"' in page
