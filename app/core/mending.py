"""What of a config's problems a button can mend, and how: one step in the draft that removes the problem and adds no error.

What only a person can know (a purpose, a safeguard, that a text has been read) is for words: ``app.core.remedies``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.core import mending_fields as fields
from app.core import mending_look as look
from app.core import mending_texts as texts
from app.core import mending_trackers as trackers
from app.core.mending_work import Means as Means
from app.core.mending_work import Mending as Mending
from app.core.mending_work import Work
from app.core.paths import steps_of
from app.core.problems import Problem

Mender = Callable[[Work], Mending | None]

MENDERS: Mapping[str, Mender] = {
    "bad_contact": fields.write_contact,
    "bad_domain": fields.write_domain,
    "bad_host": fields.write_host,
    "bad_name": fields.write_name,
    "bad_origin": fields.write_origin,
    "bad_path": fields.write_path,
    "bad_source": fields.write_source,
    "bad_url": fields.write_url,
    "basis_not_consent": trackers.ask_consent,
    "choice_too_long": fields.decide_by_category,
    "control_character": texts.without_controls,
    "duplicate": fields.keep_one,
    "empty_category": fields.delete_category,
    "exempt_everywhere": trackers.ask_first,
    "exemption_limits": trackers.ask_first,
    "faint_button": look.readable,
    "faint_text": look.readable,
    "first_layer_incomplete": texts.take_built_in,
    "foreign_domain": fields.keep_to_the_host,
    "foreign_logo": look.without_logo,
    "html": texts.without_markup,
    "invalid": fields.write_word,
    "known_optional": trackers.move_to_its_category,
    "loader_behind_loader": trackers.bring_by_none,
    "missing": texts.take_built_in_for_blank,
    "missing_text": texts.take_standard_words,
    "necessary_missing": fields.add_necessary,
    "necessary_shares": trackers.move_to_marketing,
    "needless": fields.follow_none,
    "no_exemption": trackers.ask_first,
    "no_such_tracker": trackers.take_over_less,
    "not_a_loader": trackers.bring_by_none,
    "not_asked": trackers.take_over_less,
    "optout_link_title": texts.take_built_in,
    "over_maximum": fields.shorten,
    "recording_elsewhere": trackers.move_to_recording,
    "regime_not_optin": fields.by_location,
    "required_by_law": fields.keep_records,
    "reserved": fields.remove_reserved,
    "same_label": texts.take_built_in_labels,
    "too_short": fields.lengthen,
    "unclear_label": texts.take_built_in,
    "unknown_category": fields.follow_none,
    "unknown_key": fields.remove_it,
    "unknown_regime": fields.known_regime,
    "unknown_text": fields.remove_it,
    "unknown_tracker": trackers.bring_by_none,
    "unused_language": fields.remove_it,
}
"""How each code is mended. A code that is not here is only told; some of these are mended in some places only."""


def mending(problem: Problem, document: Any, means: Means) -> Mending | None:
    """Return how ``problem`` of ``document`` is mended by a button, or ``None`` when that takes a person.

    ``document`` is a draft as it was saved, whatever it holds; it is not changed. Whether the outcome is better is for
    ``is_better`` to say, with what lint finds then.
    """
    mender = MENDERS.get(problem.code)
    if mender is None or not isinstance(document, dict):
        return None
    try:
        return mender(Work(problem, steps_of(problem.path), document, means))
    except (AttributeError, KeyError, TypeError, ValueError):  # a draft may have any shape: then it takes a person
        return None


def is_better(problem: Problem, before: Collection[Problem], after: Collection[Problem]) -> bool:
    """Whether ``problem`` is gone and no kind of error has become more, wherever in its list it stands now."""
    kind = _kind(problem)
    if Counter(map(_kind, after))[kind] >= Counter(map(_kind, before))[kind]:
        return False
    errors = [Counter(_kind(one) for one in problems if one.level == "error") for problems in (before, after)]
    return not errors[1] - errors[0]


def _kind(problem: Problem) -> tuple[str, str]:
    """What stays the same of a problem when entries before it go: its code, and its path without places in lists."""
    return problem.code, ".".join(step if isinstance(step, str) else "*" for step in steps_of(problem.path))
