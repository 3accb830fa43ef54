"""An installation to measure: the example site `saas-console` on a fresh database, and the yardstick beside it."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench.client import Answer, BadAnswerError, ask
from bench.measure import Kind
from bench.report import Work
from bench.server import Server
from bench.traffic import COUNTRY_HEADER, Maker, choice_value, get, receipt_body, receipts, same
from examples import load_config

EXAMPLE = "saas-console"
UNLIMITED = "1000000000"
READING_CONNECTIONS = 16
WRITING_CONNECTIONS = (16, 64)


@dataclass(frozen=True)
class Site:
    """The site that is asked: the requests of each kind, a receipt's body, and how long each answer is in bytes."""

    loader: bytes
    unchanged: bytes
    trackers: bytes
    receipt: Maker
    body: dict[str, Any]
    sizes: dict[str, int]
    stored: int = 1
    """Receipts stored while preparing."""

    def reads(self) -> list[Kind]:
        """The kinds that only read."""
        return [
            Kind("loader, br", same(self.loader), same(get("/loader")), 200, READING_CONNECTIONS),
            Kind(
                "loader, 304", same(self.unchanged), same(get("/loader", If_None_Match='"x"')), 304, READING_CONNECTIONS
            ),
            Kind("`/trackers`", same(self.trackers), same(get("/trackers")), 200, READING_CONNECTIONS),
        ]

    def writes(self, state: str) -> list[Kind]:
        """Receipts, at few and at many connections. ``state`` says what is stored."""
        posted = self.receipt()
        yardstick = same(b"POST /receipts " + posted.partition(b" ")[2].partition(b" ")[2])
        return [Kind(f"receipt, {state}", self.receipt, yardstick, 201, count) for count in WRITING_CONNECTIONS]


class Place:
    """Where it all is: folder, database, and how it is served."""

    def __init__(self, folder: Path, database_url: str, workers: int, cores: set[int]) -> None:
        self._folder, self._workers, self._cores = folder, workers, cores
        self._environ = {
            "PLACET_ENV": "development",  # makes the keys; everything else is as in production
            "PLACET_DATA": str(folder),
            "DATABASE_URL": database_url,
            "PLACET_COUNTRY_HEADER": COUNTRY_HEADER,
            **{f"PLACET_{what}_{how}": UNLIMITED for what in ("NETWORK", "SITE") for how in ("BURST", "PER_SECOND")},
        }

    @property
    def filled(self) -> Path:
        """A file that is there once the record was filled."""
        return self._folder / "filled"

    def server(self) -> Server:
        """Return the server, which does not run yet: what needs no HTTP can be done with its settings."""
        return Server("wsgi:app", self._environ, self._folder / "placet.log", self._workers, self._cores)

    @contextmanager
    def serve(self) -> Iterator[Server]:
        """Prepare the database, publish the example and serve it."""
        server = self.server()
        server.placet("prepare")
        config = self._folder / "config.json"
        config.write_text(json.dumps(load_config(EXAMPLE)))
        server.placet("site", "import", EXAMPLE, str(config))
        server.placet("site", "publish", EXAMPLE, "--reason", "measuring")
        with server:
            yield server

    def yardstick(self, sizes: dict[str, int]) -> Server:
        """Return the minimal app, to answer each path with that many bytes."""
        environ = {"BENCH_SIZES": json.dumps(sizes)}
        return Server("bench.minimal:app", environ, self._folder / "minimal.log", self._workers, self._cores)

    def prepare(self, server: Server) -> Site:
        """Ask each kind once and return what to ask again. Raises ``BadAnswerError`` when an answer is not as expected."""
        key = json.loads(server.placet("site", "list", "--json"))[0]["key"]
        config = json.loads(_expect(server, get(f"/v1/sites/{key}/config?lang=en"), 200).body)
        widget = json.loads((Path(__file__).parent.parent / "widget/dist/build.json").read_text())
        cited = {"version": widget["version"], "sha256": widget["builds"]["placet"]}
        loader = get(f"/s/{key}.js")
        script = _expect(server, loader, 200)
        if script.headers.get("content-encoding") != "br":
            raise BadAnswerError(f"the loader did not come as br: {script.headers}")
        unchanged = get(f"/s/{key}.js", If_None_Match=script.headers["etag"])
        _expect(server, unchanged, 304)
        trackers = get(f"/v1/sites/{key}/trackers?choice={choice_value(config)}")
        allowed = _expect(server, trackers, 200)
        if not any(item["allowed"] and item["reason"] == "granted" for item in json.loads(allowed.body)["trackers"]):
            raise BadAnswerError("no tracker is allowed by the choice that was sent")
        path, origin = f"/v1/sites/{key}/receipts", load_config(EXAMPLE)["origins"][0]
        receipt = receipts(path, config, cited, origin)
        stored = _expect(server, receipt(), 201)
        sizes = {"/loader": script, "/trackers": allowed, "/receipts": stored}
        return Site(
            loader,
            unchanged,
            trackers,
            receipt,
            receipt_body(config, cited),
            {path: len(answer.body) for path, answer in sizes.items()},
        )

    def fill(self, server: Server, site: Site, count: int, seconds: float) -> Work:
        """Store up to ``count`` receipts through the services, for at most ``seconds``."""
        body = self._folder / "body.json"
        body.write_text(json.dumps(site.body))
        done = _work(server, "fill", EXAMPLE, str(count), str(seconds), str(body))
        self.filled.touch()
        return Work("store in batches of 256, without HTTP", **done)

    def read_record(self, server: Server) -> tuple[Work, Work, Work]:
        """Export, bundle and verify the whole record, one after the other."""
        bundle = self._folder / "bundle.zip"
        # Made and thrown away: whether 2.7 GB go to a disk or to somebody far away is not ours.
        exported = Work("export as JSON lines", **_work(server, "export", EXAMPLE, os.devnull))
        bundled = Work("write the bundle", **_work(server, "bundle", EXAMPLE, str(bundle)))
        jobs = len(self._cores)
        done = _work(server, "verify", str(bundle), str(jobs))
        verified = Work(f"`placet verify`, {jobs} jobs", rows=bundled.rows, **done)
        return exported, bundled, verified


def databases(folder: Path, wanted: str) -> list[tuple[str, AbstractContextManager[str]]]:
    """Return name and address of each database to measure; PostgreSQL where TEST_POSTGRES_URL says."""
    found: list[tuple[str, AbstractContextManager[str]]] = []
    if wanted != "postgresql":
        found.append(("SQLite", nullcontext(f"sqlite:///{folder / 'SQLite' / 'placet.db'}")))
    server = os.environ.get("TEST_POSTGRES_URL")
    if wanted == "postgresql" and not server:
        raise SystemExit("TEST_POSTGRES_URL is not set: run scripts/with-postgres.sh make bench")
    if wanted != "sqlite" and server:
        found.append(("PostgreSQL", _postgres(server)))
    return found


@contextmanager
def _postgres(server: str) -> Iterator[str]:
    admin, name = create_engine(server, isolation_level="AUTOCOMMIT"), f"placet_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _expect(server: Server, request: bytes, status: int) -> Answer:
    answer = ask(server.port, request)
    if answer.status != status:
        raise BadAnswerError(f"{request.split()[1].decode()}: {answer.status} {answer.body[:300]!r}")
    return answer


def _work(server: Server, *arguments: str) -> dict[str, Any]:
    done: dict[str, Any] = json.loads(server.run("-m", "bench.record", *arguments))
    return done
