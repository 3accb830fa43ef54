"""One receipt out of a bundle, told for whoever asks about it: who says what, and what was on the visitor's screen.

It is held against the bundle's keys and entries alone; whether the whole record holds says ``placet verify``.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from app.core.bundle import (
    ENTRIES,
    JWKS,
    MAX_DOCUMENT_BYTES,
    RECEIPTS,
    STATEMENTS,
    BundleError,
    BundleFiles,
    lines_of,
    notice_name,
    parse_json,
)
from app.core.canonical import b64url_decode
from app.core.errors import NotFoundError
from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.core.merkle import HASH_BYTES
from app.core.payload import receipt_problem, statement_problem
from app.core.report import said
from app.core.signing import RECEIPT_TYPE, STATEMENT_TYPE, JwsVerifier, SignatureError


def tell_receipt(files: BundleFiles, wanted: str) -> str:
    """Return the page that tells the receipt ``wanted`` (its id, or its log index in digits) of a bundle, as plain text.

    Raises ``NotFoundError`` when the bundle has no such receipt, ``BundleError`` when it cannot be read.
    """
    index, jws = _find(files, wanted)
    keys = _keys(files)
    try:
        payload = parse_json(keys.payload(jws, RECEIPT_TYPE))
        signed = "Its signature is by a key in the bundle's jwks.json."
    except SignatureError as error:
        payload = parse_json(_unsigned(jws))
        signed = f"ITS SIGNATURE DOES NOT HOLD: {error}."
    if problem := receipt_problem(payload):
        raise BundleError(f"the receipt's field {said(problem)} is not as it must be")
    is_there = _entry(files, index) == sha256(jws.encode()).digest()
    stands = f"Its hash stands in the log at index {index}." if is_there else "IT IS NOT WHAT THE LOG HAS THERE."
    statements = list(_statements(files, keys))
    return "\n".join(
        [
            f"Receipt {payload['id']} of site {said(payload['site'])}, log index {index}.",
            f"{signed} {stands}",
            "Whether the whole record holds, and against whom: placet verify.",
            *_section("Claimed by the browser", [(name, payload[name]) for name in CLAIMED if name in payload]),
            *_section(
                "Claimed, and checked: this server had published it", [(name, payload[name]) for name in CHECKED]
            ),
            *_published(payload, statements),
            *_section("Known to the server", [(name, payload[name]) for name in KNOWN]),
            *_shown(files, payload),
            "",
        ]
    )


def tell_statements(files: BundleFiles, kind: str | None = None) -> Iterator[str]:
    """Yield a line for every statement of a bundle, or of one ``kind``: log index, time, kind and data as JSON.

    Raises ``BundleError`` when the bundle cannot be read. A statement that no key of the bundle has signed says so.
    """
    keys = _keys(files)
    for index, jws in _rows(files, STATEMENTS):
        try:
            payload = parse_json(keys.payload(jws, STATEMENT_TYPE))
        except SignatureError:
            yield f"{index}  ITS SIGNATURE DOES NOT HOLD"
            continue
        # The keys are the bundle's own, so whoever made it has signed this: nothing is taken for what it should be.
        if problem := statement_problem(payload):
            yield f"{index}  ITS FIELD {said(problem)} IS NOT AS IT MUST BE"
        elif kind is None or payload["kind"] == kind:
            yield f"{index}  {payload['at']}  {payload['kind']}  {json.dumps(payload['data'], separators=(',', ':'))}"


def _find(files: BundleFiles, wanted: str) -> tuple[int, str]:
    for index, jws in _rows(files, RECEIPTS):
        if str(index) == wanted or _id_of(jws) == wanted:
            return index, jws
    raise NotFoundError(f"This bundle has no receipt {said(wanted)}. It may be removed, or outside its selection.")


def _rows(files: BundleFiles, name: str) -> Iterator[tuple[int, str]]:
    """Yield index and JWS of every line of a file. ``BundleError`` for a line that has not both."""
    for line in lines_of(files.chunks(name)):
        row = parse_json(line)
        index, jws = (row.get("index"), row.get("jws")) if isinstance(row, dict) else (None, None)
        if type(index) is not int or index < 0 or not isinstance(jws, str):
            raise BundleError(f"a line of {name} is not an index and a JWS")
        yield index, jws


def _id_of(jws: str) -> Any:
    try:
        payload = parse_json(_unsigned(jws))
    except BundleError:
        return None
    return payload.get("id") if isinstance(payload, dict) else None


def _unsigned(jws: str) -> bytes:
    try:
        return b64url_decode(jws.split(".")[1])
    except (IndexError, ValueError) as error:
        raise BundleError("a line holds no JWS") from error


def _content(files: BundleFiles, name: str) -> bytes:
    data = bytearray()
    for chunk in files.chunks(name):
        data += chunk
        if len(data) > MAX_DOCUMENT_BYTES:
            raise BundleError(f"{name} is larger than {MAX_DOCUMENT_BYTES} bytes")
    return bytes(data)


def _keys(files: BundleFiles) -> JwsVerifier:
    try:
        return JwsVerifier(parse_json(_content(files, JWKS)))
    except SignatureError as error:
        raise BundleError(f"{JWKS}: {error}") from error


def _entry(files: BundleFiles, index: int) -> bytes:
    """Return one entry; what stands before it is read and let go."""
    at, end = index * HASH_BYTES, (index + 1) * HASH_BYTES
    passed, found = 0, b""
    for chunk in files.chunks(ENTRIES):
        found += chunk[max(0, at - passed) : max(0, end - passed)]
        passed += len(chunk)
        if passed >= end:
            break
    return found


def _statements(files: BundleFiles, keys: JwsVerifier) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield index and payload of every statement that is signed; the others are for ``placet verify`` to name."""
    for index, jws in _rows(files, STATEMENTS):
        try:
            payload = parse_json(keys.payload(jws, STATEMENT_TYPE))
        except SignatureError:
            continue
        if statement_problem(payload) is None:
            yield index, payload


