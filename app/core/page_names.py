"""Names of a page that no tracker's stop step may touch (``app.core.lint_steps``), and why.

Thought from the side of somebody who may edit a config and wants more than to stop a tracker: to run a program in the
site's pages, load something, send visitors elsewhere, read what they type, write words into the page, act in their place,
or break what everybody uses. A step can only walk along names from ``window``, and call or set what is there with JSON.
No list of this kind is whole: a function of the site's own that runs a text can still be called by whoever edits its
config, which is why ``docs/config.md`` says that editing is trust, and why the difference is shown before publishing.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Globals of every page: those of Window (WebIDL), of ECMAScript, and what browsers add. Some run a text (`eval`, `Function`,
# `setTimeout` and its kin), load or send (`fetch`, `importScripts`, workers, sockets), lead away (`location`, `navigation`,
# `open`; `name` and `opener` for the next page), speak to other frames or to an app around the page (`postMessage`,
# `webkit`, `chrome`) or ask the visitor (`prompt`, `print`). The rest is here because, once set, it works for nobody.
BROWSER_S_OWN = _words("""
    addEventListener alert atob blur btoa caches cancelAnimationFrame cancelIdleCallback captureEvents clearImmediate
    clearInterval clearTimeout clientInformation close closed confirm console cookieStore createImageBitmap
    crossOriginIsolated crypto customElements devicePixelRatio dispatchEvent document documentPictureInPicture event
    external fence fetch fetchLater find focus frameElement frames getComputedStyle getScreenDetails getSelection globalThis
    history indexedDB innerHeight innerWidth isSecureContext launchQueue length localStorage location locationbar matchMedia
    menubar moveBy moveTo name navigation navigator open openDatabase opener orientation origin originAgentCluster
    outerHeight outerWidth pageXOffset pageYOffset parent performance personalbar postMessage print prompt queryLocalFonts
    queueMicrotask releaseEvents removeEventListener reportError requestAnimationFrame requestIdleCallback resizeBy resizeTo
    scheduler screen screenLeft screenTop screenX screenY scroll scrollBy scrollTo scrollX scrollY scrollbars self
    sessionStorage setImmediate setInterval setTimeout sharedStorage showDirectoryPicker showModalDialog showOpenFilePicker
    showSaveFilePicker speechSynthesis status statusbar stop structuredClone styleMedia toString toolbar top trustedTypes
    visualViewport webkitRequestAnimationFrame webkitRequestFileSystem webkitURL window

    browser chrome safari webkit

    AbortController Animation Audio Blob BroadcastChannel CSS CustomEvent DOMParser Document Element Event EventSource
    EventTarget File FileReader FormData Headers Image IntersectionObserver MessageChannel MutationObserver Navigator Node
    Notification Option PaymentRequest PerformanceObserver Range Request ResizeObserver Response Selection ServiceWorker
    SharedWorker Storage TextDecoder TextEncoder URL URLSearchParams WebAssembly WebSocket WebTransport Window Worker
    XMLHttpRequest XMLSerializer XSLTProcessor

    AggregateError Array ArrayBuffer Atomics BigInt Boolean DataView Date Error EvalError Function Infinity Intl Iterator
    JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError
    TypeError URIError WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval
    execScript import importScripts isFinite isNaN parseFloat parseInt this undefined unescape
""")
# Handlers (`onerror`, `onload` …) are the page's; HTMLElement and its like are the browser's classes.
LIKE_THE_BROWSER_S_OWN = r"on[a-z]+|(?:HTML|SVG)[A-Z]\w*"

# What many pages have, and what runs or loads as a text says: `$.globalEval`, `htmx.ajax`, `Turbo.visit`, `require`.
LIBRARIES = _words("""
    $ $$ jQuery Zepto require requirejs define System htmx Turbo Turbolinks Alpine angular Livewire swup barba loadjs
    yepnope YUI dojo
""")

# From any object to its class, and from there to `Function` or to what all objects share. As a key of JSON, too: a careless
# merge would do the same (prototype pollution).
OF_ALL_OBJECTS = _words("""
    constructor prototype __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__
""")

# Elements with an id and frames with a name are globals: `main.innerHTML`, `login.submit`, `chat.location`. So, wherever it
# stands: what leads from them to document and window, what runs a text, what takes markup or an address, what is shown,
# what changes the looks, and what answers in the visitor's place.
OF_ELEMENTS = _words("""
    contentDocument contentWindow defaultView document documentElement frameElement frames getRootNode globalThis location
    navigation opener ownerDocument parent parentWindow self shadowRoot top window

    Function eval execScript getScript globalEval importScripts postMessage setImmediate setInterval setTimeout

    createContextualFragment innerHTML insertAdjacentHTML outerHTML parseHTMLUnsafe setHTML setHTMLUnsafe write writeln
    action attributes dataset formAction href setAttribute setAttributeNS setAttributeNode setNamedItem src srcdoc srcset
    addEventListener attachEvent dispatchEvent fireEvent

    after append before innerText insertAdjacentText nodeValue outerText prepend replaceChildren replaceWith textContent
    adoptedStyleSheets classList className cssText insertRule replaceSync style

    checked click execCommand requestFullscreen requestSubmit showModal showPopover submit value
""")

# Ours: nothing in a config speaks for the visitor.
OURS = "placet"
