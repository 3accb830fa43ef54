"""The vendors' steps, from where the docs have them: what is written there is what the tests run."""

import re

from tests.support.server import ROOT

DOC = ROOT / "docs" / "signals.md"
MOMENTS = ("default", "decision", "granted")


def vendor_steps() -> dict[str, dict[str, list[str]]]:
    """Return by vendor the steps of ``docs/signals.md``'s table: ``default``, ``decision``, ``granted`` and ``stop``."""
    table = DOC.read_text().partition("<!-- begin: vendors -->")[2].partition("<!-- end -->")[0]
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().splitlines()]
    return {
        vendor: {moment: re.findall("`([^`]+)`", cell) for moment, cell in zip(head[1:], cells, strict=True)}
        for vendor, *cells in rows
    }


def as_tracker(vendor: str) -> dict:
    """Return ``signals`` and ``stop`` of a tracker of this vendor."""
    steps = vendor_steps()[vendor]
    return {"signals": {moment: steps[moment] for moment in MOMENTS}, "stop": steps["stop"]}
