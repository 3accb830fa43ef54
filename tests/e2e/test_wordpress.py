"""The WordPress plugin: what it prints, run by PHP, on pages as optimisers rewrite them; and what plugins hear of a choice.

The optimisers stand here as they document themselves: each leaves alone what bears its attribute, and delays, joins or moves
every other script. No WordPress is run.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from werkzeug.wrappers import Request, Response

from tests.e2e.conftest import Visit, World, eventually
from tests.support.plain_site import plain_config
from tests.support.server import free_port, serving

HERE = Path(__file__).parent
PLUGIN = HERE.parent.parent / "packages" / "wordpress" / "placet"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
# What the WP Consent API offers to plugins, noted.
CONSENT_API = "<script>window.heard = {}; window.wp_set_consent = (name, value) => { heard[name] = value }</script>"


def php(*arguments: str) -> str:
    found = shutil.which("php")
    assert found, "PHP is missing: run scripts/system-packages.sh"
    return subprocess.run(
        [found, HERE / "wordpress" / "head.php", *arguments], check=True, capture_output=True, text=True, timeout=30
    ).stdout


def again(kind: str, event: str) -> str:
    """What an optimiser brings to run the scripts that it has given another type, when it thinks that it is time."""
    return (
        f"<script>{{let done; addEventListener('{event}', () => {{ if (done) return; done = true;"
        f"for (const old of document.querySelectorAll('script[type=\"{kind}\"]')) {{"
        "const script = document.createElement('script'); script.text = old.text;"
        "for (const {name, value} of old.attributes) if (name !== 'type') script.setAttribute(name, value);"
        "old.replaceWith(script) } })}</script>"
    )


def retyped(html: str, unless: str, kind: str, event: str) -> str:
    def change(match: re.Match[str]) -> str:
        return match[0] if unless in match[1] else f'<script type="{kind}"{match[1]}>{match[2]}</script>'

    return SCRIPT.sub(change, html).replace("</body>", again(kind, event) + "</body>")


def moved(html: str, unless: str) -> str:
    """Every script goes to the end of the body, in its order."""
    taken = [match[0] for match in SCRIPT.finditer(html) if unless not in match[1]]
    for script in taken:
        html = html.replace(script, "", 1)
    return html.replace("</body>", "".join(taken) + "</body>")


def joined(html: str, unless: str) -> str:
    """The text of every script that has no address becomes one at the end."""
    taken = [match for match in SCRIPT.finditer(html) if unless not in match[1] and "src=" not in match[1]]
    for match in taken:
        html = html.replace(match[0], "", 1)
    return html.replace("</body>", f"<script>{';'.join(match[2] for match in taken)}</script></body>")


OPTIMISERS: dict[str, Callable[[str], str]] = {
    "none": lambda html: html,
    "Autoptimize": lambda html: joined(html, "data-noptimize"),
    "LiteSpeed Cache": lambda html: retyped(html, "data-no-defer", "litespeed/javascript", "DOMContentLoaded"),
    "WP Rocket": lambda html: retyped(html, "nowprocket", "rocketlazyloadscript", "mousemove"),
    "Rocket Loader": lambda html: retyped(html, 'data-cfasync="false"', "0a1b-text/javascript", "load"),
    "Jetpack Boost": lambda html: moved(html, 'data-jetpack-boost="ignore"'),
    "PageSpeed": lambda html: retyped(html, "data-pagespeed-no-defer", "text/psajs", "load"),
}


class Blog:
    """A WordPress site behind each optimiser in turn, with a plugin that brings a tracker which nobody has marked."""

    def __init__(self, world: World, port: int) -> None:
        self.server, self.port, self.keys = world.server, port, {"blog": ""}
        self.head = ""
        self.arrived = 0

    def origin(self, name: str) -> str:
        return f"http://{name}.localhost:{self.port}"

    def url(self, site: str, path: str = "/", **query: str) -> str:
        return self.origin(site) + path

    def config(self) -> dict:
        tracker = {
            "id": "counter",
            "category": "analytics",
            "name": "Counter",
            "vendor": "Counter Example Inc.",
            "purpose": {"en": "Counts visits."},
            "data": [{"name": {"en": "Visits"}, "retention": "P30D"}],
            "recipients": [{"name": "Counter Example Inc.", "role": "processor", "country": "IE"}],
            "match": [{"host": "tracker.localhost", "path": "/"}],
        }
        return plain_config(
            "Blog", self.origin("blog"), ("necessary", "functional", "analytics", "marketing"), [tracker]
        )

    @Request.application
    def __call__(self, request: Request) -> Response:
        if request.host.startswith("tracker."):
            self.arrived += 1
            return Response("// a tracker", mimetype="text/javascript")
        if request.path.endswith("/wp-consent.js"):
            return Response((PLUGIN / "wp-consent.js").read_bytes(), mimetype="text/javascript")
        optimise = OPTIMISERS.get(request.path.strip("/").replace("-", " "))
        if optimise is None:
            return Response(status=204)
        tag = (
            "<script>window.ran = true; const script = document.createElement('script');"
            f"script.src = '{self.origin('tracker')}/counter.js'; document.head.append(script)</script>"
        )
        body = f"<body>{CONSENT_API}<h1>Blog</h1>{tag}</body>"
        whole = f"<!doctype html><html lang=en><head>{self.head}<title>Blog</title></head>{body}</html>"
        return Response(optimise(whole), mimetype="text/html", headers={"Cache-Control": "no-store"})


@pytest.fixture(scope="module")
def blog(world) -> Iterator[Blog]:
    blog = Blog(world, free_port())
    file = world.data / "blog.yaml"
    file.write_text(yaml.safe_dump(blog.config()))
    world.server.placet("site", "import", "blog", str(file))
    world.server.placet("site", "publish", "blog", "--reason", "end-to-end tests", "--urgency", "law")
    rows = json.loads(world.server.placet("site", "list", "--json"))
    blog.keys["blog"] = next(row["key"] for row in rows if row["handle"] == "blog")
    blog.head = php(f"{world.server.url}/s/{blog.keys['blog']}.js")
    with serving(blog, blog.port):
        yield blog


@pytest.fixture
def visit(page, blog) -> Callable[[str], Visit]:
    """Open the blog through an optimiser; waits until its plugin's script has run."""

    def open_it(optimiser: str) -> Visit:
        blog.arrived = 0
        here = Visit(page, blog, "blog").open(f"/{optimiser.replace(' ', '-')}")
        eventually(lambda: page.evaluate("window.ran === true"), "the plugin's script has run")
        return here.settle()

    return open_it


