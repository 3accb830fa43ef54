"""Every code that lint or the shape can tell: in the table of codes, in the docs, with a button or with words."""

import ast
import os

from app.core.lint_sources import _BY_PLACE, _SOURCES
from app.core.mending import MENDERS
from app.core.remedies import CODES, remedy_of
from tests.core.config_documents import ROOT

DOCS = ROOT / "docs" / "config.md"
PLACES = [*sorted((ROOT / "app" / "core").glob("*.py")), *sorted((ROOT / "app" / "schemas").glob("config*.py"))]
# Codes that a function is given by its caller, and the levels with which it tells them.
PASSED_ON = {"bad_stop": "error", "bad_signal": "error"}


def told():
    """Read from the source which codes are told, and as what."""
    found = {code: {level} for code, level in PASSED_ON.items()}
    for path in PLACES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                _calls(node, found)
    return found


def _calls(node, found):
    """Take ``error(path, code, …)``, ``warning(…)``, ``_refused(line, code, …)``, ``Problem(path, code, …)``;
    ``coded(code, …)``."""
    names = {part.id for part in ast.walk(node.func) if isinstance(part, ast.Name)} & {"error", "warning"}
    name = getattr(node.func, "id", "")
    levels = names or ({"error"} if name in ("_refused", "Problem") else set())
    code = node.args[1] if len(node.args) > 2 else None
    if name == "coded":
        levels, code = {"error"}, node.args[0]
    if levels and isinstance(code, ast.Constant):
        found.setdefault(code.value, set()).update(levels)


def test_the_table_of_codes_is_complete_and_its_grades_are_right():
    found = {code: "both" if len(levels) == 2 else next(iter(levels)) for code, levels in told().items()}
    assert found == {code: entry.grade for code, entry in CODES.items()}
    assert set(MENDERS) | set(_SOURCES) <= set(CODES)
    assert list(CODES) == sorted(CODES)
    assert remedy_of("needless") == "Choose its own rule."
    assert remedy_of("of a later release") == ""


def test_what_has_no_button_and_no_remedy_says_itself_what_to_do():
    """Nobody is left with a finding that only complains: read from the messages themselves."""
    silent = {code for code, entry in CODES.items() if not entry.remedy and code not in MENDERS}
    says = {
        "bad_signal": "Write a queue of the tracker",
        "bad_stop": "Write a function of the tracker",
        "mixed_category": "Give the exempt another category",
        "no_data": "Say what it collects",
        "own_host": "Name a path",
        "safeguard_missing": "name the safeguard",
        "shared_host": "Name paths that tell them apart",
        "unread_texts": "Somebody who knows the language reads them",
    }
    assert silent == set(says)
    source = "\n".join(path.read_text() for path in PLACES)
    for code, words in says.items():
        assert words in source, code


def rows():
    """Make the lines of the table in the docs."""
    yield "| code | | what | source | how it is mended |"
    yield "|---|---|---|---|---|"
    for code, entry in CODES.items():
        by_place = [f"{words} (`{place}`)" for (place, own), words in _BY_PLACE.items() if own == code]
        source = "; ".join([*([_SOURCES[code]] if code in _SOURCES else []), *by_place]) or "–"
        how = "words"
        if code in MENDERS:
            how = f"button: {' '.join(MENDERS[code].__doc__.split()).removesuffix('.')}"
        grade = "error or warning" if entry.grade == "both" else entry.grade
        yield f"| `{code}` | {grade} | {entry.what} | {source} | {how} |"


def test_the_docs_list_every_code():
    before, rest = DOCS.read_text().split("<!-- codes -->\n")
    stands, after = rest.split("<!-- /codes -->")
    table = "\n".join(rows()) + "\n"
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{before}<!-- codes -->\n{table}<!-- /codes -->{after}")
        stands = table
    assert stands == table, "UPDATE_DOCS=1 writes it anew"
