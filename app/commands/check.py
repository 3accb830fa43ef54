"""``placet site check``: a browser looks at a site's pages, and says whether Placet is there and holds."""

import json
import sys

import click

from app.commands.place import CLI_NAME, runtime_of, session
from app.core.errors import PlacetError
from app.core.site_check import is_clean
from app.core.site_check_words import report_lines


@click.command("check")
@click.argument("target", metavar="HANDLE|URL")
@click.option("--site", "handle", help="Whose config a URL is held against, where several sites have its origin.")
@click.option("--pages", type=int, default=5, show_default=True, help="How many pages at most, 1 to 20.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--record", is_flag=True, help="Keep the report, and state it in the site's log (site-checked).")
def check(target: str, handle: str | None, pages: int, as_json: bool, record: bool) -> None:
    """Open a site's pages in Chromium and say whether Placet is there, holds, and lists everything.

    The first page (of site HANDLE, or URL) and those that it links to, three times: before any choice, after Reject all,
    after Accept all. No receipt is stored and nobody is counted at Placet; what the pages load after a yes hears of it.

    Exit code 0: nothing to mend. 1: an error or a warning. 2: it could not be checked.
    """
    from app.data import load_catalog
    from app.services.site_checks import begin_check, check_site, last_check, look, make_errand, site_at
    from app.services.sites import find_site_by_handle

    with session() as (app, own):
        here = runtime_of(app)
        if here.studio is None:
            raise PlacetError("There is no Chromium. Install one, or name its path in PLACET_CHROMIUM.")
        is_url = "://" in target
        name = handle or (None if is_url else target)
        site = find_site_by_handle(own, name) if name else site_at(own, target, here.clock())
        errand = make_errand(
            own,
            site,
            target if is_url else None,
            here.clock(),
            placet=here.settings.public_url,
            may_be_private=True,
            pages=pages,
        )
        if record:
            check_id = begin_check(own, site, errand.plan.url, by=CLI_NAME, now=here.clock())
            report = check_site(
                own, site, errand, here.studio, load_catalog(), check_id=check_id, stated=True, clock=here.clock
            )
            if report is None:
                done = last_check(own, site)
                raise PlacetError(done.problem if done else None)
        else:
            own.rollback()
            report = look(errand, here.studio.chromium, load_catalog())
    if as_json:
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    for line in [] if as_json else report_lines(report):
        click.echo(line)
    sys.exit(0 if is_clean(report) else 1)
