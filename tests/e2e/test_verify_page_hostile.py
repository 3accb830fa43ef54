"""verify.html and a bundle that nobody means well with: what it runs stays in its frame, and what it hides is not drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from app.core import bundle as names
from app.core.canonical import canonical_bytes, sha256_hex
from tests.e2e.conftest import eventually
from tests.e2e.verifying import verifier
from tests.support.bundle_files import zip_of
from tests.support.good_bundles import Journal, good_bundles
from tests.support.server import free_port, serving

# A loader's script that tries what a script can try, and says in its document how each went; a test puts in THIEF.
HOSTILE = b"""(function(config){
const told = {}, tell = (name, value) => { told[name] = value; document.body.dataset.told = JSON.stringify(told); };
const attempt = (name, work) => { try { tell(name, String(work())); } catch (error) { tell(name, error.name); } };
attempt("config", () => config.texts.title);
attempt("parent", () => parent.document.title);
attempt("cookie", () => document.cookie);
attempt("storage", () => localStorage.length);
attempt("top", () => { top.location = "THIEF/top"; return "gone"; });
attempt("eval", () => (0, eval)("1"));
attempt("open", () => open("THIEF/open"));
fetch("THIEF/fetch").then(() => tell("fetch", "reached"), error => tell("fetch", error.name));
const image = new Image(); image.src = "THIEF/image"; document.body.append(image);
const frame = document.createElement("iframe"); frame.src = "THIEF/frame"; document.body.append(frame);
const form = document.createElement("form"); form.action = "THIEF/form"; document.body.append(form);
form.submit();
parent.postMessage({is: "report", report: {ok: true}}, "*");
})(0);
"""
LOADER = {"layout": "corner", "categories": [], "trackers": [], "texts": {"title": "</script><h1>Verified</h1>"}}


def hostile_log(widget=HOSTILE):
    log = Journal()
    log.widget = sha256_hex(widget)
    log.documents.clear()
    log.notice = log.keep(names.notice_name, {"v": 1, "site": log.site, "lang": "en", "regime": "eu"})
    for key in log.keys.receipt:
        log.add_key(key)
    log.release(widget)
    loader = log.keep(names.loader_name, LOADER)
    slices = [{"regime": "eu", "lang": "en", "notice": log.notice, "loader": loader}]
    log.publish(1, slices=slices)
    log.receipt()
    return log


def draw(own, index):
    own.page.locator("#wanted").fill(f"{index}")
    own.page.locator("#search button").click()
    own.page.locator("#receipts summary").first.click()
    own.page.get_by_role("button", name="Draw the banner as it was shown").click()


@pytest.fixture
def own(browser):
    with verifier(browser) as own:
        yield own


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server of the thief's: its address, and the paths that it was asked for.

    What Chromium tells of requests will not do: it names those that a policy stops, too, if it is told of the frame in time.
    """
    asked = []

    def application(environ, start_response):
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", "*")])
        return [b"mine"]

    port = free_port()
    with serving(application, port):
        yield f"http://127.0.0.1:{port}", asked


def test_the_hostile_widget_reaches_the_thief_where_nothing_holds_it(browser, tmp_path):
    (tmp_path / "page.html").write_text("<body><script src=widget.js></script>")
    with listening() as (thief, asked), verifier(browser) as own:
        script = HOSTILE.replace(b"THIEF", thief.encode()).replace(b"top.location =", b"top.nowhere =")
        script = script.replace(b"form.submit();", b"").replace(b"config.texts.title", b"1")
        (tmp_path / "widget.js").write_bytes(script)
        own.page.goto((tmp_path / "page.html").as_uri())
        eventually(lambda: own.page.evaluate("1") and {"/fetch", "/image", "/frame", "/open"} <= set(asked), f"{asked}")


def test_a_hostile_widget_reaches_nothing(own):
    with listening() as (thief, asked):
        _draw_hostile(own, thief)
        assert asked == []


def _draw_hostile(own, thief):
    verdict, failures = own.verify(zip_of(hostile_log(HOSTILE.replace(b"THIEF", thief.encode())).files()))
    assert failures == []  # a log can be whole, and its operator hostile all the same
    draw(own, 3)
    own.page.locator("iframe").wait_for()
    frame = next(frame for frame in own.page.frames if frame.parent_frame is not None)
    told = {}

    def has_told():
        told.update(frame.evaluate("() => JSON.parse(document.body?.dataset.told ?? '{}')"))
        return "fetch" in told

    eventually(has_told, "the script has tried everything")
    assert told["config"] == LOADER["texts"]["title"]
    assert {told["parent"], told["cookie"], told["storage"], told["top"]} == {"SecurityError"}
    assert told["eval"] == "EvalError"
    assert told["open"] == "null"
    assert told["fetch"] == "TypeError"
    frame.evaluate("thief => { location = `${thief}/leave` }", thief)
    eventually(lambda: own.page.evaluate("1") and frame.url.startswith("chrome-error:"), "the frame is stopped")
    assert own.page.url.startswith("file:")
    expect(own.page.locator("#verdict")).to_have_text(verdict)


def test_what_the_log_does_not_state_is_not_drawn(own):
    files = hostile_log().files()
    name = next(name for name in files if name.startswith("widgets/"))
    own.verify(zip_of({**files, name: HOSTILE.replace(b"attempt", b"another")}))
    draw(own, 3)
    expect(own.page.locator(".slot")).to_contain_text("does not have the hash that the log states")
    assert own.page.locator("iframe").count() == 0


def test_a_loader_in_another_s_place_is_not_drawn(own):
    files = hostile_log().files()
    name = next(name for name in files if name.startswith("loaders/"))
    own.verify(zip_of({**files, name: canonical_bytes({**LOADER, "layout": "bar"})}))
    draw(own, 3)
    expect(own.page.locator(".slot")).to_contain_text("does not have the hash that the log states")


def test_a_receipt_without_a_widget_says_why_nothing_is_drawn(own):
    own.verify(good_bundles()[0].zip)
    draw(own, 17)
    expect(own.page.locator(".slot")).to_have_text("Not drawn: it was shown by a client without our widget.")


def test_a_verification_can_be_cancelled_and_begun_again(own):
    bundle = next(case.zip for case in good_bundles() if case.name == "a long log")
    own.choose(bundle)
    own.page.evaluate("() => { document.getElementById('verify').click(); document.getElementById('cancel').click(); }")
    expect(own.page.locator("#progress")).to_be_hidden()
    expect(own.page.locator("#report")).to_be_hidden()
    expect(own.page.locator("#verify")).to_be_focused()
    verdict, _ = own.verify(bundle)
    assert verdict.startswith("The bundle is verified")


def test_everything_is_reached_with_the_keyboard(own):
    own.choose(good_bundles()[0].zip)
    own.page.locator("#zip").focus()
    reached = []
    for _ in range(6):
        own.page.keyboard.press("Tab")
        reached.append(own.page.evaluate("() => document.activeElement.id || document.activeElement.tagName"))
        if reached[-1] == "verify":
            break
    assert reached[-1] == "verify", reached
    own.page.keyboard.press("Enter")
    expect(own.page.locator("#verdict")).to_be_focused()
