"""A version in each language under each regime, made when it is published and served verbatim; and what the log says."""

import json
from typing import Any

from sqlalchemy import Connection, insert

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.documents import ConfigDocument
from app.core.lint import Problem
from app.core.notices import make_notice, site_texts
from app.core.receipt import rfc3339
from app.core.regimes import Regime, RegimeTable
from app.core.rules import public_config, widget_config
from app.core.texts import BuiltinTexts
from app.models import ConfigSlice, ConfigVersion, Site


def write_slices(
    connection: Connection,
    site: Site,
    document: ConfigDocument,
    version: ConfigVersion,
    regimes: RegimeTable,
    builtin: BuiltinTexts,
) -> list[dict[str, Any]]:
    """Write the slices of ``version`` and return them, as rows."""
    slices = [
        _slice(site, document, version, regime, lang, builtin)
        for regime in regimes.served(document["regime"])
        for lang in document["languages"]
    ]
    connection.execute(insert(ConfigSlice), slices)
    return slices


def _slice(
    site: Site, document: ConfigDocument, version: ConfigVersion, regime: Regime, lang: str, builtin: BuiltinTexts
) -> dict[str, Any]:
    texts = site_texts(document, lang, builtin, regime)
    notice = canonical_bytes(make_notice(document, regime, lang, texts, site=site.key))
    shared = {
        "site": site.key,
        "version": version.number,
        "sha256": version.sha256,
        "notice_sha256": sha256_hex(notice),
        "since": json.loads(version.since),
        "ask_since": version.ask_since,
        "texts": texts,
    }
    return {
        "site_id": site.id,
        "version": version.number,
        "regime": regime.id,
        "lang": lang,
        "notice_sha256": shared["notice_sha256"],
        "notice": notice,
        "loader": json.dumps(widget_config(document, regime, lang, **shared), ensure_ascii=False),
        "public": json.dumps(public_config(document, regime, lang, **shared), ensure_ascii=False),
    }


def what_is_stated(
    version: ConfigVersion, warnings: list[Problem], slices: list[dict[str, Any]], reasons: list[str]
) -> dict[str, Any]:
    """What the log says of a version: with the hashes of all that visitors are going to be shown and served of it."""
    return {
        "version": version.number,
        "sha256": version.sha256,
        "ask_again": version.ask_again,
        "reason": version.reason,
        "effective_at": rfc3339(version.effective_at),
        "by": version.by,
        "proposal": {"ask_again": bool(reasons), "reasons": reasons},
        **({"against": version.against} if version.against else {}),
        "lint": {"warnings": [{"path": warning.path, "message": warning.message} for warning in warnings]},
        "slices": [
            {
                "regime": made["regime"],
                "lang": made["lang"],
                "notice": made["notice_sha256"],
                "loader": sha256_hex(made["loader"].encode()),
            }
            for made in slices
        ],
    }
