"""The config of a site that a test makes up: what every one needs, with nothing to tell about it."""

from collections.abc import Iterable

from app.data import load_texts


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


def in_german_too(config: dict) -> None:
    """What a config says in English, in German as well; the built-in texts are read."""
    config["languages"] = ["en", "de"]
    for item in [
        *config["categories"],
        *config["trackers"],
        *(data for own in config["trackers"] for data in own["data"]),
    ]:
        for field in ("name", "description", "purpose"):
            if isinstance(item.get(field), dict):
                item[field]["de"] = item[field]["en"]
    config["texts_read"] = {"de": load_texts()["de"].digest}
