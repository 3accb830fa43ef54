"""Stop a tracker now, at the desk: named, asked for twice, with a reason, and never forgotten."""

import pytest

from tests.admin.browser import Page

HANDLE = "/admin/sites/saas-console"
STOP, RESUME = f"{HANDLE}/stops/clickstream", f"{HANDLE}/stops/clickstream/resume"


@pytest.fixture
def reason_held(client, site, clock):
    """Why the tracker is held for somebody who has said yes; null when it may load."""

    def read():
        clock.advance(seconds=3)  # a process looks every two seconds
        answer = client.get(f"/v1/sites/{site}/trackers?choice=1.1.analytics.-.20779.20959&country=DE").json
        found = next(own for own in answer["trackers"] if own["id"] == "clickstream")
        return None if found["allowed"] else found["reason"]

    return read


def test_it_is_stopped_for_everybody_and_goes_on_when_it_is_resumed(admin, reason_held):
    assert reason_held() is None
    for place in ("trackers/", "trackers/clickstream", "order"):
        assert f'href="{STOP}"' in admin.get(f"{HANDLE}/{place}").text, place
    assert "Stop Clickstream now?" in admin.text(STOP)
    assert reason_held() is None, "looking at it stops nothing"
    answer = admin.submit(STOP, reason="It leaks")
    assert (answer.status_code, answer.location) == (303, f"{HANDLE}/trackers/?done=stopped")
    assert reason_held() == "stopped"
    page = admin.get(answer.location)
    assert "It is stopped. The server answers so within 5 seconds" in page.text
    assert f'href="{STOP}"' not in page.text
    assert "<strong>stopped</strong>" in page.text
    for place in ("", "trackers/", "publish"):
        said = " ".join(admin.text(f"{HANDLE}/{place}").split())
        assert "Clickstream is stopped since" in said, place
        assert "It leaks. It stays so, in every later version too, until it is resumed." in said
    assert "by admin-all@example.com: It leaks." in " ".join(admin.text(RESUME).split())
    assert admin.submit(RESUME, reason="It is mended.").location == f"{HANDLE}/trackers/?done=resumed"
    assert reason_held() is None
    assert "is stopped" not in admin.text(f"{HANDLE}/")


def test_publishing_while_it_is_stopped_keeps_it_stopped(admin, reason_held):
    admin.submit(STOP, reason="It leaks.")
    admin.submit(f"{HANDLE}/texts", title__en="What may run here?")
    assert admin.submit(f"{HANDLE}/publish", reason="a title").status_code == 303
    assert reason_held() == "stopped"


def test_without_a_reason_nothing_is_stopped(admin, reason_held):
    answer = admin.submit(STOP, reason=" ")
    assert answer.status_code == 422
    assert "Say why" in Page(answer.text).text
    assert reason_held() is None


def test_what_is_stopped_already_or_not_at_all(admin):
    admin.submit(STOP, reason="It leaks.")
    again = admin.submit(STOP, reason="It leaks.")
    assert again.status_code == 422
    assert "stopped already" in again.text
    admin.submit(RESUME, reason="mended")
    assert admin.get(RESUME).status_code == 404
    assert admin.get(f"{HANDLE}/stops/nonsense").status_code == 404


def test_one_that_the_draft_has_no_more_is_still_told_and_resumed(admin, reason_held):
    admin.submit(STOP, reason="It leaks.")
    admin.submit(f"{HANDLE}/trackers/clickstream/delete")
    assert "Clickstream is stopped since" in " ".join(admin.text(f"{HANDLE}/trackers/").split())
    assert admin.submit(RESUME, reason="mended").status_code == 303
    assert reason_held() is None


def test_an_editor_is_told_and_can_stop_nothing(editor, reason_held):
    assert f'href="{STOP}"' not in editor.get(f"{HANDLE}/trackers/").text
    assert editor.get(STOP).status_code == 403
    assert editor.client.post(STOP, data={"reason": "It leaks."}).status_code == 403
    assert reason_held() is None


def test_a_form_without_its_token_stops_nothing(admin, reason_held):
    assert admin.client.post(STOP, data={"reason": "It leaks."}).status_code == 400
    assert reason_held() is None
