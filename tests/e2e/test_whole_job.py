"""The whole job, once: a visitor chooses, an admin changes and publishes, the next visitor sees it, an auditor proves it."""

import json
import subprocess
import sys
import zipfile

import pytest

from tests.e2e.conftest import eventually
from tests.support.server import ROOT

SITE = "workflow-platform"


@pytest.fixture
def log_in(browser, world):
    contexts = []

    def log_in_as(role):
        email = f"{role}-of-the-whole-job@example.com"
        password = world.server.placet("account", "create", email, "--role", role, "--print-password")
        context = browser.new_context(base_url=world.server.url, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        return page

    yield log_in_as
    for context in contexts:
        context.close()


def verify(*arguments):
    command = [sys.executable, "-c", "from app.cli import main; main()", "verify", *map(str, arguments)]
    # No settings, no database, no keys: nothing but the download.
    return subprocess.run(command, cwd=ROOT, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False)


def test_choose_publish_and_prove(visit, world, log_in, browser, tmp_path):
    first = visit(SITE).open()
    first.click("accept")
    eventually(lambda: first.local("_queue") is None, "the first visitor's receipt is stored")

    desk = log_in("admin")
    desk.goto(f"/admin/sites/{SITE}/trackers/new?category=analytics")
    desk.get_by_label("Name", exact=True).first.fill("Heat map")
    desk.get_by_label("Id", exact=True).fill("heat-map")
    desk.get_by_label("Category").select_option("analytics")
    desk.get_by_label("Provider").fill("Example Heat Ltd")
    desk.get_by_label("Purpose").first.fill("Shows where people click.")
    desk.get_by_role("button", name="Save in the draft").click()
    desk.wait_for_url("**/trackers/?done=*")
    desk.goto(f"/admin/sites/{SITE}/publish")
    assert "Heat map (Example Heat Ltd) is new" in desk.locator("main").inner_text(), "the difference is told"
    desk.get_by_label("No.", exact=False).check()
    desk.get_by_label("If you do not ask: why?").fill("They are asked about it alone.")
    desk.get_by_label("Reason").fill("Heat map added")
    desk.get_by_role("button", name="Publish version 2").click()
    desk.wait_for_url("**/versions/**")

    def next_visitor_sees_it():
        context = browser.new_context()
        try:
            here = visit(SITE, on=context.new_page()).open()
            here.click("settings")
            here.page.wait_for_selector("[data-placet=preferences]:visible")
            return "Heat map" in here.page.locator("[data-placet=preferences]").text_content()
        finally:
            context.close()

    eventually(next_visitor_sees_it, "the next page view shows the new tracker")
    # The same visitor, with what the browser keeps but without its cache of the loader.
    again = browser.new_context(storage_state=first.page.context.storage_state())
    returning = visit(SITE, on=again.new_page()).open()
    banner = returning.page.locator("[data-placet=banner]")
    eventually(lambda: "Heat map" in banner.inner_text(), "the banner asks for what is new, and for that alone")
    assert "New since your choice" in banner.inner_text()
    allowed = "[placet.get().choice.version, placet.allows('site-areas'), placet.allows('heat-map')]"
    assert returning.page.evaluate(allowed) == [1, True, False], "a yes to version 1 does not cover what came later"
    again.close()

    desk = log_in("auditor")
    desk.goto(f"/admin/sites/{SITE}/proof")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download the bundle").or_(
            desk.get_by_role("link", name="Download the bundle")
        ).click()
    bundle = tmp_path / "bundle.zip"
    download.value.save_as(bundle)
    report = verify(bundle)
    assert report.returncode == 0, report.stdout + report.stderr
    assert "not proven" in report.stdout.lower()
    with zipfile.ZipFile(bundle) as files:
        contents = {name: files.read(name) for name in files.namelist()}
    taken, contents["receipts.jsonl"] = contents["receipts.jsonl"].split(b"\n", 1)
    with zipfile.ZipFile(bundle, "w") as files:
        for name, content in contents.items():
            files.writestr(name, content)
    report = verify(bundle)
    assert report.returncode == 1
    assert f"index {json.loads(taken)['index']}:" in report.stdout, report.stdout
