"""Publishing at the command line, where two persons are needed and where one is enough."""

import pytest

from app.core.errors import NotAllowedError
from tests.commands.conftest import HANDLE


def test_where_two_are_needed_it_is_proposed_unless_the_operator_says_otherwise(published):
    with pytest.raises(NotAllowedError, match="Only one account"):
        published(f"site approval {HANDLE} on")
    for name in ("ada", "max"):
        published(f"account create {name}@example.com --role admin --print-password")
    assert published(f"site approval {HANDLE} on") == f"{HANDLE}: versions need a second person\n"
    how = f"site publish {HANDLE} --reason again --ask-again --urgency law"
    assert published(how) == f"{HANDLE}: proposed; it is published when somebody approves it at the desk\n"
    assert published("site list").split()[2] == "1"
    assert f"{HANDLE}: version 2 " in published(f"{how} --without-approval")
    assert published(f"site approval {HANDLE} off") == f"{HANDLE}: versions need one person\n"
    assert f"{HANDLE}: version 3 " in published(f"{how} --without-approval")


def test_a_later_day_is_chosen(published):
    with pytest.raises(NotAllowedError, match="is over. Choose today or a later day."):
        published(f"site publish {HANDLE} --reason again --ask-again --urgency law --holds-on 2020-01-31")
