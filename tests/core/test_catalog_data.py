"""The tracker catalog as it ships: every entry can be published as it is, and nothing is claimed twice without a reason."""

import re
from itertools import combinations

import pytest

from app.core.catalog import MEMORY, name_fits
from app.core.catalog_draft import as_tracker
from app.core.catalog_read import LANGUAGES
from app.core.decision import NECESSARY
from app.core.documents import MOMENTS
from app.core.lint_steps import RELOAD, lint_signals, lint_stop
from app.core.lint_trackers import _overlap
from app.core.regimes import OPTIONAL_STANDARD, STANDARD_CATEGORIES
from app.data import load_catalog, load_regimes, load_texts
from app.schemas.config import parse_config
from tests.support.server import ROOT
from tests.support.signal_table import vendor_steps

CATALOG = load_catalog()
IDS = [entry.id for entry in CATALOG]
# The entries of the vendors of docs/signals.md: the steps are the ones that the tests have run, word for word.
TOLD = {
    "Google (Consent Mode v2)": ("google-analytics", "google-ads", "google-floodlight", "google-tag-manager"),
    "Microsoft UET": ("microsoft-uet",),
    "Microsoft Clarity": ("microsoft-clarity",),
    "Meta Pixel": ("meta-pixel",),
    "TikTok Pixel": ("tiktok-pixel",),
    "Matomo": ("matomo", "matomo-cloud"),
    "HubSpot": ("hubspot",),
    "PostHog": ("posthog",),
    "Mixpanel": ("mixpanel",),
    "Amplitude": ("amplitude",),
    "Datadog RUM": ("datadog-rum",),
}


def config_with(*entries, languages=LANGUAGES):
    """A config as small as it can be, at a site that treats visitors by their location, with these entries."""
    wanted = {NECESSARY, *(entry.category for entry in entries)}
    return {
        "format": 1,
        "name": "Orchard shop",
        "origins": ["https://shop.example"],
        "controller": {"name": "Orchard", "address": "1 Orchard Street", "contact": "privacy@shop.example"},
        "policy_url": "https://shop.example/privacy",
        "languages": [*languages],
        "regime": "location",
        "texts_read": {lang: load_texts()[lang].digest for lang in languages if lang != "en"},
        "categories": [
            {"id": name, "name": own["name"], "description": own["description"]}
            for name, own in CATALOG.categories.items()
            if name in wanted
        ],
        "trackers": [as_tracker(entry, languages, wanted) for entry in entries],
    }


def test_there_are_enough_and_they_stand_in_order():
    assert len(IDS) >= 120
    for name in ("README.md", "docs/admin.md", "docs/catalog.md", "docs/desk.md"):
        told = re.findall(r"\b(\d{3})(?:(?: well-known| known)? trackers|\. An entry)", (ROOT / name).read_text())
        assert told == [str(len(IDS))], name
    assert sorted(set(IDS)) == IDS
    assert not set(IDS) & set(STANDARD_CATEGORIES), "a page that asks for an id must know which it means"
    assert {entry.category for entry in CATALOG} == set(STANDARD_CATEGORIES)


@pytest.mark.parametrize("name", IDS)
def test_an_entry_can_be_published_as_it_is(name):
    document, warnings = parse_config(config_with(CATALOG.get(name)), load_regimes(), load_texts())
    tracker = document["trackers"][0]
    assert [problem.code for problem in warnings if problem.path.startswith("trackers")] == []
    assert tracker["id"] == name
    assert set(tracker["purpose"]) == set(LANGUAGES)
    assert all(set(item["name"]) == set(LANGUAGES) for item in tracker["data"])


def test_all_of_them_together_can_be_published():
    document, warnings = parse_config(config_with(*CATALOG), load_regimes(), load_texts())
    assert len(document["trackers"]) == len(IDS)
    told = {problem.code for problem in warnings}
    assert told <= {"shared_host", "choice_too_long", "required_by_law", "mixed_category"}, told


