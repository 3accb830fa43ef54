#!/usr/bin/env bash
# Compiles requirements.txt (runtime) and requirements-dev.txt (everything) from pyproject.toml, with hashes.
# Usage: scripts/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

# The oldest Python we support: its markers take in what newer ones need.
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
  echo "The lock is compiled with Python 3.11, .venv has $(.venv/bin/python --version): make clean, then PYTHON=python3.11 make lock" >&2
  exit 1
fi

# Only pyproject.toml decides what is in the lock, not this machine's pip settings.
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL PIP_CONSTRAINT
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 CUSTOM_COMPILE_COMMAND="make lock"

options=(--quiet --generate-hashes --allow-unsafe --no-emit-options
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links "$@")

# A constraint may not name extras; a lock must, or pip takes the newest release of what asks for one (coverage[toml]).
.venv/bin/pip-compile "${options[@]}" --strip-extras --all-build-deps --output-file requirements.txt pyproject.toml
.venv/bin/python -c '
import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["dependency-groups"]["dev"], sep="\n")
' | .venv/bin/pip-compile "${options[@]}" --no-strip-extras --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml -
