"""Files that people bring: text in one of the encodings that their tools write."""

import codecs


def decoded(raw: bytes) -> str:
    """Return a file as text: UTF-8, UTF-16 where it says so, else Windows-1252, which has a letter for nearly every byte."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
