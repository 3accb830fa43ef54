"""Lint of the buttons' labels: a yes and a no that say so, each by itself, and the links whose words a law fixes."""

from collections.abc import Iterator, Mapping

from app.core.documents import ConfigDocument
from app.core.problems import Problem, error, warning
from app.core.regimes import Regime
from app.core.say import say
from app.core.texts import BuiltinTexts, merged_texts

BESIDE_EACH_OTHER = (("accept_all", "reject_all", "choose"), ("new_accept", "new_reject"))
"""Labels of buttons in one row."""

# What closes or goes on is no yes (EDPB Guidelines 05/2020, 86), whatever it runs.
_NO_YES = frozenset(
    (
        "close", "continue", "dismiss", "got it", "i understand", "next", "ok", "okay", "proceed", "understood",
        "alles klar", "fortfahren", "ich verstehe", "schließen", "verstanden", "weiter", "zur website",
        "continuer", "fermer", "j'ai compris", "compris", "cerrar", "continuar", "entendido",
        "chiudi", "continua", "ho capito", "begrepen", "doorgaan", "sluiten",
    )
)  # fmt: skip
# A no to everything that speaks of a part leaves open what of the rest.
_HALF_A_NO = (
    "non-essential", "non essential", "nonessential", "unnecessary", "non-necessary",
    "nicht notwendig", "nicht wesentlich", "nicht erforderlich", "nicht-essenziell", "nicht essenziell",
    "non essentiel", "non-essentiel", "non nécessaire", "no esencial", "no necesari", "non essenzial", "non necessari",
    "niet-essentiële", "niet essentiële",
)  # fmt: skip
_SHORT = 24
_OPT_OUT_TITLES = (
    "Your Privacy Choices",
    "Your California Privacy Choices",
    "Do Not Sell or Share My Personal Information",
)


def lint_labels(document: ConfigDocument, lang: str, builtin: BuiltinTexts, served: list[Regime]) -> Iterator[Problem]:
    """Return the problems of the labels in one language."""
    own, merged = document["texts"].get(lang, {}), merged_texts(document, lang, builtin)
    yield from _same(lang, own, merged)
    yield from _unclear(lang, own, merged)
    if any("optout_link" in regime.first_layer for regime in served):
        yield from _opt_out_title(lang, own)


def _same(lang: str, own: Mapping[str, str], merged: Mapping[str, str]) -> Iterator[Problem]:
    """Buttons beside each other: told at the last that somebody wrote."""
    for group in BESIDE_EACH_OTHER:
        seen: dict[str, str] = {}
        for key in group:
            label = _plain(merged.get(key, ""))
            if label and label in seen:
                other = seen[label]
                place = key if key in own else other
                is_yes_and_no = "choose" not in (key, other)
                message = (
                    say("Yes and no must not have the same label.")
                    if is_yes_and_no
                    else say("Two buttons beside each other must not have the same label.")
                )
                yield error(f"texts.{lang}.{place}", "same_label", message)
            seen.setdefault(label, key)


def _unclear(lang: str, own: Mapping[str, str], merged: Mapping[str, str]) -> Iterator[Problem]:
    for key in ("accept_all", "new_accept"):
        if _plain(own.get(key, "")).rstrip(".!") in _NO_YES:
            yield warning(
                f"texts.{lang}.{key}", "unclear_label", say("This does not say yes. Write what it does: Accept all.")
            )
    for key, yes in (("reject_all", "accept_all"), ("new_reject", "new_accept")):
        label = own.get(key, "")
        if any(words in _plain(label) for words in _HALF_A_NO):
            message = say("A no to a part leaves open what of the rest. Write what it does: Reject all.")
            yield warning(f"texts.{lang}.{key}", "unclear_label", message)
        elif len(label) > max(_SHORT, 2 * len(merged.get(yes, ""))):
            message = say(
                "The no is more than twice as long as the yes: it is read as text, not as a button. Shorten it."
            )
            yield warning(f"texts.{lang}.{key}", "unclear_label", message)


def _opt_out_title(lang: str, own: Mapping[str, str]) -> Iterator[Problem]:
    title = own.get("reopen_optout", "")
    if lang.split("-")[0] == "en" and title and _plain(title) not in map(_plain, _OPT_OUT_TITLES):
        message = say("California fixes the words of this link: one of {titles}.", titles=", ".join(_OPT_OUT_TITLES))
        yield warning(f"texts.{lang}.reopen_optout", "optout_link_title", message)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
