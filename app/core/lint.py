"""What a config must satisfy beyond its shape: a no as easy as a yes, the law of all regimes it serves, plain sense.

``lint`` never raises: it takes any document of the right shape, blanks included, and tells everything at once.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from app.core.catalog import Catalog
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument
from app.core.durations import duration_days
from app.core.lint_choice import lint_choice
from app.core.lint_known import lint_known
from app.core.lint_look import lint_look
from app.core.lint_take_over import lint_take_over
from app.core.lint_texts import lint_texts, not_plain
from app.core.lint_trackers import DOMAIN, HOST_PATTERN, lint_trackers
from app.core.problems import ConfigError as ConfigError
from app.core.problems import Problem as Problem
from app.core.problems import error, warning
from app.core.problems import path_order as path_order
from app.core.regimes import LOCATION, STANDARD_CATEGORIES, Regime, RegimeTable, laws_of
from app.core.say import say, together
from app.core.texts import BuiltinTexts
from app.core.worded import duration_words, language_words

FOLLOWABLE = ("functional", "analytics", "marketing")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?")
_LOCAL_HOST = re.compile(r"localhost|.*\.localhost|127\.[0-9.]+|\[::1\]")
_CSP_SOURCE = re.compile(
    r"'(?:self|unsafe-inline|unsafe-eval|wasm-unsafe-eval|strict-dynamic|report-sample)'"
    r"|'sha(?:256|384|512)-[A-Za-z0-9+/_=-]+'"
    r"|(?:data|blob|mediastream):"
    rf"|(?:(?:https?|wss?)://)?{HOST_PATTERN}(?::(?:[0-9]{{1,5}}|\*))?(?:/[A-Za-z0-9._~/%-]*)?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}

Check = Callable[[ConfigDocument, list[Regime]], Iterator[Problem]]


def lint(
    document: ConfigDocument, table: RegimeTable, texts: BuiltinTexts, catalog: Catalog | None = None
) -> list[Problem]:
    """Return everything that is wrong with ``document`` (errors) or worth a look (warnings), in no special order.

    ``table`` is the regimes', ``texts`` the built-in ones, ``catalog`` what is known of trackers (without it nothing is
    told of that). Never raises.
    """
    problems = []
    if document["regime"] != LOCATION and document["regime"] not in table.ids:
        problems.append(_unknown_regime(document, table))
        document = {**document, "regime": LOCATION}  # so that the rest is held to all regimes
    served = table.served(document["regime"])
    problems += [problem for check in _CHECKS for problem in check(document, served)]
    problems += lint_trackers(document, table, served)
    problems += lint_texts(document, texts, served)
    problems += lint_known(document, catalog) if catalog is not None else []
    return list(dict.fromkeys(problems))


def _unknown_regime(document: ConfigDocument, table: RegimeTable) -> Problem:
    expected = ", ".join(regime.id for regime in table if regime.asks_first)
    message = say(
        "There is no regime {regime!r}. Write location, or one of {expected}.",
        regime=document["regime"],
        expected=expected,
    )
    return error("regime", "unknown_regime", message)


def _check_text_is_plain(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    for path, text in _strings(document, ""):
        yield from not_plain(path, text)


def _strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}[{index}]")


def _check_origins(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    if not document["origins"]:
        yield error("origins", "missing", say("A site has at least one origin, such as https://www.example.com."))
    for index, origin in enumerate(document["origins"]):
        path = f"origins[{index}]"
        match = _ORIGIN.fullmatch(origin)
        if match is None or match[3] == _DEFAULT_PORTS[match[1]] or int(match[3] or 1) not in range(1, 65536):
            yield error(
                path,
                "bad_origin",
                say("Write it like https://www.example.com: in small letters, without what stands behind the host."),
            )
        elif match[1] == "http" and not _LOCAL_HOST.fullmatch(match[2]):
            yield warning(
                path, "insecure_origin", say("Over http anyone on the way can change what a visitor is asked.")
            )
        if origin in document["origins"][:index]:
            yield error(path, "duplicate", say("{origin} stands here twice.", origin=origin))


def _check_cookie_domain(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    domain = document["cookie_domain"]
    if domain is None:
        return
    if not DOMAIN.fullmatch(domain):
        yield error(
            "cookie_domain",
            "bad_domain",
            say("Write it like example.com: in small letters, with at least one dot, without https:// or a path."),
        )
        return
    hosts = [urlsplit(origin).hostname or "" for origin in document["origins"] if _ORIGIN.fullmatch(origin)]
    for host in hosts:
        if host != domain and not host.endswith(f".{domain}"):
            yield error(
                "cookie_domain",
                "foreign_domain",
                say("{domain} is no parent of {host}; its browser refuses it.", domain=domain, host=host),
            )


def _check_addresses(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    controller = document["controller"]
    urls = [("policy_url", document["policy_url"])]
    if controller["authority"] is not None:
        urls.append(("controller.authority.url", controller["authority"]["url"]))
    for path, url in urls:
        if url and not _is_web_address(url):
            yield error(path, "bad_url", say("Write the whole address, such as https://www.example.com/privacy."))
    contact = controller["contact"]
    if contact and not _EMAIL.fullmatch(contact) and not _is_web_address(contact):
        yield error(
            "controller.contact",
            "bad_contact",
            say("A contact is an e-mail address, or a whole web address such as https://www.example.com/contact."),
        )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def _check_required_fields(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    """A field that a regime requires: an error where the site names that regime, else a warning with all that want it."""
    for field, value in (("dpo", document["controller"]["dpo"]), ("authority", document["controller"]["authority"])):
        path = f"controller.{field}"
        wanting = [regime for regime in served if path in regime.required_fields]
        if wanting and value is None:
            named = document["regime"] in [regime.id for regime in wanting]
            message = say("Required by: {laws}.", laws=laws_of(wanting))
            yield (error if named else warning)(path, "required_by_law", message)


def _check_regime(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    if document["regime"] != LOCATION and not all(regime.asks_first for regime in served):
        message = say("One regime for all visitors must be one that asks first for everything. Write location instead.")
        yield error("regime", "regime_not_optin", message)


def _check_languages(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    if not document["languages"]:
        yield error("languages", "missing", say("A site offers at least one language, such as en."))
    for index, lang in enumerate(document["languages"]):
        if lang in document["languages"][:index]:
            yield error(f"languages[{index}]", "duplicate", say("{lang} stands here twice.", lang=language_words(lang)))
    main = {lang.split("-")[0] for lang in document["languages"]}
    for regime in served:
        if document["regime"] == regime.id and regime.languages and not main & set(regime.languages):
            languages = together(language_words(lang) for lang in regime.languages)
            message = say(
                "One of these languages is required by {laws}: {languages}.",
                laws=laws_of([regime]),
                languages=languages,
            )
            yield warning("languages", "required_by_law", message)


def _check_durations(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    lifetimes, retention = document["lifetimes"], _days(document["retention"])
    maxima = (
        ("granted", lifetimes["granted"], [(regime, regime.max_granted_days) for regime in served]),
        ("refused", lifetimes["refused"], [(regime, regime.max_refused_days) for regime in served]),
    )
    for name, text, limits in maxima:
        path, days = f"lifetimes.{name}", _days(text)
        if days is None:
            continue
        if days < 1:
            yield error(path, "too_short", say("A choice is remembered for at least a day."))
        over = [(regime, limit) for regime, limit in limits if limit is not None and days > limit]
        if over:
            least = min(limit for _, limit in over)
            message = say(
                "{length} is over the maximum of {least} days ({laws}).",
                length=duration_words(text),
                least=least,
                laws=laws_of([regime for regime, limit in over if limit == least]),
            )
            yield error(path, "over_maximum", message)
        if retention is not None and retention < days:
            message = say("A receipt must be kept as long as its choice holds ({text}).", text=duration_words(text))
            yield error("retention", "too_short", message)
    keepers = [regime for regime in served if retention is not None and retention < (_days(regime.keep_records) or 0)]
    if keepers:
        message = say(
            "Requests must be kept longer than {retention}: {laws}.",
            laws=laws_of(keepers),
            retention=duration_words(document["retention"]),
        )
        yield warning("retention", "required_by_law", message)


def _days(text: str | None) -> int | None:
    try:
        return None if text is None else duration_days(text)
    except ValueError:
        return None


def _check_csp_sources(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    for index, source in enumerate(document["csp_sources"]):
        path = f"csp_sources[{index}]"
        if not _CSP_SOURCE.fullmatch(source):
            message = say(
                "One CSP source: a host, a scheme such as data:, a quoted keyword or hash; never * or https:."
            )
            yield error(path, "bad_source", message)
        if source in document["csp_sources"][:index]:
            yield error(path, "duplicate", say("{source} stands here twice.", source=source))


def _check_categories(document: ConfigDocument, served: list[Regime]) -> Iterator[Problem]:
    ids = [category["id"] for category in document["categories"]]
    if NECESSARY not in ids:
        yield error(
            "categories", "necessary_missing", say("There must be a category `necessary`: it is told, not chosen.")
        )
    for index, category in enumerate(document["categories"]):
        path, name, follows = f"categories[{index}]", category["id"], category["follows"]
        if name in ids[:index] and name:
            yield error(f"{path}.id", "duplicate", say("Another category has the id {name}.", name=name))
        if follows is not None and name in STANDARD_CATEGORIES:
            yield warning(
                f"{path}.follows", "needless", say("{name} has a rule of its own; `follows` does nothing.", name=name)
            )
        elif follows is not None and follows not in FOLLOWABLE:
            yield error(
                f"{path}.follows",
                "unknown_category",
                say("A category may follow {followable}.", followable=", ".join(FOLLOWABLE)),
            )
        elif follows is None and name and name not in STANDARD_CATEGORIES:
            message = say("It follows no standard category, so it is asked first everywhere.")
            yield warning(f"{path}.follows", "asks_first", message)
        if name and not any(tracker["category"] == name for tracker in document["trackers"]):
            yield warning(path, "empty_category", say("No tracker is in this category; asking for it means nothing."))


_CHECKS: tuple[Check, ...] = (
    _check_text_is_plain,
    _check_origins,
    _check_cookie_domain,
    _check_addresses,
    _check_required_fields,
    _check_regime,
    _check_languages,
    _check_durations,
    _check_csp_sources,
    _check_categories,
    lint_choice,
    lint_look,
    lint_take_over,
)
