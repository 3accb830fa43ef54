from datetime import UTC, datetime

import pytest

from tests.support.world import Clock


@pytest.fixture
def real_clock() -> Clock:
    """The time of day at which the test began: commands know no other."""
    return Clock(datetime.now(UTC))
