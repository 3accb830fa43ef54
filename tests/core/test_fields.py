"""The table of who says what is that of the documentation, and the whole of a receipt."""

import re
from pathlib import Path

from app.core.fields import CHECKED, CLAIMED, KNOWN
from tests.core.claims import CLAIM, TAKEN, payload_of

DOCS = Path(__file__).parents[2] / "docs" / "receipts.md"
BY = {"browser": CLAIMED, "checked": CHECKED, "server": KNOWN, "both": KNOWN}


def _documented() -> dict[str, str]:
    section = DOCS.read_text("utf-8").split("## The payload")[1].split("\n#")[0]
    rows = re.findall(r"^\| (`.+?`) \| (\w+) \|", section, re.MULTILINE)
    return {name: by for names, by in rows for name in re.findall(r"`(\w+)`", names)}


def test_every_field_stands_where_the_documentation_says():
    documented = _documented()
    every = CLAIMED + CHECKED + KNOWN
    assert len(every) == len(set(every))
    assert set(every) == documented.keys()
    for name, by in documented.items():
        assert name in BY[by], f"{name} is documented as {by}"


def test_they_are_the_fields_of_a_receipt():
    assert set(CLAIMED + CHECKED + KNOWN) == payload_of(TAKEN).keys()
    assert payload_of(TAKEN).keys() - payload_of(CLAIM).keys() == {"taken_over"}


def test_the_page_that_verifies_has_the_same_table():
    source = (Path(__file__).parents[2] / "widget" / "verifier" / "fields.ts").read_text("utf-8")
    stated = {name: tuple(words.split()) for name, words in re.findall(r'const (\w+) =\s+"([\w ]+)"', source)}
    assert stated == {"CLAIMED": CLAIMED, "CHECKED": CHECKED, "KNOWN": KNOWN}
