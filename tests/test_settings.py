from pathlib import Path

import pytest

from app.core.cosignature import parse_witness_key
from app.core.outside import Address, MailServer, Outside, Witness
from app.settings import LOCAL_URL, SETTINGS, SettingsError, read_settings

ADDRESS = {"PLACET_PUBLIC_URL": "https://consent.example"}
WITNESS_VKEY = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
DEVELOPMENT = {"PLACET_ENV": "development"}


def test_with_nothing_but_its_address_set_it_is_production_on_a_file_beside_it():
    settings = read_settings(ADDRESS)
    assert not settings.development
    assert settings.data == Path("instance").absolute()
    assert settings.database_url == f"sqlite:///{settings.data / 'placet.db'}"
    assert settings.keys_file == settings.data / "keys.json"
    assert settings.keys is None
    assert settings.mmdb is None
    assert settings.trusted_proxies == 0
    assert not settings.allow_country_param
    assert (settings.public_host, settings.is_https) == ("consent.example", True)
    assert settings.threads == 32


@pytest.mark.parametrize("address", [{}, {"PLACET_PUBLIC_URL": ""}, {"PLACET_PUBLIC_URL": "http://consent.example"}])
def test_production_without_an_https_address_is_refused_with_words_that_say_what_to_do(address):
    with pytest.raises(
        SettingsError, match=r"^PLACET_PUBLIC_URL is .*https://consent\.example.*PLACET_ENV=development"
    ):
        read_settings(address)


def test_development_needs_no_address_and_no_https():
    assert read_settings(DEVELOPMENT).public_url == LOCAL_URL
    settings = read_settings({**DEVELOPMENT, "PLACET_PUBLIC_URL": "http://consent.example"})
    assert (settings.public_host, settings.is_https) == ("consent.example", False)


def test_the_scheme_may_be_written_in_capitals():
    assert read_settings({"PLACET_PUBLIC_URL": "HTTPS://consent.example"}).is_https


def test_what_is_printed_of_the_settings_holds_neither_keys_nor_the_database_s_password():
    secret = {
        "PLACET_KEYS": "tellNobody",
        "DATABASE_URL": "postgresql+psycopg://placet:tellNobody@db/placet",
        "PLACET_SMTP_URL": "smtps://tellNobody:tellNobody@mail.example",
        "PLACET_CHECKPOINT_URLS": "https://keep.example/in?token=tellNobody",
        "PLACET_TSA_URL": "https://tsa.example/?key=tellNobody",
    }
    assert "tellNobody" not in repr(read_settings({**ADDRESS, **secret}))


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
            "PLACET_MOUNT_HEADER": "Placet-Mount",
            "PLACET_COUNTRY_HEADER": "CF-IPCountry",
            "PLACET_REGION_HEADER": "CF-Region-Code",
            "PLACET_MMDB": "/srv/geo.mmdb",
            "PLACET_ALLOW_COUNTRY_PARAM": "1",
            "PLACET_NETWORK_BURST": "1",
            "PLACET_NETWORK_PER_SECOND": "0.5",
            "PLACET_SITE_BURST": "10",
            "PLACET_SITE_PER_SECOND": "20",
            "PLACET_THREADS": "8",
            "PLACET_CHECKPOINT_URLS": "https://keep.example/in",
            "PLACET_WITNESSES": f"{WITNESS_VKEY} https://witness.example",
            "PLACET_TSA_URL": "https://tsa.example/tsr",
            "PLACET_AUDITOR_EMAILS": "auditor@example.com",
            "PLACET_SMTP_URL": "smtp://mail.example",
            "PLACET_MAIL_FROM": "placet@example.com",
            "PLACET_CHROMIUM": "/opt/chromium",
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
    assert settings.mount_header == "Placet-Mount"
    assert (settings.country_header, settings.region_header) == ("CF-IPCountry", "CF-Region-Code")
    assert settings.mmdb == Path("/srv/geo.mmdb")
    assert settings.allow_country_param
    assert (settings.network_burst, settings.network_per_second) == (1, 0.5)
    assert (settings.site_burst, settings.site_per_second) == (10, 20.0)
    assert settings.threads == 8
    assert settings.outside == Outside(
        addresses=(Address("https://keep.example/in", "https://keep.example/in"),),
        witnesses=(Witness(parse_witness_key(WITNESS_VKEY), "https://witness.example"),),
        tsa=Address("https://tsa.example/tsr", "https://tsa.example/tsr"),
        emails=("auditor@example.com",),
        mail_server=MailServer("mail.example", 25, tls=False),
        mail_from="placet@example.com",
    )
    assert settings.chromium == "/opt/chromium"


