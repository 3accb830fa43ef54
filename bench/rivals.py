"""The rivals of the widget: what they are made of, and how a page takes them in.

npm brings them into `bench/node_modules`; they are measured and never shipped. Each asks for the same five categories where
it knows categories, with accept, reject and choose on the first layer where it has them, and is taken in as its own
documentation shows it, from the page's own origin: with its config inside the page where that is what is shown. Where
a rival offers several ways the leanest was taken: minified files, and for vanilla-cookieconsent two deferred tags
instead of one file that imports the other. c15t has no banner without React; it is bundled by esbuild, and runs offline,
which spares it the request to its server that it recommends. Setups are minified, as ours is.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
PACKAGES, SETUPS = HERE / "node_modules", HERE / "setups"
ESBUILD = HERE.parent / "node_modules" / ".bin" / "esbuild"


@dataclass(frozen=True)
class Contestant:
    """What a page takes in, and where to find the first layer and its buttons.

    In ``head`` and ``body`` `{setup}` stands for the text of the setup.
    """

    name: str
    head: str = ""
    body: str = ""
    package: str = ""
    banner: str = ""
    accept: str = ""
    reject: str = ""
    choose: str = ""

    def path(self) -> str:
        """Return the path of its page."""
        return "/" + re.sub(r"\W+", "-", self.name.lower())

    def release(self) -> str:
        """Return version and licence of a rival, as npm has them; for our own nothing."""
        if not self.package:
            return ""
        package = json.loads((PACKAGES / self.package / "package.json").read_text())
        return f"{package['version']}, {package['license']}"


_C15T, _KLARO, _TARTE = "[data-testid=consent-banner-", "#klaro .cookie-notice", "#tarteaucitron"
_OREJIME, _OSANO, _VANILLA = ".orejime-Banner", ".cc-window", "#cc-main .cm"

RIVALS = (
    Contestant(
        "vanilla-cookieconsent",
        '<link rel=stylesheet href="/npm/vanilla-cookieconsent/dist/cookieconsent.css">'
        '<script defer src="/npm/vanilla-cookieconsent/dist/cookieconsent.umd.js"></script>'
        '<script defer src="/built/vanilla-cookieconsent.js"></script>',
        package="vanilla-cookieconsent",
        banner=_VANILLA,
        accept=f"{_VANILLA} [data-role=all]",
        reject=f"{_VANILLA} [data-role=necessary]",
        choose=f"{_VANILLA} [data-role=show]",
    ),
    Contestant(
        "orejime",
        '<link rel=stylesheet href="/npm/orejime/dist/orejime-standard.css">',
        '<script>{setup}</script><script src="/npm/orejime/dist/orejime-standard-en.js"></script>',
        package="orejime",
        banner=_OREJIME,
        accept=f"{_OREJIME}-saveButton",
        reject=f"{_OREJIME}-declineButton",
        choose=f"{_OREJIME}-learnMoreButton",
    ),
    Contestant(
        "cookieconsent",
        '<link rel=stylesheet href="/npm/cookieconsent/build/cookieconsent.min.css">',
        '<script src="/npm/cookieconsent/build/cookieconsent.min.js"></script><script>{setup}</script>',
        package="cookieconsent",
        banner=_OSANO,
        accept=f"{_OSANO} .cc-allow",
        reject=f"{_OSANO} .cc-deny",
    ),
    Contestant(
        "klaro",
        '<script defer src="/built/klaro.js"></script><script defer src="/npm/klaro/dist/klaro.js"></script>',
        package="klaro",
        banner=_KLARO,
        accept=f"{_KLARO} .cm-btn-success",
        reject=f"{_KLARO} .cn-decline",
        choose=f"{_KLARO} .cn-learn-more",
    ),
    Contestant(
        "tarteaucitron",
        '<script src="/npm/tarteaucitronjs/tarteaucitron.min.js"></script><script>{setup}</script>',
        package="tarteaucitronjs",
        banner=f"{_TARTE}AlertBig",
        accept=f"{_TARTE}Personalize2",
        reject=f"{_TARTE}AllDenied2",
        choose=f"{_TARTE}CloseAlert",
    ),
    Contestant(
        "c15t",
        '<link rel=stylesheet href="/built/c15t.css"><script type=module src="/built/c15t.js"></script>',
        "<div id=consent></div>",
        package="@c15t/react",
        banner=f"{_C15T}card]",
        accept=f"{_C15T}accept-button]",
        reject=f"{_C15T}reject-button]",
        choose=f"{_C15T}customize-button]",
    ),
)


@contextmanager
def built() -> Iterator[Path]:
    """Minify the setups and bundle c15t, into a folder that is there for as long as the context."""
    with TemporaryDirectory(prefix="placet-bench.") as folder:
        common = (ESBUILD, "--minify", "--target=es2021", "--legal-comments=none", "--log-level=error")
        production = '--define:process.env.NODE_ENV="production"'
        react = (SETUPS / "c15t.jsx", "--bundle", "--format=esm", "--jsx=automatic", production)
        for what in (sorted(SETUPS.glob("*.js")), react):
            subprocess.run([*common, *what, f"--outdir={folder}"], check=True)
        yield Path(folder)
