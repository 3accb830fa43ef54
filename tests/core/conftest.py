import pytest
from hypothesis import settings

from tests.support.bundles import BundleBuilder

# The same examples in every run, and no clock: a slow machine is no failure.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.fixture
def log() -> BundleBuilder:
    """Two published versions, eight receipts of which three are removed again (2, 3 and 5), eleven entries."""
    log = BundleBuilder()
    log.publish(1)
    for _ in range(5):
        log.receipt()
    log.publish(2)
    log.receipt(version=2)
    log.receipt(headless=True)
    log.remove((2, 3), (5, 5))
    log.receipt(version=2)
    return log
