"""A log that grows, and those outside who get its checkpoints."""

import pytest

from app.core.cosignature import parse_witness_key
from app.core.note import vkey
from app.core.outside import Address, Outside, Witness
from app.db import begin_write
from app.models import Site
from app.services.handovers import hand_over
from app.services.translog import close_logs, create_log, open_logs
from app.services.witnesses import keep_checkpoint
from tests.support.outside import Receiver, WitnessServer
from tests.support.server import free_port, serving

NAME = "witness.example/w1"


@pytest.fixture
def site(session, here, clock) -> Site:
    """A site whose log has no entry yet."""
    site = Site(key="s_AAAAAAAAAAAAAAAAAAAAAA", handle="shop", log_origin="placet.example/log/s_A", created_at=clock())
    session.add(site)
    session.flush()
    create_log(session.connection(), site.id, site.log_origin, here.keys.log)
    session.commit()
    return site


@pytest.fixture
def append(session, here, site):
    """Add entries to the log; returns its size."""

    def add(count: int = 1) -> int:
        site_id = site.id
        connection = begin_write(session)
        logs = open_logs(connection, [site_id])
        for _ in range(count):
            size = logs[site_id].append(f"entry.{logs[site_id].frontier.size}") + 1
        close_logs(connection, logs.values(), here.keys.log)
        session.commit()
        return size

    return add


@pytest.fixture
def keep(session, site, clock):
    def keep_it(**options) -> int:
        return keep_checkpoint(session, site.id, now=clock(), **options).size

    return keep_it


@pytest.fixture
def receiver():
    made, port = Receiver(), free_port()
    with serving(made, port):
        made.address = Address(f"http://127.0.0.1:{port}/in?token=x", f"http://127.0.0.1:{port}/in")
        yield made


@pytest.fixture
def witness(site, here, clock):
    made, port = WitnessServer(NAME, clock), free_port()
    made.vkeys[site.log_origin] = vkey(site.log_origin, here.keys.log[-1])
    made.place = Witness(parse_witness_key(made.vkey), f"http://127.0.0.1:{port}")
    with serving(made, port):
        yield made


@pytest.fixture
def hand(session, site, clock):
    """Hand a checkpoint over; returns what was tried, as (kind, problem)."""

    def hand_it(size: int, outside: Outside) -> list[tuple[str, str | None]]:
        outcomes = hand_over(session, site, size, outside, clock=clock)
        return [(one.kind, one.problem) for one in outcomes if one.is_new]

    return hand_it
