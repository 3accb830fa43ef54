"""First-party mode behind a real nginx, by the recipe in the docs: one origin, and a choice that lasts."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page

from tests.e2e.conftest import World, eventually
from tests.e2e.test_accessibility import SIZES, violations
from tests.support.nginx import recipe, running_nginx
from tests.support.plain_site import in_german_too, plain_config
from tests.support.server import free_port

# What Safari does after seven days: what scripts have written is gone, here from the start.
NO_SCRIPT_WRITES = (
    "const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');"
    "Object.defineProperty(Document.prototype, 'cookie', { get, set() {} });"
)
LOOKS = """button => {
  const { color, backgroundColor, border, font } = getComputedStyle(button);
  const { width, height, top } = button.getBoundingClientRect();
  return [color, backgroundColor, border, font, ...[width, height, top].map(Math.round)];
}"""
TRACKERS = [
    {
        "id": name,
        "category": category,
        "kind": "server",
        "name": name.title(),
        "vendor": "Counter Example Ltd",
        "purpose": {"en": "Counts."},
        "data": [{"name": {"en": "Pages viewed"}, "retention": "P3M"}],
        "recipients": [{"name": "Counter Example Ltd", "role": "processor", "country": "IE"}],
        "storage": [{"kind": "cookie", "name": "count", "lifetime": "P1M"}],
    }
    for name, category in (("counter", "analytics"), ("posters", "marketing"))
]


@dataclass(frozen=True)
class Shop:
    """A site behind nginx that has Placet at ``/_placet/``."""

    origin: str
    port: int
    key: str
    world: World

    @property
    def preferences(self) -> str:
        return f"{self.origin}/_placet/s/{self.key}/preferences"

    @property
    def cookie_name(self) -> str:
        return f"placet_{self.key}"

    def receipts(self) -> list[dict]:
        return self.world.receipts("shop")

    def ask(self, path: str, data: bytes | None = None, **headers: str):
        """Ask nginx, without a browser."""
        host = urlsplit(self.origin).netloc
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Host": host, **headers})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def shop(world: World, tmp_path_factory) -> Iterator[Shop]:
    port = free_port()
    origin = f"http://shop.localhost:{port}"
    config = plain_config("Shop", origin, ("necessary", "analytics", "marketing"), TRACKERS)
    in_german_too(config)
    home = tmp_path_factory.mktemp("nginx")
    file = home / "shop.yaml"
    file.write_text(yaml.safe_dump(config))
    world.server.placet("site", "import", "shop", str(file))
    world.server.placet("site", "publish", "shop", "--reason", "end-to-end tests", "--urgency", "law")
    key = next(
        row["key"] for row in json.loads(world.server.placet("site", "list", "--json")) if row["handle"] == "shop"
    )
    pages = home / "pages"
    pages.mkdir()
    (pages / "index.html").write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Shop</title>"
        f"<script async src='/_placet/s/{key}.js?country=DE'></script><main><h1>Shop</h1>"
        f"<a data-placet=settings href='/_placet/s/{key}/preferences?country=DE'>Cookie settings</a></main></html>"
    )
    with running_nginx(home, port, recipe(origin, port, world.server.url, str(pages))):
        yield Shop(origin, port, key, world)


class Browsing:
    """A page of the shop, and all that it asks for."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page, self.shop = page, shop
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self) -> "Browsing":
        self.page.goto(self.shop.origin)
        self.page.wait_for_selector("[data-placet=banner], [data-placet=reopen]")
        return self

    def press(self, action: str) -> list[str]:
        """Answer the banner; returns the cookies that the answer to the receipt sets."""
        with self.page.expect_response("**/receipts") as answer:
            self.page.locator(f"[data-placet] [data-action={action}]:visible").click()
        assert answer.value.status == 201
        return [one["value"] for one in answer.value.headers_array() if one["name"].lower() == "set-cookie"]

    def asks(self) -> bool:
        return self.page.locator("[data-placet=banner]").is_visible()

    def cookie(self) -> dict | None:
        found = self.page.context.cookies(self.shop.origin)
        return next((one for one in found if one["name"] == self.shop.cookie_name), None)


@pytest.fixture
def here(context, shop) -> Browsing:
    return Browsing(context.new_page(), shop)


def test_everything_comes_from_the_sites_own_origin_and_the_choice_is_set_by_an_answer(here, shop):
    here.open()
    assert here.asks()
    (line,) = here.press("reject")
    value, *attributes = line.partition("=")[2].split("; ")
    assert re.fullmatch(r"1\.1\.-\.-\.\d+\.\d+", value)
    assert {"Path=/", "SameSite=Lax"} <= set(attributes)
    assert here.cookie()["value"] == value == here.page.evaluate("name => localStorage[name]", shop.cookie_name)
    (receipt,) = shop.receipts()
    assert (receipt["method"], receipt["event"]) == ("banner:reject-all", "refused")
    here.page.locator("[data-placet=settings]").click()
    here.page.wait_for_selector("[data-placet=preferences]:visible")
    assert {url for url in here.asked if not url.startswith(f"{shop.origin}/")} == set(), "no third party"
    assert len(here.asked) > 4, "page, loader, both parts, receipt"


