"""The list of ways into a page that the gate knows (widget/src/gate/insertions.ts), beside what this browser has."""

import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent.parent / "widget" / "src" / "gate" / "insertions.ts"
LISTED = set(re.search(r'NAMES =\s+"([^"]+)"', SOURCE.read_text())[1].split())
# What only reads markup, or takes text that stays text.
HARMLESS = {"getHTML", "insertAdjacentText", "appendData", "insertData", "replaceData"}
# By its name, what copies nodes, takes markup, or puts something in; of the interfaces that the gate goes through.
LIKELY = """() => {
  const named = /HTML|^((clone|import|adopt)[CN]|createCon|write|execC|append|prepend|before|after|insert|surround|replace)/;
  const owners = [Node, Element, CharacterData, Document, DocumentFragment, ShadowRoot, Range];
  return [...new Set(owners.flatMap(({prototype}) => Object.keys(prototype)).filter(name => named.test(name)))];
}"""


def test_the_gate_knows_every_way_that_this_browser_has(browser):
    page = browser.new_page()
    try:
        found = set(page.evaluate(LIKELY))
    finally:
        page.close()
    assert found - HARMLESS <= LISTED, "a newer browser has more: add it to NAMES, or say why it is harmless"
    assert {"appendChild", "innerHTML", "cloneNode", "insertNode", "write"} <= found, "the browser was asked"
