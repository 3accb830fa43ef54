"""The documents that several parts of Placet read: shapes only, no behaviour.

A *config document* is what an admin edits, exports as YAML and publishes; every optional field is filled in
before it gets here (``app.schemas.config`` does that). A *notice document* is what a visitor is shown, in one
language under one regime. Field by field: ``docs/config.md``.
"""

from typing import Literal, NotRequired, TypedDict

from app.core.take_over_document import TakeOver as TakeOver

Localized = dict[str, str]
"""Plain text by BCP 47 language tag, e.g. ``{"en": "Analytics"}``. Never HTML."""

Model = Literal["none", "optin", "optout"]
"""``none``: always allowed; ``optin``: held until a yes; ``optout``: allowed until a no."""

GpcEffect = Literal["no", "honour", "legal_optout"]
"""What Global Privacy Control does: never grants; treated as an opt-out freely; a legal opt-out."""

TrackerKind = Literal["browser", "loader", "server", "declared"]
LegalBasis = Literal["consent", "contract", "legitimate_interest", "legal_obligation"]
RecipientRole = Literal["controller", "processor", "joint_controller"]
StorageKind = Literal["cookie", "local", "session", "indexeddb"]


class Authority(TypedDict):
    name: str
    url: str


class Controller(TypedDict):
    """Who is responsible for the site."""

    name: str
    address: str
    contact: str
    dpo: str | None
    authority: Authority | None


class Recipient(TypedDict):
    """Who receives what a tracker collects. ``country`` is ISO 3166-1 alpha-2."""

    name: str
    role: RecipientRole
    country: str
    safeguard: str | None


class DataItem(TypedDict):
    """One kind of data a tracker collects and how long it is kept (ISO 8601 duration)."""

    name: Localized
    retention: str


class Match(TypedDict):
    """A host (exact, or ``*.example.com`` for its subdomains) and a path prefix that a tracker uses."""

    host: str
    path: str


class StorageItem(TypedDict):
    """A cookie or storage key. ``name`` may end in ``*``; ``lifetime`` is ISO 8601, ``session`` or ``persistent``."""

    kind: StorageKind
    name: str
    lifetime: str
    domain: str | None


class Signals(TypedDict):
    """What a vendor is told of a choice, as steps: before anything else, with every decision, when the tracker may run.

    ``gpp``: by the Global Privacy Platform, too, where a US state's law applies.
    """

    default: list[str]
    decision: list[str]
    granted: list[str]
    gpp: bool


MOMENTS: tuple[Literal["default", "decision", "granted"], ...] = ("default", "decision", "granted")


class Tracker(TypedDict):
    """One vendor's thing that loads or stores."""

    id: str
    category: str
    kind: TrackerKind
    via: str | None
    name: str
    vendor: str
    purpose: Localized
    legal_basis: LegalBasis
    data: list[DataItem]
    recipients: list[Recipient]
    sale_share: bool
    match: list[Match]
    storage: list[StorageItem]
    stop: list[str]
    signals: Signals
    exempt_in: list[str]


class Category(TypedDict):
    """What a visitor decides on. ``follows`` names the standard category whose rule a custom one takes."""

    id: str
    name: Localized
    description: Localized
    follows: str | None


class Lifetimes(TypedDict):
    """How long a choice is remembered (ISO 8601 durations)."""

    granted: str
    refused: str


class Palette(TypedDict):
    """The colours of one scheme, as ``#rrggbb``. ``fill`` and ``on_fill`` are those of all filled buttons."""

    surface: str
    ink: str
    fill: str
    on_fill: str


class Colors(TypedDict):
    """The colours of a look. A scheme that is not there is drawn in the browser's own white and black."""

    light: NotRequired[Palette]
    dark: NotRequired[Palette]


class Look(TypedDict):
    """How the widget looks. What is left out is not filled in: a config without it stays what it was, byte for byte.

    ``side``: the edge at which the card and the reopen button stand; ``logo``: the URL of a picture above the title.
    """

    layout: Literal["corner", "bar", "modal", "inline"]
    side: NotRequired[Literal["start", "end"]]
    radius: NotRequired[Literal["none", "small", "medium", "large"]]
    colors: NotRequired[Colors]
    logo: NotRequired[str]


class ConfigDocument(TypedDict):
    """A site's whole consent configuration. A version that was published before there was ``take_over`` has none."""

    format: Literal[1]
    name: str
    origins: list[str]
    controller: Controller
    policy_url: str
    languages: list[str]
    regime: str
    lifetimes: Lifetimes
    retention: str
    notice_period: str
    choice_per_tracker: bool
    cookie_domain: str | None
    look: Look
    csp_sources: list[str]
    take_over: NotRequired[TakeOver | None]
    texts: dict[str, dict[str, str]]
    texts_read: dict[str, str]
    categories: list[Category]
    trackers: list[Tracker]


class NoticeData(TypedDict):
    name: str
    retention: str


class NoticeTracker(TypedDict):
    """A tracker as displayed: one language, nothing that only the gate needs."""

    id: str
    kind: TrackerKind
    name: str
    vendor: str
    purpose: str
    legal_basis: LegalBasis | Literal["opt_out"]
    data: list[NoticeData]
    recipients: list[Recipient]
    sale_share: bool
    storage: list[StorageItem]


class NoticeCategory(TypedDict):
    """A category as displayed. ``on`` is how its switch stands before a choice (true only where the law says so)."""

    id: str
    name: str
    description: str
    required: bool
    on: bool
    trackers: list[NoticeTracker]


class NoticeDocument(TypedDict):
    """Everything a visitor is shown, in one language under one regime."""

    v: Literal[1]
    site: str
    name: str
    lang: str
    dir: Literal["ltr", "rtl"]
    regime: str
    gpc: GpcEffect
    layout: str
    controller: Controller
    policy_url: str
    choice_per_tracker: bool
    lifetimes: Lifetimes
    languages: dict[str, str]
    texts: dict[str, str]
    categories: list[NoticeCategory]


class TrackerRule(TypedDict):
    """What deciding about one tracker needs. ``since`` is the version in which its present meaning first stood.

    ``model`` is ``stopped`` while the site's people have stopped it, whatever the law would let it do.
    """

    id: str
    category: str
    kind: TrackerKind
    model: Model | Literal["stopped"]
    sale_share: bool
    since: int
    via: NotRequired[str]


class Rules(TypedDict):
    """What deciding needs, for one config version under one regime. ``ask_since``: older choices are asked again."""

    version: int
    ask_since: int
    gpc: GpcEffect
    categories: list[str]
    trackers: list[TrackerRule]


class GateTracker(TrackerRule):
    """A rule and what the gate holds back, deletes and stops, and what the vendor is told.

    A version that was published before there were signals has none.
    """

    match: list[Match]
    storage: list[StorageItem]
    stop: list[str]
    signals: NotRequired[Signals]


class WidgetConfig(TypedDict):
    """What the widget works with: rules, first layer and its texts, in one language under one regime.

    The loader carries it as ``app.core.loader.compact_config`` writes it.
    """

    site: str
    api: str
    version: int
    sha256: str
    notice: dict[str, str]
    widget: dict[str, str]
    regime: str
    gpc: GpcEffect
    shown: str
    lang: str
    dir: Literal["ltr", "rtl"]
    layout: str
    look: NotRequired[str]
    next: str | None
    ask_since: int
    lifetimes: dict[str, int]
    cookie_domain: str | None
    choice_per_tracker: bool
    csp_sources: list[str]
    policy_url: str
    categories: list[dict[str, str]]
    trackers: list[GateTracker]
    texts: dict[str, str]
