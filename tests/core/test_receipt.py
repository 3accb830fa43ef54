"""The payload that is signed: times, fields, and the choice that a receipt states."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical_bytes
from app.core.choice import Choice
from app.core.receipt import choice_of_receipt, is_plausible, ordered_at, rfc3339
from tests.core.claims import CLAIM, NOW, REFUSAL, WITHOUT_CLICKS, payload_of

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


def test_a_receipt_s_no_to_a_single_tracker_holds_wherever_that_stands_now():
    payload = json.dumps(payload_of(WITHOUT_CLICKS)).encode()
    here = choice_of_receipt(payload, "s_a", {"ads": "marketing", "clicks": "analytics"})
    moved = choice_of_receipt(payload, "s_a", {"ads": "marketing", "clicks": "marketing"})
    assert here and moved
    assert here.differs == {"clicks"}
    assert not here.grants("analytics", "clicks")
    assert here.grants("analytics", "another")
    assert not moved.grants("marketing", "clicks", since=4)


def test_a_receipt_of_another_site_states_nothing():
    assert choice_of_receipt(json.dumps(payload_of(CLAIM)).encode(), "s_b", {}) is None
