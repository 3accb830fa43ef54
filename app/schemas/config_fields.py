"""The fields of a config document: each message is ``code: what is expected``, so that a problem keeps a stable code."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Self

from marshmallow import ValidationError, fields

from app.core.durations import duration_days
from app.core.say import say

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
COUNTRY = re.compile(r"[A-Z]{2}")
MAX_NAME = 120
MAX_TEXT = 2000


class Coded(str):
    """A message of marshmallow that still knows its code and its words."""

    code: str
    words: str

    def format(self, *args: object, **kwargs: object) -> Self:
        """Stay what it is: marshmallow fills in every message, and there is nothing to fill in."""
        return self


def coded(code: str, words: str) -> Coded:
    """Return the message ``code: words``."""
    message = Coded(f"{code}: {words}")
    message.code, message.words = code, words
    return message


MESSAGES = {
    "required": coded("missing", say("This is required.")),
    "null": coded("missing", say("This may not be empty.")),
    "invalid": coded("wrong_type", say("This must be a text.")),
    "invalid_utf8": coded("wrong_type", say("This must be a text.")),
}


def pattern(expression: re.Pattern[str], expected: str) -> Callable[[str], None]:
    """Return a validator that holds a text to ``expression``; ``expected`` says what that is."""

    def check(value: str) -> None:
        if not expression.fullmatch(value):
            raise ValidationError(coded("invalid", expected))

    return check


def duration(value: str) -> None:
    """Accept an ISO 8601 duration of one unit."""
    try:
        duration_days(value)
    except ValueError as error:
        raise ValidationError(
            coded(
                "invalid",
                say("Write a length of time in one unit: 6 months (P6M), 30 days (P30D), 30 minutes (PT30M)."),
            )
        ) from error


def day(value: str) -> None:
    """Accept a day as ISO 8601 writes it."""
    try:
        if date.fromisoformat(value).isoformat() != value:
            raise ValueError(value)
    except ValueError as error:
        raise ValidationError(coded("invalid", say("Write a day such as 2027-05-31."))) from error


def storage_lifetime(value: str) -> None:
    """Accept an ISO 8601 duration of one unit, ``session`` or ``persistent``."""
    if value in ("session", "persistent"):
        return
    try:
        duration_days(value)
    except ValueError as error:
        raise ValidationError(
            coded(
                "invalid",
                say("Write a length of time in one unit, such as 13 months (P13M); or session, or persistent."),
            )
        ) from error


class Text(fields.String):
    """A text of at most ``longest`` characters that says something. Whether it is plain is for ``app.core.lint``."""

    def __init__(self, *, longest: int = MAX_NAME, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", MESSAGES)
        super().__init__(**kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not value.strip():
            raise ValidationError(coded("missing", say("This may not be empty.")))
        if len(value) > self.longest:
            raise ValidationError(coded("too_long", say("At most {longest} characters.", longest=self.longest)))
        return value


class Word(fields.String):
    """One of a few words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", MESSAGES)
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError(coded("invalid", say("Must be one of {words}.", words=", ".join(self.words))))
        return value


class Flag(fields.Boolean):
    """True or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(coded("wrong_type", say("Must be true or false.")))
        return value


class FormatNumber(fields.Integer):
    """The document's format: 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or value != 1:
            raise ValidationError(coded("invalid", say("Must be 1, the only format there is.")))
        return 1


class TextMap(fields.Dict):
    """Texts by key: by language (``LocalizedField``) or by text key. Each wrong one is told under its own key."""

    keys = re.compile(r"[a-z][a-z0-9_]{0,63}")
    expected = say("A text's key is a-z, 0-9 and _.")

    def __init__(self, *, longest: int = MAX_TEXT, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages", {**MESSAGES, "invalid": coded("wrong_type", say("Must be a mapping of texts."))}
        )
        super().__init__(**kwargs)
        self.text = Text(longest=longest)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        problems: dict[str, Any] = {}
        for key, item in value.items():
            try:
                if not isinstance(key, str) or not self.keys.fullmatch(key):
                    raise ValidationError(coded("invalid", self.expected))
                self.check(item)
            except ValidationError as error:
                problems[str(key)] = error.messages
        if problems:
            raise ValidationError(problems)
        return value

    def check(self, item: Any) -> None:
        """Raise ``ValidationError`` unless ``item`` may stand under a key."""
        self.text.deserialize(item)

    def keep(self, value: Any) -> dict[str, Any]:
        """Return what of ``value`` is usable."""
        items = value.items() if isinstance(value, dict) else ()
        return {key: text for key, text in items if isinstance(key, str) and isinstance(text, str)}


class LocalizedField(TextMap):
    """A text in each language, by BCP 47 tag."""

    keys = LANGUAGE
    expected = say("A language is a BCP 47 tag, such as en or pt-BR.")


class TextOverrides(TextMap):
    """The site's own texts, by language and key."""

    keys = LANGUAGE
    expected = LocalizedField.expected
    inner = TextMap()

    def check(self, item: Any) -> None:
        """Hold the texts of one language to their shape."""
        self.inner.deserialize(item)

    def keep(self, value: Any) -> dict[str, Any]:
        """Return what of ``value`` is usable."""
        items = value.items() if isinstance(value, dict) else ()
        return {lang: self.inner.keep(texts) for lang, texts in items if isinstance(lang, str)}
