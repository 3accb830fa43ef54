"""What the operator sets in the environment (``PLACET_…``). A bad value stops the start and says what to do.

Each setting is data (name, default, help), so that ``docs/settings.md`` and ``placet settings`` cannot drift from it.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.core import outside
from app.core.outside import Outside, OutsideError, read_outside

_PUBLIC_URL = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
LOCAL_URL = "http://127.0.0.1:8000"
MIGRATIONS = Path(__file__).parent.parent / "migrations"


class SettingsError(ValueError):
    """A setting is missing or cannot be read."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default (as text; ``None``: none) and what it does."""

    name: str
    default: str | None
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PLACET_ENV", "production", "`production` or `development` (makes missing keys, allows http)."),
    Setting("DATABASE_URL", None, "SQLAlchemy URL, e.g. `postgresql+psycopg://…`; default: SQLite in PLACET_DATA."),
    Setting("PLACET_DATA", "instance", "Folder for the embedded database and the key file."),
    Setting(
        "PLACET_PUBLIC_URL",
        None,
        "Where browsers reach this server, by https; log origins are made from it. "
        f"Default in development: `{LOCAL_URL}`.",
    ),
    Setting("PLACET_KEYS", None, "The key document itself (JSON), in place of a file."),
    Setting("PLACET_KEYS_FILE", None, "Path of the key file; default: keys.json in PLACET_DATA."),
    Setting(
        "PLACET_TRUSTED_PROXIES", "0", "How many reverse proxies in front set X-Forwarded-For and X-Forwarded-Proto."
    ),
    Setting(
        "PLACET_MOUNT_HEADER",
        None,
        "Trusted header in which a site's proxy says where on the site it has mounted this server, e.g. Placet-Mount.",
    ),
    Setting("PLACET_COUNTRY_HEADER", None, "Trusted header with the visitor's ISO 3166-1 country, e.g. CF-IPCountry."),
    Setting("PLACET_REGION_HEADER", None, "Trusted header with the ISO 3166-2 region (`CA` or `US-CA`)."),
    Setting("PLACET_MMDB", None, "Path of a MaxMind-format country or city database, used when no header says where."),
    Setting("PLACET_ALLOW_COUNTRY_PARAM", "0", "1: `?country=&region=` on config, trackers and loader is believed."),
    Setting("PLACET_NETWORK_BURST", "120", "Receipts that one network (IPv4 /24, IPv6 /48) may send at once."),
    Setting("PLACET_NETWORK_PER_SECOND", "2", "How many a second it may send after that."),
    Setting("PLACET_SITE_BURST", "20000", "Receipts that one site may take at once."),
    Setting("PLACET_SITE_PER_SECOND", "2000", "How many a second it may take after that."),
    Setting(
        outside.URLS,
        None,
        "Addresses that get each day's checkpoint by POST, separated by spaces. A secret belongs after `?`.",
    ),
    Setting(
        outside.WITNESSES,
        None,
        "Witnesses (C2SP tlog-witness): verifier key and address of each, separated by spaces: `VKEY URL VKEY URL`.",
    ),
    Setting(outside.TSA, None, "Address of a time-stamping authority (RFC 3161) that stamps each day's checkpoint."),
    Setting(
        outside.TSA_ROOTS, None, "Path of the authority's root certificates (PEM), to verify its stamps as they come."
    ),
    Setting(
        outside.EMAILS,
        None,
        "Who gets each day's checkpoint by e-mail, separated by spaces; needs the two settings below.",
    ),
    Setting(
        outside.SMTP,
        None,
        "Mail server: `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://user:password@host`.",
    ),
    Setting(outside.MAIL_FROM, None, "The address that e-mail comes from."),
    Setting(
        "PLACET_CHROMIUM",
        None,
        "Path of a Chromium that takes pictures of each published banner and checks sites; default: one on the PATH. "
        "`none`: neither.",
    ),
    Setting("PLACET_THREADS", "32", "Threads of one process; `gunicorn.conf.py` sets it to gunicorn's own number."),
)


