"""Every word that people see at the desk can be translated: in a language that says everything in brackets, nothing
stands outside of them but data.
"""

import re
from html.parser import HTMLParser

import pytest
from babel.support import NullTranslations

from app.core.fields import CHECKED, CLAIMED, KNOWN
from app.data import load_catalog, load_regimes
from tests.admin.test_roles import HANDLE, addresses

SKIPPED = {"code", "pre", "script", "style", "textarea", "svg", "q"}
# What is chosen by the names that CLDR has: countries and languages.
NAMED = re.compile(r".*\.country|languages|lang")
SHOWN = {"aria-label", "title", "placeholder", "alt", "data-label", "data-copy", "data-copied", "data-refused"}
# Names, formats and what a language has from its own tables (dates, lengths of time).
DATA = re.compile(
    r"[\w.-]+@example\.com|\d+\. \w+\.? \d{4}(, \d\d:\d\d(:\d\d| UTC))?|\d+ "
    r"(Tage?|Wochen?|Monate?|Jahre?|Stunden?|Minuten?)"
    r"|P\d+[DMY]"
    r"|https?://\S+|Placet|saas-console|Deutsch|English|YAML|CSV|ISO/IEC TS 27560|Kantara 1\.1|SHA-256|UTC|IndexedDB"
    r"|Cookiebot|OneTrust|CookieYes|tarteaucitron|Klaro|Orejime|vanilla-cookieconsent|Cookie Consent by Orest Bida"
)


OWN_PAGES = {"admin.static", "admin.first_run", "admin.invitation", "admin.new_password"}
RECEIPT_WORDS = ("region", "source", "shown", "effect", "heard", "no", "preferences:save", "eu", "header", "Audit & Co")
WRONG = """
format: 1
name: <b>Shop</b>
origins: [http://shop.example, http://shop.example]
regime: us-ca
lifetimes: {granted: P10Y, refused: PT1H}
retention: P1M
strange: yes
categories:
  - {id: odd, name: {en: Odd}, description: {}, follows: none}
  - {id: odd, name: {en: Odd}, description: {en: x}, follows: null}
trackers:
  - id: seen
    category: nowhere
    name: Seen
    vendor: Seen Inc
    purpose: {en: To see}
    legal_basis: contract
    sale_share: true
    recipients: [{name: Seen Inc, role: processor, country: US}]
    match: [{host: "*", path: shop}]
    storage: [{kind: local, name: "a b", lifetime: long, domain: x}]
    stop: ["alert(1)", "location.href = 1"]
    via: nobody
    exempt_in: [eu-fr, mars]
texts:
  en: {accept_all: OK, reject_all: OK, body: "{nothing} {", strange: x}
"""


class Bracketed(NullTranslations):
    """Says everything in English, in brackets."""

    def ugettext(self, message):
        return f"⟦{message}⟧"

    def ungettext(self, singular, plural, n):
        return f"⟦{singular if n == 1 else plural}⟧"


class Outside(HTMLParser):
    """What a page says outside of brackets: its texts, and what it tells about them."""

    def __init__(self, html):
        super().__init__()
        self.found, self._skipped, self._named = [], 0, False
        while (inner := re.sub("⟦[^⟦⟧]*⟧", "", html)) != html:
            html = inner
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._skipped += tag in SKIPPED
        self._skipped += tag == "table" and ("class", "diff") in attrs
        self._named |= tag == "select" and NAMED.fullmatch(dict(attrs)["name"]) is not None
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag):
        self._skipped -= tag in SKIPPED or (tag == "table" and self._skipped > 0)
        self._named &= tag != "select"

    def handle_data(self, data):
        if not self._skipped and not self._named:
            self.found.append(data)


