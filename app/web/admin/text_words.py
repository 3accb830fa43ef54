"""What the widget's texts are called at the desk, and where each appears: key to (label, where)."""

from app.core.say import say

_BODY = say("In the first layer's text,")
_RECIPIENTS = say(
    "{body} in the place of {{recipients}}: the plural form that the language uses for {{count}}.", body=_BODY
)
_LIST = say("In a category: opens its list.")
_ROW = say("In the details of a tracker.")
_FOOT = say("At the foot of the preferences.")
_OWN = say("At the foot of the preferences, for a visitor who has a receipt.")
_NEW = say("Where a tracker came or changed after the visitor's yes.")
_PLACEHOLDER = say("In the place of a frame that is held.")

TEXT_WORDS: dict[str, tuple[str, str]] = {
    "label": (say("Name of the banner"), say("Not seen: screen readers say it.")),
    "title": (say("Title"), say("Above the first layer's text.")),
    "body": (say("Text, where the law asks first"), say("Below the title.")),
    "body_optout": (say("Text, where something runs until a no"), say("Below the title; {{running}} is what runs.")),
    "body_shared": (say("What is sold or shared"), say("{body} in the place of {{shared}}.", body=_BODY)),
    "body_waits": (say("What waits for a yes"), say("{body} in the place of {{waits}}.", body=_BODY)),
    "body_declared": (
        say("What cannot be controlled"),
        say("{body} at its end, where a tracker is only declared.", body=_BODY),
    ),
    "recipients_none": (say("No recipients"), _RECIPIENTS),
    "recipients_zero": (say("Recipients, form “zero”"), _RECIPIENTS),
    "recipients_one": (say("One recipient"), _RECIPIENTS),
    "recipients_two": (say("Two recipients"), _RECIPIENTS),
    "recipients_few": (say("A few recipients"), _RECIPIENTS),
    "recipients_many": (say("Many recipients"), _RECIPIENTS),
    "recipients_other": (say("Several recipients"), _RECIPIENTS),
    "policy_link": (
        say("Link to the privacy policy"),
        say("After the first layer's text, and at the foot of the preferences."),
    ),
    "accept_all": (say("Yes to everything"), say("Button of the first layer and of the preferences.")),
    "reject_all": (say("No to everything"), say("Button of the first layer and of the preferences.")),
    "choose": (say("To the preferences"), say("Button of the first layer.")),
    "reopen": (say("Change the choice"), say("The button that stays on the page after a choice.")),
    "reopen_optout": (
        say("Change the choice, where the law asks for a link"),
        say("The same button in such places."),
    ),
    "saved": (say("After a choice"), say("Not seen: screen readers say it.")),
    "load_failed": (say("The preferences did not load"), say("In the first layer, when there is no connection.")),
    "gpc_status": (
        say("Global Privacy Control is on, in a few words"),
        say("In the first layer, and on the button that stays on the page."),
    ),
    "preferences_title": (say("Title of the preferences"), say("Above the switches.")),
    "preferences_body": (say("Text of the preferences"), say("Below their title.")),
    "save": (say("Save the switches"), say("Button of the preferences.")),
    "confirm": (say("A yes that no visitor clicked"), say("Where a program pressed a button, which grants nothing.")),
    "close": (say("Close"), say("Button of the preferences; changes nothing.")),
    "always_on": (say("Always on"), say("Beside a category that is necessary.")),
    "trackers_zero": (say("Trackers, form “zero”"), _LIST),
    "trackers_one": (say("One tracker"), _LIST),
    "trackers_two": (say("Two trackers"), _LIST),
    "trackers_few": (say("A few trackers"), _LIST),
    "trackers_many": (say("Many trackers"), _LIST),
    "trackers_other": (say("Several trackers"), _LIST),
    "vendor": (say("Provider"), _ROW),
    "purpose": (say("Purpose"), _ROW),
    "legal_basis": (say("Legal basis"), _ROW),
    "basis_consent": (say("Basis: consent"), say("After Legal basis, where the tracker is asked first.")),
    "basis_opt_out": (say("Basis: opt-out"), say("After Legal basis, where the tracker runs until a no.")),
    "basis_contract": (say("Basis: contract"), say("After Legal basis.")),
    "basis_legitimate_interest": (say("Basis: legitimate interest"), say("After Legal basis.")),
    "basis_legal_obligation": (say("Basis: legal obligation"), say("After Legal basis.")),
    "data": (say("Data it collects"), _ROW),
    "kept_for": (say("How long data are kept"), say("After each data item.")),
    "recipients": (say("Recipients"), _ROW),
    "role_controller": (say("Role: controller"), say("After a recipient.")),
    "role_processor": (say("Role: processor"), say("After a recipient.")),
    "role_joint_controller": (say("Role: joint controller"), say("After a recipient.")),
    "sale_share": (say("Sold or shared"), _ROW),
    "storage": (say("Stored in the browser"), _ROW),
    "storage_none": (say("Nothing stored"), say("In the place of that list.")),
    "kind_cookie": (say("Kind: cookie"), say("After a stored item.")),
    "kind_local": (say("Kind: local storage"), say("After a stored item.")),
    "kind_session": (say("Kind: session storage"), say("After a stored item.")),
    "kind_indexeddb": (say("Kind: IndexedDB"), say("After a stored item.")),
    "lifetime_session": (say("Lifetime: session"), say("After a stored item.")),
    "lifetime_persistent": (say("Lifetime: persistent"), say("After a stored item.")),
    "kind_server_note": (say("Runs on the server"), say("In the details of such a tracker.")),
    "kind_declared_note": (say("Only declared"), say("In the details of such a tracker.")),
    "newer": (
        say("New since the choice"),
        say("In the second layer, where something of a category is newer than the visitor's yes."),
    ),
    "gpc": (say("Global Privacy Control is on"), say("In the preferences, where the signal holds something.")),
    "gpc_optout": (
        say("Global Privacy Control is an opt-out"),
        say("The same, where the law makes it a request."),
    ),
    "gpc_held": (say("Off by Global Privacy Control"), say("In the details of a tracker that sells or shares.")),
    "new_title": (say("Title, where something is new"), _NEW),
    "new_body": (say("Text, where something is new"), say("{new} {{trackers}} is what waits.", new=_NEW)),
    "new_accept": (say("Yes to what is new"), _NEW),
    "new_reject": (say("No to what is new"), _NEW),
    "placeholder": (
        say("What is held"),
        say("{placeholder} {{trackers}} and {{vendors}} say what and whose it is.", placeholder=_PLACEHOLDER),
    ),
    "placeholder_stores": (
        say("How long it would store"),
        say("{placeholder} {{time}} is the longest lifetime.", placeholder=_PLACEHOLDER),
    ),
    "allow_once": (say("Let in once"), say("{placeholder} Button: on this page only.", placeholder=_PLACEHOLDER)),
    "allow_always": (
        say("Let in always"),
        say("{placeholder} Button, where visitors may decide tracker by tracker.", placeholder=_PLACEHOLDER),
    ),
    "allow_always_in": (
        say("Let in always, with its category"),
        say(
            "{placeholder} Button, where they may not; {{purposes}} is what is then allowed as a whole.",
            placeholder=_PLACEHOLDER,
        ),
    ),
    "stop_reloads": (say("Stopped only by a reload"), say("In the details of a tracker whose stop step is reload.")),
    "reloaded": (
        say("After such a reload"),
        say("Once, on the page that was loaded again; {{trackers}} is what was stopped."),
    ),
    "minor": (
        say("For minors"),
        say("In the preferences and beside what is held, where the site says so of the visitor."),
    ),
    "responsible": (say("Who is responsible"), _FOOT),
    "contact": (say("Contact"), _FOOT),
    "dpo": (say("Data protection officer"), _FOOT),
    "authority": (say("Supervisory authority"), _FOOT),
    "last_choice": (say("Date of the last choice"), _FOOT),
    "receipt_id": (say("Number of the receipt"), _FOOT),
    "download": (say("Download the receipt"), say("{own} Button.", own=_OWN)),
    "erase": (say("Erase the record"), say("{own} Button, which asks once more.", own=_OWN)),
    "erase_about": (
        say("What erasing does"),
        say("{own} Above the button that does it; {{contact}} is the site's.", own=_OWN),
    ),
    "erase_sure": (say("Erase it for good"), say("{own} The button that does it.", own=_OWN)),
    "erased": (say("It is erased"), say("{own} In their place afterwards.", own=_OWN)),
    "failed": (say("It could not be done"), say("{own} When there is no connection.", own=_OWN)),
    "upcoming": (
        say("A later version waits"),
        say("In the preferences and the declaration; {{date}} is when it begins."),
    ),
    "language": (say("Language"), say("In the preferences, where the site offers several: beside the list of them.")),
}
