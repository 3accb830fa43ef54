"""A WSGI site without a framework that asks Placet before it does anything optional about a visitor."""

import logging
import os

from placet_site import Placet
from placet_site.wsgi import PlacetMiddleware, consent_of

placet = Placet(os.environ["PLACET_URL"], os.environ["PLACET_SITE"], place_headers=["X-Country"])
LOADER = f'<script async src="{os.environ["PLACET_URL"]}/s/{os.environ["PLACET_SITE"]}.js"></script>'
STATS = f'<script async src="{os.environ["STATS_URL"]}"></script>'


def site(environ, start_response):
    """A page: its log line is one tracker, the tag in its markup another."""
    consent = consent_of(environ)
    if consent.allows("activity-log"):
        logging.warning("%s opened %s", environ["REMOTE_ADDR"], environ["PATH_INFO"])
    tags = STATS if consent.allows("stats") else f"<!-- stats: {consent.reason('stats')} -->"
    page = f"<!doctype html><html lang=en><title>Shop</title>{LOADER}{tags}<h1>Shop</h1></html>"
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [page.encode()]


app = PlacetMiddleware(site, placet)
