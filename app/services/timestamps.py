"""Time stamps of checkpoints (RFC 3161): what a time-stamping authority (TSA) signs of a note's bytes.

A request asks for SHA-256 with a nonce and the authority's certificate. Stamped are the bytes that the log itself signed
(``app.core.cosignature.own_note``), so that a cosignature which comes later changes nothing.

Not in ``app.core``: it needs rfc3161-client, which is over OpenSSL and asks the core's callers for nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import PKIStatus

from app.core.cosignature import own_note
from app.core.note import NoteError
from app.core.say import say

REQUEST_TYPE = "application/timestamp-query"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_CERTIFICATES = 0xA0  # [0] IMPLICIT, in SignedData (RFC 5652 §5.1)


class TimestampError(ValueError):
    """A time stamp is malformed, refused, of something else, or not vouched for by a known root."""


class TimeStamp(NamedTuple):
    """That a checkpoint was there at ``at`` (UTC, by the authority's clock), as the authority called ``by`` says."""

    at: datetime
    by: str


@dataclass(frozen=True)
class TimestampRequest:
    """What is sent to the authority (DER, ``application/timestamp-query``), and what its answer must bear."""

    body: bytes
    digest: bytes
    nonce: int | None


def request_timestamp(note: str) -> TimestampRequest:
    """Make the request for the checkpoint ``note``. ``NoteError`` when it is malformed."""
    stamped = own_note(note).encode()
    request = TimestampRequestBuilder().data(stamped).hash_algorithm(HashAlgorithm.SHA256).build()
    return TimestampRequest(request.as_bytes(), sha256(stamped).digest(), request.nonce)


def check_answer(request: TimestampRequest, answer: bytes) -> TimeStamp:
    """Hold an authority's answer (a DER ``TimeStampResp``) against the request, and return what it says.

    Raises ``TimestampError`` when it was refused, or bears another digest or nonce. Whether the authority really signed
    it, only ``verify_timestamp`` says: that takes the authority's root, which the one who doubts has to choose.
    """
    response = _decode(answer)
    imprint = response.tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != request.digest:
        raise TimestampError(say("the time stamp is of something else"))
    if response.tst_info.nonce != request.nonce:
        raise TimestampError(say("the time stamp answers another request"))
    return TimeStamp(response.tst_info.gen_time, _signer(response))


def verify_timestamp(response: bytes, note: str, roots_pem: bytes) -> TimeStamp:
    """Verify the DER ``TimeStampResp`` of the checkpoint ``note`` (with or without cosignatures) by roots in PEM.

    The certificates must have been valid when it was stamped, and be for time-stamping. Raises ``TimestampError``.
    """
    stamp = _decode(response)
    try:
        roots = load_pem_x509_certificates(roots_pem)
    except ValueError as error:
        raise TimestampError(say("the roots are no certificates in PEM")) from error
    try:
        VerifierBuilder(roots=roots).build().verify_message(stamp, own_note(note).encode())
    except NoteError as error:
        raise TimestampError(say("what was stamped is no checkpoint")) from error
    except (VerificationError, ValueError) as error:
        raise TimestampError(
            say("the time stamp does not hold: it is of something else, or no known root vouches")
        ) from error
    return TimeStamp(stamp.tst_info.gen_time, _signer(stamp))


def _decode(data: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(_sort_certificates(data))
        status = PKIStatus(response.status)
    except ValueError as error:
        raise TimestampError(say("this is no RFC 3161 time stamp")) from error
    if status != PKIStatus.GRANTED:
        words = "; ".join(response.status_string) or status.name.lower()
        raise TimestampError(say("the authority refused: {words}", words=words[:200]))
    try:
        response.tst_info.gen_time  # noqa: B018  # a stamp that is granted and not there
    except ValueError as error:
        raise TimestampError(say("this is no RFC 3161 time stamp")) from error
    return response


def _signer(response: TimeStampResponse) -> str:
    """The name of the certificate whose key signed: its common name if it has one."""
    certificate = _signer_certificate(response)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _signer_certificate(response: TimeStampResponse) -> Certificate:
    try:
        signers = {(signer.issuer, signer.serial_number) for signer in response.signed_data.signer_infos}
        for der in response.signed_data.certificates:
            certificate = load_der_x509_certificate(der)
            if (certificate.issuer, certificate.serial_number) in signers:
                return certificate
    except ValueError as error:
        raise TimestampError(say("the time stamp's certificate cannot be read")) from error
    raise TimestampError(say("the time stamp came without its authority's certificate"))


def _sort_certificates(data: bytes) -> bytes:
    """Put the certificates of a ``TimeStampResp`` into the order that DER asks of a set, if they are not.

    Authorities that run on OpenSSL send signer and root as they come, and a strict reader refuses the whole. The order is
    under no signature. ``data`` that has no such place, e.g. a refusal, is returned as it is.
    """
    try:
        _, answer, _, _ = next(_elements(data, 0, len(data)))
        token = list(_elements(data, answer, len(data)))[1]
        content = list(_elements(data, token[1], token[2]))[1]
        signed = next(_elements(data, content[1], content[2]))
        parts = _elements(data, signed[1], signed[2])
        first, end = next((first, end) for tag, first, end, _ in parts if tag == _CERTIFICATES)
        certificates = sorted(data[start:after] for _, _, after, start in _elements(data, first, end))
    except (IndexError, StopIteration):
        return data
    return data[:first] + b"".join(certificates) + data[end:]


def _elements(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the DER elements of ``data[at:end]``: tag, first byte of content, end, first byte of the element."""
    while at < end:
        start, tag, length, at = at, data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + length > end:
            raise IndexError(say("the element is cut off"))
        yield tag, at, at + length, start
        at += length