@dataclass(frozen=True)
class Settings:
    """The operator's settings, read once at the start."""

    development: bool
    database_url: str = field(repr=False)  # may hold a password
    data: Path
    public_url: str
    keys: str | None = field(repr=False)
    keys_file: Path
    trusted_proxies: int
    mount_header: str | None
    country_header: str | None
    region_header: str | None
    mmdb: Path | None
    allow_country_param: bool
    network_burst: int
    network_per_second: float
    site_burst: int
    site_per_second: float
    threads: int
    outside: Outside
    chromium: str | None

    @property
    def public_host(self) -> str:
        """Host (and port) of the public address, the stem of every log's origin."""
        return urlsplit(self.public_url).netloc

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this server by https."""
        return urlsplit(self.public_url).scheme == "https"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ`` (default: the process's). Raises ``SettingsError``."""
    given = _Reader(os.environ if environ is None else environ)
    data = Path(given.text("PLACET_DATA")).absolute()
    keys_file = given.optional("PLACET_KEYS_FILE")
    mmdb = given.optional("PLACET_MMDB")
    development = given.one_of("PLACET_ENV", ("production", "development")) == "development"
    return Settings(
        development=development,
        database_url=given.optional("DATABASE_URL") or f"sqlite:///{data / 'placet.db'}",
        data=data,
        public_url=given.url("PLACET_PUBLIC_URL", development),
        keys=given.optional("PLACET_KEYS"),
        keys_file=Path(keys_file) if keys_file else data / "keys.json",
        trusted_proxies=given.whole("PLACET_TRUSTED_PROXIES"),
        mount_header=given.optional("PLACET_MOUNT_HEADER"),
        country_header=given.optional("PLACET_COUNTRY_HEADER"),
        region_header=given.optional("PLACET_REGION_HEADER"),
        mmdb=Path(mmdb) if mmdb else None,
        allow_country_param=given.one_of("PLACET_ALLOW_COUNTRY_PARAM", ("0", "1")) == "1",
        network_burst=given.whole("PLACET_NETWORK_BURST", least=1),
        network_per_second=given.positive("PLACET_NETWORK_PER_SECOND"),
        site_burst=given.whole("PLACET_SITE_BURST", least=1),
        site_per_second=given.positive("PLACET_SITE_PER_SECOND"),
        threads=given.whole("PLACET_THREADS", least=1),
        outside=given.outside(development),
        chromium=given.optional("PLACET_CHROMIUM"),
    )


class _Reader:
    """Reads one value at a time and says plainly what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._defaults = {setting.name: setting.default for setting in SETTINGS}

    def optional(self, name: str) -> str | None:
        return self._environ.get(name) or self._defaults[name]

    def text(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise SettingsError(f"{name} is missing.")
        return value

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in values:
            raise SettingsError(f"{name} is {value!r}; it must be one of: {', '.join(values)}.")
        return value

    def whole(self, name: str, least: int = 0) -> int:
        value = self.text(name)
        if not value.isdecimal() or int(value) < least:
            raise SettingsError(f"{name} is {value!r}; it must be a whole number of at least {least}.")
        return int(value)

    def positive(self, name: str) -> float:
        value = self.text(name)
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):
            raise SettingsError(f"{name} is {value!r}; it must be a number above 0.")
        return number

    def outside(self, development: bool) -> Outside:
        roots = self.optional(outside.TSA_ROOTS)
        try:
            given = {name: self.optional(name) for name in outside.NAMES}
            return read_outside(
                given, https_only=not development, tsa_roots=Path(roots).read_bytes() if roots else None
            )
        except OutsideError as error:
            raise SettingsError(str(error)) from error
        except OSError as error:
            raise SettingsError(
                f"{outside.TSA_ROOTS} is {roots!r}, which cannot be read; it must be a file."
            ) from error

    def url(self, name: str, development: bool) -> str:
        value = (self.optional(name) or (LOCAL_URL if development else "")).rstrip("/")
        if value and _PUBLIC_URL.fullmatch(value) is None:
            raise SettingsError(f"{name} is {value!r}; it must be http(s)://host[:port] and nothing more.")
        if not development and urlsplit(value).scheme != "https":
            # Without https anyone on the way reads the desk's cookie; with a wrong host the logs' names are wrong for ever.
            raise SettingsError(
                f"{name} is {repr(value) if value else 'missing'}; in production it must be the https address where "
                "browsers reach this server, e.g. https://consent.example. To try Placet by http: PLACET_ENV=development."
            )
        return value
