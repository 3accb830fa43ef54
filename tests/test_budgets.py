"""What may not grow: the length of a file, and the bytes that a visitor's browser fetches."""

import hashlib
import json
from pathlib import Path

import brotli
import pytest

from tests.support.world import SCRIPT

ROOT = Path(__file__).parent.parent
DIST = ROOT / "widget" / "dist"
EXAMPLES = ("saas-console", "account-management", "workflow-platform", "business-automation")

LINES = 300
# A file may stand here with the reason why it cannot be divided. Empty is best.
LONGER: dict[str, str] = {}

# Bytes after brotli 11. The loader is one request: gate, first layer, a site's config and its texts in one language.
# The parts are those that come when needed, all together; each has its own budget in widget/scripts/size.mjs.
LOADER_BYTES = 8_400
PARTS_BYTES = 10_840
# The page that verifies a bundle stands in every bundle: as it is, and packed.
VERIFY_PAGE_BYTES = (58_000, 20_000)

SOURCES = [
    *(("app", "*.py"), ("bench", "*.py"), ("examples", "*.py"), ("tests", "*.py"), ("migrations", "*.py")),
    *(("servers", "*.py"), ("servers", "*.ts")),
    *(("widget", "*.ts"), ("widget", "*.mjs"), ("packages", "*.ts"), ("examples", "*.mjs"), ("app", "*.js")),
]


def source_files():
    for folder, pattern in SOURCES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            if not {"dist", "vendor", "node_modules", "__pycache__"} & set(path.parts):
                yield path
    yield from sorted(ROOT.glob("*.py"))


def built(name):
    path = DIST / name
    if not path.is_file():
        pytest.fail(f"widget/dist/{name} is missing: run `make build` first")
    return path.read_bytes()


def brotli_bytes(data):
    return len(brotli.compress(data, quality=11))


def test_no_file_is_longer_than_can_be_read_at_one_sitting():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in source_files()}
    assert lengths, "no source files were found"
    too_long = {name: length for name, length in lengths.items() if length > LINES and name not in LONGER}
    assert not too_long, f"longer than {LINES} lines: {too_long}"
    assert {name for name in LONGER if lengths.get(name, 0) <= LINES} == set(), "no longer an exception"


def test_the_build_is_whole():
    build = json.loads(built("build.json"))
    assert set(build["builds"]) == {"placet", "signals", "gpp", "pinned"}
    assert build["parts"]
    for name, sha256 in build["builds"].items():
        assert hashlib.sha256(built(f"{name}.js")).hexdigest() == sha256
    assert hashlib.sha256(built("discovery.js")).hexdigest() == build["discovery"]
    for name, sha256 in build["parts"].items():
        assert hashlib.sha256(built(f"parts/{name}.js")).hexdigest() == sha256
        for loader in build["builds"]:
            assert sha256[:16].encode() in built(f"{loader}.js"), "so the loader's own hash speaks for its parts"


def test_what_comes_when_needed_stays_within_its_budget():
    names = json.loads(built("build.json"))["parts"]
    sizes = {name: brotli_bytes(built(f"parts/{name}.js")) for name in names}
    assert sum(sizes.values()) <= PARTS_BYTES, f"{sizes}, together more than {PARTS_BYTES}"


def test_the_page_that_verifies_stays_within_its_budget():
    page = built("verify.html")
    for size, budget in zip((len(page), brotli_bytes(page)), VERIFY_PAGE_BYTES, strict=True):
        assert size <= budget


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("database_system", ["sqlite"])
def test_one_request_shows_the_banner_within_its_budget(client_of_example, example):
    served = client_of_example(example)
    # The tests' installation serves a tiny build; what it put in place of the build's zero goes into the real one.
    config = served.removeprefix(SCRIPT.rstrip().removesuffix(b"(0);"))
    loader = built("placet.js").rstrip().removesuffix(b"(0);") + config
    assert brotli_bytes(loader) <= LOADER_BYTES, f"{example}: {brotli_bytes(loader)} bytes"


@pytest.fixture
def client_of_example(app, publish_site):
    def loader_of(example):
        response = app.test_client().get(f"/s/{publish_site(example, example)}.js?country=DE")
        assert response.status_code == 200
        return response.data

    return loader_of
