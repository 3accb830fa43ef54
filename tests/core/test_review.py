from datetime import UTC, datetime

import pytest

from app.core.review import review_due


@pytest.mark.parametrize(
    ("since", "months", "due"),
    [
        ((2026, 11, 22), 12, (2027, 11, 22)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
        ((2026, 11, 30), 1, (2026, 12, 30)),
        ((2024, 2, 29), 36, (2027, 2, 28)),
    ],
)
def test_a_review_is_due_after_so_many_calendar_months(since, months, due):
    assert review_due(datetime(*since, 8, 30, tzinfo=UTC), months) == datetime(*due, 8, 30, tzinfo=UTC)


def test_nothing_is_due_where_nothing_was_ever_published():
    assert review_due(None, 12) is None