def test_every_step_is_one_whatever_categories_there_are():
    for entry in CATALOG:
        whole = as_tracker(entry, LANGUAGES)
        assert list(lint_signals("signals", whole["signals"], {*OPTIONAL_STANDARD, entry.id})) == [], entry.id
        alone = as_tracker(entry, LANGUAGES, {entry.category})
        assert list(lint_signals("signals", alone["signals"], {entry.category, entry.id})) == [], entry.id
        assert list(lint_stop("stop", whole["stop"])) == [], entry.id


def test_steps_are_written_as_the_widget_s_test_reads_them():
    for entry in CATALOG:
        text = (ROOT / "app" / "data" / "catalog" / f"{entry.id}.yaml").read_text()
        steps = [step for moment in MOMENTS for step in entry.signals[moment]] + list(entry.stop)
        for step in steps:
            assert f"- '{step}'\n" in text or step == RELOAD, (
                f"{entry.id}: widget/tests/catalog.test.ts would pass {step} over"
            )


@pytest.mark.parametrize("vendor", vendor_steps())
def test_what_a_vendor_is_told_is_what_the_docs_have(vendor):
    steps = vendor_steps()[vendor]
    for name in TOLD[vendor]:
        entry = CATALOG.get(name)
        assert {moment: entry.signals[moment] for moment in MOMENTS} == {moment: steps[moment] for moment in MOMENTS}, (
            name
        )
        assert list(entry.stop) == steps["stop"], name


def test_what_no_test_runs_and_what_no_contract_was_read_for_is_unsure():
    run = {name for names in TOLD.values() for name in names}
    for entry in CATALOG:
        steps = [*entry.stop, *(step for moment in MOMENTS for step in entry.signals[moment])]
        if set(steps) - {RELOAD} and entry.id not in run:
            assert "stop" in entry.unsure, entry.id
        if any(recipient["safeguard"] == "Standard contractual clauses" for recipient in entry.recipients):
            assert "recipients" in entry.unsure, entry.id


def test_nothing_is_claimed_twice_without_a_reason():
    unexplained = []
    for one, other in combinations(CATALOG, 2):
        hosts = [f"{a['host']}{a['path']}" for a in one.match for b in other.match if _overlap(a, b)]
        names = [a["name"] for a in one.storage for b in other.storage if _same_stored(a, b)]
        explained = other.id in one.shares_with or one.id in other.shares_with
        if (hosts or names) and not explained:
            unexplained.append(f"{one.id} and {other.id}: {hosts + names}")
        if explained and not hosts and not names:
            unexplained.append(f"{one.id} and {other.id} share nothing")
    assert unexplained == []


def _same_stored(one, other):
    same_place = one["kind"] == other["kind"] and (one["domain"] == other["domain"])
    return same_place and (
        name_fits(one["name"], other["name"].removesuffix("*"))
        or name_fits(other["name"], one["name"].removesuffix("*"))
    )


def test_an_entry_says_where_its_facts_come_from():
    for entry in CATALOG:
        assert entry.sources, entry.id
        assert len(set(entry.sources)) == len(entry.sources), entry.id
        if entry.checked == MEMORY:
            assert entry.unsure, f"{entry.id}: what nobody has looked up is not all sure"
        hosts = [(match["host"], match["path"]) for match in entry.match]
        assert len(set(hosts)) == len(hosts), entry.id
        stored = [(item["kind"], item["name"], item["domain"]) for item in entry.storage]
        assert len(set(stored)) == len(stored), entry.id
    checked = [entry.id for entry in CATALOG if entry.checked != MEMORY]
    assert len(checked) >= 25, "marked as read from a document"


def test_what_advertising_learns_is_shared_and_recording_stays_apart():
    for entry in CATALOG:
        assert entry.sale_share or entry.category != "marketing", entry.id
        records = any(item["name"]["en"].startswith("A recording") for item in entry.data)
        if entry.category == "recording":
            assert records, entry.id
            assert entry.stop, f"{entry.id}: a recording ends with the yes"
