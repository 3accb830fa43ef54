"""A site's own server asks Placet: which trackers may run for this visitor, and under which policy.

Copy this folder into the site; it needs Python 3.11 and nothing else. ``placet_site.wsgi`` (Flask and every other WSGI
application), ``placet_site.django`` and ``placet_site.asgi`` put it into a site: ``docs/embed/``.
"""

from placet_site.choice import Choice, parse_choice, read_choice
from placet_site.client import Consent, Placet, Question

__all__ = ["Choice", "Consent", "Placet", "Question", "parse_choice", "read_choice"]
