"""First-party mode on both databases: what the page and the widget choose is stored, and set by the answer."""

import re

import pytest
from sqlalchemy import select

from app.models import Receipt
from tests.support.world import payload
from tests.web.conftest import ORIGIN


@pytest.fixture
def settings_changes():
    return {"mount_header": "Placet-Mount"}


def test_the_page_and_the_widget_are_stored_and_answered_with_the_choice(client, post, visitor, site, session):
    here = {"Placet-Mount": f"{ORIGIN}/_placet", "Origin": ORIGIN}
    page = client.get(f"/s/{site}/preferences?country=DE", headers=here).get_data(as_text=True)
    form = {"answer": "accept", "form": re.search(r'name="form" value="([^"]+)"', page)[1]}
    sent = client.post(f"/s/{site}/preferences?country=DE", data=form, headers=here)
    assert sent.status_code == 303
    assert sent.headers["Set-Cookie"].startswith(f"placet_{site}=1.1.functional~analytics~recording~marketing.-.")
    refused = post(visitor.body(choice="1.1.-.-.20779.20959"), **here)
    assert refused.status_code == 201
    assert refused.headers["Set-Cookie"].startswith(f"placet_{site}=1.1.-.-.20779.20959;")
    stored = session.scalars(select(Receipt.jws).order_by(Receipt.log_index))
    assert [payload(bytes(jws).decode())["method"] for jws in stored] == ["page:accept-all", "banner:reject-all"]
