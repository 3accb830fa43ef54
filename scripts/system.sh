# Where the system keeps what the tests need. To be sourced: each function prints a path, or fails.

# A Chromium that starts: Ubuntu's /usr/bin/chromium-browser may be a note that says to install a snap.
find_chromium() {
  local candidate
  for candidate in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
    if "$candidate" --version >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# nginx: Debian keeps it off a plain account's PATH.
find_nginx() {
  PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx
}

# The directory with initdb and pg_ctl: Debian keeps them off the PATH; the newest version wins.
find_postgres_bin() {
  local candidate
  for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV) \
    "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")"; do
    if [[ -x $candidate/initdb && -x $candidate/pg_ctl ]]; then
      echo "$candidate"
      return
    fi
  done
  return 1
}
