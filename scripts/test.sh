#!/usr/bin/env bash
# Everything that must hold, on what is built already: `make test` (and `make test-long`, with --long) calls it.
# Runs every step even when one failed, and says at the end how each went.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/system.sh

scripts/system-packages.sh
CHROMIUM=$(find_chromium)
export CHROMIUM
# With it, a test that cannot reach PostgreSQL fails; without it, it is skipped.
export REQUIRE_POSTGRES=1

pytest=(.venv/bin/python -m pytest)
[[ ${1:-} == --long ]] && pytest+=(-m "")

mkdir -p tests/.artifacts
log=tests/.artifacts/pytest.log
summary=()
trap 'exit 130' INT
failed=0

step() {
  local name=$1 start=$SECONDS verdict=passed
  shift
  echo
  echo "── $name"
  "$@" || { verdict=FAILED; failed=1; }
  summary+=("$(printf '%-7s %4d s  %s' "$verdict" $((SECONDS - start)) "$name")")
}

run_pytest() {
  scripts/with-postgres.sh "${pytest[@]}" 2>&1 | tee "$log"
}

step "style and types (ruff, mypy, biome, tsc)" scripts/lint.sh
step "widget: its own tests" npm run --silent vitest
step "widget: size budgets" npm run --silent size
step "pytest on SQLite, PostgreSQL and Chromium" run_pytest

echo
printf '%s\n' "${summary[@]}"
# pytest's closing line last, because it says how much was tried.
tail -n 1 "$log"
exit "$failed"
