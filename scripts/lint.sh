#!/usr/bin/env bash
# Checks style and types of Python and TypeScript; says everything that is wrong, changes nothing.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
check() {
  "$@" || { failed=1; echo "failed: $*" >&2; }
}

check .venv/bin/ruff check --quiet .
check .venv/bin/ruff format --check --quiet .
check .venv/bin/mypy
check npm run --silent lint
check npm run --silent typecheck
exit "$failed"
