import json

import pytest

ORIGIN = "http://saas-console.localhost:8001"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_system(request) -> str:
    """What an address answers; what it asks of a database is tried on both systems where the services are.

    Modules where the database is what matters say so.
    """
    return str(request.param)


@pytest.fixture
def post(client, site):
    def post_it(body, key=None, origin=ORIGIN, mimetype="text/plain", **headers):
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = {"Origin": origin, **headers} if origin else headers
        return client.post(f"/v1/sites/{key or site}/receipts", data=data, content_type=mimetype, headers=sent)

    return post_it
