"""Find trackers of a config by what somebody has in front of them: a name, a vendor, an address, a cookie, a category."""

from urllib.parse import urlsplit

from app.core.catalog import host_fits, name_fits
from app.core.documents import ConfigDocument, Tracker


def search_trackers(document: ConfigDocument, query: str) -> list[int]:
    """Return the places of the trackers in which every word of ``query`` stands; all of them for an empty one.

    A word is part of a name, vendor, id, host, path, cookie or key, or of the category's name or id; or it is a whole
    address (``https://…`` or a host) that one of its hosts covers, or the whole name of something that it stores.
    """
    words = query.split()
    return [
        index
        for index, tracker in enumerate(document["trackers"])
        if all(_says(tracker, word, haystack_of(document, tracker)) for word in words)
    ]


def haystack_of(document: ConfigDocument, tracker: Tracker) -> str:
    """Return everything that a word is looked for in, in small letters, a line each."""
    category = next((item for item in document["categories"] if item["id"] == tracker["category"]), None)
    names = [*category["name"].values()] if category else []
    addresses = [match["host"] + match["path"].removesuffix("/") for match in tracker["match"]]
    stored = [item["name"] for item in tracker["storage"]]
    recipients = [recipient["name"] for recipient in tracker["recipients"]]
    texts = [tracker["name"], tracker["id"], tracker["vendor"], tracker["category"], *names]
    return "\n".join([*texts, *addresses, *stored, *recipients]).casefold()


def _says(tracker: Tracker, word: str, haystack: str) -> bool:
    if word.casefold() in haystack or any(name_fits(item["name"], word) for item in tracker["storage"]):
        return True
    try:
        address = urlsplit(word if "://" in word else f"//{word}")
        host = (address.hostname or "").removesuffix(".")
    except ValueError:
        return False
    path = address.path or "/"
    return "." in host and any(
        host_fits(match["host"], host) and path.startswith(match["path"]) for match in tracker["match"]
    )
