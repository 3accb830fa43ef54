"""Reasons are asked for, and stay of a size that people read."""

import pytest

from app.core.errors import NotAllowedError
from app.core.reasons import LONGEST, check_length, check_reason


def test_a_reason_is_given_and_kept_without_outer_space():
    assert check_reason("  a new vendor\n", "Say why.") == "a new vendor"
    assert check_length(" ") == ""
    with pytest.raises(NotAllowedError, match=r"Say why\."):
        check_reason(" \n", "Say why.")


@pytest.mark.parametrize("check", [lambda text: check_reason(text, "Say why."), check_length])
def test_nobody_writes_a_book_into_the_record(check):
    assert len(check("é" * LONGEST)) == LONGEST
    with pytest.raises(NotAllowedError, match="at most 2000 characters"):
        check("x" * (LONGEST + 1))
