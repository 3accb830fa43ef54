"""Words that core and services say to people, in English and ready to be translated where they are shown."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self


class Said(str):
    """A text in English that still knows the sentence it was made of: ``template`` and the ``values`` in its braces.

    It is a string like any other: logs, the command line and JSON show it as it is. The desk translates the template
    (``app.web.admin.languages``). ``many`` is the template for other numbers than one, where the sentence counts something.
    """

    template: str
    many: str | None
    values: dict[str, Any]

    def __new__(cls, text: str, template: str, many: str | None, values: dict[str, Any]) -> Self:
        """Return ``text`` as a string that knows what it was made of."""
        said = super().__new__(cls, text)
        said.template, said.many, said.values = template, many, values
        return said

    def __getnewargs__(self) -> tuple[str, str, str | None, dict[str, Any]]:  # type: ignore[override]  # for copies
        return str(self), self.template, self.many, self.values


def say(template: str, **values: Any) -> Said:
    """Return ``template`` with ``values`` in its braces, as in ``say("The category {id} is new.", id="analytics")``.

    The template is a whole sentence and a literal where ``say`` is called, so that ``make words`` finds it. A value may
    be ``Said`` itself, or a ``date``: it stands as ``2026-11-22`` in the text, and is written out where it is shown.
    Raises ``KeyError`` for a name in braces without a value.
    """
    return Said(template.format(**values), template, None, values)


def read_day(text: Any) -> Any:
    """Return the ``date`` that ``text`` writes (``2026-11-22``), to be told in a sentence; anything else as it is."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return text


def later(template: str) -> str:
    """Return ``template`` as it is: it is said later, by ``say(template, …)``, and ``make words`` finds it here."""
    return template


def together(parts: Iterable[str], between: str = ", ") -> Said:
    """Return ``parts`` one after the other; those that are ``Said`` are translated each for itself."""
    values = {f"part{index}": part for index, part in enumerate(parts)}
    return Said(between.join(values.values()), between.join(f"{{{name}}}" for name in values), None, values)


def say_number(one: str, many: str, number: int, **values: Any) -> Said:
    """Return ``one`` or ``many``, as ``number`` asks in English; ``{number}`` stands for it in both."""
    values = {**values, "number": number}
    return Said((one if number == 1 else many).format(**values), one, many, values)
