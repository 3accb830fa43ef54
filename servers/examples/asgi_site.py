"""A Starlette site that asks Placet before it does anything optional about a visitor."""

import logging
import os

from placet_site import Placet
from placet_site.asgi import PlacetMiddleware, consent_of
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

placet = Placet(os.environ["PLACET_URL"], os.environ["PLACET_SITE"], place_headers=["X-Country"])
LOADER = f'<script async src="{os.environ["PLACET_URL"]}/s/{os.environ["PLACET_SITE"]}.js"></script>'
STATS = f'<script async src="{os.environ["STATS_URL"]}"></script>'


async def home(request: Request) -> HTMLResponse:
    """A page: its log line is one tracker, the tag in its markup another."""
    consent = await consent_of(request)
    if consent.allows("activity-log"):
        logging.warning("%s opened %s", request.client.host, request.url.path)
    tags = STATS if consent.allows("stats") else f"<!-- stats: {consent.reason('stats')} -->"
    return HTMLResponse(f"<!doctype html><html lang=en><title>Shop</title>{LOADER}{tags}<h1>Shop</h1></html>")


app = PlacetMiddleware(Starlette(routes=[Route("/", home)]), placet)
