import json

import pytest

ORIGIN = "http://saas-console.localhost:8001"


@pytest.fixture
def post(client, site):
    def post_it(body, key=None, origin=ORIGIN, mimetype="text/plain", **headers):
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = {"Origin": origin, **headers} if origin else headers
        return client.post(f"/v1/sites/{key or site}/receipts", data=data, content_type=mimetype, headers=sent)

    return post_it
