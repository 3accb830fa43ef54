"""Mending of texts: plain again, or the built-in one in the place of the site's own."""

import html
import re

from app.core.lint_texts import not_plain
from app.core.mending_work import Mending, Work
from app.core.paths import ABSENT, Step, removed, value_at
from app.core.say import say
from app.core.texts import builtin_texts

_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_LABELS = (("accept_all", "reject_all", "choose"), ("new_accept", "new_reject"))


def without_markup(work: Work) -> Mending | None:
    """Keep what markup says and leave the marks out. A step for a vendor is no prose: there it takes a person."""
    text = html.unescape(_TAG.sub("", work.text)).strip()
    return _plain(work, say("Remove the markup"), text)


def without_controls(work: Work) -> Mending | None:
    """Leave out characters that hide or turn what follows."""
    return _plain(work, say("Remove the invisible character"), _CONTROL.sub("", work.text))


def _plain(work: Work, label: str, text: str) -> Mending | None:
    is_step = "stop" in work.steps or "signals" in work.steps
    if is_step or not text.strip() or any(problem.code == work.problem.code for problem in not_plain("", text)):
        return None
    return work.put(label, text)


def take_built_in(work: Work) -> Mending | None:
    """Leave the site's own text out where there is a built-in one."""
    if len(work.steps) != 3 or work.steps[0] != "texts" or work.value is ABSENT:
        return None
    lang, key = str(work.steps[1]), str(work.steps[2])
    if not builtin_texts(lang, work.means.texts).get(key):
        return None
    return Mending(say("Take the built-in text"), removed(work.document, work.steps))


def take_built_in_for_blank(work: Work) -> Mending | None:
    """A text of one's own that says nothing gives way to the built-in one."""
    return take_built_in(work)


def take_built_in_labels(work: Work) -> Mending | None:
    """Take the built-in labels for all buttons that stand beside each other: those differ."""
    lang, key = str(work.steps[1]), str(work.steps[2])
    group = next((labels for labels in _LABELS if key in labels), ())
    built_in = builtin_texts(lang, work.means.texts)
    own = [label for label in group if value_at(work.document, ["texts", lang, label]) is not ABSENT]
    if not own or not all(built_in.get(label) for label in group):
        return None
    document = work.document
    for label in own:
        steps: list[Step] = ["texts", lang, label]
        document = removed(document, steps)
    return Mending(say("Take the built-in labels"), document)


def take_standard_words(work: Work) -> Mending | None:
    """A standard category that lacks a language gets our words in it."""
    if work.steps[0] != "categories" or len(work.steps) != 4:
        return None
    own = value_at(work.document, [*work.steps[:2], "id"])
    words = work.means.catalog.categories.get(own) if isinstance(own, str) else None
    key, lang = work.steps[2], str(work.steps[3])
    text = words["name" if key == "name" else "description"].get(lang) if words else None
    return work.put(say("Take our words"), text) if text else None