def test_what_is_set_to_nothing_is_not_set():
    assert read_settings({setting.name: "" for setting in SETTINGS} | ADDRESS) == read_settings(ADDRESS)


def test_what_is_not_ours_is_passed_over():
    assert read_settings({"PATH": "x", "PLACET_BIND": "y", **ADDRESS}) == read_settings(ADDRESS)


@pytest.mark.parametrize(
    "name, value",
    [
        *(("PLACET_ENV", value) for value in ("prod", "Production", "test")),
        *(("PLACET_ALLOW_COUNTRY_PARAM", value) for value in ("yes", "true", "2")),
        *(("PLACET_TRUSTED_PROXIES", value) for value in ("-1", "one", "1.0", "²", " 1")),
        *(("PLACET_NETWORK_BURST", value) for value in ("0", "-5", "1e3")),
        *(("PLACET_THREADS", value) for value in ("0", "many")),
        *(
            (name, value)
            for name in ("PLACET_CHECKPOINT_URLS", "PLACET_TSA_URL")
            for value in (
                "keep.example", "ftp://keep.example", "https://", "https://me@keep.example/", "https://keep.example/#x",
                "https://keep.example:port/", "https://keep.example:0/", "https://kèep.example/", "http://keep.example/",
                "https://good.example http://bad.example", "https://keep.example/a?1 https://keep.example/a?2",
            )
            if name == "PLACET_CHECKPOINT_URLS" or " " not in value
        ),
        *(
            ("PLACET_WITNESSES", value)
            for value in (
                WITNESS_VKEY, f"https://witness.example {WITNESS_VKEY}", f"{WITNESS_VKEY} http://witness.example",
                f"{WITNESS_VKEY}x https://witness.example", f"{WITNESS_VKEY} https://witness.example?x",
                "consent.example/log+deb5ad86+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4 https://witness.example",
                f"{WITNESS_VKEY} https://one.example {WITNESS_VKEY} https://two.example",
            )
        ),
        *(("PLACET_TSA_ROOTS", value) for value in ("nowhere.pem", "docs", "pyproject.toml")),
        *(
            ("PLACET_AUDITOR_EMAILS", value)
            for value in ("auditor", "a@b@c", "Auditor <a@b.example>", "a@b.example,c@d.example", "a@b\0", "a@b.example")
        ),
        *(
            ("PLACET_SMTP_URL", value)
            for value in ("mail.example", "http://mail.example", "smtp://", "smtp://me@mail.example", "smtp://mail/x",
                          "smtp://mail.example:port", "smtp://a:b@mail.example?x", "smtp://:secret@/")
        ),
        *(("PLACET_MAIL_FROM", value) for value in ("Placet", "Placet <placet@example.com>", "a@b c@d")),
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
    with pytest.raises(SettingsError, match=f"^{name} (is|has|cannot) .*must") as refused:
        read_settings({**ADDRESS, name: value})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://[::1]:8000", "https://Consent.Example", "http://placet_1"]
)
def test_an_address_that_browsers_can_reach_is_taken(url):
    assert read_settings({**DEVELOPMENT, "PLACET_PUBLIC_URL": url}).public_url == url


def test_every_setting_is_described_once_and_its_default_is_a_good_value():
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(setting.help.endswith(".") for setting in SETTINGS)
    defaults = {setting.name: setting.default for setting in SETTINGS if setting.default is not None}
    assert read_settings({**defaults, **ADDRESS}) == read_settings(ADDRESS)


def test_it_reads_the_process_s_environment_by_itself(monkeypatch):
    monkeypatch.setenv("PLACET_PUBLIC_URL", "https://consent.example")
    assert read_settings().public_host == "consent.example"


def test_a_mail_server_s_login_may_hold_any_character():
    settings = read_settings({**ADDRESS, "PLACET_SMTP_URL": "smtps://me%40example.com:p%3A%40%2F@mail.example:4465"})
    assert settings.outside.mail_server == MailServer("mail.example", 4465, True, "me@example.com", "p:@/")


def test_in_development_outside_may_be_reached_by_http():
    urls = {"PLACET_CHECKPOINT_URLS": "http://127.0.0.1:9/a\n http://[::1]:9/b"}
    assert len(read_settings({**DEVELOPMENT, **urls}).outside.addresses) == 2
