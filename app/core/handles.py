"""Handles: an installation's own short names for its sites, in the desk's addresses and at the command line."""

import re
import unicodedata

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LONGEST = 64


def handle_from(name: str) -> str:
    """Return a handle that reads like ``name``; empty where nothing of it is a letter or digit of ASCII."""
    plain = unicodedata.normalize("NFKD", name.casefold())  # casefold writes ß as ss
    ascii_only = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:LONGEST].strip("-")
