#!/usr/bin/env bash
# Installs the npm packages of package-lock.json, after making sure that Node is new enough.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
  echo "Placet needs Node 20 or newer with npm; found: $(node --version 2>/dev/null || echo none). See https://nodejs.org/" >&2
  exit 1
fi

echo "Installing npm packages from package-lock.json"
npm ci --no-audit --no-fund --loglevel=error
