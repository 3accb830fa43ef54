"""The fields of a tracker (``docs/config.md``), with what the draft and the law offer to choose from."""

from dataclasses import dataclass

from app.core.category_rules import rule_category
from app.core.regimes import RegimeTable
from app.web.admin.drafts import OpenDraft
from app.web.admin.fields import Field

DURATION_HINT = "P14M for 14 months, P30D for 30 days, P2Y for 2 years."
KINDS = (
    ("browser", "browser: loaded in the page, held back by the widget"),
    ("loader", "loader: a tag manager that brings others"),
    ("server", "server: the site's server or mailer asks first"),
    ("declared", "declared: only told, not controlled here"),
)
BASES = (
    ("consent", "consent"),
    ("contract", "contract"),
    ("legitimate_interest", "legitimate interest"),
    ("legal_obligation", "legal obligation"),
)
ROLES = (
    ("processor", "processor: works for you"),
    ("controller", "controller: decides itself"),
    ("joint_controller", "joint controller: decides with you"),
)
STORAGE = (
    ("cookie", "cookie"),
    ("local", "local storage"),
    ("session", "session storage"),
    ("indexeddb", "IndexedDB"),
)
DATA = (
    Field("name", "What", "localized"),
    Field("retention", "Kept for", hint=DURATION_HINT, size=1),
)
RECIPIENTS = (
    Field("name", "Name"),
    Field("role", "Role", "select", options=ROLES, default="processor"),
    Field("country", "Country", hint="Two letters, such as IE or US.", size=1),
    Field(
        "safeguard",
        "Safeguard",
        nullable=True,
        hint="Needed outside the EEA, such as: Standard contractual clauses.",
    ),
)
MATCH = (
    Field("host", "Host", hint="stats.example.com, or *.example.com for all its subdomains."),
    Field("path", "Path begins with", default="/"),
)
SIGNALS = (
    Field(
        "default",
        "Before anything else",
        "lines",
        hint="One step a line, on every page: a queue, dataLayer.push(…), or a function, exampleSdk.set(…). "
        '"?analytics" in its values is granted or denied, by the choice on that category or tracker; "?" is this tracker.',
        size=2,
    ),
    Field("decision", "With every decision, and when a visitor comes with one", "lines", size=2),
    Field("granted", "When this tracker may run", "lines", size=2),
    Field(
        "gpp",
        "By the Global Privacy Platform, too",
        "flag",
        hint="For US advertising vendors that read __gpp. Only visitors under a US law get it.",
    ),
)
STORED = (
    Field("kind", "Kind", "select", options=STORAGE, default="cookie"),
    Field("name", "Name", hint="May end in *."),
    Field("lifetime", "Lifetime", hint="P13M, PT30M, session or persistent.", size=1),
    Field("domain", "Domain", nullable=True, hint="Only when it is set for a parent domain."),
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
        Field("name", "Name", hint="What the visitor reads, such as Clickstream."),
        Field("id", "Id", hint="a-z, 0-9 and -. The page marks its script with it: data-tracker=…"),
        Field("category", "Category", "select", options=(("", "Choose one"), *categories)),
        Field("vendor", "Provider", hint="The company behind it."),
        Field("purpose", "Purpose", "localized", long=True, hint="What it does, so that a visitor can picture it."),
        Field("legal_basis", "Legal basis", "select", options=BASES, default="consent"),
        Field("kind", "Kind", "select", options=KINDS, default="browser"),
        Field("via", "Brought by", "select", options=(("", "no loader"), *loaders), nullable=True),
        Field(
            "sale_share",
            "Sold to or shared with a third party",
            "flag",
            default=True,
            hint="Global Privacy Control keeps it off then.",
        ),
        Field("data", "Data it collects", "rows", one="data item", fields=DATA),
        Field("recipients", "Recipients", "rows", one="recipient", fields=RECIPIENTS),
        Field(
            "match",
            "Hosts and paths it uses",
            "rows",
            one="host",
            fields=MATCH,
            hint="What the widget holds back until a yes.",
        ),
        Field(
            "storage",
            "Stored in the browser",
            "rows",
            one="cookie or key",
            fields=STORED,
            hint="Deleted when consent is withdrawn.",
        ),
        Field(
            "stop",
            "Stopped by",
            "lines",
            hint="On withdrawal, one step a line: a function of the tracker, exampleRecorder.stop or "
            'exampleRecorder.set("off"); a value to set, exampleRecorder.off = true; or reload, where only a new page '
            "stops it.",
            size=2,
        ),
        Field("signals", "What the vendor is told", "mapping", fields=SIGNALS),
        Field(
            "exempt_in",
            "Exempt from asking first",
            "checks",
            options=tuple((found.regime, found.label) for found in exemptions),
            notes=tuple(found.conditions for found in exemptions),
            hint="Check a box only when every one of its conditions holds for this tracker. You answer for it."
            if exemptions
            else "No law in the table has an exemption for this category.",
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
            f"{regime.label}, {' or '.join(found)}",
            tuple(
                condition if len(found) == 1 else f"{category}: {condition}"
                for category, exemption in found.items()
                for condition in exemption.conditions
            ),
        )
        for regime in table
        if (found := {name: item for name, item in regime.exemptions.items() if rule in (None, name)})
    ]
