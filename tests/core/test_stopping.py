"""What is served of a version while a tracker of it is stopped."""

from app.core.choice import parse_choice
from app.core.decision import decide
from app.core.stopping import with_stopped

TODAY = 20779
YES = parse_choice("1.1.analytics~marketing.-.20779.20959")


def tracker(id, category="analytics", **changes):
    return {
        "id": id,
        "category": category,
        "kind": "browser",
        "model": "optin",
        "sale_share": False,
        "since": 1,
        **changes,
    }


def rules(*trackers):
    return {"version": 1, "ask_since": 1, "gpc": "no", "categories": [], "trackers": list(trackers)}


def reasons(content):
    return {own.id: (own.allowed, own.reason) for own in decide(content, YES, today=TODAY)}


def test_only_the_stopped_one_is_held():
    content = rules(tracker("clicks"), tracker("paths"), tracker("session", "necessary", model="none"))
    assert reasons(with_stopped(content, ["clicks"])) == {
        "clicks": (False, "stopped"),
        "paths": (True, "granted"),
        "session": (True, "necessary"),
    }
    assert with_stopped(content, []) == content
    assert content["trackers"][0]["model"] == "optin", "what is kept for others is not changed"


def test_what_is_necessary_can_be_stopped():
    assert reasons(with_stopped(rules(tracker("chat", "necessary", model="none")), ["chat"])) == {
        "chat": (False, "stopped")
    }


def test_a_stopped_tag_manager_is_held_whatever_is_behind_it():
    content = rules(tracker("manager", kind="loader"), tracker("clicks", via="manager"), tracker("paths"))
    assert reasons(content)["manager"] == (True, "loader")
    assert reasons(with_stopped(content, ["manager"])) == {
        "manager": (False, "stopped"),
        "clicks": (True, "granted"),
        "paths": (True, "granted"),
    }


def test_a_tag_manager_with_nothing_left_behind_it_is_not_used():
    content = rules(tracker("manager", kind="loader"), tracker("clicks", via="manager"))
    assert reasons(with_stopped(content, ["clicks"])) == {"manager": (False, "unused"), "clicks": (False, "stopped")}


def test_one_that_a_later_version_has_no_more_changes_nothing():
    content = rules(tracker("paths"))
    assert with_stopped(content, ["gone"]) == content
