"""What an example site is made of: its config, its pages, and which tracker answers at which host."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SITES = ("saas-console", "account-management", "workflow-platform", "business-automation")
PORT = 8001
SITES_FILE = "EXAMPLES_FILE"
"""Environment variable: path of the JSON file ``{"api", "port", "sites": {name: site key}}``."""

Document = dict[str, Any]


def origin_of(name: str, port: int) -> str:
    """Where a site (``saas-console``) or a stand-in (``analytics``) answers: ``http://<name>.localhost:<port>``."""
    return f"http://{name}.localhost:{port}"


def load_config(name: str, port: int = PORT, public: str | None = None) -> Document:
    """The config of the site ``name`` as data, as ``placet site import`` reads it.

    ``port`` is where the examples are served; ``public``, when given, is the whole origin that stands in for
    ``http://<name>.localhost:<port>``. Raises ``KeyError`` for a name that is no example.
    """
    written, wanted = origin_of(name, PORT), public or origin_of(name, port)
    config = deepcopy(_written_config(name))
    config["origins"] = [origin.replace(written, wanted) for origin in config["origins"]]
    config["policy_url"] = config["policy_url"].replace(written, wanted)
    return config


@cache
def _written_config(name: str) -> Document:
    config: Document = yaml.safe_load(config_path(name).read_text(encoding="utf-8"))
    return config


def config_path(name: str) -> Path:
    """The YAML file of the site ``name``. Raises ``KeyError`` for a name that is no example."""
    if name not in SITES:
        raise KeyError(f"{name!r} is no example site; there are: {', '.join(SITES)}.")
    return HERE / name / "config.yaml"


@cache
def load_pages(name: str) -> Document:
    """Brand, navigation and pages of the site ``name``, as ``pages.yaml`` describes them."""
    pages: Document = yaml.safe_load((HERE / name / "pages.yaml").read_text(encoding="utf-8"))
    return pages


@cache
def trackers_of(name: str) -> dict[str, Document]:
    """The trackers of the site ``name`` by id, as its config lists them."""
    return {tracker["id"]: tracker for tracker in load_config(name)["trackers"]}


@cache
def tracker_hosts() -> frozenset[str]:
    """Every host that some example's config lists for a tracker, without port."""
    return frozenset(
        match["host"] for name in SITES for tracker in trackers_of(name).values() for match in tracker["match"]
    )


def tracker_at(site: str | None, host: str, path: str) -> Document | None:
    """The tracker that the config of ``site`` lists for this host and path, or ``None``."""
    if site is None:
        return None
    for tracker in trackers_of(site).values():
        if any(match["host"] == host and path.startswith(match.get("path", "/")) for match in tracker["match"]):
            return tracker
    return None
