#!/usr/bin/env bash
# Makes .venv with the first suitable Python and installs what a lock file names, and Placet itself, editable.
# Usage: scripts/venv.sh requirements.txt
set -euo pipefail
cd "$(dirname "$0")/.."

# Python 3.11 or newer that can make virtual environments and has SQLite.
good() {
  "$1" -c 'import sys, venv, ensurepip, sqlite3; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if good "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  {
    echo "Placet needs Python 3.11 or newer, with venv and sqlite3; none of python3.13, python3.12, python3.11, python3 is."
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Elsewhere: PYTHON=/path/to/python3 make …"
  } >&2
  return 1
}

if ! good .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  echo "Making .venv with $("$python" --version) ($python)"
  rm -rf .venv
  "$python" -m venv .venv
fi

echo "Installing Python packages from $1"
# --no-build-isolation: setuptools comes from the lock too, so nothing that is not pinned runs.
.venv/bin/python -m pip install --quiet --require-hashes -r "$1"
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
.venv/bin/python -m pip check --quiet
