"""What a draft would show if it were published now; nothing is written."""

import json
from dataclasses import dataclass
from typing import Any

from app.core.canonical import canonical_bytes, sha256_hex
from app.core.documents import ConfigDocument, NoticeDocument
from app.core.notices import make_notice, site_texts
from app.core.regimes import Regime
from app.core.rules import since_map, widget_config
from app.models import Site
from app.services.configs import Desk

VERSION = 1


@dataclass(frozen=True)
class Drawing:
    """What the widget carries and shows in one language under one regime, as of a version that was just published."""

    loader: dict[str, Any]
    notice: NoticeDocument


def draw_draft(site: Site, document: ConfigDocument, regime: Regime, lang: str, desk: Desk) -> Drawing:
    """Make what publishing ``document`` would make of this language and regime, as the first version."""
    texts = site_texts(document, lang, desk.texts, regime)
    notice = canonical_bytes(make_notice(document, regime, lang, texts, site=site.key))
    loader = widget_config(
        document,
        regime,
        lang,
        site=site.key,
        version=VERSION,
        sha256=sha256_hex(canonical_bytes(document)),
        notice_sha256=sha256_hex(notice),
        since=since_map(VERSION, document, None, None),
        ask_since=VERSION,
        texts=texts,
    )
    # As the database gives them back.
    return Drawing(json.loads(json.dumps(loader)), json.loads(notice))
