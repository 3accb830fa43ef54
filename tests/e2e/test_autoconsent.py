"""The engine that says no for its users in DuckDuckGo's browsers finds Placet's refusal, by itself and by our rule.

It is embedded as its own documents say (``docs/puppeteer.md`` of the package), with all the rules that it ships.
"""

import json
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

from examples import SITES
from tests.e2e.conftest import Visit, World, eventually
from tests.e2e.test_visitor import NEEDS_NO_YES
from tests.support.server import ROOT

PACKAGE = ROOT / "node_modules" / "@duckduckgo" / "autoconsent"
OUR_RULE = json.loads((ROOT / "docs" / "autoconsent-rule.json").read_text())
SHIPPED_RULES = json.loads((PACKAGE / "rules" / "rules.json").read_text())["autoconsent"]
CONFIG = {
    "enabled": True,
    "autoAction": "optOut",
    "disabledCmps": [],
    "enablePrehide": True,
    "enableCosmeticRules": True,
    "enableGeneratedRules": True,
    "detectRetries": 20,
    "enableHeuristicDetection": True,
    "heuristicMode": "reject",
}


class User(Visit):
    """A visitor of a page with the content script in every frame, and their browser, which it reports to."""

    def __init__(self, page: Page, world: World, site: str, rules: list[dict[str, Any]]) -> None:
        super().__init__(page, world, site)
        self.posted: list[dict[str, Any]] = []
        self._said: list[dict[str, Any]] = []
        self._answer = json.dumps({"type": "initResp", "config": CONFIG, "rules": {"autoconsent": rules}})
        page.on("request", lambda request: self.posted.append(request.post_data_json) if request.post_data else None)
        page.expose_binding("autoconsentSendMessage", lambda source, message: self._hear(source["frame"], message))
        page.add_init_script(path=PACKAGE / "dist" / "autoconsent.playwright.js")

    def _hear(self, frame: Frame, message: dict[str, Any]) -> None:
        self._said.append(message)
        if message["type"] == "init":
            self._tell(frame, self._answer)
        elif message["type"] == "eval":
            result = frame.evaluate(message["code"])
            self._tell(frame, json.dumps({"type": "evalResp", "id": message["id"], "result": result}))

    @staticmethod
    def _tell(frame: Frame, message: str) -> None:
        frame.evaluate(f"void autoconsentReceiveMessage({message})")

    def said(self, type_: str, key: str) -> list[Any]:
        """One field of all the engine's messages of a type."""
        return [message[key] for message in self._said if message["type"] == type_]

    def wait(self, type_: str) -> None:
        """Wait for a message; what the page says is heard while it is asked for something."""
        eventually(lambda: bool(self.page.title()) and self.said(type_, "type") != [], f"{type_} on {self.site}")

    def is_opted_out(self, rule: str) -> None:
        """Wait until the engine is done: this rule and no other has found the banner, said no, and seen that it worked."""
        self.wait("autoconsentDone")
        self._tell(self.page.main_frame, json.dumps({"type": "selfTest"}))
        self.wait("selfTestResult")
        for type_ in ("cmpDetected", "popupFound", "autoconsentDone"):
            assert self.said(type_, "cmp") == [rule], (self.site, type_)
        assert self.said("optOutResult", "result") == [True]
        assert self.said("selfTestResult", "result") == [True]
        assert self.said("autoconsentError", "details") == [], "several rules take the banner for theirs"


@pytest.mark.parametrize(
    ("rule", "rules"),
    [("HEURISTIC-REJECT", SHIPPED_RULES), ("placet", [*SHIPPED_RULES, OUR_RULE])],
    ids=["by its heuristics", "by our rule"],
)
def test_autoconsent_refuses_on_every_example_site_and_it_is_recorded(context, world, rule, rules):
    # All at once: most of it is waiting.
    users = [User(context.new_page(), world, site, rules) for site in SITES]
    for user in users:
        user.page.goto(world.url(user.site), wait_until="commit")
    for user in users:
        user.is_opted_out(rule)
        user.settle()
        assert not user.banner_is_open()
        assert user.choice().split(".")[2:4] == ["-", "-"], "nothing is granted"
        eventually(lambda user=user: user.local("_queue") is None, "the receipt is acknowledged")
        assert user.reached() - NEEDS_NO_YES == set()
        assert user.stored() == set()
    receipts = {receipt["id"]: receipt for receipt in world.receipts(*SITES)}
    for user in users:
        (receipt,) = [receipts[body["id"]] for body in user.posted]
        assert (receipt["event"], receipt["method"], receipt["trusted"]) == ("refused", "banner:reject-all", False)
        assert [category for category, granted in receipt["choices"].items() if granted] == ["necessary"]
