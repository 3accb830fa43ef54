"""The desk makes links into discovery mode, to the site's own origins and nowhere else."""

import re

from app.core.signing import is_discovery

PLACE = "/admin/sites/saas-console/discovery"
ORIGIN = "http://saas-console.localhost:8001"


def test_an_editor_makes_a_link_that_holds_for_an_hour(editor, here, site, client, clock):
    answer = editor.submit(PLACE)
    assert answer.status_code == 200
    link = re.search(r'href="([^"]*#placet-discovery=[^"]*)"', answer.text)[1]
    origin, token = link.split("/#placet-discovery=")
    assert origin == ORIGIN
    assert is_discovery(here.keys, token, site, clock())
    assert "22 Nov 2026, 13:00 UTC" in answer.text
    assert client.get(f"/s/{site}/discovery.js?token={token}").status_code == 200
    assert "#placet-discovery" not in editor.get(PLACE).text, "a link is made when it is asked for"


def test_it_leads_nowhere_else(editor, site):
    for origin in ("https://evil.example", f"{ORIGIN}.evil.example", "", "javascript:alert(1)//"):
        answer = editor.submit(PLACE, origin=origin)
        assert answer.status_code == 422
        assert "#placet-discovery" not in answer.text


def test_a_draft_s_origin_is_none_yet(editor, admin, site):
    form = editor.form("/admin/sites/saas-console/yaml")
    text = form.fields["yaml"].replace(ORIGIN, "https://new.example")
    assert editor.send(form, "/admin/sites/saas-console/yaml", yaml=text).status_code == 303
    assert ORIGIN in editor.get(PLACE).text
    assert editor.submit(PLACE, origin="https://new.example").status_code == 422


def test_who_may_only_read_makes_none(auditor, site):
    assert auditor.get(PLACE).status_code == 403
    assert auditor.client.post(PLACE, data={"origin": ORIGIN}).status_code == 403
