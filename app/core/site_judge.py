"""What a browser saw on a site's pages, judged against the site's config: is Placet there, does it hold, is all listed?

Pure: the browser is ``app.services.site_walk``'s.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from app.core.catalog import Catalog, domain_fits, host_fits, name_fits
from app.core.decision import NECESSARY
from app.core.documents import ConfigDocument, Tracker
from app.core.site_check import (
    LEVELS,
    MAX_NAME,
    MAX_WHAT,
    MAX_WORDS,
    STATES,
    Checked,
    Finding,
    Loaded,
    Looked,
    Report,
    Stored,
    make_report,
)


@dataclass
class _Findings:
    """Findings by code and what they are about, with every page and thing that they were found on."""

    found: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)

    def add(self, code: str, about: str, look: Looked, what: Iterable[str] = ()) -> None:
        one = self.found.setdefault((code, about), {"pages": set(), "states": set(), "what": set()})
        one["pages"].add(look.url)
        one["states"].add(look.state)
        one["what"].update(what)

    def told(self, more: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Finding]:
        order = list(LEVELS)
        return [
            {
                "level": LEVELS[code],
                "code": code,
                "about": about,
                "states": [state for state in STATES if state in one["states"]],
                "pages": sorted(one["pages"]),
                "what": sorted(one["what"])[:MAX_WHAT],
                **more.get((code, about), {}),
            }
            for (code, about), one in sorted(self.found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
        ]


def judge(looks: Sequence[Looked], checked: Checked, catalog: Catalog, *, url: str) -> Report:
    """Return the report on the pages that were looked at, beginning at ``url``: its shape is in ``docs/discovery.md``."""
    document = checked.document
    findings, more = _Findings(), {}
    seen_ids: set[str] = set()
    for look in looks:
        if look.problem:
            findings.add(
                "not-opened" if look.url == url else "page-skipped", look.url, look, [look.problem[:MAX_WORDS]]
            )
            continue
        _judge_page(look, checked, findings)
        allowed = look.allowed if look.site == checked.key else _necessary(document)
        for thing, listed, known, verb in _things(look, checked, catalog):
            if listed is None:
                continue
            seen_ids.update(tracker["id"] for tracker in listed)
            name = _name(thing)
            # An address is held while one who shares it is; what is stored may be the one's that is allowed.
            may = all if verb == "loads" else any
            if listed and not may(tracker["id"] in allowed for tracker in listed):
                code = f"{verb}-{'after-no' if look.state == 'rejected' else 'before-yes'}"
                for tracker in listed:
                    if tracker["id"] not in allowed:
                        findings.add(code, tracker["id"], look, [name])
            elif not listed:
                early = look.state != "accepted" and any(_category(catalog, id_) != NECESSARY for id_ in known)
                code = "known-before-yes" if early else "unlisted"
                findings.add(code, name, look, [_kind(thing)])
                more[code, name] = {"catalog": known}
    opened = [look for look in looks if not look.problem]
    if opened:
        for tracker in document["trackers"]:
            is_ours = tracker["kind"] in ("browser", "loader") and (tracker["match"] or tracker["storage"])
            if is_ours and tracker["id"] not in seen_ids and not _is_own(tracker):
                findings.found["never-seen", tracker["id"]] = {"pages": set(), "states": set(), "what": set()}
    return make_report(looks, checked, findings.told(more), sorted(seen_ids), url)


def _judge_page(look: Looked, checked: Checked, findings: _Findings) -> None:
    if look.site is None:
        findings.add("no-tag", look.url, look)
        return
    if look.site != checked.key:
        findings.add("other-site", look.site[:MAX_NAME], look)
        return
    if look.state == "before":
        held = [
            own for own in checked.document["trackers"] if own["kind"] != "declared" and own["id"] not in look.allowed
        ]
        if held and not look.asked:
            findings.add("not-asked", look.url, look)
        if not look.policy:
            findings.add("no-policy-link", checked.document["policy_url"], look)
        for advice in look.advice:
            findings.add("advice", advice[:MAX_WORDS], look)
    elif not look.way_back:
        findings.add("no-way-back", look.url, look)


_Things = Loaded | Stored
_Row = tuple[_Things, list[Tracker] | None, list[str], Literal["loads", "stores"]]


def _things(look: Looked, checked: Checked, catalog: Catalog) -> Iterable[_Row]:
    """Every thing with the trackers that list it (null: nobody has to), and the ids of the catalog that know it."""
    document = checked.document
    own = {_host(origin) for origin in document["origins"]} | {checked.placet_host, _host(look.url)}
    needed = [source.rpartition("://")[2].partition("/")[0].partition(":")[0] for source in document["csp_sources"]]
    for loaded in sorted(look.loaded):
        listed = closest(document["trackers"], loaded.host, loaded.path)
        is_known = loaded.host in own or any(host_fits(pattern, loaded.host) for pattern in needed)
        known = [entry.id for entry in catalog.by_address(loaded.host, loaded.path)]
        yield loaded, listed or (None if is_known else []), known, "loads"
    for stored in sorted(look.stored):
        if stored.name.startswith("placet_"):
            continue
        fits = [tracker for tracker in document["trackers"] if _stores(tracker, stored)]
        known = [entry.id for entry in catalog.by_stored(stored.kind, stored.name, stored.domain or None)]
        yield stored, fits, known, "stores"


def closest(trackers: Sequence[Tracker], host: str, path: str) -> list[Tracker]:
    """Return the trackers whose pattern fits an address most closely, as the widget's gate decides: ``docs/widget.md``."""
    fits: dict[tuple[bool, int, int], list[Tracker]] = {}
    for tracker in trackers:
        for match in tracker["match"]:
            if host_fits(match["host"], host) and path.startswith(match["path"]):
                pattern = match["host"]
                same = fits.setdefault((pattern == host, len(pattern), len(match["path"])), [])
                if tracker not in same:
                    same.append(tracker)
    return fits[max(fits)] if fits else []


def _stores(tracker: Tracker, stored: Stored) -> bool:
    return any(
        item["kind"] == stored.kind
        and name_fits(item["name"], stored.name)
        and domain_fits(item["domain"], stored.domain)
        for item in tracker["storage"]
    )


def _is_own(tracker: Tracker) -> bool:
    """Whether it is the entry for what Placet itself stores, which is told and never judged."""
    return not tracker["match"] and all(item["name"].startswith("placet_") for item in tracker["storage"])


def _necessary(document: ConfigDocument) -> Collection[str]:
    return {tracker["id"] for tracker in document["trackers"] if tracker["category"] == NECESSARY}


def _name(thing: _Things) -> str:
    return thing.host if isinstance(thing, Loaded) else thing.name[:MAX_NAME]


def _kind(thing: _Things) -> str:
    return "host" if isinstance(thing, Loaded) else thing.kind


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _category(catalog: Catalog, entry_id: str) -> str:
    entry = catalog.get(entry_id)
    return entry.category if entry else NECESSARY