def test_the_tag_stands_first_and_bears_what_optimisers_leave_alone(blog):
    head = blog.head
    scripts = SCRIPT.findall(head)
    assert head.startswith("<script src="), "before the theme and every other plugin"
    assert f"{blog.keys['blog']}.js" in scripts[0][0]
    assert "wp-consent.js" in scripts[1][0]
    assert not re.search(r"\s(async|defer)\b", scripts[0][0]), "what comes after it is held"
    for own in scripts[:2]:
        for attribute in (
            "data-noptimize",
            "data-no-optimize",
            "data-no-defer",
            "nowprocket",
            "data-cfasync",
            "data-jetpack",
        ):
            assert attribute in own[0]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_whatever_an_optimiser_does_the_tracker_waits_for_a_yes(visit, blog, optimiser):
    here = visit(optimiser)
    assert blog.arrived == 0
    here.click("accept")
    eventually(lambda: blog.arrived == 1, "the tracker arrives after a yes, once")


def test_plugins_hear_of_the_choice_by_the_wp_consent_api(visit, page):
    here = visit("none")
    assert page.evaluate("window.wp_consent_type") == "optin"
    no = {"preferences": "deny", "statistics": "deny", "statistics-anonymous": "deny", "marketing": "deny"}
    eventually(lambda: page.evaluate("heard") == {"functional": "allow", **no}, "nothing is allowed before a choice")
    here.click("accept")
    eventually(lambda: set(page.evaluate("heard").values()) == {"allow"}, "a yes is told")
    page.evaluate("placet.reject()")
    assert page.evaluate("heard") == {"functional": "allow", **no}


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "https://consent.example/", 'https://x/s/s_1.js"><script>', "https://x/s/s_1.js?x=1"],
)
def test_what_is_no_loader_s_address_is_refused_and_the_former_one_stays(typed):
    former = "https://consent.example/s/s_0.js"
    found = json.loads(php(former, typed))
    assert found["saved"] == former
    assert "The desk shows it" in found["errors"][0]


def test_a_loader_s_address_is_saved_and_nothing_typed_is_markup():
    new = "https://consent.example/_placet/s/s_New-1_x.js"
    assert json.loads(php("", f" {new} "))["saved"] == new
    assert "<script>" not in json.loads(php('"><script>', new))["page"]
    assert php("") == "<script>window.theme = true</script>\n", "without an address there is no tag"
