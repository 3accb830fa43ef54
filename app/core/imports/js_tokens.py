"""The words of JavaScript, as far as a config needs them: names, texts, numbers, regular expressions, punctuation.

Nothing is ever run. What is no JavaScript ends up as some token or other; only a text that never ends is an error.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["name", "text", "number", "regex", "template", "sign"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/|<!--[^\n]*|-->[^\n]*)
  | (?P<name>[A-Za-z_$\u0080-\U0010ffff][\w$]*)
  | (?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<sign>=>|\.\.\.|\?\?|\|\||&&|[=!]==?|[<>]=?|[{}()\[\],;:.?+*%&|^~!=@#-])
    """,
    re.VERBOSE | re.DOTALL,
)
# No longer than any that somebody wrote by hand: whoever searched further, at each of many slashes, would search for ever.
_REGEX = re.compile(r"/((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,60}\]){1,150})/([a-z]{0,8})")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
# After one of these a slash divides; after everything else it begins a regular expression.
_VALUES = {")", "]", "}"}


class Token(NamedTuple):
    """One word: ``value`` is what a text says, the pattern of a regular expression, else as it is written."""

    kind: Kind
    value: str
    start: int
    end: int
    flags: str = ""


def tokens_of(source: str) -> list[Token]:
    """Return the words of ``source``. ``ValueError`` when something in it never ends."""
    return list(_tokens(source))


def _tokens(source: str) -> Iterator[Token]:
    at, last = 0, None
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is not None and match.lastgroup == "space":
            at = match.end()
            continue
        token = _token(source, at, match, last)
        yield token
        at, last = token.end, token


def _token(source: str, at: int, match: re.Match[str] | None, last: Token | None) -> Token:
    if match is not None:
        kind = match.lastgroup
        if kind == "text":
            return Token("text", unescaped(match[0][1:-1]), at, match.end())
        return Token("name" if kind == "name" else "number" if kind == "number" else "sign", match[0], at, match.end())
    if source[at] in "\"'" or source.startswith("/*", at):
        line = source.count("\n", 0, at) + 1
        raise ValueError(f"line {line}: something begins here and never ends")
    if source[at] == "`":
        return _template(source, at)
    if source[at] == "/":
        divides = last is not None and (last.value in _VALUES or last.kind != "sign")
        regex = None if divides else _REGEX.match(source, at)
        if regex is not None:
            return Token("regex", regex[1], at, regex.end(), regex[2])
        return Token("sign", "/", at, at + 1)
    return Token("sign", source[at], at, at + 1)


def _template(source: str, at: int) -> Token:
    """A text in backquotes. One with ``${`` in it is no plain text: its kind says so."""
    end, depth = at + 1, 0
    has_parts = False
    while end < len(source):
        if source[end] == "\\":
            end += 1
        elif source.startswith("${", end):
            has_parts, depth, end = True, depth + 1, end + 1
        elif source[end] == "}" and depth:
            depth -= 1
        elif source[end] == "`" and not depth:
            inner = source[at + 1 : end]
            return Token("template" if has_parts else "text", inner if has_parts else unescaped(inner), at, end + 1)
        end += 1
    raise ValueError(f"line {source.count(chr(10), 0, at) + 1}: something begins here and never ends")


def unescaped(inner: str) -> str:
    """Return what a text between quotes says."""

    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else "\ufffd"
        return _SINGLE.get(match[4], match[4])

    said = _ESCAPE.sub(one, inner)
    # Two halves of one character are written as two escapes; a half alone is none.
    return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
