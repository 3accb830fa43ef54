"""The desk in real Chromium: readable by everybody, whole under its own CSP, and usable by keyboard alone."""

import shutil
import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.admin.browser import PASSWORD
from tests.e2e.conftest import AXE
from tests.support.world import Visitor

pytestmark = pytest.mark.e2e

HANDLE = "/admin/sites/saas-console"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desktop": (1440, 900), "phone": (360, 780)}
PLACES = (
    "", "trackers/", "trackers/clickstream", "trackers/new", "trackers/clickstream/delete", "categories/analytics",
    "categories/analytics/delete", "texts", "look", "rules", "yaml", "preview", "publish", "discovery",
    "discovery/check", "catalog?q=hotjar",
    "versions/", "versions/1", "versions/compare", "approval", "receipts/", "proof", "auditors", "log", "order",
    "setup/", "import", "take-over", "stops/clickstream", "review", "blocks/",
)  # fmt: skip


@pytest.fixture
def database_url(tmp_path, migrated_sqlite) -> str:
    path = tmp_path / "placet.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def chromium(browser):
    return browser


@pytest.fixture
def address(app, site):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # how soon it sees that it is to stop
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_desk(chromium, address, account):
    """Open a browser at the desk, logged in; its console must stay silent but for pages that answer with an error."""
    contexts = []

    def open_it(role="admin", **options):
        context = chromium.new_context(base_url=address, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        email = account(role)
        page.goto("/admin/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        return page, said

    yield open_it
    for context in contexts:
        context.close()


def violations(page):
    page.evaluate(AXE.read_text())
    # Not inside frames: the one with a receipt's banner is sandboxed, so that nothing gets in either.
    what = "{iframes: false, resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}}"
    found = page.evaluate(f"tags => axe.run(document, {what})", RULES)
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]


# What of a page is cut off, what sticks out of it or is scrolled sideways (but for code), and what is too small to be hit.
BADLY_LAID = """
() => [...document.querySelectorAll("body *")].flatMap((one) => {
  const box = one.getBoundingClientRect();
  if (box.width <= 1 || box.height <= 1 || one.closest(".vh, .skip, .shown, svg, pre, textarea")) return [];
  const name = `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`;
  const isCode = one.closest(".scroll")?.querySelector(".diff");
  const isCut = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  const isField = one.matches("input, select");
  const isSmall = one.matches("a[href], button, summary, input, select") && (box.width < 24 || box.height < 24);
  return [
    ...(isCut && !isCode && !isField ? [`cut off: ${name}`] : []),
    ...(box.right > innerWidth + 1 && !isCode ? [`sticks out: ${name}`] : []),
    ...(isSmall ? [`small: ${name}`] : []),
  ];
})
"""


def laid_out(page, where):
    """Nothing is cut off, sticks out or is too small (WCAG 2.2, 1.4.10 and 2.5.8)."""
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{where} scrolls sideways"
    assert page.evaluate(BADLY_LAID) == [], where


def check(page, where):
    assert violations(page) == [], where
    laid_out(page, where)
    assert page.locator("h1").count() == 1, where


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        ("light", "desktop"),
        ("dark", "phone"),
        pytest.param("light", "phone", marks=pytest.mark.long),
        pytest.param("dark", "desktop", marks=pytest.mark.long),
    ],
)
def test_every_page_is_accessible(open_desk, client, site, clock, scheme, size):
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
    receipt = visitor.body(("analytics",))
    assert client.post(f"/v1/sites/{site}/receipts", json=receipt).status_code == 201
    width, height = SIZES[size]
    page, said = open_desk(color_scheme=scheme, viewport={"width": width, "height": height})
    check(page, "sites")
    for place in (*PLACES, f"receipts/{receipt['id']}", "nowhere"):
        page.goto(f"{HANDLE}/{place}")
        check(page, place)
    page.goto(f"{HANDLE}/trackers/clickstream")
    page.get_by_label("Name", exact=True).first.fill("<b>")
    page.get_by_role("button", name="Save in the draft").click()
    assert page.locator("[role=alert]").is_visible()
    check(page, "a tracker with errors")
    page.get_by_role("button", name="Save unfinished").click()
    page.goto(f"{HANDLE}/publish")
    check(page, "a draft with errors")
    assert [text for text in said if "404" not in text and "422" not in text] == []


