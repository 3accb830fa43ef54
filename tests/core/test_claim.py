"""What a browser claims: what of it is refused, what it means, and what a repeat is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import (
    MissingCategoryError,
    NecessaryRefusedError,
    UnknownCategoryError,
    UnknownTrackerError,
    UntrustedGrantError,
)
from app.core.receipt import Cited, check_claim, check_trust, event_of, state_of
from tests.core.claims import BY_CATEGORY, CLAIM, NOW, OFFER, REFUSAL, WITHOUT_CLICKS, payload_of


def choosing(**choices):
    return replace(CLAIM, choices={"necessary": True, "analytics": False, "marketing": False, **choices})


# What is refused


def test_a_claim_that_answers_what_was_offered_is_taken():
    check_claim(CLAIM, OFFER)
    check_claim(replace(CLAIM, trackers={"ads": True}), OFFER)
    check_claim(REFUSAL, OFFER)


@pytest.mark.parametrize(
    "claim, error, named",
    [
        pytest.param(choosing(sale=True, a=True), UnknownCategoryError, "Unknown: a, sale.", id="a category too many"),
        pytest.param(
            replace(CLAIM, choices={"analytics": True}),
            MissingCategoryError,
            "Missing: marketing, necessary.",
            id="silence on a category",
        ),
        pytest.param(
            choosing(necessary=False), NecessaryRefusedError, "told, not chosen", id="no to what is necessary"
        ),
        pytest.param(
            replace(CLAIM, trackers={"x": False}), UnknownTrackerError, "Unknown: x.", id="a tracker too many"
        ),
    ],
)
def test_what_contradicts_the_offer_is_refused_with_its_name(claim, error, named):
    with pytest.raises(error, match=named):
        check_claim(claim, OFFER)


def test_a_no_to_a_single_tracker_is_taken_whether_or_not_it_was_offered():
    for offer in (OFFER, BY_CATEGORY):
        check_claim(replace(CLAIM, trackers={"clicks": False}), offer)
        check_claim(replace(REFUSAL, trackers={"clicks": False, "ads": False}, trusted=False), offer)


def test_a_yes_to_a_single_tracker_of_a_refused_category_is_taken_only_where_it_was_offered():
    beside = replace(CLAIM, trackers={"ads": True})
    check_claim(beside, OFFER)
    with pytest.raises(UnknownTrackerError, match="refused: ads"):
        check_claim(beside, BY_CATEGORY)
    check_claim(replace(CLAIM, trackers={"clicks": True}), BY_CATEGORY)


@pytest.mark.parametrize("offer", [OFFER, BY_CATEGORY], ids=["by tracker", "by category"])
@pytest.mark.parametrize("yes", [True, False])
def test_a_tracker_that_the_version_does_not_have_is_unknown_whatever_is_said_of_it(offer, yes):
    with pytest.raises(UnknownTrackerError, match="Unknown: gone"):
        check_claim(replace(CLAIM, trackers={"clicks": False, "gone": yes}), offer)


@pytest.mark.parametrize("days", [-100_000, -401, -1, 1, 400, 100_000])
def test_a_refusal_is_taken_whatever_its_clock_click_or_age(days):
    moment = NOW + timedelta(days=days)
    check_claim(replace(REFUSAL, trusted=False, shown_at=moment, decided_at=moment, shown=None), OFFER)


# What nobody clicked


@pytest.mark.parametrize("before", [None, "|", "marketing|", "|clicks-", "|ads+"])
def test_a_yes_that_nobody_clicked_is_refused(before):
    for claim in (CLAIM, WITHOUT_CLICKS):
        check_trust(claim, OFFER, before)
        with pytest.raises(UntrustedGrantError, match="real click"):
            check_trust(replace(claim, trusted=False), OFFER, before)


@pytest.mark.parametrize(
    "claim, before, is_taken",
    [
        (REFUSAL, None, True),
        (REFUSAL, "analytics|", True),
        (CLAIM, "analytics~marketing|", True),
        (CLAIM, "analytics|", True),
        (CLAIM, "analytics|ads+", True),
        (WITHOUT_CLICKS, "analytics|", True),
        (WITHOUT_CLICKS, "analytics|clicks-", True),
        (CLAIM, "analytics|clicks-", False),
        (choosing(marketing=True, analytics=True), "analytics|", False),
        (choosing(marketing=True), "marketing|ads-", False),
        (replace(REFUSAL, trackers={"ads": True}), "|", False),
        (replace(REFUSAL, trackers={"ads": True}), "|ads+", True),
        (replace(REFUSAL, trackers={"ads": True}), "analytics~marketing|", True),
        (replace(CLAIM, trackers={"ads": True}), "analytics|", False),
        (replace(choosing(marketing=True), trackers={"ads": False}), "|ads+", False),
    ],
)
def test_without_a_click_a_part_of_what_was_granted_can_be_refused_and_nothing_new_granted(claim, before, is_taken):
    untrusted = replace(claim, trusted=False)
    if is_taken:
        check_trust(untrusted, OFFER, before)
    else:
        with pytest.raises(UntrustedGrantError):
            check_trust(untrusted, OFFER, before)


def test_without_a_click_no_yes_lasts_longer_than_it_did():
    soon, late = "2026-12-01T00:00:00.000Z", "2029-01-01T00:00:00.000Z"
    untrusted = replace(CLAIM, trusted=False)
    own = payload_of(CLAIM)["expires_at"]
    assert payload_of(untrusted, expires_before=soon)["expires_at"] == soon
    assert payload_of(untrusted, expires_before=late)["expires_at"] == own
    assert payload_of(CLAIM, expires_before=soon)["expires_at"] == own
    assert payload_of(replace(REFUSAL, trusted=False), expires_before=soon)["expires_at"] > soon


# What it means


def test_a_claim_grants_when_anything_but_the_necessary_is_yes():
    assert CLAIM.grants
    assert not REFUSAL.grants
    assert replace(REFUSAL, trackers={"ads": True}).grants
    assert not replace(REFUSAL, trackers={"ads": False}).grants


@pytest.mark.parametrize(
    "claim, before, event",
    [
        (CLAIM, None, "given"),
        (CLAIM, "|", "given"),
        (CLAIM, "|ads-", "given"),
        (CLAIM, "analytics|", "renewed"),
        (CLAIM, "analytics~marketing|", "changed"),
        (CLAIM, "|ads+", "changed"),
        (WITHOUT_CLICKS, "analytics|", "changed"),
        (WITHOUT_CLICKS, "analytics|clicks-", "renewed"),
        (WITHOUT_CLICKS, None, "given"),
        (CLAIM, "analytics|clicks-", "changed"),
        (replace(CLAIM, trackers={"ads": False, "clicks": True}), "analytics|", "renewed"),
        (replace(REFUSAL, trackers={"ads": False}), "analytics|clicks-", "withdrawn"),
        (REFUSAL, None, "refused"),
        (REFUSAL, "|", "refused"),
        (REFUSAL, "|ads-", "refused"),
        (REFUSAL, "analytics|", "withdrawn"),
        (REFUSAL, "|ads+", "withdrawn"),
    ],
)
def test_what_happened_follows_from_what_was_in_force(claim, before, event):
    assert event_of(claim, OFFER, before) == event


def test_a_state_is_one_line_that_does_not_depend_on_the_order_of_answers():
    claim = replace(CLAIM, trackers={"clicks": False, "ads": True})
    turned = replace(claim, choices=dict(reversed(claim.choices.items())), trackers={"ads": True, "clicks": False})
    assert state_of(claim, OFFER) == state_of(turned, OFFER) == "analytics|ads+~clicks-"
    assert event_of(claim, OFFER, state_of(turned, OFFER)) == "renewed"


def test_a_state_names_only_trackers_that_differ_from_their_category():
    assert state_of(replace(CLAIM, trackers={"clicks": True, "ads": False}), OFFER) == "analytics|"
    assert state_of(replace(REFUSAL, trackers={"clicks": False, "ads": False}), OFFER) == "|"


# What a repeat is


@pytest.mark.parametrize(
    "change",
    [
        {"choices": REFUSAL.choices}, {"trackers": {"ads": True}}, {"method": "api"}, {"previous": CLAIM.id},
        {"config_version": 4}, {"config_sha256": "00" * 32}, {"notice": Cited("fr", "cd" * 32)},
        {"decided_at": NOW},
    ],
)  # fmt: skip
def test_another_content_under_the_same_id_is_no_repeat(change):
    assert replace(CLAIM, **change).content_sha256("A") != CLAIM.content_sha256("A")


def test_another_subject_is_no_repeat():
    assert CLAIM.content_sha256("A") != CLAIM.content_sha256("B")


@pytest.mark.parametrize("change", [{"shown": None}, {"viewport": "narrow"}, {"gpc": True}, {"secret": bytes(16)}])
def test_what_may_differ_in_a_repeat_does_not_count(change):
    assert replace(CLAIM, **change).content_sha256("A") == CLAIM.content_sha256("A")
    assert len(CLAIM.content_sha256("A")) == 32


def test_a_claim_shows_neither_its_secret_nor_its_token():
    assert repr(CLAIM.secret) not in repr(CLAIM)
    assert "a token" not in repr(CLAIM)
