import re
from pathlib import Path

from app.core.lint_sources import _BY_PLACE, _SOURCES, source_of
from app.core.problems import error

CORE = Path(__file__).parent.parent.parent / "app" / "core"


def test_a_rule_of_law_names_its_source_and_plain_sense_does_not():
    assert source_of(error("trackers[2].sale_share", "necessary_shares", "x")).startswith("EDPB Cookie Banner")
    assert source_of(error("languages", "required_by_law", "x")).startswith("DPDP")
    assert source_of(error("trackers[0].match[1].host", "bad_host", "x")) is None


def test_every_code_that_has_a_source_is_one_that_lint_tells():
    code = "\n".join(path.read_text() for path in CORE.glob("*.py") if path.name != "lint_sources.py")
    told = set(re.findall(r'"([a-z_]+)"', code))
    assert {*_SOURCES, *(code for _, code in _BY_PLACE)} <= told