def test_german_words_are_longer_and_fit_a_small_phone(open_desk):
    page, _ = open_desk(viewport={"width": 360, "height": 800})
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Websites")).to_be_visible()
    for place in (*PLACES, "catalog"):
        page.goto(f"{HANDLE}/{place}")
        assert page.locator("html").get_attribute("lang") == "de", place
        laid_out(page, place)
    page.set_viewport_size({"width": 1440, "height": 900})
    for place in ("/admin/", f"{HANDLE}/trackers/"):
        page.goto(place)
        laid_out(page, f"{place} on a desktop")


def test_on_a_phone_no_column_is_out_of_sight(open_desk, client, site, clock):
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body()).status_code == 201
    page, _ = open_desk(viewport={"width": 390, "height": 844})
    page.goto(f"{HANDLE}/auditors")
    page.get_by_label("Whom is it for?").fill("Audit & Co")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("status")).to_be_visible()
    for place in ("/admin/", f"{HANDLE}/trackers/", f"{HANDLE}/versions/", f"{HANDLE}/auditors", f"{HANDLE}/receipts/"):
        page.goto(place)
        for box in page.locator(".scroll").all():
            assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), place
        labels = (
            page.locator(".stack tbody tr").first.locator("td").evaluate_all("all => all.map(td => td.dataset.label)")
        )
        heads = page.locator(".stack").first.locator("thead th").all_text_contents()
        assert labels == heads[1:], place
    spaces = page.locator("td.id").evaluate_all("all => all.map(id => getComputedStyle(id).whiteSpace)")
    assert set(spaces) == {"nowrap"}, "an id such as us-ca stays in one piece"


@pytest.fixture
def keyboard():
    """Reach a control as somebody without a mouse does, by Tab, and see where the focus is."""

    def go_to(page, role, name):
        wanted = page.get_by_role(role, name=name).first.element_handle()
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement === wanted", wanted):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", f"the focus on {name} is not seen"
                return
        raise AssertionError(f"Tab never reached {name}")

    return go_to


def test_a_tracker_is_edited_and_published_by_keyboard_alone(open_desk, keyboard, client, site, clock):
    page, said = open_desk()
    keyboard(page, "link", "SaaS console")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HANDLE}/")
    keyboard(page, "link", "Categories & trackers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trackers/")
    keyboard(page, "link", "Clickstream")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clickstream")
    keyboard(page, "textbox", "Provider")
    page.keyboard.press("Control+a")
    page.keyboard.type("Another Ltd")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trackers/?done=saved")
    keyboard(page, "link", "Publish")
    page.keyboard.press("Enter")
    page.wait_for_url("**/publish")
    keyboard(page, "radio", "Yes.")
    page.keyboard.press("Space")
    keyboard(page, "textbox", "Reason")
    page.keyboard.type("Another provider")
    keyboard(page, "button", "Publish version 2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/2?done=published")
    assert page.get_by_role("status").inner_text().startswith("Version 2 is published.")
    clock.advance(seconds=3)
    assert client.get(f"/v1/sites/{site}/config?country=DE").json["version"] == 2
    assert said == []


def test_rows_are_added_where_the_cursor_goes(open_desk):
    page, _ = open_desk()
    page.goto(f"{HANDLE}/trackers/clickstream")
    page.get_by_role("button", name="Add a recipient").click()
    expect(page.locator('[name="recipients.1.name"]')).to_be_focused()
    page.get_by_role("button", name="Remove recipient 2").click()
    assert page.get_by_role("group", name="Recipient 2").count() == 0


def test_everything_works_without_javascript(open_desk):
    page, _ = open_desk(java_script_enabled=False)
    page.goto(f"{HANDLE}/trackers/clickstream")
    page.get_by_role("button", name="Add a host").click()
    page.locator('[name="match.1.host"]').fill("more.example.com")
    page.get_by_role("button", name="Save in the draft").click()
    page.goto(f"{HANDLE}/publish")
    page.get_by_text("The same as YAML").click()
    assert "more.example.com" in page.locator(".diff .plus").inner_text()
