"""What the docs say is there is there, and what is there the docs say."""

import re
from pathlib import Path

import pytest

from app.settings import SETTINGS

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# The lock has the names that others gave their packages.
IGNORED = {
    "package-lock.json",
    ".git",
    ".venv",
    "node_modules",
    "instance",
    "__pycache__",
    "dist",
    "vendor",
    ".artifacts",
}

_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)")
_PATH = re.compile(r"`((?:app|bench|docs|examples|migrations|scripts|servers|tests|widget)/[A-Za-z0-9_./-]+)`")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# Paths of a machine, and names of people's tools, that have no place in a product. In brackets, so that these lines are
# not found themselves.
_FOREIGN = re.compile(
    r"(?<![\w.$}])/(?:[w]ork|[h]ome|[U]sers|[r]oot|[t]mp)/[a-z]"
    r"|\b[s]hared/(?:design|look|research|seeds)|\b(?<!-)(?:[h]elpers?|[c]laude|[a]nthropic|[s]ub-?agents?)\b",
    re.ASCII | re.IGNORECASE,
)


def text_of(name):
    path = ROOT / name
    if not path.is_file():
        pytest.fail(f"{name} is missing")
    return path.read_text()


def text_files():
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        # What others have called their packages is not ours to choose.
        hidden = (
            path.name == "package-lock.json"
            or any(part.startswith(".") and part.endswith("_cache") for part in parts)
            or ".hypothesis" in parts
        )
        if (
            path.is_file()
            and not IGNORED & set(parts)
            and not hidden
            and not any(p.endswith(".egg-info") for p in parts)
        ):
            data = path.read_bytes()
            if b"\0" not in data[:1024]:
                yield path, data.decode("utf-8")


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs/architecture.md"])
def test_the_documents_that_a_newcomer_looks_for_are_there(name):
    assert text_of(name).strip()


def test_links_lead_to_files_that_exist():
    broken = []
    for path in DOCS:
        for target in _LINK.findall(path.read_text()):
            if re.match(r"[a-z]+:|#", target):
                continue
            file = (path.parent / target.partition("#")[0]).resolve()
            if not file.exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken, "\n".join(broken)


def test_paths_that_the_docs_name_exist():
    broken = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in DOCS
        for name in _PATH.findall(path.read_text())
        if not (ROOT / name).exists()
    ]
    assert not broken, "\n".join(broken)


def test_tests_that_the_docs_name_exist():
    named = [(path, *name) for path in DOCS for name in _TEST.findall(path.read_text())]
    assert len(named) > 50
    broken = [
        f"{path.relative_to(ROOT)}: {file}::{name}"
        for path, file, name in named
        if not re.search(rf"^ *def {name}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert not broken, "\n".join(broken)


def test_every_setting_stands_in_the_docs_with_its_default():
    rows = re.findall(r"^\| *`([A-Z_]+)` *\| *(.*?) *\| *(.+?) *\|$", text_of("docs/settings.md"), re.MULTILINE)
    documented = {name: default for name, default, _ in rows}
    assert len(documented) == len(rows), "a setting stands twice"
    for setting in SETTINGS:
        assert setting.name in documented, f"{setting.name} is missing"
        # Without a fixed default the docs say in words what holds then.
        assert setting.default is None or documented[setting.name] == f"`{setting.default}`", setting.name
        assert setting.default is not None or documented[setting.name], setting.name
    # Others are gunicorn's own; whatever is called PLACET_… must exist.
    invented = {name for name in documented if name.startswith("PLACET_")} - {setting.name for setting in SETTINGS}
    assert invented <= set(re.findall(r"PLACET_[A-Z_]+", text_of("gunicorn.conf.py")))


def test_the_changelog_begins_with_what_is_not_released_yet():
    headings = re.findall(r"^## (.*)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert headings
    assert headings[0].strip("[]") == "Unreleased"


def test_every_make_target_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", text_of("README.md")))
    assert named <= targets
    assert {"run", "test"} <= named


def test_no_file_names_the_place_where_it_was_written():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in text_files()
        for match in [_FOREIGN.search(text)]
        if match is not None
    ]
    assert not found, "\n".join(found)
