"""A tracker that two sites share, in real Chromium: one edit, what changes at each, published together."""

import pytest

from tests.admin.test_in_chromium import address, check, chromium, database_url, open_desk  # noqa: F401

pytestmark = pytest.mark.e2e

# Each scheme once, each size once: what a scheme changes depends on no size.
LOOKS = {"light-360": ("light", 360, 780), "dark-1440": ("dark", 1440, 900)}


@pytest.mark.parametrize("look", ["light-360", pytest.param("dark-1440", marks=pytest.mark.long)])
def test_one_edit_is_published_at_two_sites_together(publish_site, open_desk, look):  # noqa: F811
    publish_site("other")
    scheme, width, height = LOOKS[look]
    page, said = open_desk(color_scheme=scheme, viewport={"width": width, "height": height})
    page.goto("/admin/blocks/")
    check(page, "no blocks")
    page.goto("/admin/sites/saas-console/trackers/clickstream")
    page.get_by_role("link", name="Share with other sites").click()
    check(page, "share")
    page.get_by_role("button", name="Share it").click()
    page.get_by_role("link", name="other", exact=True).click()
    check(page, "use")
    page.get_by_role("button", name="Use in this site").click()
    page.get_by_role("link", name="Edit the block").click()
    page.get_by_label("Provider", exact=True).fill("")
    page.get_by_role("button", name="Save in every draft").click()
    check(page, "a block with errors")
    page.get_by_label("Provider", exact=True).fill("Another Ltd")
    page.get_by_role("button", name="Save in every draft").click()
    assert page.get_by_role("status").inner_text().startswith("Saved in the block, and in the draft of every site")
    assert page.get_by_text("Clickstream has another provider.").count() == 2
    check(page, "the block")
    page.get_by_label("Yes. Each version").check()
    page.get_by_label("Reason").fill("Another provider")
    page.get_by_role("button", name="Publish together").click()
    assert page.get_by_text("2 sites have a new version.").is_visible()
    check(page, "published together")
    for place in ("/admin/blocks/", "/admin/sites/other/blocks/", "/admin/?q=other"):
        page.goto(place)
        check(page, place)
    assert [text for text in said if "422" not in text] == []
