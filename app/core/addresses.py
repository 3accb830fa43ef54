"""What somebody pasted or typed as an address, written as configs want it: an origin, a URL, a host, a path."""

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LOCAL = re.compile(r"(?:[a-z0-9.-]+\.)?localhost|127\.[0-9.]+", re.IGNORECASE)
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*")
# A page or picture beside the present one, not a host.
_FILE = re.compile(r".*\.(?:html?|php|aspx?|jsp|svg|png|jpe?g|gif|webp|pdf)")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def has_scheme(text: str) -> bool:
    """Whether an address says how it is fetched, as ``https://`` does."""
    return _SCHEME.match(text) is not None


def without_scheme(text: str) -> str:
    """Return an address without its ``https://``."""
    return _SCHEME.sub("", text)


def with_scheme(text: str) -> str:
    """Return an address with its scheme: https, or http for this machine, where none was typed."""
    if has_scheme(text):
        return text
    return f"{'http' if _LOCAL.fullmatch(re.split(r'[:/?#]', text)[0]) else 'https'}://{text}"


def origin_of(text: str) -> str | None:
    """Return scheme, host and port of an address in small letters (RFC 6454), or ``None`` where there is no such thing."""
    try:
        parts = urlsplit(with_scheme(text.strip()))
        host, scheme, port = parts.hostname or "", parts.scheme.casefold(), parts.port
    except ValueError:
        return None
    is_good = re.fullmatch(r"[0-9a-f:]+", host) if ":" in host else is_host(host) and "*" not in host
    if scheme not in _DEFAULT_PORTS or not is_good or parts.username is not None or port == 0:
        return None
    bare = f"[{host}]" if ":" in host else host
    return f"{scheme}://{bare}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")


def url_of(text: str) -> str | None:
    """Return an address with its scheme, or ``None`` where it is no web address."""
    text = text.strip()
    if re.search(r"\s", text) or (":" in text.split("/")[0] and not has_scheme(text)):
        return None
    try:
        parts = urlsplit(with_scheme(text))
        host = parts.hostname or ""
    except ValueError:
        return None
    is_file = not has_scheme(text) and _FILE.fullmatch(host)
    return with_scheme(text) if parts.scheme in ("http", "https") and "." in host and not is_file else None


def host_in(text: str) -> str:
    """Return the host of whatever was pasted: an address, a host with a port, a domain with a dot before it."""
    bare = without_scheme(text.strip().casefold())
    return re.split(r"[/?#]", bare)[0].rpartition("@")[2].partition(":")[0].strip(".")


def is_host(text: str) -> bool:
    """Whether ``text`` is a host or a pattern of hosts."""
    return _HOST.fullmatch(text) is not None and ".." not in text


def path_of(text: str) -> str | None:
    """Return a path that begins with / and ends before ? or #, or ``None`` where it has other signs in it."""
    path = re.split(r"[?#]", text.strip())[0]
    path = path if path.startswith("/") else f"/{path}"
    return path if _PATH.fullmatch(path) else None


def tidy_origin(text: str) -> str:
    """Return the origin of what was typed; what has none stays, and a bare word is more likely a slip (``https:/x.de``)."""
    origin = origin_of(text)
    host = (urlsplit(origin).hostname or "") if origin else ""
    is_known = has_scheme(text) or "." in host or ":" in host or _LOCAL.fullmatch(host)
    return origin if origin and is_known and host not in _DEFAULT_PORTS else text


def tidy_url(text: str) -> str:
    """Return what was typed with its scheme; what is no web address stays."""
    return url_of(text) or text


def tidy_contact(text: str) -> str:
    """Return an e-mail address without ``mailto:``, a web address with its scheme; anything else stays."""
    bare = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    return bare if "@" in bare else tidy_url(bare)


def tidy_domain(text: str) -> str:
    """Return the host of what was typed; what has none stays."""
    host = host_in(text)
    return host if "." in host and is_host(host) else text


def tidy_match(match: dict[str, str]) -> dict[str, str]:
    """Return a host and a path of a tracker, where a whole address was typed as its host: its path comes along."""
    host, typed = host_in(match["host"]), without_scheme(match["host"].strip())
    if not is_host(host) or typed == host:
        return match
    path = path_of(typed[typed.find("/") :]) if "/" in typed else None
    return {**match, "host": host, "path": path if path and match["path"] in ("", "/") else match["path"]}
