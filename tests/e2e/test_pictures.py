"""The pictures of the documents, made from the real product: into tests/.artifacts, or into docs/images when asked to.

``UPDATE_PICTURES=1 scripts/with-postgres.sh .venv/bin/python -m pytest tests/e2e/test_pictures.py``
"""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import ARTIFACTS

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_layer_on_an_example_site(browser, visit, scheme):
    folder = IMAGES if os.environ.get("UPDATE_PICTURES") else ARTIFACTS
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        viewport={"width": 1200, "height": 720}, color_scheme=scheme, device_scale_factor=2, reduced_motion="reduce"
    )
    visit(on=context.new_page()).open().page.screenshot(path=folder / f"first-layer-{scheme}.png")
    assert (folder / f"first-layer-{scheme}.png").stat().st_size > 20_000
    context.close()
