"""Discovery mode from the desk to the draft, against the real server and an example site."""

import json

import pytest
from playwright.sync_api import expect

from app.schemas.config import read_config_yaml, write_config_yaml
from examples import load_config
from tests.e2e.conftest import eventually
from tests.e2e.test_accessibility import violations

EMAIL = "editor-discovery@example.com"
PANEL = "[data-placet=discovery]"
KEY = '"}, {x: "<img src=x onerror=hurt()>'
# What a page's scripts leave behind, under a name that wants to be more than a name, too.
LEAVE = """([host, key]) => {
  document.cookie = "_hjSessionUser_1=1";
  document.cookie = "left_cookie=kept-to-itself; Max-Age=864000";
  localStorage.setItem(key, "kept-to-itself");
  sessionStorage.setItem("left_session", "kept-to-itself");
  new Image().src = host + "/pixel.gif";
}"""
BLOCKED = """() => {
  const sheet = document.createElement("link");
  document.head.append(Object.assign(sheet, { rel: "stylesheet", href: "http://blocked.localhost:9/a.css" }));
}"""


@pytest.fixture
def link(world, context):
    """Make a link at the desk, as an editor of the site."""
    account = ("account", "create", EMAIL, "--role", "editor", "--site", "saas-console", "--print-password")
    password = world.server.placet(*account)
    desk = context.new_page()
    desk.goto(f"{world.server.url}/admin/login")
    desk.get_by_label("E-mail address").fill(EMAIL)
    desk.get_by_label("Password").fill(password)
    desk.get_by_role("button", name="Log in").click()
    desk.wait_for_url("**/admin/")
    desk.goto(f"{world.server.url}/admin/sites/saas-console/discovery")
    desk.get_by_role("button", name="Make a link").click()
    found = desk.get_by_role("link", name="Open the site").get_attribute("href")
    desk.close()
    return found


def test_the_owner_walks_the_site_and_takes_a_draft_of_what_nobody_lists(world, context, page, visit, link):
    asked = []
    page.on("request", lambda request: asked.append(request))
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script("window.hurt = () => { window.isHurt = true }")
    panel, nobody = page.locator(PANEL), page.locator(f"{PANEL} [data-by=nobody]")
    # Under a policy without inline script, and trusted types; what that policy keeps out is told, too.
    page.goto(link.replace("/#", "/?strict=1#"))
    expect(panel).to_be_visible()
    page.evaluate(BLOCKED)
    expect(nobody.locator("li", has_text="blocked.localhost")).to_contain_text("host, blocked by the page's policy, 1")
    panel.get_by_role("button", name="End", exact=True).click()
    page.goto(link)
    expect(panel).to_be_visible()
    assert page.evaluate("panel => document.querySelector(panel).matches(':popover-open')", PANEL), "in the top layer"
    mine = panel.locator("[data-by=clickstream]")
    expect(mine).to_contain_text("host, held, 1 of 1")
    assert visit().choice() is None, "looking grants nothing"
    page.locator("[data-placet=banner] [data-action=accept]").click()
    expect(mine.locator("li", has_text="analytics.localhost")).to_contain_text("host, 1 of 1")
    expect(mine).to_contain_text("_xa_id")
    expect(mine).to_contain_text("_xa_session")

    unlisted = world.server.url.replace("127.0.0.1", "unlisted.localhost")
    page.evaluate(LEAVE, [unlisted, KEY])
    for name in ("unlisted.localhost", "left_cookie", "left_session", KEY):
        expect(nobody).to_contain_text(name)
    expect(nobody.locator("li", has_text="left_cookie")).to_contain_text("cookie, 1 of 1")

    expect(nobody.locator("li", has_text="left_session")).to_contain_text("session storage, 1 of 1")

    # To the next page by a link of the site, by keyboard.
    page.get_by_role("link", name="Console", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard*")
    expect(nobody.locator("li", has_text="left_cookie")).to_contain_text("cookie, 2 of 2")
    expect(nobody.locator("li", has_text="unlisted.localhost")).to_contain_text("host, 1 of 2")
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        page.reload()
        expect(nobody).to_contain_text("left_cookie")
        assert panel.evaluate("panel => getComputedStyle(panel).colorScheme") == scheme
        assert violations(page, PANEL) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert page.evaluate("window.isHurt") is None

    # First stop of the keyboard; the list can be scrolled, folded, copied and ended without a pointer.
    page.locator("body").evaluate("body => { document.activeElement.blur(); body.focus() }")
    for name in ("fold", None, "send", "copy"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.action || null") == name
        assert page.evaluate("!!document.activeElement.closest('[data-placet=discovery]')")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("Copied.")
    draft = page.evaluate("navigator.clipboard.readText()")
    config = load_config("saas-console", world.port)
    document = read_config_yaml(write_config_yaml(config) + draft)
    assert document["trackers"][:-1] == config["trackers"], "pasted at the end, it is one more tracker"
    found = document["trackers"][-1]
    assert {"host": "unlisted.localhost", "path": "/"} in found["match"]
    stored = {(item["kind"], item["name"]): item["lifetime"] for item in found["storage"]}
    assert stored["cookie", "left_cookie"] == "P10D"
    assert stored["local", KEY] == "persistent"
    assert stored["session", "left_session"] == "session"
    assert "_xa_id" not in draft
    assert "kept-to-itself" not in draft

    send_to_the_desk(context, panel)
    panel.get_by_role("button", name="Copy a draft").focus()

    page.keyboard.press("Escape")
    expect(panel.locator("[data-scroll]")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel).to_have_count(0)
    assert "#" not in page.url
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.endsWith('_discovery'))") == []
    sent = [request for request in asked if request.method == "POST" and request.url.startswith(world.server.url)]
    assert [request.url.rsplit("/", 1)[1] for request in sent] == ["receipts"], "the choice, and nothing else"
    assert "left_cookie" not in json.dumps([request.post_data for request in sent])


def send_to_the_desk(context, panel):
    """From the panel to the draft of the config, by three presses and nothing typed."""
    with context.expect_page() as opened:
        panel.get_by_role("button", name="Send to the desk").click()
    desk = opened.value
    expect(desk.get_by_role("heading", name="Not known to the catalog")).to_be_visible()
    assert "#" not in desk.url
    assert desk.evaluate("window.opener") is None
    hotjar = desk.get_by_role("checkbox", name="Hotjar")
    expect(hotjar).to_be_checked()
    desk.get_by_role("button", name="unlisted.localhost").click()
    expect(desk.get_by_role("status").filter(has_text="The tracker unlisted-localhost is begun")).to_be_visible()
    assert desk.evaluate("window.isHurt") is None
    desk.get_by_role("button", name="Add what is checked").click()
    expect(desk.get_by_role("status")).to_contain_text("Hotjar is in the draft")
    desk.close()


def test_a_link_that_is_over_says_so_and_opens_nothing(page, world):
    page.goto(world.url("saas-console") + "#placet-discovery=W10.forged")
    eventually(lambda: "Make a new link at the desk" in page.locator("[data-placet=status]").inner_text(), "it is said")
    assert page.locator(PANEL).count() == 0
