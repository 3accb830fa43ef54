import json
from pathlib import Path

import pytest

from app.core.choice import parse_choice
from app.core.decision import decide

CONTRACT = json.loads((Path(__file__).parent.parent / "contract" / "decisions.json").read_text())


@pytest.mark.parametrize("example", CONTRACT["examples"], ids=lambda example: example["name"])
def test_it_decides_as_the_contract_says(example):
    decisions = decide(
        CONTRACT["rules"][example["rules"]],
        parse_choice(example["choice"]),
        today=example["today"],
        gpc=example["gpc"],
        minor=example["minor"],
    )
    assert [("+" if d.allowed else "-") + d.reason for d in decisions] == example["expect"]
