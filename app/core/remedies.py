"""Every problem that a config can have, by its code: how grave it is, and what to do where the message does not say.

``docs/config.md`` lists them from here. Which of them a button mends: ``app.core.mending``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.say import say

Grade = Literal["error", "warning", "both"]


@dataclass(frozen=True)
class Code:
    """``what`` is wrong, in words for the docs; ``remedy`` is added to the message where that does not say what to do."""

    grade: Grade
    what: str
    remedy: str = ""


CODES: Mapping[str, Code] = {
    "age_unknown": Code(
        "warning",
        "a choice of another tool's that may be of any age",
        say("Write under `kept` how long it kept one, such as P120D."),
    ),
    "asks_first": Code(
        "warning",
        "a category of one's own that follows none: it is asked first everywhere",
        say("Choose whose rule it takes, or leave it so."),
    ),
    "bad_contact": Code("error", "a contact that is neither an e-mail address nor a URL"),
    "bad_domain": Code("error", "a cookie's domain that is none"),
    "bad_host": Code("error", "a host that is none"),
    "bad_name": Code("error", "a cookie's or key's name that is none"),
    "bad_origin": Code("error", "an origin that is none"),
    "bad_path": Code("error", "a path that is none"),
    "bad_signal": Code(
        "error",
        "a signal in no form that there is, with values that are not JSON, or that asks for an id that there is not",
    ),
    "bad_source": Code("error", "a CSP source that is none, or that lets everything in"),
    "bad_stop": Code("error", "a stop step in no form that there is, or that names what is not the tracker's"),
    "bad_url": Code("error", "an address that is no full URL"),
    "basis_not_asked": Code(
        "warning",
        "something necessary with consent as its basis",
        say(
            "Choose the basis on which it runs without being asked about, or move it to a category that is asked about."
        ),
    ),
    "basis_not_consent": Code("warning", "something that is asked about with another basis than consent"),
    "choice_too_long": Code(
        "both",
        "ids so long that a choice would not fit its cookie (a warning where only a visitor who refuses many trackers "
        "singly, as they come, gets there)",
    ),
    "control_character": Code(
        "error", "an invisible character that hides or turns what follows", say("Type the text anew.")
    ),
    "duplicate": Code(
        "error",
        "an id, origin, language or source that stands twice",
        say("Give one of them another id, or delete it."),
    ),
    "empty_category": Code(
        "warning", "a category without a tracker", say("Delete it, or put the trackers into it that it is for.")
    ),
    "exempt_everywhere": Code("error", "an exemption on a site that treats all visitors alike"),
    "exemption_limits": Code(
        "error",
        "an exemption whose conditions the config itself contradicts",
        say("Uncheck it, or correct what contradicts it."),
    ),
    "faint_button": Code(
        "error", "buttons that do not stand out from the surface", say("Choose a lighter or darker colour for them.")
    ),
    "faint_text": Code("error", "text that cannot be read on its ground", say("Choose a lighter or darker colour.")),
    "first_layer_incomplete": Code("warning", "a first layer of one's own that does not name who, what for or to whom"),
    "foreign_domain": Code(
        "error",
        "a cookie domain that is no parent of an origin",
        say("Leave it empty, or write the domain that all origins share."),
    ),
    "foreign_logo": Code(
        "error",
        "a logo that the site does not serve itself",
        say("Put the picture on the site, and write its address."),
    ),
    "host_left": Code(
        "warning",
        "a tracker of the catalog without the host of the site's own that it needs, too",
        say("Paste its address under Hosts and paths it uses."),
    ),
    "html": Code("error", "markup in a text", say("Write it as plain text.")),
    "insecure_origin": Code(
        "warning", "an origin over http", say("Serve the site over https, then write its origin with https://.")
    ),
    "invalid": Code("error", "a value that is not one of its words, or has another form"),
    "known_optional": Code("warning", "a well-known tracker of another category under necessary"),
    "loader_behind_loader": Code("error", "a loader behind a loader", say("Choose no loader, or another kind.")),
    "missing": Code("error", "something that must be there and is not"),
    "missing_text": Code(
        "error", "a text missing in an offered language", say("Write it, or offer the language later.")
    ),
    "mixed_category": Code("warning", "exempt and asked trackers behind one switch"),
    "necessary_missing": Code("error", "no category necessary", say("Add a category with the id necessary.")),
    "necessary_shares": Code("error", "sold or shared, and necessary"),
    "needless": Code("warning", "`follows` on a standard category", say("Choose its own rule.")),
    "no_data": Code("warning", "a tracker that does not say what it collects"),
    "no_exemption": Code("error", "an exemption that the regime does not have for the category", say("Uncheck it.")),
    "no_such_tracker": Code("error", "what is taken over for a tracker that there is not", say("Remove it.")),
    "not_a_loader": Code("error", "a `via` that is no loader", say("Choose a loader, or none.")),
    "not_asked": Code("error", "what is taken over for what is necessary", say("Remove it.")),
    "not_held": Code(
        "warning",
        "hosts of a tracker that is only declared",
        say("Choose the kind browser to have it held back, or remove its hosts."),
    ),
    "not_utf8": Code("error", "an uploaded file that is not UTF-8", say("Save it as UTF-8.")),
    "not_yaml": Code("error", "what is not YAML that Placet takes", say("Correct the line that is named.")),
    "nothing_asked": Code(
        "warning",
        "a category of which another tool had asked nothing",
        say("List what it had asked about, or leave it so."),
    ),
    "nothing_held": Code(
        "error",
        "a tracker of the catalog that has no host, since the catalog cannot know it",
        say("Paste its address under Hosts and paths it uses."),
    ),
    "optout_link_title": Code(
        "warning", "another title of the opt-out link than California's law fixes (English only)"
    ),
    "over_maximum": Code("error", "a lifetime over a served regime's maximum", say("Write a shorter one.")),
    "own_host": Code("warning", "a tracker that would hold back the site itself"),
    "recording_elsewhere": Code("warning", "a well-known recorder of sessions outside the category recording"),
    "regime_not_optin": Code("error", "one regime for everybody that does not ask first"),
    "required_by_law": Code(
        "both",
        "a field that a served regime requires (a warning when it is one of all that are served)",
        say("Fill it in, unless that law does not reach you."),
    ),
    "reserved": Code(
        "error",
        "a storage name with which withdrawing would delete the choice itself (`placet_…`)",
        say("Write a name that does not cover it."),
    ),
    "safeguard_missing": Code("error", "a recipient outside the EEA without a safeguard"),
    "same_label": Code("error", "two buttons beside each other with one label", say("Write what each of them does.")),
    "shared_host": Code("warning", "one address in two categories"),
    "stray_brace": Code("error", "a brace that stands alone", say("Remove it, or complete the placeholder.")),
    "too_large": Code("error", "a config of more than 1 MB", say("Shorten it.")),
    "too_long": Code("error", "a text or list that is too long", say("Shorten it.")),
    "too_old": Code(
        "warning",
        "a choice of another tool's that may be older than a yes lasts",
        say("Leave it so, or offer a longer time for a yes where the law allows it."),
    ),
    "too_short": Code("error", "a choice remembered under a day, or receipts kept for less long than a choice"),
    "unclear_label": Code("warning", "a yes that does not say so, a no that speaks of a part or is read as text"),
    "unknown_category": Code("error", "a category that there is not", say("Choose one that there is.")),
    "unknown_key": Code("error", "a key that there is not"),
    "unknown_placeholder": Code(
        "error", "a placeholder that nothing fills in", say("Write one of these, or remove it.")
    ),
    "unknown_regime": Code("error", "a regime that there is not", say("Choose one that there is.")),
    "unknown_text": Code("error", "an override that names no text", say("Remove it, or write its right key.")),
    "unknown_tracker": Code("error", "a `via` that names no tracker", say("Choose a loader, or none.")),
    "unread_texts": Code("error", "a machine's translation that nobody has read, or that has changed since"),
    "unused_language": Code(
        "warning", "a text in a language that the site does not offer", say("Remove it, or offer the language.")
    ),
    "wrong_type": Code("error", "a value of another type", say("Correct it on the page YAML.")),
    "yes_of_before": Code(
        "warning",
        "a yes given to another tool that counts here",
        say("Compare with what it told visitors, then leave it so."),
    ),
}
"""By code, in the order of the alphabet. ``remedy`` is empty where the message itself says what to do."""


def remedy_of(code: str) -> str:
    """Return what to do about a problem, in words, where its message does not say; else nothing."""
    return CODES[code].remedy if code in CODES else ""
