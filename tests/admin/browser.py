"""A browser without JavaScript: reads the forms of a page and sends them back, changed."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

PASSWORD = "a password of some length"


class Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: MultiDict[str, str] = MultiDict()
        self.buttons: list[str] = []


class Page(HTMLParser):
    """The forms of a page, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._before: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, form = given.get("name"), self._form
        if tag in ("td", "th", "li", "dd", "dt", "p"):
            self.text += " "
        if tag == "form" and given.get("method") == "post":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif form is None:
            return
        elif tag == "input" and name:
            if given.get("type") not in ("checkbox", "radio", "file") or "checked" in given:
                form.fields.add(name, given.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            form.fields.add(name, "")
        elif tag == "select" and name:
            self._select, self._before = name, form.fields.getlist(name)  # several selects may have one name
        elif tag == "option" and self._select:
            if "selected" in given or len(form.fields.getlist(self._select)) == len(self._before):
                form.fields.setlist(self._select, [*self._before, given.get("value") or ""])
        elif tag == "button":
            form.buttons.append(given.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area and self._form:
            # HTML drops the first line break in a textarea.
            typed = self._form.fields[self._area] + data
            self._form.fields[self._area] = typed.removeprefix("\n")
        self.text += data


class Browser:
    """Keeps cookies; ``submit`` fills in a page's main form as it stands and sends it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, buffered=True)

    def form(self, page: str | TestResponse, index: int | None = None) -> Form:
        """Return a form of the page's content; by itself the first that is sent where the page is, else the first.

        The one for logging out is never it.
        """
        answer = self.get(page) if isinstance(page, str) else page
        forms = [form for form in Page(answer.text).forms if form.action != "/admin/logout"]
        here = page.partition("?")[0] if isinstance(page, str) else ""
        own = [form for form in forms if form.action.partition("?")[0] in ("", here)]
        return (own or forms)[0] if index is None else forms[index]

    def send(self, form: Form, path: str = "", **changes: str | list[str] | None) -> TestResponse:
        """Send a form with ``changes``: ``None`` unchecks, ``__`` in a name stands for a dot."""
        data = MultiDict(form.fields)
        for name, value in changes.items():
            data.setlist(name.replace("__", "."), [] if value is None else [value] if isinstance(value, str) else value)
        return self.client.post(form.action or path, data=data)

    def submit(self, path: str, **changes: str | list[str] | None) -> TestResponse:
        return self.send(self.form(path), path, **changes)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return Page(answer.text).text
