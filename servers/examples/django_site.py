"""A Django site, in one file, that asks Placet before it does anything optional about a visitor."""

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from placet_site import Placet
from placet_site.django import consent_of

settings.configure(
    ALLOWED_HOSTS=[".localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["placet_site.django.PlacetMiddleware"],
    PLACET=Placet(os.environ["PLACET_URL"], os.environ["PLACET_SITE"], place_headers=["X-Country"]),
)
LOADER = f'<script async src="{os.environ["PLACET_URL"]}/s/{os.environ["PLACET_SITE"]}.js"></script>'
STATS = f'<script async src="{os.environ["STATS_URL"]}"></script>'


def home(request: HttpRequest) -> HttpResponse:
    """A page: its log line is one tracker, the tag in its markup another."""
    consent = consent_of(request)
    if consent.allows("activity-log"):
        logging.warning("%s opened %s", request.META["REMOTE_ADDR"], request.path)
    tags = STATS if consent.allows("stats") else f"<!-- stats: {consent.reason('stats')} -->"
    return HttpResponse(f"<!doctype html><html lang=en><title>Shop</title>{LOADER}{tags}<h1>Shop</h1></html>")


urlpatterns = [path("", home)]
app = get_wsgi_application()
