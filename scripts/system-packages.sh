#!/usr/bin/env bash
# Makes sure that Chromium, a PostgreSQL server, nginx, PHP, openssl and curl are installed, which only the tests need.
# Installs them with apt-get when it may (root, or sudo without a password); INSTALL=0 forbids that.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/system.sh

missing=()
find_chromium >/dev/null || missing+=(chromium)
find_postgres_bin >/dev/null || missing+=(postgresql)
command -v jq >/dev/null || missing+=(jq)
command -v php >/dev/null || missing+=(php-cli)
find_nginx >/dev/null || missing+=(nginx)
for tool in openssl curl; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
# For pictures of what is written in Devanagari: nothing fails without it, so it is only fetched where that may be.
if ! fc-list :lang=hi 2>/dev/null | grep -q . && [[ $(id -u) -eq 0 && ${INSTALL:-1} != 0 ]]; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
    fonts-lohit-deva; } >/dev/null 2>&1 || echo "no font for Devanagari: some pictures will lack its letters" >&2
fi
[[ ${#missing[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]} and this system has no apt-get. Please install:" >&2
  echo "  chromium: Chromium or Chrome on the PATH, or CHROMIUM=/path/to/it" >&2
  echo "  postgresql: a PostgreSQL server, with initdb and pg_ctl on the PATH" >&2
  echo "  jq: on the PATH" >&2
  echo "  php-cli: PHP 7.4 or later, with php on the PATH" >&2
  echo "  nginx: on the PATH, or in /usr/sbin or /usr/local/sbin" >&2
  echo "  openssl, curl: on the PATH" >&2
  exit 1
fi

as_root=(env)
sudo=
[[ $(id -u) -eq 0 ]] || { as_root=(sudo -n); sudo="sudo "; }
command="${sudo}apt-get update && ${sudo}apt-get install --yes --no-install-recommends ${missing[*]}"

if [[ ${INSTALL:-1} == 0 ]]; then
  echo "The tests need ${missing[*]}, and INSTALL=0 forbids to install. This does it:" >&2
  echo "  $command" >&2
  exit 1
fi
if [[ -n $sudo ]] && ! sudo -n true 2>/dev/null; then
  echo "The tests need ${missing[*]}, and this account may not install. This does it:" >&2
  echo "  $command" >&2
  exit 1
fi

echo "The tests need ${missing[*]}: installing with apt-get (INSTALL=0 forbids it)"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --quiet --no-install-recommends "${missing[@]}" >/dev/null

find_chromium >/dev/null || { echo "Chromium does not start: set CHROMIUM=/path/to/it" >&2; exit 1; }
find_postgres_bin >/dev/null || { echo "initdb and pg_ctl of PostgreSQL are not where we look: put them on the PATH" >&2; exit 1; }
find_nginx >/dev/null || { echo "nginx is not where we look: put it on the PATH" >&2; exit 1; }
