"""Rules: everything of the config that is neither a category, a tracker, a text nor its look."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.regimes import LOCATION, RegimeTable
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.runtime import runtime

LIFETIME_HINT = "P6M for 6 months, P180D for 180 days. At most what the regime allows."
LAYOUTS = (
    ("corner", "corner: a card at the edge"),
    ("bar", "bar: across the bottom"),
    ("modal", "modal: in front of the page, which waits"),
    ("inline", "inline: where the page has an element with data-placet-place"),
)


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/rules", view_func=rules, methods=["GET", "POST"])


@desk("edit")
def rules(visit: Visit) -> ResponseReturnValue:
    """Edit who is responsible, where the widget runs, and which law holds."""
    handle = visit.place.handle
    fields = tuple(item for item in rule_fields(runtime().regimes) if item.name != "look")

    def make(draft: OpenDraft) -> PartForm:
        return PartForm(
            place="rules",
            title="Rules",
            fields=fields,
            path="",
            stored={item.name: draft.filled[item.name] for item in fields},  # type: ignore[literal-required]
            put=merge_into,
            as_yaml=True,
            after=lambda typed: url_for("admin.rules", handle=handle, done="saved"),
            template="admin/rules.html",
        )

    return answer(visit, make)


def merge_into(document: dict[str, Any], typed: dict[str, Any]) -> None:
    """Put what was typed into a draft; what a mapping has besides stays."""
    for name, value in typed.items():
        before = document.get(name)
        document[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value


def rule_fields(table: RegimeTable) -> tuple[Field, ...]:
    """Return the fields of everything that is neither a category, a tracker nor a text.

    Of the look they have what the set-up asks; the page Look has the rest.
    """
    return (
        Field("name", "Name of the site"),
        Field(
            "origins",
            "Origins",
            "lines",
            hint="https://www.example.com, one a line. Only pages of these may send receipts.",
        ),
        Field(
            "controller",
            "Who is responsible",
            "mapping",
            fields=(
                Field("name", "Name"),
                Field("address", "Address"),
                Field("contact", "Contact", hint="An e-mail address or a URL."),
                Field("dpo", "Data protection officer", nullable=True, hint="When there is one."),
                Field(
                    "authority",
                    "Supervisory authority",
                    "mapping",
                    nullable=True,
                    fields=(Field("name", "Its name"), Field("url", "Its URL")),
                ),
            ),
        ),
        Field("policy_url", "Privacy policy", hint="The URL that the banner links to."),
        Field(
            "languages",
            "Languages",
            "lines",
            hint="en or pt-BR, one a line. The first is the default. What the page Texts has built in: "
            f"{', '.join(runtime().desk.texts)}.",
            size=2,
        ),
        Field(
            "look",
            "Look",
            "mapping",
            fields=(
                Field(
                    "layout",
                    "Layout of the banner",
                    "select",
                    options=LAYOUTS,
                ),
            ),
        ),
        Field("regime", "Law", "select", options=_regimes(table)),
        Field(
            "lifetimes",
            "How long a choice is remembered",
            "mapping",
            fields=(
                Field("granted", "A yes", hint=LIFETIME_HINT, size=1),
                Field("refused", "A no", hint=LIFETIME_HINT, size=1),
            ),
        ),
        Field("retention", "Receipts are kept for", hint="P5Y for 5 years.", size=1),
        Field(
            "notice_period",
            "A version that asks again waits",
            hint="P30D for 30 days. Until then the widget announces it.",
            size=1,
        ),
        Field("choice_per_tracker", "Visitors may decide tracker by tracker", "flag"),
        Field(
            "cookie_domain",
            "Cookie domain",
            nullable=True,
            hint="example.com, to share the choice between its subdomains. Empty: this host only.",
        ),
        Field(
            "csp_sources",
            "Further CSP sources",
            "lines",
            hint="The site's own sources for the Content-Security-Policy that /trackers returns, one a line.",
            size=2,
        ),
    )


def _regimes(table: RegimeTable) -> tuple[tuple[str, str], ...]:
    """Only a regime that asks first may hold for everybody."""
    fixed = tuple((regime.id, f"{regime.id} for everybody: {regime.label}") for regime in table if regime.asks_first)
    return ((LOCATION, "location: the law of the place where the visitor is"), *fixed)
