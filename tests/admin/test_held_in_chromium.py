"""Proof in real Chromium, first held by nobody, then outside: readable on a phone and a wide screen, and by keyboard."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.core.cosignature import parse_witness_key
from app.core.note import vkey
from app.core.outside import Address, Outside, Witness
from app.models import Site
from tests.admin.test_in_chromium import address, check, chromium, database_url, keyboard, open_desk  # noqa: F401
from tests.support.outside import Receiver, WitnessServer
from tests.support.server import free_port, serving

pytestmark = pytest.mark.e2e

PROOF = "/admin/sites/saas-console/proof"
SIZES = {"phone": (360, 740), "wide": (1440, 900)}
KEPT = "https://keep.example/checkpoints/of/all/our/customers/in"


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    made.answer = lambda body: Response(status=503)
    with serving(made, port):
        made.address = Address(f"http://127.0.0.1:{port}/in", KEPT)
        yield made


@pytest.fixture
def witness(clock):
    made, port = WitnessServer("witness.example/w1", clock), free_port()
    made.place = Witness(parse_witness_key(made.vkey), f"http://127.0.0.1:{port}")
    with serving(made, port):
        yield made


@pytest.fixture
def settings_changes(receiver, witness):
    return {"outside": Outside(addresses=(receiver.address,), witnesses=(witness.place,))}


@pytest.mark.parametrize("size", SIZES)
def test_from_nobody_to_everybody_outside(open_desk, keyboard, receiver, witness, session, site, here, size):  # noqa: F811
    origin = session.scalars(select(Site.log_origin)).one()
    witness.vkeys[origin] = vkey(origin, here.keys.log[-1])
    session.rollback()
    width, height = SIZES[size]
    page, said = open_desk(viewport={"width": width, "height": height})
    for path in ("/admin/", "/admin/sites/saas-console/", PROOF):
        page.goto(path)
        check(page, f"{path}, held by nobody")
    expect(page.locator("h1 + .note")).to_contain_text("Nobody outside holds a checkpoint.")

    keyboard(page, "button", "Hand over now")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 place outside did not get it")
    expect(page.get_by_role("region", name="Handovers")).to_contain_text("not yet: it answered 503")
    expect(page.locator("h1 + .lead")).to_contain_text("signed by the witness witness.example/w1")
    check(page, "handed over to one of two")

    receiver.answer = lambda body: Response("kept")
    page.get_by_role("button", name="Hand over now").click()
    expect(page.get_by_role("status")).to_contain_text("Everybody outside has the present checkpoint.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the checkpoint").click()
    assert download.value.suggested_filename == "saas-console-checkpoint.txt"
    page.goto(PROOF)
    # Whoever runs the site is not outside.
    expect(page.locator("h1 + .lead")).not_to_contain_text("downloaded by")
    check(page, "held by two")
    box = page.get_by_role("region", name="Handovers")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert [text for text in said if "404" not in text] == []
