"""Those outside, played by a test on loopback: a receiver, a C2SP witness, a time-stamping authority, bad neighbours."""

import socket
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from werkzeug.wrappers import Request, Response

from app.core.checkpoint import CheckpointError, open_checkpoint
from app.core.cosignature import cosign, witness_key
from app.core.merkle import EMPTY_ROOT, ProofError, verify_consistency
from app.models import Handover


class Receiver:
    """Takes what is posted and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, str]] = []
        self.answer: Callable[[bytes], Response] = lambda body: Response("kept\n")

    def __call__(self, environ, start_response):
        request = Request(environ)
        body = request.get_data()
        self.got.append((request.full_path.removesuffix("?"), request.headers["Content-Type"], body.decode("latin-1")))
        return self.answer(body)(environ, start_response)


class WitnessServer:
    """A witness as C2SP tlog-witness says, for the logs whose ``vkeys`` (text) it knows by origin."""

    def __init__(self, name: str, clock: Callable[[], datetime], seed: int = 7) -> None:
        self.name, self._clock = name, clock
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.vkey = str(witness_key(name, self.key))
        self.vkeys: dict[str, str] = {}
        self.known: dict[str, tuple[int, bytes]] = {}
        self.asked: list[int] = []
        self.cosign = cosign

    def __call__(self, environ, start_response):
        request = Request(environ)
        assert (request.method, request.path) == ("POST", "/add-checkpoint")
        return self._answer(request.get_data().decode())(environ, start_response)

    def _answer(self, body: str) -> Response:
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        word, _, number = first.partition(" ")
        assert word == "old" and number.isdecimal() and len(proof) <= 63
        old, origin = int(number), note.partition("\n")[0]
        self.asked.append(old)
        if origin not in self.vkeys:
            return Response("unknown log\n", 404)
        try:
            checkpoint = open_checkpoint(note, self.vkeys[origin])
        except CheckpointError:
            return Response("no signature by this log\n", 403)
        if old > checkpoint.size:
            return Response("old is above size\n", 400)
        known_size, known_root = self.known.get(origin, (0, EMPTY_ROOT))
        if old != known_size:
            return Response(f"{known_size}\n", 409, content_type="text/x.tlog.size")
        try:
            hashes = [b64decode(line, validate=True) for line in proof]
            if old:
                verify_consistency(old, known_root, checkpoint.size, checkpoint.root, hashes)
            elif proof:
                raise ProofError("a proof from nothing is empty")
        except ProofError:
            return Response("not consistent\n", 422)
        self.known[origin] = (checkpoint.size, checkpoint.root)
        return Response(self.cosign(note, self.name, self.key, self._clock()))


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a free port, and for each connection do as ``talk`` does; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    talk(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def handovers_of(session):
    """What the database says of who got a checkpoint: size, kind, to whom and the problem, in the order they began."""
    session.rollback()
    found = session.scalars(select(Handover).order_by(Handover.id))
    return [(row.size, row.kind, row.to, row.problem) for row in found]
