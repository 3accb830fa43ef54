import pytest

from app.core.banner_page import banner_page

LOADER = {
    "site": "s_x", "version": 3, "sha256": "a" * 64, "notice": {"lang": "en", "sha256": "b" * 64}, "regime": "eu",
    "categories": [{"id": "necessary", "required": True}], "trackers": [], "texts": {"title": "</script><b>"},
}  # fmt: skip


def test_it_holds_the_build_with_the_config_and_lets_nothing_else_in():
    page = banner_page(b"(function(config){})(0);", LOADER, version="1", sha256="c" * 64).decode()
    assert "default-src 'none'" in page
    assert page.count("<script>") == page.count("</script>") == 1
    assert "<b>" not in page, "a text is never markup"
    assert '"site":"s_x"' in page


def test_what_is_not_a_build_is_refused():
    with pytest.raises(ValueError, match="does not end in"):
        banner_page(b"alert(1)", LOADER, version="1", sha256="c" * 64)