def texts_in(value):
    """Every text of a document, whatever shape it has."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in texts_in(inner))
        yield from value
    elif isinstance(value, (list, tuple)):
        yield from (text for inner in value for text in texts_in(inner))


def said_by_us(text, data):
    """What is left of a text without the data in it."""
    return DATA.sub("", data.sub("", " ".join(text.split()))).strip(" ,.;:·()–—›…+")


def pattern_of(data):
    """Find any of these texts, where they are words of their own."""
    known = "|".join(re.escape(" ".join(text.split())) for text in sorted(data, key=len, reverse=True))
    return re.compile(rf"(?<!\w)({known})(?!\w)")


@pytest.fixture
def bracketed(monkeypatch):
    monkeypatch.setattr("app.web.admin.languages._read", lambda language: Bracketed())


@pytest.fixture
def reader(login):
    """An owner whose browser asks for another language than English."""
    owner = login("owner")
    owner.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    return owner


def left_in_english(reader, paths, data):
    left = {}
    for path in paths:
        answer = reader.get(path)
        assert answer.status_code in (200, 301, 303, 404), path
        if answer.mimetype == "text/html" and answer.location is None:
            for text in Outside(answer.text).found:
                rest = said_by_us(text, data)
                if re.search("[A-Za-z]{2}", rest):
                    left.setdefault(rest, path)
    return left


def test_no_word_of_the_desk_stays_english(app, bracketed, site, reader, link, store, draft):
    receipt = store("analytics")
    entry = load_catalog().get("hotjar")
    shipped = {
        entry.name,
        entry.vendor.name,
        *(source.removeprefix("https://") for source in entry.sources),
        *texts_in(entry.purpose),
        *texts_in([item["name"] for item in entry.data]),
    }
    shipped |= {*texts_in(load_catalog().categories["recording"]), *load_regimes().ids, "Malta"}
    receipts = {*CLAIMED, *CHECKED, *KNOWN, *RECEIPT_WORDS}
    data = pattern_of({*texts_in(draft()), *shipped, *receipts, "tests", "first version"})
    pages = [path for name, path, methods in addresses(app) if "GET" in methods and name not in OWN_PAGES]
    pages = [f"{path}?q=hotjar" if path.endswith("/catalog") else path for path in pages]
    assert left_in_english(reader, [*pages, f"{HANDLE}/receipts/{receipt}", link()], data) == {}


def test_no_finding_stays_english(bracketed, site, reader, draft):
    published = [*texts_in(draft())]
    assert reader.submit(f"{HANDLE}/yaml", yaml=WRONG).status_code == 303
    data = pattern_of({*published, *texts_in(draft()), *load_regimes().ids, "tests"})
    places = ("", "publish", "yaml", "trackers/", "trackers/seen", "preview", "rules", "setup/", "texts?lang=xx")
    assert left_in_english(reader, [f"{HANDLE}/{place}" for place in places], data) == {}


def test_what_is_seldom_seen_does_not_stay_english(bracketed, site, reader, login, draft):
    login("admin")
    published = [*texts_in(draft())]
    block = reader.submit(f"{HANDLE}/blocks/new?kind=tracker&tracker=clickstream").location
    assert reader.submit(f"{HANDLE}/stops/clickstream", reason="Because").status_code == 303
    assert reader.submit(f"{HANDLE}/rules", name="Console").status_code == 303
    assert reader.submit(f"{HANDLE}/review", note="Seen").status_code == 303
    data = pattern_of(
        {*published, *texts_in(draft()), *load_regimes().ids, "tests", "first version", "Because", "Seen"}
    )
    places = ("", "trackers/", "trackers/clickstream", "publish", "versions/compare", "blocks/", "log", "review")
    paths = [f"{HANDLE}/{place}" for place in (*places, "stops/clickstream/resume")]
    assert left_in_english(reader, ["/admin/blocks/", block, *paths], data) == {}
    assert reader.submit(f"{HANDLE}/approval").status_code == 303
    assert reader.submit(f"{HANDLE}/publish", reason="Because", ask="no", against="Because").status_code == 303
    assert left_in_english(reader, [f"{HANDLE}/{place}" for place in ("", "publish", "approval", "log")], data) == {}
