"""A claim and what it is held against, for the tests of receipts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.core.receipt import Cited, Claim, Context, Offer, make_payload
from app.core.take_over import TakenOver, Terms

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFFER = Offer(
    ("necessary", "analytics", "marketing"),
    {"ads": "marketing", "clicks": "analytics"},
    per_tracker=True,
    granted_days=180,
    refused_days=90,
)
BY_CATEGORY = replace(OFFER, per_tracker=False)
CONTEXT = Context("eu", "FR", None, "header", gpc_header=True, gpc_effect="honour", attested=True)
CLAIM = Claim(
    id="019aabbc-0000-7000-8000-000000000001",
    secret=bytes(range(16)),
    previous=None,
    method="banner:accept-all",
    trusted=True,
    choices={"necessary": True, "analytics": True, "marketing": False},
    trackers={},
    config_version=3,
    config_sha256="ab" * 32,
    notice=Cited("en", "cd" * 32),
    widget=Cited("0.1.0", "ef" * 32),
    gpc=None,
    layer=1,
    layout="corner",
    viewport="wide",
    scheme="dark",
    equality=True,
    shown_at=NOW - timedelta(seconds=9),
    decided_at=NOW - timedelta(seconds=2),
    shown="a token",
)
REFUSAL = replace(CLAIM, choices={"necessary": True, "analytics": False, "marketing": False})
WITHOUT_CLICKS = replace(CLAIM, method="banner:reject-new", trackers={"clicks": False})
# What another tool had kept of the same visitor, and what a config version lets be taken over from it.
BEFORE = replace(OFFER, before=Terms("klaro", frozenset({"clicks"}), kept_days=120))
TAKEN = replace(
    CLAIM,
    method="takeover",
    trusted=False,
    layer=None,
    layout=None,
    taken_over=TakenOver("klaro", None, '{"clicks":true}'),
)


def payload_of(claim, **changes):
    options = {"site": "s_a", "subject": "A" * 22, "event": "given", "now": NOW, "nonce": bytes(16), **changes}
    return make_payload(claim, options.pop("offer", OFFER), CONTEXT, **options)
