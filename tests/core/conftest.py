import pytest

from tests.support.bundles import BundleBuilder


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
