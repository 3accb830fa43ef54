"""Gathers what a tool says into a draft, and notes what was taken, what was left out and why, and what is still missing."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.decision import NECESSARY
from app.core.errors import NotAllowedError
from app.core.imports.js_literal import Regex, Unread
from app.core.say import say

ID_LENGTH = 32
LONGEST_NAME = 120
BRIEF = 80
LONGEST_TEXT = 2000
MOST_TRACKERS = 200
MOST_STORED = 500
LONGEST_LINKED = 5000

# What other tools call the standard categories.
_STANDARD = {
    "necessary": "necessary strictly-necessary essential required mandatory technical notwendig essenziell necessaires "
    "necessaire strictly-necessary-cookies necessary-cookies essential-cookies c0001",
    "functional": "functional functionality preferences preference personalization personalisation funktional praferenzen "
    "preferences-cookies functional-cookies functionality-cookies preference-cookies c0003",
    "analytics": "analytics analytic analysis statistics statistic statistical performance measurement statistik "
    "statistiken statistiques performance-cookies analytics-cookies statistics-cookies analytical-cookies c0002",
    "marketing": "marketing advertising advertisement advertisements ads ad targeting targeted-advertising werbung "
    "publicite marketing-cookies advertising-cookies targeting-cookies advertisement-cookies c0004",
}
_SAME = {word: own for own, words in _STANDARD.items() for word in words.split()}
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|h[1-6]|td|tr)\b[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*\bhref\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_NOT_ID = re.compile(r"[^a-z0-9]+")
_ACCENTS = str.maketrans("àâäáãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")
_SIMPLE_REGEX = re.compile(r"\^?((?:[A-Za-z0-9_!#%&'`~-]|\\[._$-])+)(\$|\.\*\$?|\.\+\$?|\\d[+*]\$?|\[[^\]]+\][+*]\$?)?")
_COOKIE = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+\*?")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")


class ImportFormatError(NotAllowedError):
    """What was given is not what the tool writes."""

    code = "import_format"


@dataclass(frozen=True)
class Note:
    """One thing about an import: ``taken``, ``left`` out and why, or ``empty`` because the tool does not say it."""

    level: Literal["taken", "left", "empty"]
    where: str
    words: str


@dataclass(frozen=True)
class Imported:
    """A part of a config document (``docs/config.md``), unfinished where the tool is silent, and what is to say of it."""

    document: dict[str, Any]
    notes: list[Note]


@dataclass
class Gathering:
    """Collects categories and trackers under ids of their own. ``lang`` is the language of texts that do not say theirs."""

    lang: str
    document: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    told: set[Note] = field(default_factory=set)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    trackers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, where: str, words: str) -> None:
        """Note that something was understood."""
        self.notes.append(Note("taken", where, words))

    def leave(self, where: str, words: str) -> None:
        """Note that something was left out, and why; the same is told once."""
        note = Note("left", where if len(where) <= LONGEST_NAME else where[:LONGEST_NAME], words)
        if note not in self.told:
            self.told.add(note)
            self.notes.append(note)

    def category(self, name: str, *, is_necessary: bool = False) -> str:
        """Return the id of the category that a tool calls ``name``, made if it is new; empty for an empty name."""
        own = NECESSARY if is_necessary else standard_category(name)
        if not own:
            return ""
        if own not in self.categories:
            self.categories[own] = {"id": own, "name": {}, "description": {}, "follows": None}
            if own != name:
                self.take(say("Category {name}", name=name), say("It is {own} here.", own=own))
        return own

    def describe(self, category: str, lang: str, name: Any, description: Any) -> None:
        """Put a category's words in one language into it, as far as they are texts."""
        entry = self.categories.get(category)
        if entry is None:
            return
        for key, said, longest in (("name", name, 60), ("description", description, LONGEST_TEXT)):
            text = self.plain(say("Category {category}, {key}", category=category, key=key), said, longest)
            if text:
                entry[key].setdefault(lang, text)

    def tracker(self, name: str, category: str, *, vendor: str = "", title: str = "") -> dict[str, Any]:
        """Add a tracker and return it, empty but for what is given. Raises ``ImportFormatError`` for too many."""
        if len(self.trackers) >= MOST_TRACKERS:
            raise ImportFormatError(
                say(
                    "This has more than {most_trackers} trackers, more than a site can have.",
                    most_trackers=MOST_TRACKERS,
                )
            )
        own = free_id(name, self.trackers)
        self.trackers[own] = made = {
            "id": own,
            "category": category,
            "kind": "browser",
            "name": (title or name)[:LONGEST_NAME],
            "vendor": vendor[:LONGEST_NAME],
            "purpose": {},
            "data": [],
            "recipients": [],
            "match": [],
            "storage": [],
        }
        return made

    def plain(self, where: str, said: Any, longest: int = LONGEST_TEXT) -> str:
        """Return a text without markup; anything but a text is left out, with a note."""
        if said is None or said == "":
            return ""
        if not isinstance(said, str):
            self.leave(where, say("It is not a plain text: {said}", said=brief(said)))
            return ""
        text = " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", said))).split())
        if _TAG.search(said):
            self.leave(where, say("Its markup: every text here is plain."))
        if len(text) > longest:
            self.leave(where, say("It was longer than {longest} characters and was cut.", longest=longest))
        return text[:longest].strip()

    def store(
        self, tracker: dict[str, Any], name: Any, *, kind: str = "cookie", domain: Any = None, lifetime: str = ""
    ) -> None:
        """Add what a tracker stores: a name, a regular expression that is simple enough, or a note why not."""
        where = say("{name} › cookie", name=tracker["name"])
        own = storage_name(name)
        if own is None:
            self.leave(
                where,
                say("The pattern {name} is not a name, nor the beginning of one with * behind it.", name=brief(name)),
            )
            return
        if own.startswith("placet_") or own == "*":
            self.leave(where, say("{own} would be deleted with the visitor's choice itself.", own=own))
            return
        place = domain.strip().lower().lstrip(".") if isinstance(domain, str) else ""
        if isinstance(domain, Unread):
            self.leave(where, say("The domain of {own} is computed: {source}", own=own, source=domain.source))
        if len(tracker["storage"]) >= MOST_STORED:
            raise ImportFormatError(
                say("{name} stores more than {most_stored} things.", name=tracker["name"], most_stored=MOST_STORED)
            )
        entry = {
            "kind": kind,
            "name": own,
            "lifetime": lifetime,
            "domain": place if kind == "cookie" and _DOMAIN.fullmatch(place) else None,
        }
        same = [item for item in tracker["storage"] if (item["kind"], item["name"]) == (kind, own)]
        if not same:
            tracker["storage"].append(entry)
        elif lifetime and not same[0]["lifetime"]:
            same[0]["lifetime"] = lifetime

    def finish(self) -> Imported:
        """Return everything, with notes on what is still empty."""
        if self.categories or self.trackers:
            self.category(NECESSARY)
        document = {
            **self.document,
            "categories": list(self.categories.values()),
            "trackers": list(self.trackers.values()),
        }
        counts = (
            (say("Provider"), [own for own in self.trackers.values() if not own["vendor"]]),
            (say("Purpose"), [own for own in self.trackers.values() if not own["purpose"]]),
            (say("Category"), [own for own in self.trackers.values() if not own["category"]]),
            (say("Lifetime of what is stored"), [
                own for own in self.trackers.values() if any(not item["lifetime"] for item in own["storage"])
            ]),
            (say("Data that is collected, and for how long it is kept"), [*self.trackers.values()]),
            (say("Hosts to hold back"), [own for own in self.trackers.values() if not own["match"]]),
        )  # fmt: skip
        for what, lacking in counts:
            if lacking:
                named = ", ".join(own["name"] for own in lacking[:6]) + (" …" if len(lacking) > 6 else "")
                self.notes.append(
                    Note(
                        "empty",
                        what,
                        say("Not said for {lacking}: {named}", lacking=len(lacking), named=named),
                    )
                )
        return Imported(document, self.notes)


