"""Where a rule of lint comes from: the law or guideline that an admin can read up, by the problem's code.

Rules without a line here are plain sense: a host that is none, an id that stands twice.
"""

from app.core.problems import Problem
from app.core.say import say

_SOURCES = {
    "age_unknown": say("GDPR Art. 7(1) (consent that can be demonstrated)"),
    "asks_first": say("ePrivacy Directive Art. 5(3)"),
    "basis_not_asked": say("GDPR Art. 6(1), Art. 13(1)(c)"),
    "basis_not_consent": say("EDPB Cookie Banner Taskforce 2023, H; ePrivacy Directive Art. 5(3)"),
    "empty_category": say("EDPB Guidelines 05/2020, specific consent (¶55-61)"),
    "exempt_everywhere": say("ePrivacy Directive Art. 5(3)"),
    "exemption_limits": say("CNIL, audience measurement without consent; UK PECR Sch. A1"),
    "faint_button": say("WCAG 2.2, 1.4.11 Non-text Contrast (AA); EN 301 549, 9.1.4.11"),
    "faint_text": say("WCAG 2.2, 1.4.3 Contrast (Minimum) (AA); EN 301 549, 9.1.4.3"),
    "first_layer_incomplete": say("GDPR Art. 13(1)(a)-(c); EDPB Guidelines 05/2020, informed consent (¶62-66)"),
    "known_optional": say("EDPB Cookie Banner Taskforce 2023, I (cookies wrongly called essential)"),
    "missing_text": say("GDPR Art. 12(1), Art. 13"),
    "foreign_logo": say("ePrivacy Directive Art. 5(3); GDPR Art. 25"),
    "mixed_category": say("EDPB Guidelines 05/2020, granularity (¶42-45)"),
    "necessary_shares": say("EDPB Cookie Banner Taskforce 2023, I (cookies wrongly called essential)"),
    "no_data": say("GDPR Art. 14(1)(d); DPDP Rules 2025, Rule 3 (itemised data)"),
    "no_exemption": say("ePrivacy Directive Art. 5(3)"),
    "nothing_asked": say("EDPB Guidelines 05/2020, specific consent (¶55-61)"),
    "optout_link_title": say("CCPA, 11 CCR § 7013(a), § 7015(b)"),
    "over_maximum": say("the regime's own limit (docs/regimes.md names its source)"),
    "recording_elsewhere": say(
        "EDPB Guidelines 05/2020, granularity (¶42-45); Placet's own rule: recording is asked for apart"
    ),
    "regime_not_optin": say("ePrivacy Directive Art. 5(3)"),
    "safeguard_missing": say("GDPR Art. 13(1)(f), Art. 46"),
    "same_label": say("EDPB Cookie Banner Taskforce 2023, C-E; CNIL 2020-092 ¶34"),
    "too_old": say("EDPB Guidelines 05/2020, how long consent lasts (¶110-111)"),
    "too_short": say("GDPR Art. 7(1)"),
    "unclear_label": say("CNIL, formal notices of December 2024; EDPB Guidelines 05/2020 (¶84-86)"),
    "yes_of_before": say("EDPB Guidelines 05/2020, specific and informed consent (¶55-66); GDPR Art. 7(1)"),
    "unread_texts": say("GDPR Art. 12(1) (intelligible, plain language)"),
}
_BY_PLACE = {
    ("languages", "required_by_law"): say("DPDP Act 2023 s. 5(3), s. 6(3)"),
    ("retention", "required_by_law"): say("CCPA, 11 CCR § 7101"),
    ("controller", "missing"): say("GDPR Art. 13(1)(a)"),
    ("controller", "required_by_law"): say("GDPR Art. 13(1)(a)-(b), Art. 13(2)(d)"),
    ("policy_url", "missing"): say("GDPR Art. 13"),
}


def source_of(problem: Problem) -> str | None:
    """Return the law or guideline behind ``problem`` in words, or ``None`` when it is plain sense."""
    place = problem.path.partition(".")[0].partition("[")[0]
    return _BY_PLACE.get((place, problem.code)) or _SOURCES.get(problem.code)
