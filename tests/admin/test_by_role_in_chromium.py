"""What the desk is for, in real Chromium, by each role: it does what it may, and is told whom to ask for the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from app.factory import WIDGET
from app.services.widgets import read_widget_builds
from tests.admin import work
from tests.admin.test_in_chromium import (  # noqa: F401  (fixtures)
    HANDLE,
    address,
    chromium,
    database_url,
    open_desk,
)
from tests.support.world import Visitor

pytestmark = pytest.mark.e2e

OWNERS, PUBLISHERS, EDITORS = ("owner",), ("owner", "admin"), ("owner", "admin", "editor")
READERS = ("owner", "admin", "auditor")
EDITING = [
    "Overview", "Categories & trackers", "Texts", "Look", "Rules", "YAML", "Preview", "Import", "Publish", "Discovery",
]  # fmt: skip
RECORD = ["Receipts", "Proof", "Audit log"]
PLACES = {
    "owner": [*EDITING, "Versions", *RECORD],
    "admin": [*EDITING, "Versions", *RECORD],
    "editor": [*EDITING, "Versions"],
    "auditor": ["Versions", *RECORD],
}
"""The navigation of a site, by role."""
WHOM = {
    OWNERS: "Ask an owner of all sites.",
    PUBLISHERS: "Ask an admin or an owner",
    EDITORS: "Ask an editor, an admin or an owner of this site.",
    READERS: "Ask an auditor, an admin or an owner of this site.",
}


@dataclass(frozen=True)
class Task:
    """What ``who`` does; for everybody else the ``doors`` stay closed, and what is ``forged`` is not taken."""

    do: Callable[..., None]
    who: tuple[str, ...]
    doors: tuple[str, ...] = ()
    forged: tuple[str, ...] = ()


TASKS = (
    Task(work.sees_the_set_up, EDITORS, ("setup/",)),
    Task(work.edits, EDITORS, ("trackers/", "texts"), ("trackers/clickstream",)),
    Task(work.sees_the_preview, EDITORS, ("preview",)),
    Task(work.mends, EDITORS, (), ("mend",)),
    Task(work.sees_what_changes, EDITORS, ("publish",)),
    Task(work.publishes, PUBLISHERS, ("approval",), ("publish",)),
    Task(work.reads_versions, tuple(PLACES)),
    Task(work.rolls_back, EDITORS, (), ("versions/1/copy",)),
    Task(work.stops_and_resumes, PUBLISHERS, (), ("stops/clickstream",)),
    Task(work.shares, EDITORS, ("blocks/",)),
    Task(work.publishes_together, PUBLISHERS),
    Task(work.imports, EDITORS, ("import",)),
    Task(work.reviews, EDITORS, ("review",)),
    Task(work.reads_the_record, READERS, ("receipts/", "log")),
    Task(work.lets_an_auditor_in, PUBLISHERS, ("auditors",)),
    Task(work.invites, PUBLISHERS, ("/admin/people/",)),
    Task(work.begins_a_site, OWNERS, ("/admin/new-site",)),
)
ELSEWHERE = {"admin": {task.do for task in TASKS} - {work.reads_the_record, work.invites}}
"""What the other tests of the desk in Chromium do by that role (docs/desk.md tells which): it is not done twice."""
WITHHELD = {
    "admin": {"/admin/": ["Add a site"]},
    "editor": {
        "/admin/": ["Add a site", "People"],
        f"{HANDLE}/trackers/": [work.STOP],
        f"{HANDLE}/publish": ["Publish version 2", "A second person"],
    },
    "auditor": {
        "/admin/": ["Add a site", "People", "Shared blocks"],
        f"{HANDLE}/versions/1": ["Roll back to version 1"],
        f"{HANDLE}/proof": ["Make a link"],
    },
}
"""What does not stand on pages that a role opens, and does for those who may."""
FORGE = """path => {
  const form = document.querySelector("form[action$='/logout']");
  form.action = path;
  form.submit();
}"""


@pytest.fixture
def builds():
    return read_widget_builds(WIDGET)


@pytest.fixture
def two_sites(publish_site, client, site, clock):
    """A second site, and a receipt at the first."""
    publish_site("other")
    visitor = Visitor(client.get(f"/v1/sites/{site}/config?country=DE").json, clock)
    assert client.post(f"/v1/sites/{site}/receipts", json=visitor.body(("analytics",))).status_code == 201


def is_refused(page, answer, task):
    assert answer.status == 403, answer.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Not yours to do")
    expect(page.locator("main .lead")).to_contain_text("Nothing was changed.")
    expect(page.locator("main .lead")).to_contain_text(WHOM[task.who])


def finds_the_doors_closed(page, task):
    for door in task.doors:
        path = door if door.startswith("/") else f"{HANDLE}/{door}"
        is_refused(page, page.goto(path), task)
        assert page.locator(f"a[href='{path}']").count() == 0
    for address_ in task.forged:
        with page.expect_navigation() as sent:
            page.evaluate(FORGE, f"{HANDLE}/{address_}")
        is_refused(page, sent.value, task)


@pytest.mark.parametrize("role", PLACES)
def test_each_role_does_what_it_may_and_is_told_whom_to_ask(open_desk, two_sites, role):  # noqa: F811
    page, said = open_desk(role, viewport={"width": 1280, "height": 720})
    page.goto(f"{HANDLE}/")
    assert page.get_by_role("navigation", name="Places of").get_by_role("link").all_inner_texts() == PLACES[role]
    for task in TASKS:
        if role in task.who and task.do not in ELSEWHERE.get(role, ()):
            task.do(page)
    for path, names in WITHHELD.get(role, {}).items():
        page.goto(path)
        for name in names:
            assert page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).count() == 0, name
    for task in TASKS:
        if role not in task.who:
            finds_the_doors_closed(page, task)
    assert [text for text in said if "403" not in text and "422" not in text] == []


def test_an_auditor_by_a_link_reads_the_record_and_can_press_nothing(chromium, address, link, two_sites):  # noqa: F811
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto(link())
    work.press(page, "Open the record")
    page.wait_for_url("**/receipts/")
    places = page.get_by_role("navigation", name="Places of").get_by_role("link")
    assert places.all_inner_texts() == PLACES["auditor"]
    expect(page.get_by_text("link 1 (Audit & Co), auditor")).to_be_visible()
    assert page.get_by_role("link", name="Audit & Co").count() == 0, "a link has no account"
    for name in PLACES["auditor"]:
        work.place(page, name)
        assert page.locator("main form[method=post]").count() == 0, name
    context.close()
