"""Reads the literals of a JavaScript config: objects, arrays, texts, numbers, regular expressions. It evaluates nothing.

What is no literal (a function, a name, a call, a sum) comes back as ``Unread`` with its own words, so that whoever reads
the config can say what was left out. JSON is a part of it.
"""

from dataclasses import dataclass
from typing import Any, Final

from app.core.imports.js_tokens import Token, tokens_of
from app.core.say import say

LONGEST: Final = 250_000
DEEPEST: Final = 40
LONGEST_WORDS: Final = 1000
_OPEN = {"{": "}", "[": "]", "(": ")"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}


@dataclass(frozen=True)
class Unread:
    """Something that is no literal, in its own words."""

    source: str


@dataclass(frozen=True)
class Regex:
    """A regular expression: its pattern and flags."""

    pattern: str
    flags: str = ""


@dataclass(frozen=True)
class Literal:
    """An object of a config, and what stands before it: ``CookieConsent.run (``, ``klaroConfig =``."""

    before: str
    value: dict[str, Any]


class LiteralError(ValueError):
    """This is no JavaScript that holds a config."""


def read_objects(source: str) -> list[Literal]:
    """Return the outermost object literals of a script, or of JSON. Raises ``LiteralError``."""
    reader = _Reader(source)
    found = []
    while reader.more():
        token = reader.peek()
        if token.value == "{" and token.kind == "sign" and reader.begins_object():
            before = reader.before(reader.at)
            found.append(Literal(before, reader.object(0)))
        else:
            reader.at += 1
    return found


def read_calls(source: str, name: str) -> list[list[Any]]:
    """Return the arguments of every call whose name ends in ``name``, such as ``job.push``. Raises ``LiteralError``."""
    reader = _Reader(source)
    wanted = name.split(".")
    calls = []
    while reader.more():
        if reader.ends_with(wanted) and reader.peek().value == "(" and reader.peek().kind == "sign":
            calls.append(reader.items("(", 0))
        else:
            reader.at += 1
    return calls


class _Reader:
    def __init__(self, source: str) -> None:
        if len(source) > LONGEST:
            raise LiteralError(say("This has more than {longest} characters.", longest=LONGEST))
        self._source = source
        try:
            self._tokens = tokens_of(source)
        except ValueError as error:
            raise LiteralError(say("This cannot be read: {error}.", error=error)) from error
        self.at = 0

    def more(self) -> bool:
        return self.at < len(self._tokens)

    def peek(self, ahead: int = 0) -> Token:
        index = self.at + ahead
        return self._tokens[index] if index < len(self._tokens) else Token("sign", "", len(self._source), 0)

    def begins_object(self) -> bool:
        """Whether a brace here begins an object: after what wants a value, and with a key or nothing in it."""
        last = self._tokens[self.at - 1] if self.at else None
        if last is not None and last.value not in ("=", "(", ",", ":", "return", "default", "[", "?", "||", "??", "&&"):
            return False
        inner, after = self.peek(1), self.peek(2)
        return (
            inner.value in ("}", "...", "[")
            or inner.kind in ("name", "text", "number")
            and after.value in ((":", ",", "(", "}") if inner.kind == "name" else (":",))
        )

    def before(self, index: int) -> str:
        """The few words before a token."""
        return " ".join(token.value for token in self._tokens[max(0, index - 6) : index])

    def ends_with(self, names: list[str]) -> bool:
        """Whether the tokens before this one are these names with dots between them."""
        wanted = [word for name in names for word in (".", name)][1:]
        return [token.value for token in self._tokens[max(0, self.at - len(wanted)) : self.at]] == wanted

    def value(self, depth: int) -> Any:
        """Read one value up to the comma or bracket that ends it."""
        if depth > DEEPEST:
            raise LiteralError(say("This is nested too deeply."))
        start, token = self.at, self.peek()
        read: Any = Unread("")
        if token.kind == "text":
            read = self._joined_texts()
        elif token.kind == "number" or (token.value in ("-", "!") and self.peek(1).kind == "number"):
            read = self._number()
        elif token.kind == "regex":
            self.at += 1
            read = Regex(token.value, token.flags)
        elif token.kind == "name" and token.value in _WORDS:
            self.at += 1
            read = _WORDS[token.value]
        elif token.kind == "sign" and token.value == "{":
            read = self.object(depth + 1)
        elif token.kind == "sign" and token.value == "[":
            read = self.items("[", depth + 1)
        if not self._is_over():
            self._skip()
            read = Unread(self._words(start))
        return read

    def items(self, opener: str, depth: int) -> list[Any]:
        """Read what stands between brackets."""
        self.at += 1
        items = []
        while self.more() and self.peek().value != _OPEN[opener]:
            before = self.at
            if self.peek().value == ",":
                self.at += 1
                continue
            items.append(self.value(depth + 1))
            if self.at == before:  # a bracket that belongs to nothing
                self.at += 1
        self.at += 1
        return items

    def object(self, depth: int) -> dict[str, Any]:
        """Read what stands between braces."""
        self.at += 1
        made: dict[str, Any] = {}
        while self.more() and self.peek().value != "}":
            before = self.at
            token = self.peek()
            if token.value == ",":
                self.at += 1
            elif token.kind in ("name", "text", "number") and self.peek(1).value == ":":
                self.at += 2
                made[token.value] = self.value(depth)
            else:  # a method, a shorthand, a spread, a computed key: no literal
                self._skip()
                made[token.value if token.kind == "name" else f"({token.value})"] = Unread(self._words(before))
            if self.at == before:
                self.at += 1
        self.at += 1
        return made

    def _joined_texts(self) -> Any:
        """A text, or several with plus signs between them."""
        said = self.peek().value
        self.at += 1
        while self.peek().value == "+" and self.peek(1).kind == "text":
            said += self.peek(1).value
            self.at += 2
        return said

    def _number(self) -> Any:
        sign = 1
        if self.peek().kind == "sign":
            if self.peek().value == "!":  # what minifiers write for true and false
                self.at += 2
                return self.peek(-1).value == "0"
            sign, self.at = -1, self.at + 1
        text = self.peek().value
        self.at += 1
        if text.lower().startswith("0x"):
            return sign * int(text, 16)
        number = float(text)
        return sign * (int(number) if number.is_integer() and abs(number) < 1e15 else number)

    def _is_over(self) -> bool:
        return not self.more() or (self.peek().kind == "sign" and self.peek().value in (",", "}", "]", ")", ";", ""))

    def _skip(self) -> None:
        """Pass over an expression, whatever it is, to the comma or bracket that ends it."""
        open_ones: list[str] = []
        while self.more():
            token = self.peek()
            if token.kind == "sign":
                if not open_ones and token.value in (",", "}", "]", ")", ";"):
                    return
                if token.value in _OPEN:
                    open_ones.append(_OPEN[token.value])
                elif open_ones and token.value == open_ones[-1]:
                    open_ones.pop()
            self.at += 1

    def _words(self, start: int) -> str:
        if start >= len(self._tokens) or self.at <= start:
            return ""
        begin = self._tokens[start].start
        said = self._source[begin : min(self._tokens[self.at - 1].end, begin + LONGEST_WORDS)]
        return " ".join(said.split())[:120]