@pytest.mark.parametrize("action", ["accept", "reject"])
def test_the_choice_outlives_what_scripts_have_written(context, here, shop, action):
    context.add_init_script(NO_SCRIPT_WRITES)
    here.open()
    here.press(action)
    here.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    here.open()
    assert not here.asks()
    assert here.page.evaluate("placet.allows('counter')") is (action == "accept")


def test_without_the_mount_it_does_not(context, world, visit):
    """The same on a site that has Placet on another origin, which is what first-party mode is for."""
    context.add_init_script(NO_SCRIPT_WRITES)
    there = visit().open()
    there.click("reject")
    eventually(lambda: there.local("_queue") is None, "the receipt is acknowledged")
    there.page.evaluate("localStorage.clear()")
    there.reload()
    assert there.banner_is_open()


def test_nobody_posts_from_elsewhere_and_no_header_of_theirs_counts(shop):
    def refused(path, **headers):
        with pytest.raises(urllib.error.HTTPError) as caught:
            shop.ask(path, b"answer=accept", **headers)
        with caught.value:
            assert "Set-Cookie" not in caught.value.headers
            return caught.value.code, json.loads(caught.value.read())["code"]

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for origin in ("https://evil.example", "null"):
        for path in (f"/_placet/v1/sites/{shop.key}/receipts", f"/_placet/s/{shop.key}/preferences"):
            assert refused(path, Origin=origin, **form) == (403, "foreign_origin")
    assert refused(f"/_placet/s/{shop.key}/preferences", **form) == (403, "foreign_origin")
    _, _, loader = shop.ask(f"/_placet/s/{shop.key}.js", **{"Placet-Mount": "https://evil.example/_placet"})
    assert f'"api":"{shop.origin}/_placet"'.encode() in loader
    for path in ("/_placet/admin/login", "/_placet/readyz", "/_placet/s/../admin/login"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            shop.ask(path)
        caught.value.close()
        assert caught.value.code == 404


def test_without_javascript_a_visitor_chooses_changes_and_goes_back(browser, world, shop):
    context = browser.new_context(java_script_enabled=False, locale="de-DE", user_agent=world.turns.next())
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def value():
        found = context.cookies(shop.origin)
        return next((one["value"] for one in found if one["name"] == shop.cookie_name), None)

    page.goto(shop.origin)
    page.get_by_text("Cookie settings").click()
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("[data-category=analytics]").is_checked() is False
    assert value() is None
    # By keyboard alone: Enter in a switch sends what is switched, and never more.
    page.locator("[data-category=analytics]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert re.fullmatch(r"1\.1\.analytics\.-\.\d+\.\d+", value())
    assert page.locator("[data-category=analytics]").is_checked()
    assert not page.locator("[data-category=marketing]").is_checked()
    page.locator("[data-action=reject]").click()
    eventually(lambda: re.fullmatch(r"1\.1\.-\.-\.\d+\.\d+", value() or "") is not None, "it is withdrawn")
    page.get_by_role("status").wait_for()
    page.get_by_role("link", name="Shop", exact=True).click()
    assert page.url == f"{shop.origin}/"
    assert {url for url in asked if not url.startswith(f"{shop.origin}/")} == set(), "no third party"
    told = shop.receipts()[-2:]
    assert [(one["method"], one["event"], one["trusted"], one["attested"]) for one in told] == [
        ("page:save", "given", True, True),
        ("page:reject-all", "refused", True, True),
    ]
    context.close()


def test_the_widget_obeys_what_was_chosen_on_the_page(here, shop):
    here.page.goto(f"{shop.preferences}?country=DE")
    here.page.locator("[data-action=accept]").click()
    here.page.get_by_role("status").wait_for()
    here.open()
    assert not here.asks()
    assert here.page.evaluate("placet.allows('counter') && placet.allows('posters')") is True


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_page_can_be_used_by_everyone(browser, shop, size, scheme):
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{shop.preferences}?country=DE&lang=en")
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    accept, reject, save = (page.locator(f"[data-action={name}]") for name in ("accept", "reject", "save"))
    accept_looks, reject_looks = accept.evaluate(LOOKS), reject.evaluate(LOOKS)
    assert accept_looks == reject_looks, "no is as easy as yes"
    assert save.evaluate("element => element.getBoundingClientRect().height") >= 44
    context.close()
