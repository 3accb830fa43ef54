"""The report on a check in sentences, for the desk and the command line."""

from collections.abc import Sequence

from app.core.say import Said, say, say_number
from app.core.site_check import Finding, Report

_REACH = {
    "marked": say(
        "Marked: what is marked is held in every browser, also when Placet's script never arrives. "
        "What is not marked is not held for sure."
    ),
    "automatic": say(
        "Automatic: what is inserted after Placet's tag has run is held. "
        "Tags that stand unmarked in a page's own markup are fetched before any script can act: mark them."
    ),
    "strict automatic": say(
        "Strict automatic: in Chromium nothing is fetched that the choice does not allow, unmarked tags in the markup "
        "included. A first yes costs one reload."
    ),
    "module": say(
        "As a module: it holds from the moment that it runs. What ran before is not held: mark what the page loads."
    ),
}
_BY_HEADER = say(
    "By header: every page came with a Content-Security-Policy that keeps out what may not load. "
    "That holds every host that may not load, in every browser."
)


_KINDS = {
    "host": say("host"),
    "cookie": say("cookie"),
    "local": say("local storage"),
    "session": say("session storage"),
    "indexeddb": say("database"),
}


def sentence_of(report: Report) -> Said:
    """Say in one sentence how it stands."""
    if not report["installed"]:
        return say("Placet's tag was found on none of the pages that were opened.")
    if not report["holds"]:
        return say("Placet is there, and something optional got past it before a yes or after a no.")
    if any(finding["level"] == "error" for finding in report["findings"]):
        return say("Placet is there and holds, and something else has to be mended.")
    if any(finding["level"] == "warning" for finding in report["findings"]):
        return say("Placet is there and holds; something is worth a look.")
    return say("Placet is there, it holds, and everything that was seen is listed.")


def installed_words(report: Report) -> Said:
    """Say where it is installed, in which embedding, and whether it holds: the short answer."""
    there = sum(page["tag"] for page in report["pages"])
    pages = say_number("{number} page", "{number} pages", len(report["pages"]))
    if not there:
        return say("Not installed: the tag was found on none of {pages}.", pages=pages)
    ways = ", ".join(report["embeddings"]) or "?"
    if report["holds"]:
        return say(
            "Installed: found on {there} of {pages}, embedding {ways}; it holds.", there=there, pages=pages, ways=ways
        )
    return say(
        "Installed: found on {there} of {pages}, embedding {ways}; it does not hold everything.",
        there=there,
        pages=pages,
        ways=ways,
    )


def reach_words(report: Report) -> list[Said]:
    """Say how far holding back reaches on these pages: the embeddings that were found, each in a sentence."""
    said = [_REACH[name] for name in report["embeddings"] if name in _REACH]
    return [*said, _BY_HEADER] if report["by_header"] else said


def finding_words(finding: Finding) -> Said:
    """Say one finding in a sentence; the pages that it was found on stand beside it."""
    about, what = finding["about"], _list(finding["what"])
    match finding["code"]:
        case "not-opened":
            return say("{page} could not be opened. {why}", page=about, why=what)
        case "page-skipped":
            return say("{page} was left out. {why}", page=about, why=what)
        case "no-tag":
            return say("On {page} there is no tag of Placet.", page=about)
        case "other-site":
            return say("The tag is that of another site: {key}.", key=about)
        case "loads-before-yes":
            return say("{tracker} loads from {what} before a yes.", tracker=about, what=what)
        case "loads-after-no":
            return say("{tracker} loads from {what} after a no.", tracker=about, what=what)
        case "stores-before-yes":
            return say("{tracker} stores {what} before a yes.", tracker=about, what=what)
        case "stores-after-no":
            return say("{what} of {tracker} is stored after a no.", tracker=about, what=what)
        case "known-before-yes":
            known = _list(finding["catalog"])
            return say(
                "{thing} ({kind}) is there before a yes, no tracker lists it, and the catalog knows it: {known}.",
                thing=about,
                kind=_kind(finding),
                known=known,
            )
        case "no-way-back":
            return say(
                "On {page} a choice cannot be changed or taken back: no button and no link opens it.", page=about
            )
        case "not-asked":
            return say("On {page} something waits for a yes, and no banner asks for it.", page=about)
        case "unlisted" if finding["catalog"]:
            known = _list(finding["catalog"])
            return say(
                "{thing} ({kind}) is listed by no tracker. The catalog knows it: {known}.",
                thing=about,
                kind=_kind(finding),
                known=known,
            )
        case "unlisted":
            return say("{thing} ({kind}) is listed by no tracker.", thing=about, kind=_kind(finding))
        case "no-policy-link":
            return say("There is no link to the privacy policy, {url}.", url=about)
        case "never-seen":
            return say("{tracker} is listed, and nothing of it was seen on these pages.", tracker=about)
        case _:
            return say("{advice}", advice=about)


def report_lines(report: Report) -> list[str]:
    """Return the report as lines of text, for a terminal."""
    version = "the draft" if report["version"] is None else f"version {report['version']}"
    lines = [
        f"{report['url']}: {len(report['pages'])} pages, held against {version}, rule {report['regime'] or '-'}",
        str(sentence_of(report)),
        str(installed_words(report)),
        *(f"  {words}" for words in reach_words(report)),
    ]
    for finding in report["findings"]:
        lines.append(f"{finding['level']:8} {finding['code']}: {finding_words(finding)}")
        # Where the words name the page themselves, it is not repeated.
        lines += [f"         {page}" for page in finding["pages"] if page != finding["about"]]
    return lines


def _kind(finding: Finding) -> str:
    kinds = [_KINDS.get(kind, kind) for kind in finding["what"]]
    return kinds[0] if len(kinds) == 1 else ", ".join(kinds)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
