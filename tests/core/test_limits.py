import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.limits import Limiter, Rate, Standing, network_key

RATE = Rate(burst=10, per_second=2)
DAY = bytes(32)


def granted(limiter, standing, now=0.0, tries=50, key=b"key"):
    """How many of ``tries`` at one moment are granted."""
    return sum(limiter.retry_after(key, standing, now) == 0 for _ in range(tries))


def test_a_burst_is_granted_and_then_no_more():
    assert granted(Limiter(RATE), Standing.REFUSAL) == 10


def test_unattested_grants_starve_first_then_attested_ones_and_refusals_last():
    limiter = Limiter(RATE)
    assert granted(limiter, Standing.UNATTESTED_GRANT) == 5
    assert granted(limiter, Standing.ATTESTED_GRANT) == 3
    assert granted(limiter, Standing.REFUSAL) == 2
    assert granted(limiter, Standing.REFUSAL) == 0


@pytest.mark.parametrize("standing", Standing)
def test_a_full_bucket_has_one_for_everybody_even_the_smallest(standing):
    assert Limiter(Rate(1, 1)).retry_after(b"key", standing, 0.0) == 0


@given(st.sampled_from(Standing), st.integers(1, 200), st.floats(0.01, 1000), st.integers(0, 300))
def test_whoever_waits_as_long_as_told_is_granted(standing, burst, per_second, taken):
    limiter = Limiter(Rate(burst, per_second))
    granted(limiter, Standing.REFUSAL, tries=taken)
    wait = limiter.retry_after(b"key", standing, 0.0)
    assert wait == 0 or limiter.retry_after(b"key", standing, wait * (1 + 1e-9)) == 0


def test_the_wait_is_told_in_whole_seconds():
    limiter = Limiter(Rate(burst=10, per_second=0.25))
    granted(limiter, Standing.REFUSAL)
    assert limiter.retry_after(b"key", Standing.REFUSAL, 0.0) == 4
    assert limiter.retry_after(b"key", Standing.REFUSAL, 3.5) == 1
    assert limiter.retry_after(b"key", Standing.REFUSAL, 4.0) == 0


def test_a_bucket_fills_up_to_its_burst_and_no_further():
    limiter = Limiter(RATE)
    granted(limiter, Standing.REFUSAL)
    assert granted(limiter, Standing.REFUSAL, now=1.0) == 2
    assert granted(limiter, Standing.REFUSAL, now=1_000.0) == 10


def test_one_key_takes_nothing_from_another():
    limiter = Limiter(RATE)
    granted(limiter, Standing.REFUSAL, key=b"one")
    assert granted(limiter, Standing.REFUSAL, key=b"other") == 10


def test_memory_is_bounded_and_the_least_used_key_is_forgotten():
    limiter = Limiter(Rate(1, 0.001), max_keys=2)
    for key in (b"a", b"b", b"a", b"c"):
        limiter.retry_after(key, Standing.REFUSAL, 0.0)
    assert limiter.retry_after(b"a", Standing.REFUSAL, 0.0) > 0
    assert limiter.retry_after(b"b", Standing.REFUSAL, 0.0) == 0


@pytest.mark.parametrize(
    "one, other",
    [
        ("203.0.113.7", "203.0.113.250"),
        ("::ffff:203.0.113.7", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::1"),
        ("fe80::1%eth0", "fe80::2"),
        (None, ""),
        ("nonsense", "203.0.113.7:80"),
    ],
)
def test_neighbours_share_a_bucket(one, other):
    assert network_key(one, DAY) == network_key(other, DAY)


@pytest.mark.parametrize(
    "one, other",
    [("203.0.113.7", "203.0.114.7"), ("2001:db8:1::1", "2001:db8:2::1"), ("203.0.113.7", None), ("::1", "0.0.0.1")],
)
def test_strangers_do_not(one, other):
    assert network_key(one, DAY) != network_key(other, DAY)


def test_a_network_is_another_key_on_another_day_and_its_address_is_not_in_it():
    key = network_key("203.0.113.7", DAY)
    assert len(key) == 16
    assert key != network_key("203.0.113.7", b"x" * 32)
    assert bytes([203, 0, 113]) not in key


@given(st.text())
def test_any_address_has_a_key(address):
    network_key(address, DAY)