def standard_category(name: str) -> str:
    """Return the standard category that a tool means by ``name``, else an id made of it; empty for an empty one."""
    slug = slug_of(name)
    return _SAME.get(slug, slug[:ID_LENGTH].strip("-"))


def slug_of(name: str) -> str:
    """Return ``name`` in the letters of an id, beginning with one; empty when it has none."""
    slug = _NOT_ID.sub("-", name.lower().translate(_ACCENTS)).strip("-")
    return slug if not slug or slug[0].isalpha() else f"t-{slug}"


def free_id(name: str, taken: Any) -> str:
    """Return an id made of ``name`` that is not in ``taken``."""
    own = slug_of(name)[:ID_LENGTH].strip("-") or "tracker"
    number, made = 2, own
    while made in taken:
        made = f"{own[: ID_LENGTH - len(str(number)) - 1].rstrip('-')}-{number}"
        number += 1
    return made


def storage_name(name: Any) -> str | None:
    """Return a name of ours (``_ga*``) for a tool's: a text, or a regular expression that only says how names begin."""
    if isinstance(name, Regex):
        match = _SIMPLE_REGEX.fullmatch(name.pattern[:LONGEST_NAME])
        if match is None or name.flags.replace("g", "").replace("i", ""):
            return None
        plain, rest = re.sub(r"\\(.)", r"\1", match[1]), match[2]
        if not name.pattern.startswith("^"):
            return None
        return plain if rest == "$" else f"{plain}*"
    if not isinstance(name, str):
        return None
    text = name.strip()
    return text if len(text) <= LONGEST_NAME and _COOKIE.fullmatch(text) else None


def policy_link(*texts: Any) -> str:
    """Return the first full address of a link in texts that looks like one to a privacy policy; empty: none."""
    links = [
        html.unescape(link) for text in texts if isinstance(text, str) for link in _LINK.findall(text[:LONGEST_LINKED])
    ]
    full = [link for link in links if re.match(r"https?://", link)]
    return next((link for link in full if re.search(r"priva|datenschutz|policy|confident", link, re.IGNORECASE)), "")


def brief(value: Any) -> str:
    """Return what stands in a config, as it stands there, in a few words."""
    if isinstance(value, Regex):
        return f"/{value.pattern}/{value.flags}"[:BRIEF]
    return (value.source if isinstance(value, Unread) else str(value))[:BRIEF]
