"""What the project names is in its locks: a shared environment would hide that it is not."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def plain(name):
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", name)[0]).lower()


def locked(file):
    lines = (ROOT / file).read_text().splitlines()
    return {plain(line) for line in lines if re.match(r"[A-Za-z0-9]", line)}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_runtime_dependency_is_locked(file):
    assert {plain(name) for name in PROJECT["project"]["dependencies"]} <= locked(file)


def test_every_development_dependency_is_locked():
    assert {plain(name) for name in PROJECT["dependency-groups"]["dev"]} <= locked("requirements-dev.txt")


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hashes(file):
    packages = re.split(r"^(?=[A-Za-z0-9])", (ROOT / file).read_text(), flags=re.MULTILINE)[1:]
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_an_extra_that_a_package_asks_for_is_locked_with_it():
    # Without it pip looks for the newest release of that package, and refuses it for want of a hash.
    assert "\ncoverage[toml]==" in (ROOT / "requirements-dev.txt").read_text(), "pytest-cov asks for coverage[toml]"


NPM = (".", "bench", "tests/e2e/astro", "tests/e2e/next")


@pytest.mark.parametrize("folder", NPM)
def test_every_npm_package_is_locked_as_it_is_asked_for(folder):
    asked = json.loads((ROOT / folder / "package.json").read_text())
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    wanted = {**asked.get("dependencies", {}), **asked.get("devDependencies", {})}
    assert wanted
    # `npm:` and a name stand before the version of what goes by another name here.
    versions = {name: version.rpartition("@")[2] for name, version in wanted.items()}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == versions
    for field in ("dependencies", "devDependencies", "peerDependencies"):
        assert lock[""].get(field) == asked.get(field)


@pytest.mark.parametrize("folder", NPM)
def test_no_npm_package_is_under_a_licence_that_binds_others(folder):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    licences = {name: package["license"] for name, package in lock.items() if name and "license" in package}
    assert licences
    assert {name: said for name, said in licences.items() if re.search(r"GPL|SSPL|BUSL|NC", said)} == {}
