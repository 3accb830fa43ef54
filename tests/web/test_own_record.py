"""A visitor's own record: read, proven and erased with the secret alone, and limited like everything that writes."""

import pytest
from pyld import jsonld

from app.db import begin_write
from tests.core.test_exports import RECORD, no_network
from tests.support.world import BEGINNING, Visitor

pytestmark = pytest.mark.parametrize("database_system", ["sqlite", "postgresql"])

ORIGIN = "http://saas-console.localhost:8001"


def test_the_visitor_reads_proves_and_erases_their_own_record(client, post, visitor, site):
    body = visitor.body(("analytics",))
    stored = post(body).json
    bearer = {"Authorization": f"Bearer {visitor.secret}", "Origin": ORIGIN}
    base = f"/v1/sites/{site}"
    assert client.get(f"{base}/receipts/{body['id']}", headers=bearer).json == stored
    assert [item["id"] for item in client.get(f"{base}/subject/receipts", headers=bearer).json["receipts"]] == [
        body["id"]
    ]
    proof = client.get(f"{base}/receipts/{body['id']}/proof", headers=bearer).json
    assert (proof["index"], proof["size"]) == (BEGINNING + 1, BEGINNING + 2)
    assert client.delete(f"{base}/subject", headers=bearer).json == {"erased": 1}
    assert client.get(f"{base}/receipts/{body['id']}", headers=bearer).status_code == 404
    repeat = post(body)
    assert (repeat.status_code, repeat.json["code"]) == (410, "erased")
    assert client.delete(f"{base}/subject", headers=bearer).json == {"erased": 0}


def test_the_record_is_json_ld_for_whoever_prefers_that(client, post, visitor, site):
    bearer = {"Authorization": f"Bearer {visitor.secret}"}
    path = f"/v1/sites/{site}/subject/receipts"
    empty = client.get(path, headers={**bearer, "Accept": "application/ld+json"})
    assert empty.get_json(force=True)["@graph"] == []
    first, second = visitor.body(("analytics",)), visitor.body()
    post(first), post(second)
    answer = client.get(path, headers={**bearer, "Accept": "application/ld+json"})
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Accept", "Origin"} <= set(answer.vary.as_set(preserve_casing=True))
    document = answer.get_json(force=True)
    assert [error.message for error in RECORD.iter_errors(document)] == []
    expanded = jsonld.expand(document, {"documentLoader": no_network})
    assert [node["@type"] for node in expanded] == [["https://w3id.org/dpv#ConsentReceipt"]] * 2
    assert [node["dct:identifier"] for node in document["@graph"]] == [first["id"], second["id"]]
    assert client.get(path, headers={"Accept": "application/ld+json"}).status_code == 401
    for accept in ("*/*", "application/json", "application/json, application/ld+json;q=0.5", "text/html"):
        answer = client.get(path, headers={**bearer, "Accept": accept})
        assert answer.mimetype == "application/json" and "Accept" in answer.vary
    assert client.get(path, headers=bearer).mimetype == "application/json"


def test_a_stranger_who_erases_takes_no_lock(client, visitor, site, session):
    begin_write(session)
    bearer = {"Authorization": f"Bearer {visitor.secret}"}
    assert client.delete(f"/v1/sites/{site}/subject", headers=bearer).json == {"erased": 0}


def test_a_record_is_nobody_elses(client, post, visitor, site, publish_site):
    body = visitor.body(("analytics",))
    post(body)
    address = f"/v1/sites/{site}/receipts/{body['id']}"
    assert client.get(address).json["code"] == "unauthorized"
    assert client.get(address, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    stranger = {"Authorization": f"Bearer {Visitor(visitor.config, visitor.clock, 'stranger').secret}"}
    assert client.get(address, headers=stranger).json["code"] == "unknown_receipt"
    other = publish_site("portal", "account-management")
    own = {"Authorization": f"Bearer {visitor.secret}"}
    assert client.get(f"/v1/sites/{other}/receipts/{body['id']}", headers=own).json["code"] == "unknown_receipt"


class TestLimits:
    @pytest.fixture
    def settings_changes(self):
        return {"network_burst": 10, "network_per_second": 1.0}

    def test_unattested_grants_starve_first_and_refusals_last(self, post, visitor):
        granted = [post(visitor.body(("analytics",), shown=None)).status_code for _ in range(7)]
        attested = [post(visitor.body(("analytics",))).status_code for _ in range(5)]
        refused = [post(visitor.body()).status_code for _ in range(4)]
        assert granted == [201] * 5 + [429] * 2
        assert attested == [201] * 3 + [429] * 2
        assert refused == [201] * 2 + [429] * 2

    def test_it_says_when_to_come_back_and_then_lets_in(self, post, visitor, clock):
        for _ in range(10):
            post(visitor.body())
        answer = post(visitor.body())
        assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (429, "rate_limited", "1")
        clock.advance(seconds=1)
        assert post(visitor.body()).status_code == 201


class TestLimitsOfOwnRecords:
    @pytest.fixture
    def settings_changes(self):
        return {"network_burst": 3, "network_per_second": 1.0}

    def test_guessing_secrets_is_limited_and_costs_no_look_up(self, client, visitor, site):
        bearer = {"Authorization": f"Bearer {visitor.secret}"}
        found = [client.get(f"/v1/sites/{site}/subject/receipts", headers=bearer).status_code for _ in range(5)]
        assert found == [200, 200, 200, 429, 429]
