"""Lines of a bundle, each checked by itself: what needs no other line, and so can be done by any process.

A ``Block`` goes out, its ``Opened`` lines come back; what they mean together is for ``app.core.verify_record``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from app.core.bundle import MAX_LINE_BYTES, BundleError, parse_json
from app.core.facts import Cites, Facts, quick_receipt, receipt_facts, statement_facts
from app.core.payload import is_canonical, receipt_problem, statement_problem
from app.core.report import Check, said
from app.core.signing import JWS_LETTERS, RECEIPT_TYPE, JwsVerifier, SignatureError
from app.core.verify_runs import Run

BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Block:
    """Some whole lines in a row. ``number`` counts the first one from 1; ``jwks`` are the keys' bytes (``None``: none)."""

    data: bytes
    number: int
    typ: str
    jwks: bytes | None


class Opened(NamedTuple):
    """One line. ``failures`` are its own; ``place`` is its log index, ``None`` when it is no index and JWS.

    ``entry`` is the SHA-256 of its JWS, ``kid`` the key that signed it (``None``: none did), ``facts`` what its payload
    says (``None``: it is not as it must be), ``statement`` kind and data of a statement.
    """

    number: int
    place: int | None
    entry: bytes
    kid: str | None
    facts: Facts | None
    statement: tuple[str, dict[str, Any]] | None
    failures: tuple[tuple[Check, str], ...]


class Blocks:
    """Cuts a file into blocks. ``error`` says afterwards why it could not be read to its end; ``lines`` counts lines."""

    def __init__(self, chunks: Iterator[bytes], typ: str, jwks: bytes | None) -> None:
        self.error: str | None = None
        self.lines = 0
        self._chunks, self._typ, self._jwks = chunks, typ, jwks

    def __iter__(self) -> Iterator[Block]:
        whole: list[bytes] = []  # whole lines
        pieces: list[bytes] = []  # of the line that is not finished yet
        length = waiting = 0
        try:
            for chunk in self._chunks:
                cut = chunk.rfind(b"\n") + 1
                if cut:
                    whole += [*pieces, chunk[:cut]]
                    waiting += length + cut
                    pieces, length = [], 0
                pieces.append(chunk[cut:])
                length += len(chunk) - cut
                if length > MAX_LINE_BYTES:
                    self.error = f"a line is longer than {MAX_LINE_BYTES} bytes"
                    break
                if waiting >= BLOCK_BYTES:
                    yield self._block(whole)
                    whole, waiting = [], 0
        except BundleError as error:
            self.error = str(error)
        if whole:
            yield self._block(whole)
        if length and self.error is None:
            self.error = "the last line is cut off"

    def _block(self, whole: list[bytes]) -> Block:
        block = Block(b"".join(whole), self.lines + 1, self._typ, self._jwks)
        self.lines += block.data.count(b"\n")
        return block


Packed = Opened | Run
"""A line as it goes from one process to another, or many good receipts as one."""


def open_block(block: Block) -> list[Packed]:
    """Check every line of ``block``. Nothing that stands there makes it raise."""
    verifier = None if block.jwks is None else _verifier(block.jwks)
    packed: list[Packed] = []
    run: Run | None = None
    for number, line in enumerate(block.data.split(b"\n")[:-1], start=block.number):
        opened = _open(line, number, block.typ, verifier)
        if isinstance(opened, Opened):
            packed.append(opened)
            run = None
            continue
        index, entry, kid, id, at, cites = opened
        if run is None or index != run.end:
            run = Run(number, index)
            packed.append(run)
        run.add(entry, kid, id, at, cites)
    return packed


def unpack(packed: Packed) -> Iterator[Opened]:
    """Yield the lines of what ``open_block`` packed."""
    if isinstance(packed, Opened):
        yield packed
    else:
        for number, index, entry, kid, facts in packed.one_by_one():
            yield Opened(number, index, entry, kid, facts, None, ())


_Good = tuple[int, bytes, str, bytes, str, Cites]
"""A receipt that is good by itself: log index, entry, signing key, id, time, citation."""


def read_keys(data: bytes) -> JwsVerifier:
    """Read ``jwks.json``. Raises ``BundleError`` or ``SignatureError`` when it is no set of public keys."""
    return JwsVerifier(parse_json(data))


@lru_cache(maxsize=4)
def _verifier(jwks: bytes) -> JwsVerifier:
    return read_keys(jwks)


def _open(line: bytes, number: int, typ: str, verifier: JwsVerifier | None) -> Opened | _Good:
    stands = _parse_line(line)
    if stands is None:
        words = f"line {number} is not an index and a JWS."
        return Opened(number, None, b"", None, None, None, (("contents", words),))
    index, jws, is_plain = stands
    entry = sha256(jws).digest()
    if verifier is None:
        return Opened(number, index, entry, None, None, None, ())
    try:
        kid, data = verifier.open_letters(jws, typ) if is_plain else verifier.open_bytes(jws, typ)
    except SignatureError as error:
        return Opened(number, index, entry, None, None, None, (("signatures", f"{error}."),))
    if typ == RECEIPT_TYPE:
        facts = quick_receipt(data)
        if facts is not None and facts.cites is not None:
            return index, entry, kid, facts.id, facts.at, facts.cites
    return _read_payload(Opened(number, index, entry, kid, None, None, ()), data, typ)


def _read_payload(opened: Opened, data: bytes, typ: str) -> Opened:
    try:
        payload = parse_json(data)
    except BundleError as error:
        return opened._replace(failures=(("contents", f"its payload cannot be read: {error}."),))
    failures: list[tuple[Check, str]] = []
    if not is_canonical(payload, data):
        failures.append(("contents", "its payload is not in its one form (RFC 8785)."))
    is_receipt = typ == RECEIPT_TYPE
    problem = receipt_problem(payload) if is_receipt else statement_problem(payload)
    if problem is not None:
        what = "receipt" if is_receipt else "statement"
        failures.append(("contents", f"the {what}'s field {said(problem)} is not as it must be."))
        return opened._replace(failures=tuple(failures))
    facts = receipt_facts(payload) if is_receipt else statement_facts(payload)
    statement = None if is_receipt else (payload["kind"], payload["data"])
    return opened._replace(facts=facts, statement=statement, failures=tuple(failures))


def _parse_line(line: bytes) -> tuple[int, bytes, bool] | None:
    """Return index and JWS, and whether that is known to have only the letters of one; ``None``: there are none."""
    middle = line.find(b',"jws":"', 10, 40)
    if middle > 0 and line.startswith(b'{"index":') and line.endswith(b'"}'):
        # As the bundle has it: a regular expression over 1.5 kB takes ten times as long.
        index, jws = line[9:middle], line[middle + 8 : -2]
        is_number = index.isdigit() and (len(index) == 1 or index[0] != ord("0")) and len(index) <= 15
        if is_number and not jws.translate(None, JWS_LETTERS):
            return int(index), jws, True
    try:
        value = parse_json(line)
    except BundleError:
        return None
    if not isinstance(value, dict) or value.keys() != {"index", "jws"}:
        return None
    index, jws = value["index"], value["jws"]
    is_line = type(index) is int and 0 <= index < 2**53 and isinstance(jws, str)
    return (index, jws.encode("utf-8", "surrogatepass"), False) if is_line else None