def _published(payload: dict[str, Any], statements: list[tuple[int, dict[str, Any]]]) -> list[str]:
    lines = []
    for index, statement in statements:
        data = statement["data"]
        if statement["kind"] == "config-published" and data.get("version") == payload["config"]["version"]:
            by = f" by {said(data['by'])}" if "by" in data else ""
            why = said(data.get("reason", ""))
            lines.append(f"  published  {statement['at']}{by}, {why}: statement at log index {index}")
        builds = data.get("builds", ()) if statement["kind"] == "widget-released" else ()
        hashes = [build.get("sha256") for build in builds]
        if payload["widget"] is not None and payload["widget"]["sha256"] in hashes:
            lines.append(f"  released  the widget, {statement['at']}: statement at log index {index}")
    return lines or ["  No statement of the bundle names them."]


def _shown(files: BundleFiles, payload: dict[str, Any]) -> list[str]:
    cited = payload["notice"]
    name = notice_name(cited["sha256"])
    title = f"What was on offer (the notice in {said(cited['lang'])[1:-1]} under {said(payload['regime'])[1:-1]})"
    if name not in files.names():
        return ["", title, f"  {name} is not in this bundle."]
    data = _content(files, name)
    if sha256(data).hexdigest() != cited["sha256"]:
        return ["", title, f"  {name} IS NOT WHAT THE RECEIPT CITES."]
    try:
        lines = ["", title, *_notice(parse_json(data))]
    except (KeyError, TypeError, AttributeError):
        return ["", title, f"  {name} is not in the form of a notice."]
    # What a config says is text, but it may hold what a terminal would obey.
    return ["".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line) for line in lines]


def _notice(notice: Any) -> Iterator[str]:
    texts = notice["texts"]
    yield from (f"  {texts['title']}", f"  {texts['body']}")
    yield "  " + "   ".join(f"[{texts[button]}]" for button in ("accept_all", "reject_all", "choose"))
    for category in notice["categories"]:
        on = "always on" if category["required"] else "on before a choice" if category["on"] else "off before a choice"
        yield f"  {category['name']} ({on}): {category['description']}"
        yield from (f"    {_tracker(tracker)}" for tracker in category["trackers"])


def _tracker(tracker: dict[str, Any]) -> str:
    recipients = ", ".join(recipient["name"] for recipient in tracker["recipients"]) or "nobody else"
    stored = ", ".join(f"{item['name']} ({item['lifetime']})" for item in tracker["storage"]) or "nothing"
    collected = ", ".join(item["name"] for item in tracker["data"]) or "nothing"
    return (
        f"{tracker['name']} by {tracker['vendor']}: {tracker['purpose']} Basis: {tracker['legal_basis']}. "
        f"Collects: {collected}. Goes to: {recipients}. Stores: {stored}."
    )


def _section(title: str, fields: list[tuple[str, Any]]) -> list[str]:
    return ["", title, *(f"  {name:13} {_value(value)}" for name, value in fields)]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{said(key)[1:-1]}: {_value(item)}" for key, item in value.items()) or "none"
    if value is None:
        return "not said"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return said(value)[1:-1] if isinstance(value, str) else str(value)
