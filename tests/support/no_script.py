"""A visitor without JavaScript on the preferences page of `saas-console`, behind its site's proxy."""

import html
import re

ORIGIN = "http://saas-console.localhost:8001"
HERE = {"Placet-Mount": f"{ORIGIN}/_placet"}
SENT = {**HERE, "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


class Page:
    """One visitor without JavaScript; ``cookie`` is what their browser keeps."""

    def __init__(self, client, site, query="country=DE"):
        self.client, self.site, self.query = client, site, query
        self.cookie = None

    @property
    def address(self):
        return f"/s/{self.site}/preferences?{self.query}"

    def get(self, query=None, **headers):
        sent = {**HERE, **headers}
        if self.cookie:
            sent["Cookie"] = f"placet_{self.site}={self.cookie}"
        self.answer = self.client.get(f"/s/{self.site}/preferences?{query or self.query}", headers=sent)
        self.text = html.unescape(self.answer.get_data(as_text=True))
        return self

    @property
    def token(self):
        return re.search(r'name="form" value="([^"]+)"', self.text)[1]

    def send(self, answer="save", token=..., sent=SENT, categories=(), trackers=(), **more):
        data = {
            "answer": answer,
            "form": self.token if token is ... else token,
            "category": [*categories],
            "tracker": [*trackers],
        }
        data = {name: value for name, value in {**data, **more}.items() if value is not None}
        self.answer = self.client.post(self.address, data=data, headers=sent)
        self.text = html.unescape(self.answer.get_data(as_text=True))
        for line in self.answer.headers.getlist("Set-Cookie"):
            self.cookie = line.partition("=")[2].partition(";")[0]
        return self

    def follow(self):
        location = self.answer.headers["Location"]
        assert location.startswith("?"), "it leads to this page and nowhere else"
        return self.get(location[1:])

    def on(self):
        return set(re.findall(r' checked(?: disabled)? data-(?:category|tracker)="([^"]+)"', self.text))
