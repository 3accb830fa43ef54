"""tarteaucitron: ``tarteaucitron.init({…})`` and the services that are pushed onto ``tarteaucitron.job``.

A site's script names services only by key. What a key stands for is in the tool's own list of services, of which the best
known are here: name and type. Everything else a person has to say.
"""

import re
from typing import Any

from app.core.imports.common import choice_cookie, objects_of
from app.core.imports.gathering import Gathering, Imported, ImportFormatError
from app.core.imports.js_literal import LiteralError, read_calls
from app.core.say import say

_TYPES = {"analytic": "analytics", "ads": "marketing"}
OTHER_TYPES = "functional"
SERVICES: dict[str, tuple[str, str]] = {
    "adsense": ("Google AdSense", "ads"),
    "amplitude": ("Amplitude", "analytic"),
    "analytics": ("Google Analytics (Universal)", "analytic"),
    "clarity": ("Microsoft Clarity", "analytic"),
    "crisp": ("Crisp", "other"),
    "criteo": ("Criteo", "ads"),
    "dailymotion": ("Dailymotion", "video"),
    "deezer": ("Deezer", "video"),
    "disqus": ("Disqus", "comment"),
    "facebook": ("Facebook", "social"),
    "facebookpixel": ("Facebook Pixel", "ads"),
    "gajs": ("Google Analytics (ga.js)", "analytic"),
    "googleads": ("Google Ads", "ads"),
    "googleadwordsconversion": ("Google Ads conversions", "ads"),
    "googleadwordsremarketing": ("Google Ads remarketing", "ads"),
    "googlefonts": ("Google Fonts", "api"),
    "googlemaps": ("Google Maps", "api"),
    "googletagmanager": ("Google Tag Manager", "api"),
    "gtag": ("Google Analytics 4", "analytic"),
    "hcaptcha": ("hCaptcha", "other"),
    "hotjar": ("Hotjar", "analytic"),
    "hubspot": ("HubSpot", "analytic"),
    "instagram": ("Instagram", "social"),
    "linkedin": ("LinkedIn", "social"),
    "linkedininsighttag": ("LinkedIn Insight Tag", "ads"),
    "matomo": ("Matomo", "analytic"),
    "matomocloud": ("Matomo Cloud", "analytic"),
    "openstreetmap": ("OpenStreetMap", "api"),
    "outbrain": ("Outbrain", "ads"),
    "pinterestpixel": ("Pinterest tag", "ads"),
    "plausible": ("Plausible", "analytic"),
    "posthog": ("PostHog", "other"),
    "recaptcha": ("reCAPTCHA", "api"),
    "reddit": ("Reddit", "ads"),
    "sharethis": ("ShareThis", "social"),
    "snapchat": ("Snapchat", "analytic"),
    "spotify": ("Spotify", "video"),
    "stripe": ("Stripe", "api"),
    "tawkto": ("Tawk.to", "support"),
    "tiktok": ("TikTok", "analytic"),
    "twitterembed": ("X posts", "social"),
    "twittertimeline": ("X timelines", "social"),
    "twitteruwt": ("X website tag", "analytic"),
    "vimeo": ("Vimeo", "video"),
    "youtube": ("YouTube", "video"),
    "zopim": ("Zopim", "support"),
}
_LINE = re.compile(r"[a-z][a-z0-9_]*", re.IGNORECASE)


def read_tarteaucitron(text: str, lang: str) -> Imported:
    """Read a site's tarteaucitron script, or a plain list of service keys. Raises ``ImportFormatError``."""
    made = Gathering(lang)
    keys, config = _script(made, text)
    if not keys:
        raise ImportFormatError(
            say(
                "No service is named in this: paste the script with `tarteaucitron.job.push(…)`, or the "
                "services' keys, one a line."
            )
        )
    for key in dict.fromkeys(keys):
        name, own_type = SERVICES.get(key, ("", ""))
        category = made.category(_TYPES.get(own_type, OTHER_TYPES)) if own_type else ""
        made.tracker(key, category, title=name or key)
        if own_type and own_type not in _TYPES:
            made.take(
                name,
                say(
                    "Its type is {own_type}; it was put into {other_types}. See whether that is right.",
                    own_type=own_type,
                    other_types=OTHER_TYPES,
                ),
            )
        elif not own_type:
            made.leave(
                say("Service {key}", key=key),
                say("What it is, is not known here: say it at the tracker, and choose its category."),
            )
    made.document["choice_per_tracker"] = True
    made.take(say("Services"), say("{trackers}, to be switched one by one", trackers=len(made.trackers)))
    _take_options(made, config)
    return made.finish()


def _script(made: Gathering, text: str) -> tuple[list[str], dict[str, Any]]:
    try:
        pushed = read_calls(text, "push")
    except LiteralError as error:
        raise ImportFormatError(str(error)) from error
    if not pushed and "tarteaucitron" not in text:
        words = [word.strip("\"',;") for word in text.split()]
        return [word.lower() for word in words if _LINE.fullmatch(word)], {}
    keys = []
    for arguments in pushed:
        for key in arguments:
            if isinstance(key, str) and _LINE.fullmatch(key):
                keys.append(key.lower())
            else:
                made.leave(say("A service"), say("It is pushed by a name that is computed."))
    configs = [known.value for known in objects_of(text) if "init" in known.before]
    return keys, configs[0] if configs else {}


def _take_options(made: Gathering, config: dict[str, Any]) -> None:
    url = config.get("privacyUrl")
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        made.document["policy_url"] = url
        made.take(say("Privacy policy"), url)
    elif url:
        made.leave(say("Privacy policy"), say("Its address is not a full one: write it under Rules."))
    choice_cookie(made, config, days="cookieExpiresAfterDays", domain="cookieDomain")
    layout = {"middle": "modal", "popup": "corner", "top": "bar", "bottom": "bar"}.get(str(config.get("orientation")))
    if layout:
        made.document["look"] = {"layout": layout}
        made.take(say("Layout"), layout)
    if config.get("highPrivacy") is False:
        made.leave("highPrivacy: false", say("Going on to browse is no consent here."))
    for key in ("googleConsentMode", "bingConsentMode"):
        if config.get(key) is True:
            made.leave(key, say("Say it at the trackers as signals."))
