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

# Where Python may keep nothing that it compiled, each of the many processes compiles the whole application anew.
unset PYTHONDONTWRITEBYTECODE

# What the marker expression of a run ends with: pytest takes only one.
length=" and not long"
[[ ${1:-} == --long ]] && length=

mkdir -p tests/.artifacts
logs=tests/.artifacts
summary=()
browser_run=
trap '[[ -z $browser_run ]] || kill "$browser_run" 2>/dev/null' EXIT
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

# Two parts, each with a world of its own: the first begins beside everything else, the second when the databases are done.
in_chromium() {
  # Only where such tests are: to read the others takes as long as ten of them.
  .venv/bin/python -m pytest -m "e2e$length" --ignore-glob='tests/e2e/test_[s-z]*' tests/admin tests/e2e tests/examples
}
in_chromium_too() {
  .venv/bin/python -m pytest -m "e2e$length" --ignore-glob='tests/e2e/test_[a-r]*' tests/e2e 2>&1 | tee "$logs/chromium-2.log"
}

on_databases() {
  scripts/with-postgres.sh .venv/bin/python -m pytest -m "not e2e$length" 2>&1 | tee "$logs/databases.log"
}

finish_in_chromium() {
  local status=0
  wait "$browser_run" || status=$?
  browser_run=
  cat "$logs/chromium.log"
  return "$status"
}

# The browser takes longest and often waits: beside it a second core has time for all the rest.
in_chromium >"$logs/chromium.log" 2>&1 &
browser_run=$!
step "style and types (ruff, mypy, biome, tsc)" scripts/lint.sh
step "widget: its own tests" npm run --silent vitest
step "widget: size budgets" npm run --silent size
step "pytest on SQLite and PostgreSQL" on_databases
step "pytest in Chromium, scanner to WordPress" in_chromium_too
step "pytest in Chromium, the desk to real trackers (begun beside all the others)" finish_in_chromium

echo
printf '%s\n' "${summary[@]}"
# pytest's closing lines last, because they say how much was tried.
tail -qn 1 "$logs/databases.log" "$logs/chromium.log" "$logs/chromium-2.log"
exit "$failed"
