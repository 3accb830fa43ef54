import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.note import parse_vkey
from app.core.origins import is_origin_of, log_vkeys, origin_after, origins_until, split_origin
from tests.support.world import make_keys

FIRST = "consent.example:8443/log/s_sRSzIamv06xOyadUL-yPdA"


@pytest.mark.parametrize(
    ("origin", "parts"),
    [
        (FIRST, (FIRST, 1)),
        (f"{FIRST}.2", (FIRST, 2)),
        (f"{FIRST}.10", (FIRST, 10)),
        (f"{FIRST}.1", (f"{FIRST}.1", 1)),
        (f"{FIRST}.02", (f"{FIRST}.02", 1)),
        (f"{FIRST}.2.3", (f"{FIRST}.2.3", 1)),
        (f"{FIRST}.٣", (f"{FIRST}.٣", 1)),
        ("consent.example/s_x.2", ("consent.example/s_x.2", 1)),
    ],
)
def test_an_origin_says_the_how_manieth_log_of_its_site_it_names(origin, parts):
    assert split_origin(origin) == parts


@given(st.integers(1, 50))
def test_each_log_of_a_site_has_an_origin_of_its_own(number):
    origin = origin_after(FIRST, number)
    assert split_origin(origin) == (FIRST, number + 1)
    assert origins_until(origin)[0] == origin
    assert [split_origin(name)[1] for name in origins_until(origin)] == list(range(number + 1, 0, -1))
    assert origin_after(origin, number + 1) not in origins_until(origin)


def test_an_origin_names_one_site():
    site = FIRST.rpartition("/")[2]
    for origin in (FIRST, f"{FIRST}.2", f"other.example/log/{site}.17"):
        assert is_origin_of(origin, site)
    for origin in (f"{FIRST}.1", f"{FIRST}x", f"{FIRST}.2/", f"{FIRST}.2 ", f"consent.example/{site}", "", f"x{site}"):
        assert not is_origin_of(origin, site)
    assert not is_origin_of(FIRST, "s_other")


def test_the_verifier_keys_are_those_of_all_logs_of_the_site():
    keys = make_keys("one").log + make_keys("two").log
    names = [parse_vkey(line).name for line in log_vkeys(f"{FIRST}.2", keys).splitlines()]
    assert names == [f"{FIRST}.2", f"{FIRST}.2", FIRST, FIRST]
    assert log_vkeys(FIRST, keys).splitlines() == log_vkeys(f"{FIRST}.2", keys).splitlines()[2:]
    assert [parse_vkey(line).public for line in log_vkeys(FIRST, keys).splitlines()] == [
        key.public_key().public_bytes_raw() for key in reversed(keys)
    ]
