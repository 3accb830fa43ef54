"""What the log must not hold: who came, what they chose, and whose account it is; even when things fail."""

import http.client
import io
import logging
import re
import runpy
import socket
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.core.keys import new_key_document
from app.db import db, describe_error
from app.services.accounts import create_account
from tests.support.server import ROOT, Server
from tests.support.world import CountedBytes

# An address of this machine that nothing else in the log can be.
VISITOR = "127.0.0.73"
EMAIL, PASSWORD = "somebody@example.org", "correct horse battery"

GARBAGE = {
    "an address that is too long": b"GET /" + b"tooLong" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad request line": b"tellNobody\r\n\r\n",
    "a bad method": b"g@t /tellNobody HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad version": b"GET /tellNobody HTTP/9.x\r\nHost: a\r\n\r\n",
    "a header without a name": b"GET /x HTTP/1.1\r\nHost: a\r\ntellNobody\r\n\r\n",
    "a bad header name": b"GET /x HTTP/1.1\r\nHost: a\r\ntell Nobody: 1\r\n\r\n",
    "a header that is too long": b"GET /x HTTP/1.1\r\nHost: a\r\nX-A: " + b"tooLong" * 2000 + b"\r\n\r\n",
    "a bad Content-Length": b"POST /tellNobody HTTP/1.1\r\nHost: a\r\nContent-Length: tellNobody\r\n\r\n",
    "two lengths": b"POST /tellNobody HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
    "an unknown coding": b"POST /tellNobody HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: tellNobody\r\n\r\n",
    "a bad chunk": b"POST /v1/sites/x/receipts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\ntellNobody\r\n\r\n",
}  # fmt: skip


@pytest.fixture
def refuse_inserts(app):
    """Make the database refuse every new row of a table, in the words it uses for a row that breaks a rule."""
    refused = []

    def refuse(table, column):
        refused.append(table)
        with app.app_context(), db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                refusal = f"ADD CONSTRAINT refuse CHECK ({column} IS NULL) NOT VALID"
                connection.execute(text(f"ALTER TABLE {table} {refusal}"))
            else:
                for event in ("INSERT", "UPDATE"):
                    connection.execute(
                        text(
                            f"CREATE TRIGGER refuse_{event} BEFORE {event} ON {table} "
                            f"BEGIN SELECT RAISE(ABORT, 'refused'); END"
                        )
                    )

    yield refuse
    with app.app_context(), db.engine.begin() as connection:
        for table in refused if connection.dialect.name == "postgresql" else ():
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT refuse"))


@pytest.mark.parametrize("database_system", ["sqlite"])
def test_gunicorn_keeps_neither_address_nor_request_of_who_sends_garbage(database_url, tmp_path):
    log = tmp_path / "gunicorn.log"
    keys = new_key_document(CountedBytes("keys"))
    environ = {"PLACET_ENV": "development", "PLACET_DATA": str(tmp_path), "PLACET_KEYS": keys}
    server = Server({**environ, "DATABASE_URL": database_url}, log, workers=1)
    server.start()
    try:
        for name, request in GARBAGE.items():
            assert talk(server.port, request)[:2] in ("40", "41", "43", "50"), name
        assert server.answers()
    finally:
        server.stop()
    written = log.read_text()
    assert "Invalid request" in written, "otherwise this test would prove nothing"
    assert VISITOR not in written
    assert "Nobody" not in written
    assert "tooLong" not in written


def talk(port, request):
    """Send bytes from the visitor's address and return the status of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(VISITOR, 0)) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return str(response.status)


@pytest.fixture
def gunicorn_log():
    """Gunicorn's logger as `gunicorn.conf.py` sets it, and what it writes."""
    conf = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    config = Config()
    for name, value in conf.items():
        if name in config.settings:
            config.set(name, value)
    logger = config.logger_class(config)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger.error_log.addHandler(handler)
    yield SimpleNamespace(log=logger, written=written.getvalue, config=config, conf=conf)
    logger.error_log.removeHandler(handler)
    for own in [own for own in logger.error_log.handlers if getattr(own, "_gunicorn", False)]:
        logger.error_log.removeHandler(own)


