"""The lab's pages: every probe, in one embedding each (docs/embedding.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.lab_pages.probes import BODY, HEAD, OWN_BODY, SCRIPTED, Probe

BOOTSTRAP = Path(__file__).parent.parent.parent.parent / "widget" / "dist" / "bootstrap.js"
SCANNER_WAITS = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src * data: blob: 'unsafe-inline' 'unsafe-eval'\">"
)
TEMPLATES = ("clone", "import-node", "template")
PRELUDE = """
const SVG = "http://www.w3.org/2000/svg";
const ignore = () => {};
const place = document.documentElement.appendChild(document.createElement("div"));
place.style.cssText = "height: 0; overflow: hidden";
const make = (name, properties = {}, attributes = {}) => {
  const one = Object.assign(document.createElement(name), properties);
  for (const key in attributes) one.setAttribute(key, attributes[key]);
  return one;
};
const put = one => (place.append(one), one);
const later = (one, url) => one.addEventListener("load", () => { one.src = url }, {once: true});
const parse = markup => new DOMParser().parseFromString(markup, "text/html");
const templates = (id, round) => document.getElementById(`${id}-${round}`).content;
const run = round => {
  for (const [ways, url] of PROBES[round]) {
    try { ways(url, round) } catch (error) { reportError(error) }
  }
};
"""

UrlOf = Callable[[str, str], str]
"""(id, file) → the address at which the probe arrives."""


@dataclass(frozen=True)
class Embedding:
    """How a page has Placet in it. ``tag`` gets the loader's address and Placet's origin."""

    title: str
    tag: Callable[[str, str], str]
    is_marked: bool = False
    has_header: bool = False


def _bootstrap(loader: str, placet: str) -> str:
    closed = f"default-src 'self' 'unsafe-inline' {placet}"
    script = BOOTSTRAP.read_text()
    return f'{SCANNER_WAITS}<script data-placet-src="{loader}" data-csp="{closed}">{script}</script>'


def _asynchronous(loader: str, placet: str) -> str:
    return f'<script async src="{loader}"></script>'


EMBEDDINGS = {
    "none": Embedding("no Placet", lambda loader, placet: ""),
    "marked": Embedding("marked", _asynchronous, is_marked=True),
    "automatic": Embedding("automatic", lambda loader, placet: f'<script src="{loader}"></script>'),
    "strict": Embedding("strict automatic", _bootstrap),
    "header": Embedding("by header", _asynchronous, has_header=True),
}


def has(embedding: str, probe: Probe) -> bool:
    """Whether a page has the probe: what is marked runs when the page is there, and may not write into it any more."""
    return not (EMBEDDINGS[embedding].is_marked and "document.write" in probe.code)


def page(embedding: str, serial: int, loader: str, placet: str, url_of: UrlOf) -> str:
    """The page in this embedding; ``serial`` tells its loads apart."""
    is_marked = EMBEDDINGS[embedding].is_marked
    static = _marked_markup if is_marked else _markup
    templates = "".join(
        f'<template id="{id_}-{round_}"><script src="{url_of(f"{id_}-{round_}", "a.js")}"></script></template>'
        for id_ in TEMPLATES
        for round_ in (1, 2)
    )
    kind = ' type="text/plain" data-category="analytics"' if is_marked else ""
    return (
        f'<!doctype html><html lang="en" data-serial="{serial}"><head><meta charset="utf-8"><title>{embedding}</title>'
        f"{EMBEDDINGS[embedding].tag(loader, placet)}{templates}<script{kind}>{_script(embedding, url_of)}</script>"
        f"{''.join(static(probe, url_of) for probe in HEAD)}</head>"
        f"<body><h1>Lab</h1>{''.join(static(probe, url_of) for probe in BODY + OWN_BODY)}</body></html>"
    )


def _markup(probe: Probe, url_of: UrlOf) -> str:
    return probe.code.format(url=url_of(probe.id, probe.file))


def _marked_markup(probe: Probe, url_of: UrlOf) -> str:
    mark = f'data-tracker="{"own-path" if probe.is_first_party else "probe"}"'
    markup = _markup(probe, url_of)
    if markup.startswith("<script"):
        return markup.replace("<script", f'<script type="text/plain" {mark}')
    return f"<template {mark}>{markup}</template>"


def _script(embedding: str, url_of: UrlOf) -> str:
    rounds = {
        round_: "".join(
            f'[{probe.code}, "{url_of(f"{probe.id}-{round_}", probe.file)}"],'
            for probe in SCRIPTED
            if round_ in probe.rounds and has(embedding, probe)
        )
        for round_ in (1, 2)
    }
    probes = ",".join(f"{round_}: [{entries}]" for round_, entries in rounds.items())
    return (
        f"(() => {{ {PRELUDE} const PROBES = {{{probes}}}; run(1);"
        " if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => run(2)); else run(2) })()"
    )
