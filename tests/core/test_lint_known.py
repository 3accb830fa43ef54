"""What the catalog cannot know stays told until somebody has written it."""

import pytest

from app.core.catalog_draft import as_tracker
from app.core.lint import lint
from app.data import load_catalog, load_regimes, load_texts
from tests.core.config_documents import good_document

CATALOG = load_catalog()
LEFT = sorted(entry.id for entry in CATALOG if entry.missing_host)


def found(entry, **changes):
    document = good_document()
    tracker = {**as_tracker(CATALOG.get(entry), ["en"]), **changes}
    document["trackers"].append(tracker)
    place = f"trackers[{len(document['trackers']) - 1}].match"
    problems = lint(document, load_regimes(), load_texts(), CATALOG)
    return [(one.code, one.level, one.message) for one in problems if one.path == place]


def test_what_can_hold_nothing_is_an_error_and_says_what_to_write():
    told = "It has no host: nothing of it is held back but what pages mark. Under Hosts add the host of your Matomo"
    ((code, level, message),) = found("matomo")
    assert (code, level) == ("nothing_held", "error")
    assert message.startswith(told)
    assert found("matomo", id="counting")[0][:2] == ("host_left", "warning"), (
        "known by what it stores, perhaps another's"
    )
    assert found("matomo", match=[{"host": "stats.example.com", "path": "/"}]) == []
    assert found("matomo", kind="server") == [], "the site's own server asks first"


@pytest.mark.parametrize("entry", LEFT)
def test_a_host_of_one_s_own_is_asked_for_until_it_is_there(entry):
    ((code, level, _),) = found(entry)
    assert (code, level) == (("host_left", "warning") if CATALOG.get(entry).match else ("nothing_held", "error"))
    more = [*CATALOG.get(entry).match, {"host": "own.example.com", "path": "/"}]
    assert found(entry, match=more) == []


def test_no_entry_without_a_host_leaves_it_unsaid():
    unheld = [entry.id for entry in CATALOG if not entry.match and entry.kind in ("browser", "loader")]
    assert set(unheld) <= set(LEFT)
