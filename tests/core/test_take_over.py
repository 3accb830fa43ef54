"""What is taken over from another tool is never wider than what that tool had asked, never longer, and never a click."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.changes import tell_changes
from app.core.choice import Choice
from app.core.decision import decide
from app.core.errors import UntrustedGrantError
from app.core.kept import choice_of_claim, choice_to_set
from app.core.lint import lint
from app.core.lint_sources import source_of
from app.core.payload import receipt_problem
from app.core.regimes import Regime
from app.core.rules import gate_trackers, since_map
from app.core.take_over import TOOLS, TakenOver, Terms, carried, ends_at, is_open, since_before, terms_of
from app.core.taken_claims import check_taken_over
from app.data import load_regimes, load_texts
from app.schemas.config import CONFIG, read_config_yaml, write_config_yaml
from tests.core.claims import BEFORE, CLAIM, NOW, OFFER, TAKEN, payload_of
from tests.core.config_documents import good_document

DAY = timedelta(days=1)
REFUSED = replace(
    TAKEN, choices=dict.fromkeys(TAKEN.choices, False) | {"necessary": True}, taken_over=TakenOver("klaro", None, None)
)
TODAY = 20779


def with_take_over(**changes):
    document = good_document()
    document["take_over"] = {
        "from": "klaro",
        "name": None,
        "kept": "P120D",
        "until": "2027-05-31",
        "delete": False,
        "trackers": [{"id": "ads", "asked_as": ["google-ads"]}, {"id": "recorder", "asked_as": ["hotjar", "stats"]}],
        **changes,
    }
    return document


def problems(document):
    found = lint(document, load_regimes(), load_texts())
    return {(problem.path, problem.code, problem.level): problem for problem in found if "take_over" in problem.path}


def test_what_was_asked_before_stands_since_version_0_and_nothing_else():
    document = with_take_over()
    since, ask_since = since_before(since_map(1, document, None, None), 1, document)
    assert ask_since == 0
    assert {name for name, number in since.items() if number == 0} == {"ads", "recorder"}
    assert set(since.values()) == {0, 1}


def test_what_has_changed_since_the_first_version_is_not_what_was_asked():
    document = with_take_over()
    assert since_before({"ads": 3, "recorder": 1}, 1, document) == ({"ads": 3, "recorder": 0}, 0)


def test_where_all_are_asked_again_nothing_of_before_counts():
    assert since_before({"ads": 1, "recorder": 0}, 2, with_take_over()) == ({"ads": 1, "recorder": 1}, 2)


def test_a_version_without_it_takes_back_what_an_earlier_one_said():
    assert since_before({"ads": 0, "recorder": 0}, 0, good_document()) == ({"ads": 1, "recorder": 1}, 1)
    fewer = with_take_over(trackers=[{"id": "ads", "asked_as": ["google-ads"]}])
    assert since_before({"ads": 0, "recorder": 0}, 0, fewer) == ({"ads": 0, "recorder": 1}, 0)


def test_a_yes_of_before_runs_what_was_asked_and_the_rest_is_asked():
    document = with_take_over()
    since, ask_since = since_before(since_map(1, document, None, None), 1, document)
    regime = load_regimes().get("eu")
    assert isinstance(regime, Regime)
    trackers = gate_trackers(document, regime, since)
    rules = {"version": 1, "ask_since": ask_since, "gpc": "honour", "categories": [], "trackers": trackers}
    choice = Choice(0, frozenset({"marketing"}), frozenset(), TODAY - 3, TODAY + 3)
    reasons = {decision.id: decision.reason for decision in decide(rules, choice, today=TODAY)}
    assert reasons["ads"] == "granted"
    assert reasons["tag-manager"] == "loader"
    assert reasons["partners"] == "newer"
    assert reasons["recorder"] == "refused"
    # Whoever has chosen with us is under the rules as ever.
    ours = decide(rules, replace(choice, version=1), today=TODAY)
    assert {decision.id for decision in ours if decision.reason == "granted"} == {"ads", "partners"}


def test_a_version_names_its_tool_and_its_trackers():
    document = with_take_over()
    assert terms_of(document, {"ads": 0, "recorder": 2}) == Terms("klaro", frozenset({"ads"}), 120)
    assert terms_of(with_take_over(kept=None), {}) == Terms("klaro", frozenset(), None)
    assert terms_of(good_document(), {"ads": 0}) is None
    assert "take_over" not in good_document(), "an old version stays what it is"


@pytest.mark.parametrize("tool", TOOLS)
def test_the_script_is_told_where_to_look_and_what_was_asked(tool):
    take = with_take_over(**{"from": tool})["take_over"]
    config = {
        **dict.fromkeys(("site", "version", "sha256", "notice", "widget", "shown", "lifetimes", "cookie_domain")),
        "ask_since": 0,
        "categories": [{"id": "necessary"}, {"id": "marketing"}],
        "trackers": [
            {"id": "session", "category": "necessary", "since": 1},
            {"id": "ads", "category": "marketing", "since": 0},
            {"id": "recorder", "category": "recording", "since": 2},
            {"id": "new", "category": "marketing", "since": 1},
        ],
    }
    told = carried(take, config)
    assert (told["from"], told["name"], told["kept"], told["again"]) == (tool, TOOLS[tool].stored_as, 120, False)
    assert told["trackers"] == [
        {"id": "ads", "category": "marketing", "names": ["google-ads"]},
        {"id": "recorder", "category": "recording", "names": ["hotjar", "stats"], "late": True},
        {"id": "new", "category": "marketing", "late": True},
    ]
    assert carried({**take, "name": "own"}, {**config, "ask_since": 2})["name"] == "own"


def test_it_ends_with_its_last_day():
    take = with_take_over()["take_over"]
    assert is_open(take, datetime(2027, 5, 31, 23, 59, tzinfo=UTC))
    assert not is_open(take, datetime(2027, 6, 1, tzinfo=UTC))
    assert not is_open({**take, "until": "some day"}, NOW)


@pytest.mark.parametrize(
    ("decided_at", "kept_days", "grants", "expected"),
    [
        (NOW - 30 * DAY, None, True, NOW + 150 * DAY),
        (NOW - 180 * DAY, None, True, None),
        (NOW + 9 * DAY, None, True, NOW + 180 * DAY),
        (None, 120, True, NOW + 60 * DAY),
        (None, 180, True, None),
        (None, None, True, None),
        (None, None, False, NOW + 180 * DAY),
        (NOW - 200 * DAY, None, False, None),
    ],
)
def test_its_time_runs_from_when_it_was_decided(decided_at, kept_days, grants, expected):
    taken = TakenOver("klaro", decided_at, None)
    assert ends_at(taken, kept_days, 180, grants=grants, now=NOW) == expected


def test_a_yes_is_taken_as_far_as_the_cited_version_says():
    check_taken_over(TAKEN, BEFORE, NOW)
    assert payload_of(TAKEN, offer=BEFORE)["expires_at"] == "2027-01-21T12:00:00.000Z"


@pytest.mark.parametrize(
    ("claim", "offer"),
    [
        (TAKEN, OFFER),
        (replace(TAKEN, taken_over=TakenOver("orejime", NOW, "{}")), BEFORE),
        (replace(TAKEN, choices={**TAKEN.choices, "marketing": True}), BEFORE),
        (replace(TAKEN, trackers={"ads": True}), BEFORE),
        (replace(TAKEN, choices={**TAKEN.choices, "marketing": True}, trackers={"ads": False, "clicks": True}), OFFER),
        (replace(TAKEN, taken_over=TakenOver("klaro", NOW - 180 * DAY, "{}")), BEFORE),
        (TAKEN, replace(BEFORE, before=Terms("klaro", frozenset({"clicks"}), None))),
        (
            TAKEN,
            replace(BEFORE, categories=(*BEFORE.categories, "other"), trackers={"ads": "marketing", "clicks": "other"}),
        ),
    ],
)
def test_a_wider_yes_is_refused(claim, offer):
    with pytest.raises(UntrustedGrantError):
        check_taken_over(
            replace(claim, choices={**dict.fromkeys(offer.categories, False), **claim.choices}), offer, NOW
        )


def test_a_no_is_taken_whatever_the_version_says():
    for offer in (OFFER, BEFORE):
        check_taken_over(REFUSED, offer, NOW)
    old = replace(REFUSED, taken_over=TakenOver("klaro", NOW - 900 * DAY, None))
    assert payload_of(old)["expires_at"] == "2027-02-20T12:00:00.000Z"


def test_a_receipt_of_it_can_never_pass_for_a_click():
    payload = payload_of(TAKEN)
    assert payload["taken_over"] == {"from": "klaro", "decided_at": None, "value": '{"clicks":true}'}
    assert receipt_problem(payload) is None
    for change in (
        {"trusted": True},
        {"method": "banner:accept-all"},
        {"taken_over": None},
        {"taken_over": {"from": "klaro"}},
        {"taken_over": {**payload["taken_over"], "decided_at": "yesterday"}},
    ):
        assert receipt_problem({**payload, **change}) == "taken_over"


def test_the_cookie_in_first_party_mode_is_the_browsers_own():
    said = f"1.0.analytics.-.{TODAY - 120}.{TODAY + 60}"
    claim = replace(TAKEN, trackers={"ads": False}, choice=said, decided_at=NOW)
    assert choice_of_claim(claim, BEFORE) == Choice(0, frozenset({"analytics"}), frozenset(), TODAY - 120, TODAY + 60)
    kept = choice_to_set(claim, BEFORE, [], TODAY)
    assert kept is not None
    assert kept.value == said
    # What was refused by itself there stays refused; what was not asked is asked.
    both = replace(BEFORE, trackers={"clicks": "analytics", "maps": "analytics"})
    asked = replace(both, before=Terms("klaro", frozenset({"clicks", "maps"}), 120))
    one = replace(claim, trackers={"maps": False})
    assert choice_of_claim(one, both).differs == frozenset()
    assert choice_of_claim(one, asked).differs == {"maps"}
    assert choice_of_claim(replace(REFUSED, decided_at=NOW), BEFORE).version == REFUSED.config_version
    assert choice_of_claim(CLAIM, BEFORE).version == CLAIM.config_version


def test_a_config_says_it_and_is_written_back():
    document = with_take_over()
    assert read_config_yaml(write_config_yaml(document))["take_over"] == document["take_over"]
    assert CONFIG.validate(document) == {}
    wrong = deepcopy(document)
    wrong["take_over"].update({"from": "borlabs", "until": "2027-13-01", "kept": "long", "trackers": [{}]})
    assert CONFIG.validate(wrong)["take_over"].keys() == {"from", "until", "kept", "trackers"}


def test_what_is_taken_over_is_told_before_it_is_published():
    def told(old, new):
        groups = tell_changes(old, new, load_texts(), {})
        return [(group.id, change) for group in groups for change in group.changes if "chose with" in change.words]

    (group, change), *more = told(good_document(), with_take_over())
    assert (group, change.before, change.after, more) == ("law", "", "Advertisements, Recorder", [])
    assert "Klaro" in change.words
    assert told(None, with_take_over()) == [(group, change)]
    assert len(told(with_take_over(), with_take_over(until="2027-06-30", kept=None))) == 1
    assert "not taken over any more" in told(with_take_over(), good_document())[0][1].words
    assert told(good_document(), good_document()) == []


def test_lint_warns_of_what_a_yes_of_before_means():
    found = problems(with_take_over())
    assert found.keys() == {
        ("take_over.trackers", "yes_of_before", "warning"),
        ("take_over.trackers", "nothing_asked", "warning"),
    }
    assert all(source_of(problem) for problem in found.values())
    assert "functional" not in found["take_over.trackers", "nothing_asked", "warning"].message


def test_lint_refuses_what_cannot_be_meant():
    trackers = [
        {"id": "nobody", "asked_as": ["x"]},
        {"id": "ads", "asked_as": []},
        {"id": "ads", "asked_as": ["x"]},
    ]
    necessary = next(own["id"] for own in good_document()["trackers"] if own["category"] == "necessary")
    found = problems(with_take_over(trackers=[*trackers, {"id": necessary, "asked_as": ["x"]}]))
    assert {path: code for path, code, level in found if level == "error"} == {
        "take_over.trackers[0].id": "no_such_tracker",
        "take_over.trackers[1].asked_as": "missing",
        "take_over.trackers[2].id": "duplicate",
        "take_over.trackers[3].id": "not_asked",
    }
    assert ("take_over.trackers", "missing", "error") in problems(with_take_over(trackers=[]))


def test_lint_says_where_no_yes_can_be_taken_for_its_age():
    assert ("take_over.kept", "age_unknown", "warning") in problems(with_take_over(kept=None))
    assert ("take_over.kept", "too_old", "warning") in problems(with_take_over(kept="P1Y"))
    assert not any(
        path == "take_over.kept" for path, *_ in problems(with_take_over(**{"from": "cookiebot", "kept": None}))
    )
