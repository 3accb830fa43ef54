"""What is offered to somebody is not refused: every link of every page that they reach, and every form."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from app.db import db
from app.models import Account, Membership
from app.services.sites import find_site_by_handle
from tests.admin.browser import Page
from tests.support.blocks import APPLE, ZEBRA, share, use
from tests.support.people import invite
from tests.support.world import Visitor

PEOPLE = {
    "owner": {None: "owner"},
    "admin and editor": {"apple": "admin", "zebra": "editor"},
    "editor": {None: "editor"},
    "auditor": {None: "auditor"},
    "auditor by a link": {},
}
"""Who looks: by their roles, at all sites or at each."""
AT_EACH = {"admin.overview", "admin.review_draft"}
"""Pages that say something else at each site; of the others one example is enough where the role is the same."""
FRAMES = {"admin.version_banner", "admin.receipt_banner"}
"""Pages of frames, which reach nothing."""


class Offers(HTMLParser):
    """Where a page leads, and where its buttons send that send elsewhere than their form."""

    def __init__(self, html):
        super().__init__()
        self.links, self.sent_to = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src") if tag in ("a", "iframe", "img") and name in given]
        self.sent_to += [given["formaction"]] if "formaction" in given else []


@pytest.fixture(autouse=True)
def sites(app, clock, client, publish_site, account, login):
    """Two sites with everything for which a page offers more, by an owner who is none of those who look."""
    keys = [publish_site(handle) for handle in ("apple", "zebra")]
    account("owner", "apple")
    boss = login("owner", "zebra")
    with app.app_context():
        db.session.query(Membership).filter_by(
            site_id=find_site_by_handle(db.session(), "zebra").id
        ).one().site_id = None
        db.session.commit()
    for key in keys:
        visitor = Visitor(client.get(f"/v1/sites/{key}/config?country=DE").json, clock)
        assert client.post(f"/v1/sites/{key}/receipts", json=visitor.body(("analytics",))).status_code == 201
    use(boss, share(boss))
    for site in (APPLE, ZEBRA):
        boss.submit(f"{site}/stops/payment", reason="It leaks.")
        assert boss.submit(f"{site}/auditors", label="Audit & Co").status_code == 200
        boss.submit(f"{site}/trackers/clickstream", vendor="Another Ltd")
        assert boss.send(boss.form(f"{site}/versions/1", 0)).status_code == 303, "a draft has made room"
        boss.submit(f"{site}/trackers/clickstream", vendor="A third Ltd")
    assert boss.submit(f"{APPLE}/approval").status_code == 303
    assert boss.submit(f"{APPLE}/publish", reason="because", ask="yes").location == f"{APPLE}/publish?done=proposed"
    assert boss.submit(f"{ZEBRA}/rules", lifetimes__granted="P24M", unfinished="1").status_code == 303
    assert invite(boss, place="apple").status_code == 200


@pytest.fixture
def come(app, login, link, come_by):
    """Log one of ``PEOPLE`` in."""

    def log_in(roles):
        if not roles:
            return come_by(link("apple"))
        (first, role), *more = roles.items()
        browser = login(role, first if more else None)
        with app.app_context():
            newest = db.session.query(Account).order_by(Account.id.desc()).first()
            for handle, other in more:
                site = find_site_by_handle(db.session(), handle)
                db.session.add(Membership(account_id=newest.id, site_id=site.id, role=other))
            db.session.commit()
        return browser

    return log_in


def walk(browser, app, at_each):
    """Open every page that is reached from the list of sites, the same for another site only where that is ``at_each``.

    Returns what was refused, and the forms as (page, address, fields).
    """
    addresses = app.url_map.bind("localhost")
    ahead, opened, refused, forms = ["/admin/"], set(), [], {}
    while ahead:
        at = ahead.pop(0)
        endpoint, given = addresses.match(urlsplit(at).path)
        kind = (endpoint, given.get("handle") if at_each or endpoint in AT_EACH else None)
        if kind in opened or endpoint == "admin.static":
            continue
        opened.add(kind)
        answer = browser.client.get(at, buffered=True, follow_redirects=True)
        if answer.status_code != 200:
            refused.append((at, answer.status_code))
        if answer.status_code != 200 or answer.mimetype != "text/html" or endpoint in FRAMES:
            continue
        offers = Offers(answer.text)
        ahead += [link for link in offers.links if link.startswith("/admin/")]
        for form in Page(answer.text).forms:
            for to in () if form.action == "/admin/logout" else (form.action or at, *offers.sent_to):
                kind = (addresses.match(urlsplit(to).path, method="POST")[0], form.fields.get("change"))
                forms.setdefault(kind, (at, to, form.fields))
    return refused, list(forms.values())


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_is_offered_what_is_refused(app, come, who):
    browser = come(PEOPLE[who])
    refused, forms = walk(browser, app, at_each=len(PEOPLE[who]) > 1)
    assert forms, "two languages are for everybody"
    # In the end where somebody may put themselves out.
    for at, to, fields in sorted(forms, key=lambda form: form[1].startswith("/admin/people/")):
        # As it stands: what it lacks is told (422), what has changed meanwhile, too (409), and what is gone (404).
        status = browser.client.post(to, data=fields, buffered=True).status_code
        if status not in (200, 303, 404, 409, 422):
            refused.append((at, to, status))
    assert refused == []
