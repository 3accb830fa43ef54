"""The ways in which a page reaches a tracker. Each is a probe with an id of its own, so that what arrives tells which."""

from dataclasses import dataclass

ROUNDS = (1, 2)
"""When a script's probes run: at once, right behind our tag, and again at ``DOMContentLoaded``."""


@dataclass(frozen=True)
class Probe:
    """``code`` is markup with ``{url}``, or a JavaScript function of ``(url, round)``; ``file`` what it asks for."""

    id: str
    title: str
    file: str
    code: str
    rounds: tuple[int, ...] = ROUNDS

    @property
    def is_first_party(self) -> bool:
        return self.file.startswith("/stats/")

    @property
    def arrivals(self) -> set[str]:
        """The ids under which it arrives."""
        return {f"{self.id}-{round_}" for round_ in self.rounds} or {self.id}


def _markup(id_: str, title: str, file: str, code: str) -> Probe:
    return Probe(id_, title, file, code, rounds=())


HEAD = [
    _markup("head-script", "script in the head", "a.js", '<script src="{url}"></script>'),
    _markup("preload", "preload link", "a.js", '<link rel="preload" as="script" href="{url}">'),
    _markup("stylesheet", "style sheet link", "a.css", '<link rel="stylesheet" href="{url}">'),
]
BODY = [
    _markup("body-script", "script in the body", "a.js", '<script src="{url}"></script>'),
    _markup("img", "image", "a.gif", '<img src="{url}" alt="">'),
    _markup("iframe", "frame", "a.html", '<iframe src="{url}" title="Probe"></iframe>'),
]
OWN_BODY = [_markup("own-img", "image in the page's own markup", "/stats/a.gif", '<img src="{url}" alt="">')]

