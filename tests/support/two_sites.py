"""A record to read: visitors of two sites, of whom one at each has erased theirs."""

from tests.support.world import Visitor


def visit(client, clock, sites, places=("country=FR",), **pause):
    """Let six visitors of each site, from ``places`` in turn, say yes and then no; the third erases both receipts."""
    for key in sites:
        for number in range(6):
            clock.advance(**pause)
            place = places[number % len(places)]
            visitor = Visitor(client.get(f"/v1/sites/{key}/config?{place}").json, clock, f"{key}{number}")
            for granted in (("analytics",), ()):
                assert client.post(f"/v1/sites/{key}/receipts", json=visitor.body(granted)).status_code == 201
            if number == 2:
                bearer = {"Authorization": f"Bearer {visitor.secret}"}
                assert client.delete(f"/v1/sites/{key}/subject", headers=bearer).json == {"erased": 2}
