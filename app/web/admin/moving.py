"""What visitors chose before: taken over from another tool, once, and only as far as it had asked (docs/import.md)."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.decision import NECESSARY
from app.core.say import say
from app.core.take_over import TOOLS
from app.web.admin.access import Visit, desk
from app.web.admin.drafts import OpenDraft
from app.web.admin.field_times import UNITS
from app.web.admin.fields import Field, blank
from app.web.admin.forms import PartForm, answer


def register(bp: Blueprint) -> None:
    """Add the addresses of this place."""
    bp.add_url_rule("/sites/<handle>/take-over", view_func=take_over, methods=["GET", "POST"])


@desk("edit")
def take_over(visit: Visit) -> ResponseReturnValue:
    """Edit what is taken over of choices that another tool has kept in visitors' browsers."""
    handle = visit.place.handle

    def make(draft: OpenDraft) -> PartForm:
        fields = take_over_fields(draft)
        return PartForm(
            place="import",
            title=say("What visitors chose before"),
            lead=say(
                "Visitors who have answered another tool's banner need not all be asked again: a no is taken over always, "
                "a yes only for the trackers listed here. It is never told as a click on your banner."
            ),
            back=url_for("admin.import_page", handle=handle),
            back_label=say("Import"),
            fields=fields,
            path="take_over",
            stored=dict(draft.filled.get("take_over") or blank(fields)),
            put=put_take_over,
            after=lambda typed: url_for(
                "admin.take_over", handle=handle, done="saved" if typed["from"] else "nothing-taken-over"
            ),
        )

    return answer(visit, make)


def put_take_over(document: dict[str, Any], typed: dict[str, Any]) -> None:
    """Put what was typed into a draft; without a tool nothing is taken over."""
    if typed["from"]:
        document["take_over"] = typed
    else:
        document.pop("take_over", None)


def take_over_fields(draft: OpenDraft) -> tuple[Field, ...]:
    """Return the fields, with the draft's own trackers to choose from."""
    tools = tuple((name, tool.title) for name, tool in TOOLS.items())
    trackers = tuple(
        (tracker["id"], tracker["name"] or tracker["id"])
        for tracker in draft.filled["trackers"]
        if tracker["category"] != NECESSARY
    )
    return (
        Field(
            "from",
            say("The tool that your site had"),
            "select",
            options=(("", say("none: nothing is taken over")), *tools),
            hint=say("With none, what stands below is not kept."),
        ),
        Field(
            "name",
            say("Its cookie or localStorage key"),
            nullable=True,
            hint=say("Only where it is not the tool's own default."),
        ),
        Field(
            "kept",
            say("How long it kept a choice"),
            "time",
            nullable=True,
            options=UNITS,
            hint=say("Needed where the tool does not keep when that was: Klaro, Orejime, tarteaucitron, CookieYes."),
        ),
        Field("until", say("Last day"), "date", hint=say("A day in UTC. After it nothing is taken over any more.")),
        Field("delete", say("Delete what the tool had kept, once it is taken over"), "flag"),
        Field(
            "trackers",
            say("For which trackers its yes counts"),
            "rows",
            one=say("tracker"),
            hint=say(
                "Only those that the tool named to visitors with the same purpose and the same recipients, and that waited "
                "for their click."
            ),
            fields=(
                Field("id", say("Tracker"), "select", options=(("", say("choose one")), *trackers)),
                Field(
                    "asked_as",
                    say("Asked as"),
                    "lines",
                    hint=say("The categories or services under which the tool kept the answer, one a line."),
                ),
            ),
        ),
    )
