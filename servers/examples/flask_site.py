"""A Flask site that asks Placet before it does anything optional about a visitor."""

import os

from flask import Flask, Response, request
from placet_site import Placet
from placet_site.wsgi import PlacetMiddleware, consent_of

placet = Placet(os.environ["PLACET_URL"], os.environ["PLACET_SITE"], place_headers=["X-Country"])
app = Flask(__name__)
app.wsgi_app = PlacetMiddleware(app.wsgi_app, placet)

LOADER = f'<script async src="{os.environ["PLACET_URL"]}/s/{os.environ["PLACET_SITE"]}.js"></script>'
STATS = f'<script async src="{os.environ["STATS_URL"]}"></script>'
COUNTER = '<img src="https://mailer.example/open.gif" alt="" width="1" height="1">'


@app.get("/")
def home() -> str:
    """A page: its log line is one tracker, the tag in its markup another."""
    consent = consent_of(request)
    if consent.allows("activity-log"):
        app.logger.warning("%s opened %s", request.remote_addr, request.path)
    tags = STATS if consent.allows("stats") else f"<!-- stats: {consent.reason('stats')} -->"
    return f"<!doctype html><html lang=en><title>Shop</title>{LOADER}{tags}<h1>Shop</h1></html>"


@app.post("/orders")
def order() -> Response:
    """What the mailer is given: the mail counts whether it was opened only where that is allowed."""
    counter = COUNTER if consent_of(request).allows("email-opens") else ""
    return Response(f"<p>Thank you for your order.</p>{counter}", mimetype="text/plain")
