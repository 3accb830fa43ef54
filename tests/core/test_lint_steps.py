"""A tracker's steps: which are taken, and what somebody who wants more than a tracker's own cannot write."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.lint import lint
from app.core.lint_steps import MAX_STEP_LENGTH, MAX_STEPS, lint_stop
from app.data import load_regimes, load_texts
from tests.core.config_documents import ROOT, good_document, tracker_of

WIDGET = re.compile(r"([\w$.-]+)(?:\((.*)\)| = (.+))?", re.ASCII)
"""How the widget takes a step apart: widget/src/choice/steps.ts."""


def problems_of(*steps):
    return [(problem.path, problem.code) for problem in lint_stop("stop", list(steps))]


def message_of(step):
    return " ".join(problem.message for problem in lint_stop("stop", [step]))


@pytest.mark.parametrize(
    "step",
    [
        "exampleRecorder.stop",
        "stopIt",
        "$x._y.z1",
        "exampleRecorder.stop()",
        'clarity("stop")',
        'clarity("consent", false)',
        '_paq.push(["optUserOut"])',
        "posthog.opt_out_capturing()",
        'gtag("consent", "update", {"analytics_storage": "denied", "ad_storage": "denied"})',
        '$crisp.push(["do", "chat:close"])',
        "ga-disable-G-XYZ = true",
        "exampleRecorder.options.rate = 0",
        'exampleRecorder.state = "off (for now) = a"',
        "exampleRecorder.list = [1, -2.5e3, null]",
        'exampleRecorder.say("a, b) and (c", {"d": [{}]})',
        "tracker.stop.call()",
        "onBoard.stop",
        "reload",
    ],
)
def test_a_step_names_what_is_the_tracker_s_own(step):
    assert problems_of(step) == []
    match = WIDGET.fullmatch(step)
    assert match
    json.loads(match[3] or f"[{match[2] or ''}]")


@pytest.mark.parametrize(
    "step",
    [
        "",
        "a b",
        "a..b",
        ".a",
        "a.",
        "1a",
        "a['b']",
        "a.b;c",
        "a.b(1).c",
        "a-b.stop",
        "a-b(1)",
        "a=1",
        "a =1",
        "a = ",
        "a == 1",
        "a(1) = 2",
        " a",
        "a.b ",
        "a\n",
        "a(1,\n2)",
        'a("\u2028")',
        "ä.stop",
        "`a`",
        "new a.b",
        "reload = 1",
        "reload()",
        "reload.now",
    ],
)
def test_any_other_form_is_told_how_to_write_it(step):
    assert problems_of("reload", step) == [("stop[1]", "bad_stop")]
    assert "exampleRecorder" in message_of(step)


@pytest.mark.parametrize(
    "values",
    ["'off'", "off", "undefined", "NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "1,", ",1", "[1", "{a: 1}", "01"]
    + ["0x10", "+1", "1.", '"\t"', '"\\x"', "1] , [2", "1)(2", "alert(1)", "() => 1", "/* */ 1", "[" * 240 + "]" * 239],
)
def test_what_is_handed_over_is_strict_json(values):
    assert problems_of(f"a.b({values})", f"a.b = {values}") == [("stop[0]", "bad_stop"), ("stop[1]", "bad_stop")]
    assert "JSON" in message_of(f"a.b({values})")


# What would run, load, lead away, write into the page, act for the visitor, or break what everybody uses.
@pytest.mark.parametrize(
    "step",
    [
        'eval("alert(1)")',
        'Function("alert(1)")',
        'setTimeout("alert(1)", 0)',
        'setInterval("alert(1)", 9)',
        'setImmediate("alert(1)")',
        'execScript("alert(1)")',
        'importScripts("x.js")',
        'requestAnimationFrame("x")',
        'queueMicrotask("x")',
        'window.eval("alert(1)")',
        'self.setTimeout("alert(1)")',
        'globalThis.Function("x")',
        'tracker.window.eval("x")',
        'frames.chat.eval("x")',
        'chat.eval("x")',
        'chat.contentWindow.eval("x")',
        'stop.constructor("alert(1)")',
        "x.constructor.call",
        "x.__proto__.y = 1",
        "x.prototype.y = 1",
        'x.__defineGetter__("a")',
        "Object.prototype.x = 1",
        'location = "x"',
        'location.assign("x")',
        "location.reload",
        'chat.location = "x"',
        'navigation.navigate("x")',
        'open("x")',
        "opener.close",
        'name = "x"',
        'document.write("x")',
        'document.cookie = "a=1"',
        "document.open",
        'history.pushState(1, "", "x")',
        'fetch("x")',
        "XMLHttpRequest = 0",
        'navigator.sendBeacon("x")',
        'postMessage("x")',
        'webkit.messageHandlers.app.postMessage("x")',
        'chrome.runtime.sendMessage("x")',
        "localStorage.clear",
        "indexedDB.deleteDatabase",
        'cookieStore.delete("session")',
        'customElements.define("x-y")',
        'trustedTypes.createPolicy("default", {})',
        'onerror = "x"',
        "onload()",
        "onbeforeunload = 1",
        "stop",
        "close()",
        'alert("x")',
        'prompt("Password")',
        "print",
        "JSON.parse = 0",
        "Promise = 0",
        "Array.from = null",
        "HTMLElement = 0",
        'jQuery("x")',
        '$.globalEval("alert(1)")',
        'htmx.ajax("GET", "x")',
        'Turbo.visit("x")',
        'require(["x"])',
        'tracker.getScript("x")',
        "placet.reset",
        "placet.accept",
        "placetMinor = false",
        'main.innerHTML = "x"',
        'main.insertAdjacentHTML("beforeend", "x")',
        'main.ownerDocument.title = "x"',
        'main.setAttribute("onclick", "alert(1)")',
        'main.append("Your account is locked")',
        'main.textContent = "Your account is locked"',
        'main.style.display = "none"',
        'picture.src = "x"',
        'chat.srcdoc = "x"',
        'link.href = "x"',
        'login.action = "x"',
        "login.submit",
        "buy.click()",
    ],
)
def test_a_step_touches_nothing_of_the_browser_or_the_page(step):
    assert problems_of(step) == [("stop[0]", "bad_stop")]
    assert "tracker itself" in message_of(step)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("<img src=x>", "html"),
        ("&lt;", "html"),
        ("javascript:alert(1)", "bad_stop"),
        (" java\tscript:alert(1)", "bad_stop"),
        ("JavaScript:alert(1)", "bad_stop"),
        ("data:text/html,x", "bad_stop"),
        ("https://evil.example/x.js", "bad_stop"),
        ("//evil.example/x.js", "bad_stop"),
        ("/\\evil.example", "bad_stop"),
        ("a\u202eb", "control_character"),
        ("__proto__", "bad_stop"),
    ],
)
def test_a_value_is_plain_and_no_address_however_it_is_written(value, code):
    escaped = '"' + "".join(f"\\u{ord(sign):04x}" for sign in value) + '"'
    for written in (json.dumps(value), escaped, f'["x", {{"y": {escaped}}}]', f"{{{escaped}: 1}}"):
        assert problems_of(f"tracker.set({written})") == [("stop[0]", code)], written
        assert problems_of(f"tracker.x = {written}") == [("stop[0]", code)], written


@given(st.text(max_size=30))
def test_lint_never_fails_and_what_it_takes_the_widget_can_read(step):
    if not problems_of(step):
        match = WIDGET.fullmatch(step)
        assert match
        json.loads(match[3] or f"[{match[2] or ''}]")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc ()=,"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=3))
def test_any_plain_values_are_taken(values):
    written = ", ".join(json.dumps(value) for value in values)
    assert problems_of(f"tracker.set({written})") == []
    assert all(problems_of(f"tracker.x = {json.dumps(value)}") == [] for value in values)


def test_however_deep_a_value_is_it_is_read():
    assert problems_of(f"tracker.set({'[' * 240}{']' * 240})") == []


def test_the_steps_that_the_docs_name_are_taken():
    section = (ROOT / "docs" / "config.md").read_text().partition("## Stop steps")[2].partition("\n## ")[0]
    forms, known = [part for part in section.split("\n\n") if part.startswith("| ")]
    cells = [
        line.split(" | ")[column] for column, table in enumerate((forms, known)) for line in table.splitlines()[2:]
    ]
    steps = [step for cell in cells for step in re.findall("`([^`]+)`", cell)]
    assert {"reload", 'clarity("stop")', "ga-disable-G-XXXXXXX = true"} <= set(steps)
    assert [problem for step in steps for problem in problems_of(step)] == []


def test_steps_are_few_and_short():
    longest = f'tracker.say("{"a" * 485}")'
    assert len(longest) == MAX_STEP_LENGTH
    assert problems_of(*[longest] * MAX_STEPS) == []
    assert problems_of(*["reload"] * (MAX_STEPS + 1)) == [("stop", "too_long")]
    for step in (longest.replace("aa", "aaa", 1), "a(" + "[" * 100_000 + "]" * 100_000 + ")"):
        assert problems_of(step) == [("stop[0]", "too_long")]


def test_the_steps_of_every_tracker_are_looked_at():
    document = good_document()
    tracker_of(document, "recorder")["stop"] = ["exampleRecorder.stop", 'eval("x")', "a b"]
    found = [(problem.path, problem.code) for problem in lint(document, load_regimes(), load_texts())]
    assert found == [("trackers[2].stop[1]", "bad_stop"), ("trackers[2].stop[2]", "bad_stop")]
