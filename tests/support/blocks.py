"""Shared blocks as somebody at the desk works with them."""

from tests.admin.browser import Page

APPLE, ZEBRA = "/admin/sites/apple", "/admin/sites/zebra"


def share(browser, site=APPLE, query="kind=tracker&tracker=clickstream", **fields):
    """Make a block and return its address."""
    answer = browser.submit(f"{site}/blocks/new?{query}", **fields)
    assert answer.status_code == 303, Page(answer.text).text
    return answer.location.partition("?")[0]


def use(browser, block, site=ZEBRA):
    answer = browser.submit(f"{site}/blocks/{block.rpartition('/')[2]}")
    assert answer.status_code == 303, Page(answer.text).text


def form_to(browser, page, end="/publish"):
    """Return the form of a page, or of what stands at an address, that goes to an address with such an end."""
    answer = browser.get(page) if isinstance(page, str) else page
    return next(form for form in Page(answer.text).forms if form.action.endswith(end))


def publish(browser, block, **answers):
    """Send the form *Publish together*."""
    return browser.send(form_to(browser, block), **{"reason": "because", **answers})


def said(answer):
    return " ".join(Page(answer.text).text.split())
