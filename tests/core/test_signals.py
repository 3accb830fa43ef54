"""What vendors are told: which steps are taken, and how the widget gets them."""

import pytest

from app.core.lint import lint
from app.core.lint_steps import MAX_STEP_LENGTH, MAX_STEPS, lint_signals, lint_stop
from app.core.signals import rename_in_signals, told_by_name
from app.data import load_regimes, load_texts
from tests.core.config_documents import good_document
from tests.support.signal_table import as_tracker, vendor_steps


def test_a_question_mark_alone_is_the_tracker_itself():
    signals = {
        "default": ['a.push("?")'],
        "decision": ['a.set({"x": "?", "y": ["?"], "z": "?other"})'],
        "granted": ['a("?")'],
        "gpp": True,
    }
    assert told_by_name("heatmaps", signals) == {
        "default": ['a.push("?heatmaps")'],
        "decision": ['a.set({"x": "?heatmaps", "y": ["?heatmaps"], "z": "?other"})'],
        "granted": ['a("?heatmaps")'],
        "gpp": True,
    }


def test_a_question_within_a_text_is_left_alone():
    signals = {"default": [], "decision": ['a.say("is it \\"?\\" or ?", "why?")'], "granted": [], "gpp": False}
    assert told_by_name("heatmaps", signals) == signals


@pytest.mark.parametrize("shape", [None, [], "decision", {"decision": "x"}, {"decision": [1, None, {"?old": 1}]}])
def test_a_draft_of_any_shape_is_renamed_as_far_as_it_goes(shape):
    tracker = {"signals": shape}
    rename_in_signals(tracker, "old", "new")
    assert tracker == {"signals": shape}


def told(*steps, moment="decision"):
    signals = {"default": [], "decision": [], "granted": [], "gpp": False, moment: list(steps)}
    return [(problem.path, problem.code) for problem in lint_signals("signals", signals, {"analytics", "heatmaps"})]


@pytest.mark.parametrize(
    "step",
    [
        'dataLayer.arguments("consent", "default", {"ad_storage": "?analytics", "wait_for_update": 500})',
        'dataLayer.push({"event": "choice", "heatmaps": "?heatmaps"})',
        'uetq.push("consent", "update", {"ad_storage": "?"})',
        "posthog.opt_in_capturing()",
        'exampleSdk.consent = "?"',
        'exampleSdk.say("why?")',
    ],
)
def test_a_signal_is_a_step_that_may_ask_for_the_choice(step):
    assert told(step) == []


@pytest.mark.parametrize(
    "step",
    [
        "reload",
        'exampleSdk.set("?marketing")',
        'exampleSdk.set({"deep": ["?nobody"]})',
        'exampleSdk.consent = "?Analytics"',
        'document.write("?analytics")',
        'exampleSdk.set("?analytics"',
        'exampleSdk.load("https://ads.example/")',
        'API_HOST = "evil.example"',
    ],
)
def test_a_signal_asks_for_what_there_is_and_touches_what_is_its_own(step):
    assert told(step) == [("signals.decision[0]", "bad_signal")]


def test_every_moment_of_signals_is_looked_at():
    for moment in ("default", "decision", "granted"):
        assert told("ok()", "reload", moment=moment) == [(f"signals.{moment}[1]", "bad_signal")]
        assert told(*["ok()"] * (MAX_STEPS + 1), moment=moment) == [(f"signals.{moment}", "too_long")]
        assert told("x" * (MAX_STEP_LENGTH + 1), moment=moment) == [(f"signals.{moment}[0]", "too_long")]


def test_signals_are_looked_at_with_the_whole_config():
    document = good_document()
    document["trackers"][-1]["signals"]["decision"] = ['exampleSdk.set("?", "?nobody")']
    found = [problem for problem in lint(document, load_regimes(), load_texts()) if problem.code == "bad_signal"]
    assert [problem.path.rpartition(".")[2] for problem in found] == ["decision[0]"]
    assert "nobody" in found[0].message


@pytest.mark.parametrize("vendor", vendor_steps())
def test_every_step_that_the_docs_name_is_one(vendor):
    tracker = as_tracker(vendor)
    assert list(lint_signals("signals", tracker["signals"], {"analytics", "marketing"})) == []
    assert list(lint_stop("stop", tracker["stop"])) == []
    assert any(vendor_steps()[vendor].values())
