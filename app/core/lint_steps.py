"""Lint of a tracker's steps: data that names a function or a value of the tracker, and never is a program.

The widget does the ``stop`` steps on withdrawal and those of ``signals`` when vendors are to be told of a choice
(``widget/src/choice/steps.ts``): it walks from ``window`` along the names, and calls or sets what it finds there with values
read by ``JSON.parse``. Nothing is evaluated. The forms: ``docs/config.md``.
"""

import json
import math
import re
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from typing import Any

from app.core.documents import MOMENTS, Signals
from app.core.lint_texts import not_plain
from app.core.page_names import (
    BROWSER_S_OWN,
    LIBRARIES,
    LIKE_THE_BROWSER_S_OWN,
    OF_ALL_OBJECTS,
    OF_ELEMENTS,
    OURS,
)
from app.core.problems import Problem, error
from app.core.say import say

RELOAD = "reload"
MAX_STEPS = 20
MAX_STEP_LENGTH = 500

# As the widget reads it: its `.` ends at what JavaScript calls the end of a line.
_STEP = re.compile(r"([\w$.-]+)(?:\(([^\n\r\u2028\u2029]*)\)| = ([^\n\r\u2028\u2029]+))?", re.ASCII)
_FUNCTION = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_VALUE = re.compile(r"[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*)*", re.ASCII)
_BARE = re.compile(r"[\w$-]+ = ", re.ASCII)
_LIKE_THE_BROWSER_S_OWN = re.compile(LIKE_THE_BROWSER_S_OWN, re.ASCII)
# What a function of the page could load, or lead a visitor to. Browsers read past white space and controls.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|(?:blob|data|file|filesystem|ftp|https?|javascript|vbscript|wss?):", re.IGNORECASE
)
_SKIPPED_IN_AN_ADDRESS = re.compile(r"[\x00-\x20]")

_STOP_FORMS = say(
    'Write a function of the tracker by its global name: exampleRecorder.stop or exampleRecorder.set("off"); '
    "or a value to set: exampleRecorder.off = true; or reload, where only a new page stops it."
)
_SIGNAL_FORMS = say(
    'Write a queue of the tracker or a function by its global name: dataLayer.push({{"event": "choice"}}), '
    'exampleSdk.setConsent("?"); or a value to set: exampleSdk.consent = "?".'
)
_JSON = say(
    'What stands in brackets or after = is JSON: texts in double quotes, such as "off"; true, false, null; '
    'finite numbers; lists ["a", 1] and objects {{"a": 1}}.'
)


def lint_stop(path: str, steps: list[str]) -> Iterator[Problem]:
    """Return the problems of ``steps``; ``path`` is that of their list."""

    def check(place: str, step: str) -> Iterator[Problem]:
        if step != RELOAD:
            yield from _check_step(place, step, "bad_stop", _STOP_FORMS)

    return _lint_each(path, steps, check)


def lint_signals(path: str, signals: Signals, ids: Container[str]) -> Iterator[Problem]:
    """Return the problems of a tracker's ``signals``; ``ids`` are those of all categories and trackers."""

    def check(place: str, step: str) -> Iterator[Problem]:
        yield from _check_step(place, step, "bad_signal", _SIGNAL_FORMS)
        if _BARE.match(step):
            message = say(
                "Set a value of the tracker, exampleSdk.consent = ..., not a global of the page: signals run first."
            )
            yield error(place, "bad_signal", message)
        for asked in _asked(step):
            if asked not in ids:
                message = say(
                    "?{asked} asks for the choice on {asked}, and there is neither a category nor a tracker "
                    "of that id. A question mark alone asks for the tracker itself.",
                    asked=asked,
                )
                yield error(place, "bad_signal", message)

    for moment in MOMENTS:
        yield from _lint_each(f"{path}.{moment}", signals[moment], check)


def _lint_each(path: str, steps: list[str], check: Callable[[str, str], Iterator[Problem]]) -> Iterator[Problem]:
    if len(steps) > MAX_STEPS:
        yield error(path, "too_long", say("At most {max_steps} steps.", max_steps=MAX_STEPS))
    for index, step in enumerate(steps):
        place = f"{path}[{index}]"
        if len(step) > MAX_STEP_LENGTH:
            yield error(
                place, "too_long", say("At most {max_step_length} characters.", max_step_length=MAX_STEP_LENGTH)
            )
        else:
            yield from check(place, step)


def _asked(step: str) -> Iterator[str]:
    """Every id whose choice a step tells; none where it is no step."""
    match = _STEP.fullmatch(step)
    with suppress(ValueError):
        for text in _texts(_values(match) if match else []):
            if text.startswith("?") and text != "?":
                yield text[1:]


def _values(match: re.Match[str]) -> Any:
    return _read(match[3] or f"[{match[2] or ''}]")


def _check_step(place: str, step: str, code: str, forms: str) -> Iterator[Problem]:
    match = _STEP.fullmatch(step)
    if match is None or not (_VALUE if match[3] else _FUNCTION).fullmatch(match[1]):
        yield error(place, code, forms)
        return
    first, *others = match[1].split(".")
    foreign = [first] if _is_foreign(first) else [name for name in others if _is_foreign_anywhere(name)]
    if foreign:
        message = say(
            "{foreign} belongs to the browser or to the page, not to one tracker. Name a function or a value "
            "of the tracker itself, such as exampleRecorder.stop.",
            foreign=foreign[0],
        )
        yield error(place, code, message)
    try:
        values = _values(match)
    except ValueError:
        yield error(place, code, _JSON)
        return
    for text in _texts(values):
        if text in OF_ALL_OBJECTS:
            yield error(
                place, code, say("{text} is no word for a tracker: it could change what all objects share.", text=text)
            )
        elif _ADDRESS.match(_SKIPPED_IN_AN_ADDRESS.sub("", text)):
            yield error(place, code, say("A step takes no address: it could load something or lead visitors away."))
        # The step itself is plain, as every text is; JSON could still write markup with escapes.
        yield from not_plain(place, text)


def _is_foreign(first: str) -> bool:
    return (
        first in BROWSER_S_OWN
        or first in LIBRARIES
        or first == RELOAD
        or first.startswith(OURS)
        or _LIKE_THE_BROWSER_S_OWN.fullmatch(first) is not None
        or _is_foreign_anywhere(first)
    )


def _is_foreign_anywhere(name: str) -> bool:
    return name in OF_ALL_OBJECTS or name in OF_ELEMENTS


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _read(text: str) -> Any:
    """Read JSON (RFC 8259) and nothing beyond it. ``ValueError`` when it is none, or has a number that is not finite."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _refuse(text: str) -> None:
    raise ValueError(f"no JSON: {text}")
