"""The choice cookie as a site's server reads it, held to what every other reader is held to."""

import json
from pathlib import Path

import pytest
from placet_site import Choice, parse_choice, read_choice

CONTRACT = Path(__file__).parent.parent / "contract"


def contract(name):
    return json.loads((CONTRACT / f"{name}.json").read_text())


SITE = contract("site-servers")["site"]


@pytest.mark.parametrize("example", contract("choice")["examples"], ids=lambda example: repr(example["value"])[:40])
def test_the_grammar_is_read_as_everywhere(example):
    found, parsed = parse_choice(example["value"]), example["parsed"]
    wanted = parsed and Choice(
        example["value"],
        parsed["version"],
        frozenset(parsed["granted"]),
        frozenset(parsed["differs"]),
        parsed["decided"],
        parsed["expires"],
    )
    assert found == wanted


@pytest.mark.parametrize("example", contract("site-servers")["cookies"], ids=lambda example: example["name"])
def test_of_a_whole_header_the_right_value_counts(example):
    found = read_choice(example["header"], SITE)
    assert (found and found.value) == example["value"]


@pytest.mark.parametrize("example", contract("decisions")["examples"], ids=lambda example: example["name"])
def test_a_choice_is_in_force_when_placet_says_so(example):
    choice, reasons = parse_choice(example["choice"]), set(example["expect"])
    if "-expired" in reasons:
        assert choice is not None
        assert not choice.is_in_force(example["today"])
    elif "+granted" in reasons:
        assert choice is not None
        assert choice.is_in_force(example["today"])
    else:
        assert not reasons & {"-expired", "+granted"}


def test_a_category_is_granted_while_the_choice_is_in_force_and_by_this_machines_clock_if_no_day_is_named():
    choice = parse_choice("1.3.analytics.-.20779.20959")
    assert choice is not None
    assert choice.grants("analytics", 20779)
    assert choice.grants("necessary", 1)
    assert not choice.grants("marketing", 20779)
    assert not choice.grants("analytics", 20959)
    long_gone = parse_choice("1.3.analytics.-.100.200")
    assert long_gone is not None
    assert not long_gone.grants("analytics")
