"""Who may import whom, who commits, and what the core never touches. Read from the source, so nothing has to run."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"

# What each layer may import besides the standard library. A layer always may import itself.
MAY_IMPORT = {
    "core": {"itsdangerous", "cryptography", "joserfc", "nacl", "pybase64", "rfc8785", "babel"},
    "data": {"yaml", "app.core"},
    "settings": {"app.core"},
    "db": {"flask_sqlalchemy", "sqlalchemy"},
    "models": {"sqlalchemy", "app.db"},
    "schemas": {"marshmallow", "yaml", "app.core"},
    "services": {
        "alembic", "argon2", "cryptography", "pybase64", "rfc3161_client", "sqlalchemy",
        "app.core", "app.db", "app.models", "app.schemas", "app.settings",
    },
    "web": {
        "babel", "brotli", "flask", "flask_babel", "flask_wtf", "jinja2", "markupsafe", "maxminddb", "sqlalchemy",
        "werkzeug", "wtforms",
        "app.core", "app.data", "app.db", "app.models", "app.schemas", "app.services", "app.settings",
    },
    "factory": {
        "flask", "flask_wtf", "sqlalchemy", "werkzeug",
        "app.core", "app.data", "app.db", "app.schemas", "app.services", "app.settings", "app.web",
    },
    "commands": {
        "click", "flask", "sqlalchemy",
        "app.core", "app.data", "app.db", "app.factory", "app.models", "app.schemas", "app.services", "app.settings",
        "app.web",
    },
    "cli": {
        "click", "flask", "sqlalchemy",
        "app.commands", "app.core", "app.data", "app.db", "app.factory", "app.schemas", "app.services", "app.settings",
        "app.web",
    },
}  # fmt: skip

# Clocks, randomness, processes and the network: the core is given what it needs of them.
NOT_IN_CORE = {
    "asyncio", "glob", "http", "logging", "multiprocessing", "os", "random", "secrets", "shutil", "signal", "socket",
    "sqlite3", "subprocess", "tempfile", "threading", "time",
}  # fmt: skip
CLOCKS_AND_DICE = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "urandom", "uuid1", "uuid4", "token_bytes"}


def python_files(folder):
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def layer_of(path):
    first = path.relative_to(APP).parts[0]
    return first.removesuffix(".py")


def imports_of(path):
    """Yield line and dotted name of every import, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            if node.module == "app":
                yield from ((node.lineno, f"app.{name.name}") for name in node.names)
            else:
                yield node.lineno, node.module


def calls_of(path):
    """Yield line and last name of every call: ``session.commit()`` gives ``commit``."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Call):
            name = node.func
            yield node.lineno, name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


def place(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def is_allowed(layer, name):
    top, *rest = name.split(".")
    if top == "app":
        return not rest or rest[0] == layer or f"app.{rest[0]}" in MAY_IMPORT[layer]
    return top in sys.stdlib_module_names or top in MAY_IMPORT[layer]


def test_every_part_of_the_house_has_a_rule():
    parts = {layer_of(path) for path in python_files(APP)} - {"__init__"}
    assert parts == MAY_IMPORT.keys()


@pytest.mark.parametrize("layer", sorted(MAY_IMPORT))
def test_imports_point_downwards_only(layer):
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in python_files(APP)
        if layer_of(path) == layer
        for line, name in imports_of(path)
        if not is_allowed(layer, name)
    ]
    assert not wrong, "\n".join(wrong)


def test_importing_the_package_itself_brings_nothing_along():
    assert list(imports_of(APP / "__init__.py")) == []


def test_only_those_who_start_the_application_import_the_factory():
    starters = {ROOT / "wsgi.py", APP / "commands" / "place.py"}
    wrong = [
        place(path, line)
        for path in [*python_files(APP), *ROOT.glob("*.py")]
        for line, name in imports_of(path)
        if name == "app.factory" and path not in starters
    ]
    assert not wrong, "\n".join(wrong)


def test_only_services_commit():
    wrong = [
        place(path, line)
        for path in python_files(APP)
        if layer_of(path) != "services"
        for line, name in calls_of(path)
        if name == "commit"
    ]
    assert not wrong, "\n".join(wrong)


def test_the_core_reads_no_clock_rolls_no_dice_and_opens_no_connection():
    core = python_files(APP / "core")
    wrong = [
        f"{place(path, line)} imports {name}"
        for path in core
        for line, name in imports_of(path)
        if name.split(".")[0] in NOT_IN_CORE
    ]
    wrong += [
        f"{place(path, line)} calls {name}" for path in core for line, name in calls_of(path) if name in CLOCKS_AND_DICE
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_settings_read_the_environment():
    wrong = []
    for path in python_files(APP):
        if path == APP / "settings.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            from_os = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
            if from_os and node.attr in ("environ", "getenv", "environb"):
                wrong.append(place(path, node.lineno))
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                wrong.append(place(path, node.lineno))
    assert not wrong, "\n".join(wrong)


def test_the_examples_are_no_part_of_the_product():
    wrong = [
        place(path, line)
        for path in python_files(APP)
        for line, name in imports_of(path)
        if name.split(".")[0] in ("examples", "bench", "tests")
    ]
    assert not wrong, "\n".join(wrong)
