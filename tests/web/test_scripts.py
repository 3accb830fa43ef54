"""What ``<script src>`` names."""

import gzip
import json
import re

import brotli
import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.canonical import sha256_hex
from app.core.signing import read_shown
from app.db import db
from app.models import Site, WidgetRelease, WidgetReleasePart
from app.services.configs import Publication, publish, read_draft_document, save_draft
from app.services.sites import find_site
from tests.support.plain_site import in_german_too
from tests.support.world import BUILD, BUILDS, PARTS, SCRIPT

CALL = re.compile(r"\)\((\{.*\})\);\s*\Z", re.DOTALL)


def config_in(script: str) -> dict:
    return json.loads(CALL.search(script).group(1))


def values_in(part: str) -> list:
    return json.loads("[" + part.rstrip().rsplit("})(", 1)[1].removesuffix(");") + "]")


@pytest.fixture
def load(client, site):
    def load_it(query="country=DE", **headers):
        return client.get(f"/s/{site}.js?{query}", headers=headers)

    return load_it


def test_the_loader_is_the_build_with_the_config_inside(load, here, site, clock):
    answer = load()
    assert answer.mimetype == "text/javascript"
    assert answer.get_data(as_text=True).startswith(SCRIPT.decode().split("})(0)")[0])
    config = config_in(answer.get_data(as_text=True))
    assert (config["site"], config["version"], config["regime"], config["lang"]) == (site, 1, "eu", "en")
    assert config["api"] == "http://placet.example"
    assert config["widget"] == {"version": BUILD.version, "sha256": BUILD.sha256}
    assert read_shown(here.keys, config["shown"], site, clock()).country == "DE"
    assert {tracker["id"] for tracker in config["trackers"]} >= {"clickstream", "session-recording"}


def test_regimes_differ_by_place(load):
    def model(query):
        trackers = {tracker["id"]: tracker for tracker in config_in(load(query).get_data(as_text=True))["trackers"]}
        return tuple(trackers[name].get("model", "optin") for name in ("clickstream", "session-recording"))

    assert model("country=DE") == ("optin", "optin")
    assert model("country=US&region=TX") == ("optout", "optin")
    assert model("") == ("optin", "optin"), "nowhere is the strictest of all"


