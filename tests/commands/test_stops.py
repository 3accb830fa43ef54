"""An emergency at the command line: a tracker is stopped and resumed, and the log says who and why."""

import pytest

from app.core.errors import NotAllowedError, NotFoundError, UnknownSiteError
from app.factory import create_app


@pytest.fixture
def held(published):
    """Ask a node that has just started which trackers are stopped."""

    def ask():
        node = create_app().test_client()
        key = published("site list").split()[1]
        answer = node.get(f"/v1/sites/{key}/trackers?country=DE").json
        return [own["id"] for own in answer["trackers"] if own["reason"] == "stopped"]

    return ask


def test_a_tracker_is_stopped_and_resumed(published, held):
    said = published("site stop-tracker saas-console clickstream --reason 'It leaks.'")
    assert said == "saas-console: clickstream is stopped, in what the server answers within 5 seconds\n"
    assert held() == ["clickstream"]
    assert published("site resume-tracker saas-console clickstream --reason mended").endswith("is resumed\n")
    assert held() == []


def test_what_cannot_be_stopped_is_said(published):
    with pytest.raises(NotFoundError, match="has no tracker `nonsense`"):
        published("site stop-tracker saas-console nonsense --reason why")
    with pytest.raises(UnknownSiteError):
        published("site stop-tracker nowhere clickstream --reason why")
    with pytest.raises(NotAllowedError, match="is not stopped"):
        published("site resume-tracker saas-console clickstream --reason why")
