"""From an empty database to a published banner in real Chromium, by keyboard alone, and accessible on every page."""

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from app.core.invitations import first_run_code
from tests.admin import test_in_chromium as desk
from tests.admin.browser import PASSWORD

pytestmark = pytest.mark.e2e

database_url, chromium, keyboard = desk.database_url, desk.chromium, desk.keyboard
SAMPLE = Path(__file__).parent.parent / "core" / "imports" / "samples" / "klaro.js"
# Each scheme once, each size once: what a scheme changes depends on no size.
LOOKS = {"light-360": ("light", 360, 780), "dark-1440": ("dark", 1440, 900)}


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium, address):
    """Open a browser that nobody is logged in with; its console must stay silent but for pages that answer an error."""
    contexts = []

    def open_it(**options):
        context = chromium.new_context(base_url=address, reduced_motion="reduce", **options)
        contexts.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        return page, said

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def typist(keyboard):
    """Type into fields and press buttons, reached by Tab alone."""

    class Typist:
        def __init__(self, page):
            self.page = page

        def fill(self, label, text):
            if not self.page.get_by_label(label, exact=True).first.evaluate(
                "field => field === document.activeElement"
            ):
                keyboard(self.page, "textbox", label)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)

        def press(self, name, role="button"):
            keyboard(self.page, role, name)
            self.page.keyboard.press("Enter")

    return Typist


def test_the_owner_gets_from_nothing_to_a_published_banner_by_keyboard(open_page, typist, here, client, clock):
    page, said = open_page()
    hands = typist(page)
    page.goto("/admin/")
    expect(page.get_by_label("Set-up code")).to_be_focused()
    page.keyboard.type(first_run_code(here.keys))
    hands.fill("Your e-mail address", "ada@example.com")
    # A password field has no role to look for.
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    hands.press("Set up a site", "link")
    page.wait_for_url("**/new-site")
    page.keyboard.type("Shop")
    hands.fill("Handle", "shop")
    hands.fill("Addresses", "https://shop.example")
    hands.press("Save and go on")
    page.wait_for_url("**/setup/responsible")
    hands.fill("Name", "Shop Ltd")
    hands.fill("Address", "1 Road, Dublin, Ireland")
    hands.fill("Contact", "privacy@shop.example")
    hands.fill("Privacy policy", "https://shop.example/privacy")
    hands.press("Save and go on")
    page.wait_for_url("**/setup/languages")
    for step in ("law", "times", "look", "categories"):
        hands.press("Save and go on")
        page.wait_for_url(f"**/setup/{step}")
    hands.press("Save and finish")
    page.wait_for_url("**/setup/")
    assert "Everything is answered, and the draft can be published." in page.locator(".lead").inner_text()
    hands.press("Categories & trackers", "link")
    page.wait_for_url("**/trackers/")
    hands.press("Add a tracker to Analytics", "link")
    page.wait_for_url("**/new?category=analytics")
    hands.fill("Id", "clicks")
    hands.fill("Name", "Clicks")
    hands.fill("Provider", "Clicks Ltd")
    hands.fill("Purpose", "Counts which pages are read.")
    hands.press("Save in the draft")
    page.wait_for_url("**/trackers/?done=saved")
    hands.press("Publish", "link")
    page.wait_for_url("**/publish")
    hands.fill("Reason", "The first")
    hands.press("Publish version 1")
    page.wait_for_url("**/versions/1?done=published")
    page.goto("/admin/sites/shop/setup/")
    key = re.search(r"/s/(s_[\w-]{22})\.js", page.content())[1]
    clock.advance(seconds=3)
    config = client.get(f"/v1/sites/{key}/config?country=DE").json
    assert [category["id"] for category in config["categories"]][:2] == ["necessary", "functional"]
    assert config["version"] == 1
    assert said == []


@pytest.mark.parametrize(("scheme", "width", "height"), LOOKS.values(), ids=LOOKS)
def test_every_page_on_the_way_is_accessible(open_page, here, scheme, width, height):
    page, said = open_page(color_scheme=scheme, viewport={"width": width, "height": height})
    page.goto("/admin/")
    desk.check(page, "first run")
    page.get_by_label("Set-up code").fill("wrong")
    page.get_by_role("button", name="Make my account").click()
    desk.check(page, "first run, refused")
    for label, text in (
        ("Set-up code", first_run_code(here.keys)),
        ("Your e-mail address", "ada.lovelace@analytical-engines.example"),
        ("Password", PASSWORD),
        ("The same once more", PASSWORD),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/admin/")
    desk.check(page, "no sites yet")
    page.goto("/admin/new-site")
    desk.check(page, "a new site")
    page.get_by_role("button", name="Save and go on").click()
    desk.check(page, "a new site, refused")
    for label, text in (("Name of the site", "Shop"), ("Handle", "shop"), ("Addresses", "https://shop.example")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/setup/responsible")
    for place in ("responsible", "languages", "law", "times", "look", "categories", ""):
        page.goto(f"/admin/sites/shop/setup/{place}")
        desk.check(page, f"setup/{place}")
    page.goto("/admin/sites/shop/import")
    page.get_by_label("Tool").select_option("klaro")
    page.get_by_label("Or what it has, pasted").fill(SAMPLE.read_text())
    page.get_by_role("button", name="Read it").click()
    desk.check(page, "what was understood")
    page.get_by_role("button", name="Add it to the draft").click()
    page.wait_for_url("**/trackers/?done=imported")
    for place in ("trackers/", "order", ""):
        page.goto(f"/admin/sites/shop/{place}")
        desk.check(page, f"{place} after the import")
    for place in ("account", "people/", "people/1", "people/1/remove", "people/invite"):
        page.goto(f"/admin/{place}")
        desk.check(page, place)
    page.get_by_label("Their e-mail address").fill("max@example.com")
    page.get_by_role("button", name="Make a link").click()
    desk.check(page, "a link")
    link = page.locator("pre").inner_text().replace("http://placet.example", "")
    page.goto("/admin/people/")
    desk.check(page, "people and who is invited")
    page.goto(link)
    desk.check(page, "an invitation")
    assert [text for text in said if "401" not in text and "422" not in text] == []


def test_the_set_up_works_without_javascript(open_page, here):
    page, _ = open_page(java_script_enabled=False)
    page.goto("/admin/")
    for label, text in (
        ("Set-up code", first_run_code(here.keys)),
        ("Your e-mail address", "ada@example.com"),
        ("Password", PASSWORD),
        ("The same once more", PASSWORD),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Make my account").click()
    page.get_by_role("link", name="Set up a site").click()
    for label, text in (("Name of the site", "Shop"), ("Handle", "shop"), ("Addresses", "https://shop.example")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is responsible?")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Save unfinished").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which languages does the site speak?")


def test_a_tracker_is_moved_by_keyboard_and_the_focus_stays(open_page, keyboard, site, account, app):
    page, email = open_page()[0], account("editor")
    page.goto("/admin/login")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    page.goto("/admin/sites/saas-console/order")
    rows = page.locator(".order > li").first.locator("li div > span:first-child")
    before = rows.all_inner_texts()
    keyboard(page, "button", "Down: Sign-in session")
    for _ in range(2):
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Moved. The order is saved in the draft.")
        expect(page.get_by_role("button", name="Down: Sign-in session")).to_be_focused()
    expect(rows).to_have_text([before[1], before[2], before[0], *before[3:]])
