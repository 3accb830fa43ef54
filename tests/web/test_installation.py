"""Addresses of the installation, and what every answer bears."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.core.note import parse_vkey


def test_the_public_keys_carry_no_private_half(client):
    (key,) = client.get("/.well-known/jwks.json").json["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}


def test_the_logs_key_bears_the_logs_origin(client, site):
    line = client.get(f"/log/{site}/vkey").get_data(as_text=True).strip()
    assert parse_vkey(line).name == f"placet.example/log/{site}"
    assert client.get("/log/s_nobody/vkey").status_code == 404


def test_it_lives_and_is_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["status"] == "ready"
    assert client.get("/.well-known/gpc.json").json["gpc"] is True


def test_an_unknown_address_and_a_wrong_method_are_problems(client):
    nowhere = client.get("/nowhere")
    assert (nowhere.status_code, nowhere.mimetype) == (404, "application/problem+json")
    wrong = client.post("/healthz")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]


def test_every_answer_is_hardened(client, site):
    for path in (f"/s/{site}.js", f"/v1/sites/{site}/config", "/nowhere"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_an_unexpected_error_is_told_without_details(client, app, caplog):
    @app.get("/explode/<secret>")
    def explode(secret):
        raise ValueError("inner words")

    answer = client.get("/explode/sesame?choice=1.1.x")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "inner words" not in answer.get_data(as_text=True)
    assert "choice=" not in caplog.text


def test_no_redirect_is_made_from_the_host_header(client):
    for path in ("/admin", "/healthz/"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT 1", {}, Exception("gone")), PoolTimeoutError("no connection left")]
)
def test_a_database_that_is_away_is_503_and_one_line(client, app, caplog, error):
    @app.get("/no-database")
    def no_database():
        raise error

    answers = [client.get("/no-database") for _ in range(5)]
    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(503, "unavailable")}
    assert answers[0].headers["Retry-After"]
    assert len(caplog.records) <= 1
