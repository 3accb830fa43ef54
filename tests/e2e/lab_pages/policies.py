"""Pages under the Content-Security-Policies of docs/embedding.md, "What the widget needs of your CSP"."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.lab_pages.pages import BOOTSTRAP

NONCE = "bm9uY2U"


@dataclass(frozen=True)
class Policy:
    """``header`` as the docs print it; ``tag`` gets the loader's address."""

    header: str
    tag: Callable[[str], str]
    nonce: str = ""


def bootstrap_hash() -> str:
    """Return the CSP source of the bootstrap."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(BOOTSTRAP.read_bytes()).digest()).decode()}'"


def _with_nonce(loader: str) -> str:
    return f'<script nonce="{NONCE}" src="{loader}"></script>'


_TRUSTED = "require-trusted-types-for 'script'; trusted-types placet"
POLICIES = {
    "host": Policy(
        f"default-src 'none'; script-src CONSENT; connect-src CONSENT; {_TRUSTED}",
        lambda loader: f'<script src="{loader}"></script>',
    ),
    "nonce": Policy(
        f"default-src 'none'; script-src 'nonce-…'; connect-src CONSENT; {_TRUSTED}", _with_nonce, f'nonce="{NONCE}"'
    ),
    "strict-dynamic": Policy(
        f"default-src 'none'; script-src 'nonce-…' 'strict-dynamic'; connect-src CONSENT; {_TRUSTED}", _with_nonce
    ),
    "hash": Policy(
        f"default-src 'none'; script-src 'sha256-…' 'strict-dynamic'; connect-src CONSENT; {_TRUSTED} 'allow-duplicates'",
        lambda loader: (
            f'<script data-placet-src="{loader}" data-csp="default-src \'self\' CONSENT">{BOOTSTRAP.read_text()}</script>'
        ),
    ),
}


def header(name: str, consent: str, tracker: str) -> str:
    """The header that a page is sent with: the docs' one, and what the page's own marked script and frame need."""
    policy = POLICIES[name].header.replace("CONSENT", consent)
    policy = policy.replace("nonce-…", f"nonce-{NONCE}").replace("'sha256-…'", bootstrap_hash())
    return policy.replace("script-src ", f"script-src {tracker} ").replace(";", f"; frame-src {tracker};", 1)


def policed_page(name: str, loader: str, consent: str, tracker: str) -> str:
    """A page with one marked script, one marked inline script where its nonce lets it run, and one marked frame."""
    policy = POLICIES[name]
    mark = f"type='text/plain' data-tracker='probe' {policy.nonce}"
    inline = f"<script {mark}>document.title = 'ran'</script>"
    frame = f"<iframe title=Frame src='{tracker}/a.html?load=0&id=frame-{name}'></iframe>"
    return (
        f"<!doctype html><html lang=en data-serial=0><head><meta charset=utf-8><title>{name}</title>"
        f"{policy.tag(loader).replace('CONSENT', consent)}</head><body><h1>Policy</h1>"
        f"<script {mark} src='{tracker}/a.js?load=0&id=script-{name}'></script>"
        f"{inline if policy.nonce else ''}"
        f"<template data-tracker=probe>{frame}</template>"
        "</body></html>"
    )
