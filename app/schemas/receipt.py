"""What a browser posts as a receipt (``docs/api.md``), read strictly: everything that is wrong is told at once."""

import json
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from app.core.canonical import b64url_decode
from app.core.errors import InvalidRequestError
from app.core.receipt import RECEIPT_ID, Cited, Claim
from app.core.subject import SECRET_BYTES
from app.core.take_over import MAX_VALUE, METHOD, TOOLS, TakenOver

MAX_BODY_BYTES = 16 * 1024
UUID7 = RECEIPT_ID.pattern
LANG = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"
_ID = r"[a-z][a-z0-9-]{0,31}"
_MAX_CHOICES = 200


def _matches(pattern: str, words: str) -> validate.Regexp:
    return validate.Regexp(rf"(?:{pattern})\Z", error=f"Must be {words}.")


class StrictBoolean(fields.Field[bool]):
    """JSON ``true`` or ``false``, and not what merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Must be true or false.")
        return value


class Secret(fields.Field[bytes]):
    """16 bytes, base64url without padding."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        secret = decode_secret(value)
        if secret is None:
            raise ValidationError("Must be 16 random bytes as base64url without padding (22 characters).")
        return secret


class Instant(fields.Field[datetime]):
    """RFC 3339 with an offset; any year, because a claimed time is kept, not judged."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None or len(value) > 40:
                raise ValueError
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("Must be a time as RFC 3339, e.g. 2026-11-22T12:00:00.000Z.") from None


def _choices(**options: Any) -> fields.Dict:
    keys = fields.String(validate=_matches(_ID, "an id: a-z, 0-9 and -, at most 32 characters"))
    return fields.Dict(keys=keys, values=StrictBoolean(), validate=validate.Length(max=_MAX_CHOICES), **options)


def _hash() -> fields.String:
    return fields.String(required=True, validate=_matches("[0-9a-f]{64}", "a SHA-256 in lower-case hex"))


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _Config(_Strict):
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 999_999_999))
    sha256 = _hash()


class _Notice(_Strict):
    lang = fields.String(required=True, validate=_matches(LANG, "a language tag (BCP 47)"))
    sha256 = _hash()


class _Widget(_Strict):
    version = fields.String(required=True, validate=_matches(r"[0-9A-Za-z.+-]{1,32}", "a version"))
    sha256 = _hash()


# The functional form: `from` is a word of Python.
_TakenOver = _Strict.from_dict(
    {
        "from": fields.String(required=True, validate=validate.OneOf(list(TOOLS))),
        "decided_at": Instant(required=True, allow_none=True),
        "value": fields.String(required=True, allow_none=True, validate=validate.Length(max=MAX_VALUE)),
    },
    name="TakenOver",
)


class ReceiptBody(_Strict):
    """The body of ``POST /v1/sites/<site>/receipts``."""

    id = fields.String(required=True, validate=_matches(UUID7, "a UUIDv7 in lower case, made for this choice"))
    secret = Secret(required=True)
    previous = fields.String(load_default=None, allow_none=True, validate=_matches(UUID7, "a UUIDv7 or null"))
    method = fields.String(
        required=True, validate=_matches(r"[a-z][a-z-]{0,31}(?::[a-z][a-z-]{0,31})?", "e.g. banner:accept-all")
    )
    trusted = StrictBoolean(required=True)
    choices = _choices(required=True)
    trackers = _choices(load_default=dict)
    config = fields.Nested(_Config, required=True)
    notice = fields.Nested(_Notice, required=True)
    widget = fields.Nested(_Widget, required=True, allow_none=True)
    gpc = StrictBoolean(load_default=None, allow_none=True)
    layer = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.OneOf([1, 2]))
    layout = fields.String(load_default=None, allow_none=True, validate=_matches(_ID, "a layout's id"))
    viewport = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["narrow", "medium", "wide"]))
    scheme = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["light", "dark"]))
    equality = StrictBoolean(load_default=None, allow_none=True)
    shown_at = Instant(required=True)
    decided_at = Instant(required=True)
    shown = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1024))
    taken_over = fields.Nested(_TakenOver, load_default=None, allow_none=True)
    # Whatever stands there: what is no choice is none, and no reason to turn a refusal away.
    choice = fields.String(load_default=None, allow_none=True)

    @validates_schema
    def _is_no_click(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("taken_over") is not None and (data["method"] != METHOD or data["trusted"]):
            raise ValidationError({"taken_over": [f"Its method is {METHOD}, and no click made it: trusted is false."]})


_BODY = ReceiptBody()


def decode_secret(text: Any) -> bytes | None:
    """Read a secret (22 characters of base64url, 16 bytes), or return ``None``."""
    try:
        secret = b64url_decode(text)
    except (TypeError, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def parse_claim(body: bytes) -> Claim:
    """Read a posted body. Raises ``InvalidRequestError`` naming every wrong field, never repeating a value."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidRequestError("The body is not JSON. Send one JSON object.") from None
    try:
        values = _BODY.load(data)
    except ValidationError as error:
        problems = error.messages if isinstance(error.messages, dict) else {"body": error.messages}
        raise InvalidRequestError("The receipt's fields are not as they must be.", problems) from None
    config, notice, widget = values.pop("config"), values.pop("notice"), values.pop("widget")
    taken = values.pop("taken_over")
    return Claim(
        config_version=config["version"],
        config_sha256=config["sha256"],
        notice=Cited(notice["lang"], notice["sha256"]),
        widget=widget and Cited(widget["version"], widget["sha256"]),
        taken_over=taken and TakenOver(taken["from"], taken["decided_at"], _well_formed(taken["value"])),
        **values,
    )


def _well_formed(text: str | None) -> str | None:
    """Return ``text`` with a mark in place of half characters, which cannot be signed: a browser may have cut one in two."""
    return text and text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