@pytest.mark.parametrize("words", ["Error handling request %s %s", "Error handling request %s"])
def test_gunicorn_s_last_resort_tells_the_error_but_not_the_address_asked_for(gunicorn_log, words):
    try:
        raise LookupError("what went wrong")
    except LookupError:
        gunicorn_log.log.exception(words, *["/v1/sites/x?tell=nobody"] * words.count("%s"))
    assert "LookupError: what went wrong" in gunicorn_log.written()
    assert "Error handling request" in gunicorn_log.written()
    assert "nobody" not in gunicorn_log.written()


def test_other_words_of_gunicorn_stay_as_they_are(gunicorn_log):
    gunicorn_log.log.warning("%s is odd", "this")
    try:
        raise LookupError("what went wrong")
    except LookupError:
        gunicorn_log.log.exception("Exception in %s", "worker process")
    assert "this is odd" in gunicorn_log.written()
    assert "Exception in worker process" in gunicorn_log.written()


def test_gunicorn_opens_no_control_socket_and_keeps_no_access_log(gunicorn_log):
    assert gunicorn_log.config.control_socket_disable
    assert gunicorn_log.config.accesslog is None


def test_the_application_is_told_how_many_threads_it_has(gunicorn_log, monkeypatch):
    monkeypatch.setenv("PLACET_THREADS", "1")
    gunicorn_log.conf["post_fork"](None, SimpleNamespace(cfg=SimpleNamespace(threads=12)))
    assert gunicorn_log.conf["os"].environ["PLACET_THREADS"] == "12"


def test_a_receipt_that_cannot_be_stored_is_not_written_into_the_log(client, visitor, site, refuse_inserts, caplog):
    refuse_inserts("receipts", "log_index")
    body = visitor.body(("analytics",))
    assert client.post(f"/v1/sites/{site}/receipts", json=body).status_code == 503
    assert "a batch of receipts was not stored" in caplog.text
    assert re.search(r"IntegrityError: (23514|SQLITE_CONSTRAINT_TRIGGER)", caplog.text)
    assert "store_batch" in caplog.text, "the stack says where"
    for secret in (body["id"], body["secret"], "analytics", "eyJ", "Failing row", "[parameters"):
        assert secret not in caplog.text


def test_an_account_that_cannot_be_written_is_not_written_into_the_log(
    app, client, session, clock, refuse_inserts, caplog
):
    create_account(session, EMAIL, PASSWORD, "admin", now=clock())
    session.rollback()
    refuse_inserts("accounts", "email")
    page = client.get("/admin/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    form = {"email": EMAIL, "password": "not the right one", "csrf_token": token}
    answer = client.post("/admin/login", data=form, headers={"Origin": "http://localhost"})
    assert answer.status_code == 500
    assert "unexpected error at POST /admin/login" in caplog.text
    assert re.search(r"IntegrityError: (23514|SQLITE_CONSTRAINT_TRIGGER)", caplog.text)
    for secret in (EMAIL, "argon2", "Failing row", "not the right one"):
        assert secret not in caplog.text


def test_what_fails_while_an_error_is_answered_is_logged_by_its_route(app, client, caplog):
    @app.after_request
    def fail(_response):
        raise LookupError("in the last step")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/log/s_tellNobody/checkpoint").status_code == 500
    assert "unexpected error at GET /log/<name>/checkpoint" in caplog.text
    assert "LookupError: in the last step" in caplog.text
    assert "Nobody" not in caplog.text


@pytest.mark.parametrize("database_system", ["postgresql"])
def test_a_database_that_cannot_be_reached_is_told_in_its_own_words(database_url):
    engine = create_engine("postgresql+psycopg://placet@127.0.0.1:1/placet")
    with pytest.raises(DBAPIError) as caught:
        engine.connect()
    assert "refused" in describe_error(caught.value)


def test_an_error_is_told_with_what_led_to_it():
    with pytest.raises(RuntimeError) as caught:
        try:
            raise LookupError("the first")
        except LookupError as error:
            raise RuntimeError("the second") from error
    told = describe_error(caught.value)
    assert told.index("LookupError: the first") < told.index("which led to") < told.index("RuntimeError: the second")


def test_errors_never_carry_the_values_of_a_statement(app):
    with app.app_context():
        assert all(engine.hide_parameters for engine in db.engines.values())
