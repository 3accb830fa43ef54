import json
from pathlib import Path

import pytest

from app.core.contrast import PAIRS, contrast_ratio, pair_contrast, relative_luminance, rgb, written_ratio

ROOT = Path(__file__).parents[2]
# The same file holds app/web/static/look.js to the same: widget/tests/contrast.test.ts.
CASES = json.loads((ROOT / "tests" / "contract" / "contrast.json").read_text())


def test_luminance_goes_from_black_to_white_by_the_weights_of_the_channels():
    assert relative_luminance((0, 0, 0)) == 0
    assert relative_luminance((1, 1, 1)) == pytest.approx(1)
    assert [relative_luminance(rgb(color)) for color in ("#ff0000", "#00ff00", "#0000ff")] == [0.2126, 0.7152, 0.0722]
    assert relative_luminance(rgb("#808080")) == pytest.approx(0.21586, abs=1e-5)


@pytest.mark.parametrize(("one", "other", "ratio"), CASES["ratios"])
def test_a_ratio_is_that_of_wcag_whichever_colour_is_named_first(one, other, ratio):
    assert written_ratio(contrast_ratio(rgb(one), rgb(other))) == ratio
    assert written_ratio(contrast_ratio(rgb(other), rgb(one))) == ratio


@pytest.mark.parametrize("case", CASES["palettes"], ids=lambda case: case["name"])
def test_every_pair_of_a_palette_is_measured(case):
    found = {pair.name: pair_contrast(case["palette"], pair) for pair in PAIRS}
    assert {name: written_ratio(ratio) for name, ratio in found.items()} == case["ratios"]
    assert [pair.name for pair in PAIRS if found[pair.name] < pair.least] == case["short"]


def test_what_is_written_never_passes_where_the_ratio_does_not():
    assert written_ratio(4.4999) == "4.49"


@pytest.mark.parametrize("color", ["", "#fff", "red", "#12345g", "#1234567"])
def test_a_colour_that_is_not_written_in_full_has_no_contrast(color):
    palette = {"surface": "#ffffff", "ink": color, "fill": "#000000", "on_fill": "#ffffff"}
    assert pair_contrast(palette, PAIRS[0]) is None
    assert pair_contrast(palette, PAIRS[1]) == 21
