"""The places outside that get checkpoints, and how each gets one. Only the network: nothing here reads or writes rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from app.core.cosignature import WitnessKey, add_cosignatures
from app.core.note import NoteError, base64_text
from app.core.outside import Address, Kind, MailServer, Outside, Witness
from app.core.say import say
from app.services.mail import make_mail, send_mail
from app.services.network import Answer, OutsideProblem, expect_success, post
from app.services.timestamps import REQUEST_TYPE, TimestampError, check_answer, request_timestamp, verify_timestamp

NOTE_TYPE = "text/plain; charset=utf-8"
TEXT = """This is the signed head of the consent log of {handle}: {size} entries, kept on {day}.

Keep the attached file where the operator of the log cannot reach it. With it you can show later, offline, that
nothing before it was changed, moved, taken out or slipped in:

    placet verify BUNDLE.zip --against {file}

{note}"""


@dataclass(frozen=True)
class Parcel:
    """What is handed over: the checkpoint ``note`` as the log signed it, of ``size`` entries, kept at ``made_at``.

    ``seen``: per witness the size that it signed last. ``prove(old)``: that the log of ``old`` entries begins this one.
    """

    handle: str
    size: int
    note: str
    made_at: datetime
    seen: dict[str, int]
    prove: Callable[[int], list[bytes]]


@dataclass(frozen=True)
class Taken:
    """A place has it. ``answer``: a time stamp. ``lines``: cosignatures, verified."""

    answer: bytes | None = None
    lines: str = ""


@dataclass(frozen=True)
class Place:
    """One place outside. ``to``: how it is called; ``send`` raises ``OutsideProblem``."""

    kind: Kind
    to: str
    send: Callable[[Parcel], Taken]
    witness: WitnessKey | None = None


def places_of(outside: Outside) -> list[Place]:
    """Return every place that the operator has set."""
    places = [Place("post", address.shown, partial(_post, address)) for address in outside.addresses]
    places += [
        Place("witness", witness.key.name, partial(_ask_witness, witness), witness.key) for witness in outside.witnesses
    ]
    if outside.tsa:
        places.append(Place("timestamp", outside.tsa.shown, partial(_ask_authority, outside.tsa, outside.tsa_roots)))
    if outside.mail_server and outside.mail_from:
        places += [
            Place("email", to, partial(_mail, outside.mail_server, outside.mail_from, to)) for to in outside.emails
        ]
    return places


def _post(address: Address, parcel: Parcel) -> Taken:
    expect_success(post(address.url, parcel.note.encode(), NOTE_TYPE))
    return Taken()


def _ask_witness(witness: Witness, parcel: Parcel) -> Taken:
    """Send the checkpoint as C2SP tlog-witness says; a witness that knows another size is asked again from there."""
    answer = _add_checkpoint(witness, parcel, parcel.seen.get(witness.key.name, 0))
    if answer.status == 409:
        size = answer.text.strip()
        if not (size.isascii() and size.isdigit() and len(size) < 19):
            raise OutsideProblem(say("it answered 409 without the size that it knows"))
        if int(size) > parcel.size:
            raise OutsideProblem(
                say(
                    "it has seen {size} entries of this log, and here are {own}: ask it for its checkpoint",
                    size=int(size),
                    own=parcel.size,
                )
            )
        answer = _add_checkpoint(witness, parcel, int(size))
    expect_success(answer)
    try:
        add_cosignatures(parcel.note, answer.text, [witness.key])
    except NoteError as error:
        raise OutsideProblem(say("its answer is not its cosignature: {error}", error=error)) from error
    return Taken(lines=answer.text)


def _add_checkpoint(witness: Witness, parcel: Parcel, old: int) -> Answer:
    proof = parcel.prove(old)
    lines = [f"old {old}", *(base64_text(item) for item in proof), "", parcel.note]
    return post(f"{witness.url}/add-checkpoint", "\n".join(lines).encode(), NOTE_TYPE)


def _ask_authority(address: Address, roots: bytes | None, parcel: Parcel) -> Taken:
    request = request_timestamp(parcel.note)
    answer = post(address.url, request.body, REQUEST_TYPE)
    expect_success(answer)
    try:
        check_answer(request, answer.body)
        if roots is not None:
            verify_timestamp(answer.body, parcel.note, roots)
    except TimestampError as error:
        raise OutsideProblem(str(error)) from error
    return Taken(answer=answer.body)


def _mail(server: MailServer, sender: str, to: str, parcel: Parcel) -> Taken:
    file = f"{parcel.handle}-{parcel.size}.checkpoint.txt"
    day = f"{parcel.made_at:%Y-%m-%d}"
    digest = sha256(f"{to}\n{parcel.note}".encode()).hexdigest()[:32]
    message = make_mail(
        sender=sender,
        to=to,
        subject=f"Consent log of {parcel.handle}: checkpoint of {parcel.size} entries",
        text=TEXT.format(handle=parcel.handle, size=parcel.size, day=day, file=file, note=parcel.note),
        file_name=file,
        file=parcel.note,
        now=parcel.made_at,
        message_id=f"<{digest}@{sender.rpartition('@')[2]}>",
    )
    send_mail(server, sender, to, message)
    return Taken()
