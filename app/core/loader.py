"""Making a site's loader out of a widget build: the build ends in a call with zeros, which the config replaces."""

from typing import Any

from app.core.canonical import script_json


def fill_script(script: bytes, *values: Any) -> bytes:
    """Replace the zeros of the call that ends ``script`` (``docs/widget.md``) by ``values`` as JSON.

    Raises ``ValueError`` when the script does not end in a call with as many zeros.
    """
    script = script.rstrip()
    ending = ("(" + ",".join("0" for _ in values) + ");").encode()
    if not script.endswith(ending):
        raise ValueError(f"the widget's script does not end in {ending.decode()}")
    filled = ",".join(script_json(value) for value in values)
    return script.removesuffix(ending) + f"({filled});\n".encode()


def console_line(message: str) -> bytes:
    """Return a script that only writes one line to the console."""
    return f"console.error({script_json('Placet: ' + message)});\n".encode()
