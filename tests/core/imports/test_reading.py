"""What all imports read alike: lengths of time in words, names of what is stored, ids."""

import pytest

from app.core.imports.gathering import free_id, standard_category, storage_name
from app.core.imports.js_literal import Regex
from app.core.imports.words import duration_in_words


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Session", "session"),
        ("Persistent", "persistent"),
        ("1 year", "P1Y"),
        ("13 months", "P13M"),
        ("1 year 1 month", "P13M"),
        ("1 year 1 month 4 days", "P399D"),
        ("365 Days", "P365D"),
        ("2 weeks", "P2W"),
        ("an hour", "PT1H"),
        ("30 minutes", "PT30M"),
        ("1 hour 30 minutes", "PT90M"),
        ("less than 1 minute", "PT1M"),
        ("1 day 2 hours", "P2D"),
        ("1 Jahr", "P1Y"),
        ("30 Tage", "P30D"),
        ("13 mois", "P13M"),
        ("1 année", "P1Y"),
        ("", None),
        ("365", None),
        ("a few seconds", None),
        ("2 years after the last visit", None),
        ("99999999 days", None),
    ],
)
def test_lengths_of_time_in_words(said, expected):
    assert duration_in_words(said) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_ga", "_ga"),
        (" _ga* ", "_ga*"),
        ("two words", None),
        ("a*b", None),
        (Regex("^_ga"), "_ga*"),
        (Regex("^_ga$"), "_ga"),
        (Regex("^_pk_.*$"), "_pk_*"),
        (Regex("^_ga_[A-Z0-9]+$"), "_ga_*"),
        (Regex("^a\\.b\\d+"), "a.b*"),
        (Regex("_ga"), None),
        (Regex("^(a|b)"), None),
        (Regex("^a.b"), None),
        (None, None),
        (7, None),
    ],
)
def test_names_of_what_is_stored(name, expected):
    assert storage_name(name) == expected


def test_ids_are_ids_and_stand_once():
    taken = {"google", "google-2"}
    assert free_id("Google", taken) == "google-3"
    assert free_id("4 Über & Co.", ()) == "t-4-uber-co"
    assert free_id("…", ()) == "tracker"
    assert len(free_id("x" * 60, {"x" * 32})) == 32
    assert [standard_category(name) for name in ("Strictly Necessary", "Statistik", "Social Media", "")] == [
        "necessary",
        "analytics",
        "social-media",
        "",
    ]