@pytest.mark.parametrize(
    ("accepted", "decode"), [("br, gzip", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)]
)
def test_it_comes_compressed_as_the_browser_likes(load, accepted, decode):
    answer = load(**{"Accept-Encoding": accepted})
    assert config_in(decode(answer.data).decode())["version"] == 1
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_it_is_revalidated_cheaply(load, clock):
    first = load()
    assert first.headers["Cache-Control"] == "private, max-age=60, stale-while-revalidate=60, stale-if-error=86400"
    again = load(**{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    clock.advance(days=1)
    assert load(**{"If-None-Match": first.headers["ETag"]}).status_code == 200, "the shown token is the day's"


def test_a_published_version_is_seen_within_two_seconds(load, app, here, clock):
    from sqlalchemy import select

    load()
    with app.app_context(), Session(db.engine) as session:
        row = session.scalars(select(Site)).one()
        document = read_draft_document(session, row)
        document["name"] = "Renamed"
        save_draft(session, row, document, by="tests", now=clock())
        publish(session, row, Publication("rename", "tests"), desk=here.desk, now=clock())
    clock.advance(seconds=2)
    assert config_in(load().get_data(as_text=True))["version"] == 2


@pytest.fixture
def load_part(client, load, site):
    """Get a part as the widget does: the hashes of the notice and of the part are in its address."""

    def load_it(name, notice=None, prefix=None):
        notice = notice or config_in(load().get_data(as_text=True))["notice"]["sha256"]
        prefix = prefix or sha256_hex(PARTS[name])[:16]
        return client.get(f"/s/{site}/{notice}.{name}-{prefix}.js")

    return load_it


def test_the_preferences_part_carries_the_notice(client, load, load_part, site):
    answer = load_part("preferences")
    assert "immutable" in answer.headers["Cache-Control"]
    script = answer.get_data(as_text=True)
    assert script.startswith(PARTS["preferences"].decode().split("})(0")[0])
    stated, notice = values_in(script)
    assert stated == site
    assert notice["lang"] == "en"
    config = config_in(load().get_data(as_text=True))
    cited = client.get(f"/v1/sites/{site}/notices/{config['notice']['sha256']}")
    assert sha256_hex(cited.data) == config["notice"]["sha256"]
    assert cited.json == notice


def test_a_part_that_shows_nothing_of_the_notice_gets_the_site_alone(load_part, site):
    answer = load_part("after")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert values_in(answer.get_data(as_text=True)) == [site]


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_that_is_not_there_is_404(load_part, name):
    assert load_part(name).status_code == 200
    assert load_part(name, notice="0" * 64).status_code == 404, "this site never showed that notice"
    for prefix in (
        "0" * 16,
        sha256_hex(PARTS[name])[:15],
        sha256_hex(PARTS[name]),
        "_" * 16,
        "%" * 16,
        sha256_hex(SCRIPT)[:16],
    ):
        assert load_part(name, prefix=prefix).status_code == 404, prefix


def test_a_part_does_not_go_by_the_name_of_another(load_part, client, site, load):
    assert load_part("after", prefix=sha256_hex(PARTS["preferences"])[:16]).status_code == 404
    notice = config_in(load().get_data(as_text=True))["notice"]["sha256"]
    for part in ("other", f"other-{sha256_hex(PARTS['after'])[:16]}", "-", "AFTER-" + "0" * 16):
        assert client.get(f"/s/{site}/{notice}.{part}.js").status_code == 404, part


def test_a_part_of_another_site_s_notice_is_404(load_part, client, publish_site):
    other = publish_site("portal", "account-management")
    notice = client.get(f"/v1/sites/{other}/config").json["notice"]["sha256"]
    for name in PARTS:
        assert load_part(name, notice=notice).status_code == 404


def test_an_unknown_site_gets_one_console_line_and_nothing_else(client):
    answer = client.get("/s/s_nobody.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert re.fullmatch(r'console\.error\("Placet: .*s_nobody.*"\);\n', answer.get_data(as_text=True))
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_site_key_cannot_break_out_of_the_console_line(client):
    answer = client.get('/s/");alert(1);("<script>.js')
    assert json.loads(answer.get_data(as_text=True).removeprefix("console.error(").removesuffix(");\n"))
    assert "<script>" not in answer.get_data(as_text=True)


def test_a_build_is_kept_under_its_hash(client):
    answer = client.get(f"/v1/widgets/{BUILD.sha256}.js")
    assert sha256_hex(answer.data) == BUILD.sha256
    assert client.get(f"/v1/widgets/{'0' * 64}.js").status_code == 404


def test_a_build_that_nobody_registered_is_kept_before_it_is_served(client, load, session):
    session.execute(delete(WidgetReleasePart))
    session.execute(delete(WidgetRelease))
    session.commit()
    load()
    assert client.get(f"/v1/widgets/{BUILD.sha256}.js").status_code == 200


class TestOneRegime:
    def test_a_site_under_one_regime_is_cached_by_anyone(self, client, publish_site):
        key = publish_site("fixed", change=lambda config: config.update(regime="eu"))
        assert client.get(f"/s/{key}.js").headers["Cache-Control"].startswith("public, ")
        assert config_in(client.get(f"/s/{key}.js?country=US&region=TX").get_data(as_text=True))["regime"] == "eu"


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        ("lang=de", "en", "de"),
        ("lang=de-AT", "en", "de"),
        ("lang=fr", "de-CH, en;q=0.5", "de"),
        ("", "fr, de;q=0.1", "de"),
        ("", "de;q=0, fr", "en"),
        ("", "*", "en"),
        ("lang=" + "x" * 5000, "", "en"),
    ],
)
def test_a_visitor_gets_the_language_that_suits_them_best(client, publish_site, query, header, lang):
    key = publish_site("german", change=in_german_too)
    answer = client.get(f"/s/{key}.js?country=DE&{query}", headers={"Accept-Language": header})
    config = config_in(answer.get_data(as_text=True))
    assert (config["lang"], config["notice"]["lang"]) == (lang, lang)
    assert config["texts"]["accept_all"] == {"en": "Accept all", "de": "Alle akzeptieren"}[lang]
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_later_version_that_waits_is_told_with_the_time_it_begins(client, here, app, publish_site, clock):
    key = publish_site("later", change=lambda config: config.update(notice_period="P30D"))
    assert "next" not in config_in(client.get(f"/s/{key}.js?country=DE").get_data(as_text=True))
    with app.app_context(), Session(db.engine) as session:
        site = find_site(session, key)
        publish(session, site, Publication("asks again", "tests", ask_again=True), desk=here.desk, now=clock())
    clock.advance(seconds=5)  # what one process holds of a site
    waiting = client.get(f"/v1/sites/{key}/config?country=DE").json["next"]
    config = config_in(client.get(f"/s/{key}.js?country=DE").get_data(as_text=True))
    assert config["version"] == 1
    assert config["next"] == waiting["effective_at"]
    declared = client.get(f"/s/{key}/declaration?country=DE").get_data(as_text=True)
    assert "A new version of this notice applies from" in declared


def test_a_site_whose_trackers_have_signals_gets_the_build_that_tells_vendors(client, publish_site):
    def tell(config):
        next(own for own in config["trackers"] if own["id"] == "clickstream")["signals"] = {
            "decision": ['exampleAnalytics.consent("?")']
        }

    key = publish_site("told", change=tell)
    script = client.get(f"/s/{key}.js?country=DE").get_data(as_text=True)
    assert script.startswith(BUILDS.signals.script.decode().split("})(0)")[0])
    config = config_in(script)
    assert config["widget"] == {"version": BUILD.version, "sha256": BUILDS.signals.sha256}
    assert client.get(f"/v1/widgets/{BUILDS.signals.sha256}.js").data == BUILDS.signals.script, "receipts cite it"
    told = {tracker["id"]: tracker["signals"] for tracker in config["trackers"] if "signals" in tracker}
    assert told == {"clickstream": {"decision": ['exampleAnalytics.consent("?clickstream")']}}


@pytest.mark.parametrize(
    ("place", "section"),
    [("country=US&region=CA", "usca"), ("country=US&region=NY", "usnat"), ("country=DE", None), ("", None)],
)
def test_under_a_us_law_a_vendor_that_reads_it_gets_the_global_privacy_platform(client, publish_site, place, section):
    def tell(config):
        next(own for own in config["trackers"] if own["id"] == "clickstream")["signals"] = {"gpp": True}

    key = publish_site("told", change=tell)
    script = client.get(f"/s/{key}.js?{place}").get_data(as_text=True)
    config = config_in(script)
    build = BUILDS.gpp if section else BUILD
    assert script.startswith(build.script.decode().split("})(0)")[0])
    assert config["widget"]["sha256"] == build.sha256
    assert (config["gpp"]["name"] if section else config.get("gpp")) == section
    assert all("signals" not in tracker for tracker in config["trackers"])


def test_without_such_a_vendor_nobody_pays_for_it(load):
    assert "gpp" not in config_in(load("country=US&region=CA").get_data(as_text=True))
