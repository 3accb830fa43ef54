"""The fields of a tracker (``docs/config.md``), with what the draft and the law offer to choose from."""

from dataclasses import dataclass

from app.core.addresses import tidy_domain, tidy_match
from app.core.category_rules import rule_category
from app.core.regimes import RegimeTable
from app.core.say import say
from app.web.admin.drafts import OpenDraft
from app.web.admin.field_times import LIFETIME_UNITS, UNITS
from app.web.admin.fields import Field
from app.web.admin.lists import either

KINDS = (
    ("browser", say("browser: loaded in the page, held back by the widget")),
    ("loader", say("loader: a tag manager that brings others")),
    ("server", say("server: the site's server or mailer asks first")),
    ("declared", say("declared: only told, not controlled here")),
)
BASES = (
    ("consent", say("consent")),
    ("contract", say("contract")),
    ("legitimate_interest", say("legitimate interest")),
    ("legal_obligation", say("legal obligation")),
)
ROLES = (
    ("processor", say("processor: works for you")),
    ("controller", say("controller: decides itself")),
    ("joint_controller", say("joint controller: decides with you")),
)
STORAGE = (
    ("cookie", say("cookie")),
    ("local", say("local storage")),
    ("session", say("session storage")),
    ("indexeddb", "IndexedDB"),
)
DATA = (
    Field("name", say("What"), "localized"),
    Field("retention", say("Kept for"), "time", options=UNITS),
)
RECIPIENTS = (
    Field("name", say("Name")),
    Field("role", say("Role"), "select", options=ROLES, default="processor"),
    Field("country", say("Country"), "country"),
    Field(
        "safeguard",
        say("Safeguard"),
        nullable=True,
        hint=say("Needed outside the EEA, such as: Standard contractual clauses."),
    ),
)
MATCH = (
    Field("host", say("Host"), hint=say("stats.example.com, or *.example.com for all its subdomains.")),
    Field("path", say("Path begins with"), default="/"),
)
SIGNALS = (
    Field(
        "default",
        say("Before anything else"),
        "lines",
        nullable=True,
        hint=say(
            "One step a line, on every page: a queue, dataLayer.push(…), or a function, exampleSdk.set(…). "
            '"?analytics" in its values is granted or denied, by the choice on that category or tracker; '
            '"?" is this tracker.'
        ),
        size=2,
    ),
    Field("decision", say("With every decision, and when a visitor comes with one"), "lines", nullable=True, size=2),
    Field("granted", say("When this tracker may run"), "lines", nullable=True, size=2),
    Field(
        "gpp",
        say("By the Global Privacy Platform, too"),
        "flag",
        hint=say("For US advertising vendors that read __gpp. Only visitors under a US law get it."),
    ),
)
STORED = (
    Field("kind", say("Kind"), "select", options=STORAGE, default="cookie"),
    Field("name", say("Name"), hint=say("May end in *.")),
    Field("lifetime", say("Lifetime"), "time", options=LIFETIME_UNITS),
    Field(
        "domain", say("Domain"), nullable=True, tidy=tidy_domain, hint=say("Only when it is set for a parent domain.")
    ),
)


def tracker_fields(draft: OpenDraft, table: RegimeTable, index: int) -> tuple[Field, ...]:
    """Return the fields of the tracker at ``index`` of the draft."""
    lang = draft.languages[0]
    exemptions = _exemptions(table, _rule(draft, index))
    categories = tuple(
        (category["id"], category["name"].get(lang) or category["id"]) for category in draft.filled["categories"]
    )
    loaders = tuple(
        (tracker["id"], tracker["name"] or tracker["id"])
        for at, tracker in enumerate(draft.filled["trackers"])
        if tracker["kind"] == "loader" and at != index
    )
    return (
        Field("name", say("Name"), hint=say("What the visitor reads, such as Clickstream.")),
        Field("id", say("Id"), hint=say("a-z, 0-9 and -. The page marks its script with it: data-tracker=…")),
        Field("category", say("Category"), "select", options=(("", say("Choose one")), *categories)),
        Field("vendor", say("Provider"), hint=say("The company behind it.")),
        Field(
            "purpose",
            say("Purpose"),
            "localized",
            long=True,
            hint=say("What it does, so that a visitor can picture it."),
        ),
        Field("legal_basis", say("Legal basis"), "select", options=BASES, default="consent"),
        Field("kind", say("Kind"), "select", options=KINDS, default="browser"),
        Field("via", say("Brought by"), "select", options=(("", say("no loader")), *loaders), nullable=True),
        Field(
            "sale_share",
            say("Sold to or shared with a third party"),
            "flag",
            default=True,
            hint=say("Global Privacy Control keeps it off then."),
        ),
        Field("data", say("Data it collects"), "rows", one=say("data item"), fields=DATA),
        Field("recipients", say("Recipients"), "rows", one=say("recipient"), fields=RECIPIENTS),
        Field(
            "match",
            say("Hosts and paths it uses"),
            "rows",
            one=say("host"),
            fields=MATCH,
            hint=say("What the banner holds back until a yes. A whole address may be pasted as the host."),
            tidy=tidy_match,
        ),
        Field(
            "storage",
            say("Stored in the browser"),
            "rows",
            one=say("cookie or key"),
            fields=STORED,
            hint=say("Deleted when consent is withdrawn."),
        ),
        Field(
            "stop",
            say("Stopped by"),
            "lines",
            nullable=True,
            hint=say(
                "On withdrawal, one step a line: a function of the tracker, exampleRecorder.stop or "
                'exampleRecorder.set("off"); a value to set, exampleRecorder.off = true; or reload, where '
                "only a new page stops it."
            ),
            size=2,
        ),
        Field("signals", say("What the vendor is told"), "mapping", fields=SIGNALS),
        Field(
            "exempt_in",
            say("Exempt from asking first"),
            "checks",
            options=tuple((found.regime, found.label) for found in exemptions),
            notes=tuple(found.conditions for found in exemptions),
            hint=say("Check a box only when every one of its conditions holds for this tracker. You answer for it.")
            if exemptions
            else say("No law in the table has an exemption for this category."),
        ),
    )


@dataclass(frozen=True)
class _Offer:
    """A regime's exemption from asking first, with its conditions."""

    regime: str
    label: str
    conditions: tuple[str, ...]


def _rule(draft: OpenDraft, index: int) -> str | None:
    """The standard category whose rule the tracker takes; ``None`` while it is new or in no category."""
    trackers = draft.filled["trackers"]
    return rule_category(trackers[index]["category"], draft.filled["categories"]) if index < len(trackers) else None


def _exemptions(table: RegimeTable, rule: str | None) -> list[_Offer]:
    """The exemptions for trackers under ``rule``; all of them while it is not known."""
    return [
        _Offer(
            regime.id,
            say("{label}, {found}", label=say(regime.label), found=either(list(found))),
            tuple(
                say(condition)
                if len(found) == 1
                else say("{category}: {condition}", category=category, condition=say(condition))
                for category, exemption in found.items()
                for condition in exemption.conditions
            ),
        )
        for regime in table
        if (found := {name: item for name, item in regime.exemptions.items() if rule in (None, name)})
    ]
