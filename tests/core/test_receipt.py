import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical_bytes
from app.core.choice import Choice
from app.core.errors import (
    MissingCategoryError,
    NecessaryRefusedError,
    UnknownCategoryError,
    UnknownTrackerError,
    UntrustedGrantError,
)
from app.core.receipt import (
    Cited,
    Claim,
    Context,
    Offer,
    check_claim,
    choice_of_receipt,
    event_of,
    is_plausible,
    make_payload,
    ordered_at,
    rfc3339,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFFER = Offer(("necessary", "analytics", "marketing"), {"ads": "marketing"}, granted_days=180, refused_days=90)
CONTEXT = Context("eu", "FR", None, "header", gpc_header=True, gpc_effect="honour", attested=True)
CLAIM = Claim(
    id="019aabbc-0000-7000-8000-000000000001",
    secret=bytes(range(16)),
    previous=None,
    method="banner:accept-all",
    trusted=True,
    choices={"necessary": True, "analytics": True, "marketing": False},
    trackers={},
    config_version=3,
    config_sha256="ab" * 32,
    notice=Cited("en", "cd" * 32),
    widget=Cited("0.1.0", "ef" * 32),
    gpc=None,
    layer=1,
    layout="corner",
    viewport="wide",
    scheme="dark",
    equality=True,
    shown_at=NOW - timedelta(seconds=9),
    decided_at=NOW - timedelta(seconds=2),
    shown="a token",
)
REFUSAL = replace(CLAIM, choices={"necessary": True, "analytics": False, "marketing": False})


def payload_of(claim, **changes):
    options = {"site": "s_a", "subject": "A" * 22, "event": "given", "now": NOW, "nonce": bytes(16), **changes}
    return make_payload(claim, OFFER, CONTEXT, **options)


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
        pytest.param(replace(CLAIM, trusted=False), UntrustedGrantError, "real click", id="a yes that nobody clicked"),
        pytest.param(
            replace(REFUSAL, trusted=False, trackers={"ads": True}),
            UntrustedGrantError,
            "real click",
            id="a yes to one tracker that nobody clicked",
        ),
    ],
)
def test_what_contradicts_the_offer_is_refused_with_its_name(claim, error, named):
    with pytest.raises(error, match=named):
        check_claim(claim, OFFER)


@pytest.mark.parametrize("days", [-100_000, -401, -1, 1, 400, 100_000])
def test_a_refusal_is_taken_whatever_its_clock_click_or_age(days):
    moment = NOW + timedelta(days=days)
    check_claim(replace(REFUSAL, trusted=False, shown_at=moment, decided_at=moment, shown=None), OFFER)


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
        (REFUSAL, None, "refused"),
        (REFUSAL, "|", "refused"),
        (REFUSAL, "|ads-", "refused"),
        (REFUSAL, "analytics|", "withdrawn"),
        (REFUSAL, "|ads+", "withdrawn"),
    ],
)
def test_what_happened_follows_from_what_was_in_force(claim, before, event):
    assert event_of(claim, before) == event


def test_a_state_is_one_line_that_does_not_depend_on_the_order_of_answers():
    claim = replace(
        CLAIM, choices={"marketing": True, "analytics": True, "necessary": True}, trackers={"b": False, "a": True}
    )
    turned = replace(claim, choices=dict(reversed(claim.choices.items())), trackers={"a": True, "b": False})
    assert claim.state == turned.state == "analytics~marketing|a+~b-"
    assert event_of(claim, turned.state) == "renewed"


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


# Time


@pytest.mark.parametrize(
    "shown, decided, plausible",
    [
        (timedelta(seconds=-9), timedelta(0), True),
        (timedelta(0), timedelta(minutes=5), True),
        (timedelta(0), timedelta(minutes=5, microseconds=1), False),
        (timedelta(days=-401), timedelta(days=-400), True),
        (timedelta(days=-401), timedelta(days=-400, microseconds=-1), False),
        (timedelta(minutes=5), timedelta(0), True),
        (timedelta(minutes=5, microseconds=1), timedelta(0), False),
        (timedelta(days=365), timedelta(days=365), False),
    ],
)
def test_a_browser_s_clock_is_believed_within_bounds(shown, decided, plausible):
    claim = replace(CLAIM, shown_at=NOW + shown, decided_at=NOW + decided)
    assert is_plausible(claim, NOW) is plausible
    assert ordered_at(claim, NOW) == (claim.decided_at if plausible else NOW)
    assert payload_of(claim)["clock"] == ("plausible" if plausible else "implausible")
    assert payload_of(claim)["decided_at"] == rfc3339(claim.decided_at)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_any_time_a_browser_may_claim_is_kept(shown, decided):
    payload = payload_of(replace(CLAIM, shown_at=shown, decided_at=decided))
    assert len(payload["shown_at"]) == len(payload["decided_at"]) == 24
    kept = datetime.fromisoformat(payload["decided_at"])
    assert timedelta(0) <= decided - kept < timedelta(milliseconds=1)


def test_a_time_has_milliseconds_and_a_year_of_four_digits():
    assert rfc3339(NOW) == "2026-11-22T12:00:00.000Z"
    assert rfc3339(NOW + timedelta(microseconds=999_999)) == "2026-11-22T12:00:00.999Z"
    assert rfc3339(datetime(5, 1, 1, tzinfo=UTC)) == "0005-01-01T00:00:00.000Z"


def test_a_choice_runs_out_counted_from_when_the_server_received_it():
    assert payload_of(CLAIM)["received_at"] == "2026-11-22T12:00:00.000Z"
    assert payload_of(CLAIM)["expires_at"] == "2027-05-21T12:00:00.000Z"
    assert payload_of(REFUSAL)["expires_at"] == "2027-02-20T12:00:00.000Z"


# The payload


def test_the_payload_says_what_was_claimed_and_what_the_server_knows():
    payload = payload_of(CLAIM)
    assert payload["choices"] == {"necessary": True, "analytics": True, "marketing": False}
    assert payload["config"] == {"version": 3, "sha256": "ab" * 32}
    assert payload["notice"] == {"lang": "en", "sha256": "cd" * 32}
    assert payload["widget"] == {"version": "0.1.0", "sha256": "ef" * 32}
    assert payload["jurisdiction"] == {"country": "FR", "region": None, "source": "header"}
    assert payload["gpc"] == {"browser": None, "header": True, "effect": "honour"}
    assert payload["nonce"] == "A" * 22
    assert payload["attested"] is True


def test_a_choice_without_a_widget_says_so():
    assert payload_of(replace(CLAIM, widget=None))["widget"] is None


def test_neither_secret_nor_token_is_in_the_payload():
    written = canonical_bytes(payload_of(CLAIM))
    assert b"a token" not in written
    assert b"secret" not in written
    assert CLAIM.secret not in written


# The receipt as a choice


def test_a_receipt_states_the_choice_that_the_cookie_would():
    claim = replace(CLAIM, trackers={"ads": True, "counter": True, "gone": True})
    payload = json.dumps(payload_of(claim)).encode()
    choice = choice_of_receipt(payload, "s_a", {"ads": "marketing", "counter": "analytics"})
    assert choice == Choice(3, frozenset({"analytics"}), frozenset({"ads"}), 20779, 20779 + 180)


def test_a_receipt_of_another_site_states_nothing():
    assert choice_of_receipt(json.dumps(payload_of(CLAIM)).encode(), "s_b", {}) is None
