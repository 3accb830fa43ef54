"""What people do at the desk with invitations and passwords."""

import re

from tests.admin.browser import PASSWORD, Browser

EMAIL = "max@example.com"
NEW = "another good password"


def link_in(answer) -> str:
    """The path of the link that a page shows once."""
    found = re.search(r"http://placet\.example(/admin/(?:invitation|password)/[^<\s]+)", answer.text)
    assert found, answer.text
    return found[1]


def invite(browser, email=EMAIL, role="editor", place="saas-console"):
    return browser.submit("/admin/people/invite", email=email, role=role, place=place)


def take_up(browser, link, password=PASSWORD, again=None):
    return browser.submit(link, password=password, again=again or password)


def log_in(app, email, password=PASSWORD) -> Browser:
    browser = Browser(app.test_client())
    browser.submit("/admin/login", email=email, password=password)
    return browser