# `make`, `put` and `parse` are in pages.py; `templates` stand in the page's own markup, one for each round.
ELEMENTS = [
    Probe("set-script", "script: `src`", "a.js", "url => put(make('script', {src: url}))"),
    Probe("attribute", "script: `setAttribute`", "a.js", "url => put(make('script', {}, {src: url}))"),
    Probe("set-iframe", "frame: `src`", "a.html", "url => put(make('iframe', {src: url}))"),
    Probe("set-img", "image: `src`", "a.gif", "url => put(make('img', {src: url}))"),
    Probe("new-image", "`new Image()`", "a.gif", "url => { new Image().src = url }"),
    Probe("srcset", "image: `srcset`", "a.gif", "url => put(make('img', {srcset: `${url} 1x`}))"),
    Probe("later-img", "image: another `src` later", "a.gif", "url => later(put(make('img', {src: '/own.gif'})), url)"),
    Probe(
        "later-iframe",
        "frame: another `src` later",
        "a.html",
        "url => later(put(make('iframe', {src: '/own.html'})), url)",
    ),
    Probe("set-link", "style sheet: `href`", "a.css", "url => put(make('link', {rel: 'stylesheet', href: url}))"),
    Probe(
        "set-preload", "preload: `href`", "a.js", "url => put(make('link', {rel: 'preload', as: 'script', href: url}))"
    ),
    Probe("video", "video: `src`", "a.mp4", "url => put(make('video', {preload: 'auto', src: url}))"),
    Probe("audio", "audio: `src`", "a.mp3", "url => put(make('audio', {preload: 'auto', src: url}))"),
    Probe(
        "source",
        "`<source>` in a video",
        "a.mp4",
        "url => put(make('video', {preload: 'auto'})).append(make('source', {src: url}))",
    ),
    Probe("embed", "embed: `src`", "a.html", "url => put(make('embed', {type: 'text/html', src: url}))"),
    Probe("object", "object: `data`", "a.html", "url => put(make('object', {type: 'text/html', data: url}))"),
    Probe(
        "clone", "`cloneNode`", "a.js", "(_, round) => put(templates('clone', round).firstElementChild.cloneNode(true))"
    ),
    Probe(
        "import-node",
        "`importNode`",
        "a.js",
        "(_, round) => put(document.importNode(templates('import-node', round), true))",
    ),
    Probe("template", "a template's content appended", "a.js", "(_, round) => put(templates('template', round))"),
    Probe(
        "domparser", "a node of `DOMParser`", "a.gif", "url => put(parse(`<img src='${url}'>`).querySelector('img'))"
    ),
    Probe("innerhtml-img", "`innerHTML`: image", "a.gif", "url => { put(make('p')).innerHTML = `<img src='${url}'>` }"),
    Probe(
        "innerhtml-iframe",
        "`innerHTML`: frame",
        "a.html",
        "url => { put(make('p')).innerHTML = `<iframe src='${url}'></iframe>` }",
    ),
    Probe(
        "innerhtml-link",
        "`innerHTML`: style sheet",
        "a.css",
        "url => { put(make('p')).innerHTML = `<link rel='stylesheet' href='${url}'>` }",
    ),
    Probe("outerhtml", "`outerHTML`", "a.gif", "url => { put(make('p')).outerHTML = `<img src='${url}'>` }"),
    Probe(
        "adjacent",
        "`insertAdjacentHTML`",
        "a.gif",
        "url => put(make('p')).insertAdjacentHTML('beforeend', `<img src='${url}'>`)",
    ),
    Probe(
        "fragment",
        "`createContextualFragment`",
        "a.js",
        "url => put(document.createRange().createContextualFragment(`<script src='${url}'><\\/script>`))",
    ),
    Probe(
        "write-script",
        "`document.write`: script",
        "a.js",
        "url => document.write(`<script src='${url}'><\\/script>`)",
        rounds=(1,),
    ),
    Probe("write-img", "`document.write`: image", "a.gif", "url => document.write(`<img src='${url}'>`)", rounds=(1,)),
]
REQUESTS = [
    Probe("fetch", "`fetch`", "a.txt", "url => fetch(url).catch(ignore)"),
    Probe(
        "xhr",
        "`XMLHttpRequest`",
        "a.txt",
        "url => { const one = new XMLHttpRequest(); one.open('GET', url); one.send() }",
    ),
    Probe("beacon", "`sendBeacon`", "a.txt", "url => navigator.sendBeacon(url, 'x')"),
    Probe("eventsource", "`EventSource`", "a.events", "url => new EventSource(url)"),
    Probe("websocket", "`WebSocket`", "a.socket", "url => new WebSocket(url.replace('http:', 'ws:'))"),
]
FIRST_PARTY = [
    Probe("own-fetch", "`fetch`", "/stats/a.txt", "url => fetch(url).catch(ignore)"),
    Probe("worker", "`Worker`", "/stats/a.js", "url => new Worker(url)"),
    Probe("shared-worker", "`SharedWorker`", "/stats/a.js", "url => new SharedWorker(url)"),
]
NOT_CLAIMED = [
    Probe("css-url", "CSS `url()`", "a.gif", "url => { put(make('p')).style.backgroundImage = `url('${url}')` }"),
    Probe("import", "`import()`", "a.js", "url => import(url).catch(ignore)"),
    Probe(
        "frame-fetch",
        "`fetch` of an empty frame's window",
        "a.txt",
        "url => put(make('iframe')).contentWindow.fetch(url).catch(ignore)",
    ),
    Probe(
        "form",
        "form sent into a frame",
        "a.html",
        "(url, round) => { put(make('iframe', {name: `form-${round}`}));"
        " put(make('form', {method: 'post', action: url, target: `form-${round}`})).submit() }",
    ),
    Probe(
        "attribute-ns",
        "`setAttributeNS`",
        "a.js",
        "url => { const one = make('script'); one.setAttributeNS(null, 'src', url); put(one) }",
    ),
    Probe(
        "attribute-node",
        "`setAttributeNode`",
        "a.js",
        "url => { const [one, src] = [make('script'), document.createAttribute('src')];"
        " src.value = url; one.setAttributeNode(src); put(one) }",
    ),
    Probe(
        "attribute-value",
        "`value` of the attribute `src`",
        "a.gif",
        "url => { put(make('img', {src: '/own.gif'})).attributes.src.value = url }",
    ),
    Probe(
        "adjacent-element",
        "`insertAdjacentElement` of a node of `DOMParser`",
        "a.html",
        "url => put(make('p')).insertAdjacentElement('beforeend',"
        " parse(`<iframe src='${url}'></iframe>`).querySelector('iframe'))",
    ),
    Probe(
        "svg-image",
        "`<image>` in an SVG",
        "a.gif",
        "url => { const [svg, image] = ['svg', 'image'].map(name => document.createElementNS(SVG, name));"
        " image.setAttribute('href', url); put(svg).append(image) }",
    ),
    Probe("srcdoc", "a frame's `srcdoc`", "a.gif", "url => put(make('iframe', {srcdoc: `<img src='${url}'>`}))"),
    Probe("new-audio", "`new Audio(url)`", "a.mp3", "url => { new Audio(url).preload = 'auto' }"),
    Probe("poster", "video: `poster`", "a.gif", "url => put(make('video', {poster: url}))"),
    Probe("input", "input: `src`", "a.gif", "url => put(make('input', {type: 'image', src: url}))"),
]

MARKUP = HEAD + BODY
INSERTED = ELEMENTS + REQUESTS + FIRST_PARTY
SCRIPTED = INSERTED + NOT_CLAIMED
GROUPS = {
    "In the page's own markup": MARKUP,
    "Inserted by a script": ELEMENTS,
    "Requests of a script": REQUESTS,
    "To a path of the page's own host": FIRST_PARTY + OWN_BODY,
    "Not claimed": NOT_CLAIMED,
}


def arrivals(*probes: Probe) -> set[str]:
    """All ids under which these arrive."""
    return {id_ for probe in probes for id_ in probe.arrivals}
