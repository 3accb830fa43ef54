from pathlib import Path

import pytest

from app.settings import SETTINGS, SettingsError, read_settings


def test_with_nothing_set_it_is_production_on_a_file_beside_it():
    settings = read_settings({})
    assert not settings.development
    assert settings.data == Path("instance").absolute()
    assert settings.database_url == f"sqlite:///{settings.data / 'placet.db'}"
    assert settings.keys_file == settings.data / "keys.json"
    assert settings.keys is None
    assert settings.mmdb is None
    assert settings.trusted_proxies == 0
    assert not settings.allow_country_param
    assert (settings.public_host, settings.is_https) == ("127.0.0.1:8000", False)


def test_everything_can_be_set():
    settings = read_settings(
        {
            "PLACET_ENV": "development",
            "DATABASE_URL": "postgresql+psycopg://db/placet",
            "PLACET_DATA": "/srv/placet",
            "PLACET_PUBLIC_URL": "https://consent.example/",
            "PLACET_KEYS": "{}",
            "PLACET_KEYS_FILE": "/run/keys.json",
            "PLACET_TRUSTED_PROXIES": "2",
            "PLACET_COUNTRY_HEADER": "CF-IPCountry",
            "PLACET_REGION_HEADER": "CF-Region-Code",
            "PLACET_MMDB": "/srv/geo.mmdb",
            "PLACET_ALLOW_COUNTRY_PARAM": "1",
            "PLACET_NETWORK_BURST": "1",
            "PLACET_NETWORK_PER_SECOND": "0.5",
            "PLACET_SITE_BURST": "10",
            "PLACET_SITE_PER_SECOND": "20",
        }
    )
    assert settings.development
    assert settings.database_url == "postgresql+psycopg://db/placet"
    assert settings.data == Path("/srv/placet")
    assert (settings.public_url, settings.public_host, settings.is_https) == (
        "https://consent.example",
        "consent.example",
        True,
    )
    assert (settings.keys, settings.keys_file) == ("{}", Path("/run/keys.json"))
    assert settings.trusted_proxies == 2
    assert (settings.country_header, settings.region_header) == ("CF-IPCountry", "CF-Region-Code")
    assert settings.mmdb == Path("/srv/geo.mmdb")
    assert settings.allow_country_param
    assert (settings.network_burst, settings.network_per_second) == (1, 0.5)
    assert (settings.site_burst, settings.site_per_second) == (10, 20.0)


def test_what_is_set_to_nothing_is_not_set():
    assert read_settings({setting.name: "" for setting in SETTINGS}) == read_settings({})


def test_what_is_not_ours_is_passed_over():
    assert read_settings({"PATH": "x", "PLACET_BIND": "y"}) == read_settings({})


@pytest.mark.parametrize(
    "name, value",
    [
        *(("PLACET_ENV", value) for value in ("prod", "Production", "test")),
        *(("PLACET_ALLOW_COUNTRY_PARAM", value) for value in ("yes", "true", "2")),
        *(("PLACET_TRUSTED_PROXIES", value) for value in ("-1", "one", "1.0", "²", " 1")),
        *(("PLACET_NETWORK_BURST", value) for value in ("0", "-5", "1e3")),
        *(("PLACET_SITE_PER_SECOND", value) for value in ("0", "-1", "nan", "inf", "fast")),
        *(
            ("PLACET_PUBLIC_URL", value)
            for value in (
                "consent.example", "ftp://consent.example", "http://", "https://consent.example/app", "http://a b",
                "https://consent.example?x", "https://consent.example#x", "https://me@consent.example", "http://[::1",
                "http://consent.example:port", "http://consent.example\n",
            )
        ),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_named_and_stops_the_start(name, value):
    with pytest.raises(SettingsError, match=f"^{name} is .*must be"):
        read_settings({name: value})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://[::1]:8000", "https://Consent.Example", "http://placet_1"]
)
def test_an_address_that_browsers_can_reach_is_taken(url):
    assert read_settings({"PLACET_PUBLIC_URL": url}).public_url == url


def test_every_setting_is_described_once_and_its_default_is_a_good_value():
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(setting.help.endswith(".") for setting in SETTINGS)
    defaults = {setting.name: setting.default for setting in SETTINGS if setting.default is not None}
    assert read_settings(defaults) == read_settings({})


def test_it_reads_the_process_s_environment_by_itself(monkeypatch):
    monkeypatch.setenv("PLACET_PUBLIC_URL", "https://consent.example")
    assert read_settings().public_host == "consent.example"
