"""Config documents for the tests of core: the contract's good one, with whatever a test wants different."""

from copy import deepcopy
from pathlib import Path

from app.data import load_regimes, load_texts
from app.schemas.config import parse_config, read_config_yaml

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "tests" / "contract" / "config"
EXAMPLES = sorted((ROOT / "examples").glob("*/config.yaml"))


def load(path):
    """Read, check and fill in one config; it must have no error."""
    return parse_config(read_config_yaml(path.read_bytes()), load_regimes(), load_texts())[0]


_GOOD = load(CONTRACT / "good.yaml")


def good_document():
    return deepcopy(_GOOD)


def tracker_of(document, name):
    return next(tracker for tracker in document["trackers"] if tracker["id"] == name)


def category_of(document, name):
    return next(category for category in document["categories"] if category["id"] == name)
