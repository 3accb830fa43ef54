"""Rules: everything of the config that is neither a category, a tracker, a text nor its look."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.addresses import tidy_contact, tidy_domain, tidy_origin, tidy_url
from app.core.regimes import LOCATION, RegimeTable
from app.core.say import say
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft
from app.web.admin.field_times import UNITS
from app.web.admin.fields import Field
from app.web.admin.forms import PartForm, answer
from app.web.runtime import runtime

LIFETIME_HINT = say("At most what the law allows.")
LAYOUTS = (
    ("corner", say("corner: a card at the edge")),
    ("bar", say("bar: across the bottom")),
    ("modal", say("modal: in front of the page, which waits")),
    ("inline", say("inline: where the page has an element with data-placet-place")),
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
            title=say("Rules"),
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
        Field("name", say("Name of the site")),
        Field(
            "origins",
            say("Origins"),
            "lines",
            hint=say(
                "Such as https://www.example.com, one a line. All pages there are meant, so what stands behind the host "
                "is left out. Only they may send receipts."
            ),
            tidy=tidy_origin,
        ),
        Field(
            "controller",
            say("Who is responsible"),
            "mapping",
            fields=(
                Field("name", say("Name")),
                Field("address", say("Address")),
                Field("contact", say("Contact"), hint=say("An e-mail address or a web address."), tidy=tidy_contact),
                Field("dpo", say("Data protection officer"), nullable=True, hint=say("When there is one.")),
                Field(
                    "authority",
                    say("Supervisory authority"),
                    "mapping",
                    nullable=True,
                    fields=(Field("name", say("Its name")), Field("url", say("Its web address"), tidy=tidy_url)),
                ),
            ),
        ),
        Field(
            "policy_url",
            say("Privacy policy"),
            hint=say("Its web address, such as https://www.example.com/privacy. The banner links to it."),
            tidy=tidy_url,
        ),
        Field(
            "languages",
            say("Languages"),
            "languages",
            hint=say("Each visitor gets the one that suits their browser best. The texts of the banner are built in."),
        ),
        Field(
            "look",
            say("Look"),
            "mapping",
            fields=(
                Field(
                    "layout",
                    say("Layout of the banner"),
                    "select",
                    options=LAYOUTS,
                ),
            ),
        ),
        Field("regime", say("Law"), "select", options=_regimes(table)),
        Field(
            "lifetimes",
            say("How long a choice is remembered"),
            "mapping",
            fields=(
                Field("granted", say("A yes"), "time", hint=LIFETIME_HINT, options=UNITS),
                Field("refused", say("A no"), "time", hint=LIFETIME_HINT, options=UNITS),
            ),
        ),
        Field("retention", say("Receipts are kept for"), "time", options=UNITS),
        Field(
            "notice_period",
            say("A version that asks again waits"),
            "time",
            hint=say("Until then the banner announces it."),
            options=UNITS,
        ),
        Field("choice_per_tracker", say("Visitors may decide tracker by tracker"), "flag"),
        Field(
            "cookie_domain",
            say("Cookie domain"),
            nullable=True,
            hint=say("example.com, to share the choice between its subdomains. Empty: this host only."),
            tidy=tidy_domain,
        ),
        Field(
            "csp_sources",
            say("Further CSP sources"),
            "lines",
            nullable=True,
            hint=say("The site's own sources for the Content-Security-Policy that /trackers returns, one a line."),
            size=2,
        ),
    )


def _regimes(table: RegimeTable) -> tuple[tuple[str, str], ...]:
    """Only a regime that asks first may hold for everybody."""
    fixed = tuple(
        (regime.id, say("{id} for everybody: {label}", id=regime.id, label=say(regime.label)))
        for regime in table
        if regime.asks_first
    )
    return ((LOCATION, say("location: the law of the place where the visitor is")), *fixed)
