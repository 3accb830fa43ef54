"""The config of a site that a test makes up: what every one needs, with nothing to tell about it."""

from collections.abc import Iterable


def plain_config(name: str, origin: str, categories: Iterable[str], trackers: list[dict], **more: object) -> dict:
    """Return a config document in English, by location, of ``categories`` (ids) and ``trackers``; ``more`` is added."""
    host = name.lower()
    return {
        "format": 1,
        "name": name,
        "origins": [origin],
        "controller": {
            "name": f"{name} Example Ltd",
            "address": "1 Example Street, Dublin",
            "contact": f"me@{host}.example",
        },
        "policy_url": f"{origin}/privacy",
        "languages": ["en"],
        "regime": "location",
        "categories": [
            {"id": id_, "name": {"en": id_.title()}, "description": {"en": f"What is {id_}."}} for id_ in categories
        ],
        "trackers": trackers,
        **more,
    }
