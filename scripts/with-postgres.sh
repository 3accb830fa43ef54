#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL, whose address is in TEST_POSTGRES_URL. The cluster lives in a
# temporary directory, listens on 127.0.0.1 and a socket in it, and is removed whatever happens to the command.
# Usage: scripts/with-postgres.sh pytest tests/services
set -euo pipefail
source "$(dirname "$0")/system.sh"
# Where runuser is: not everybody has it on the path.
PATH=$PATH:/usr/sbin:/sbin

bin=$(find_postgres_bin) || { echo "PostgreSQL is missing: run scripts/system-packages.sh" >&2; exit 1; }
home=$(mktemp -d "${TMPDIR:-/tmp}/placet-postgres.XXXXXX")

# initdb refuses root: then the cluster belongs to an account that can do nothing else.
as_owner=(env)
if [[ $(id -u) -eq 0 ]]; then
  owner=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$owner" "$home"
  as_owner=(runuser -u "$owner" --)
fi

in_home() { (cd "$home" && "${as_owner[@]}" "$@"); }

child=
clean_up() {
  trap '' INT TERM HUP
  [[ -z $child ]] || wait "$child" 2>/dev/null || true
  in_home "$bin/pg_ctl" stop --pgdata=data --mode=immediate --silent >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap clean_up EXIT
# Ctrl-C reaches the command by itself (twice would cut its own cleaning up short), `kill` only this script.
trap 'exit 130' INT
trap 'kill -TERM "$child" 2>/dev/null; exit 143' TERM HUP

in_home "$bin/initdb" --pgdata=data --username=placet --auth=trust --encoding=UTF8 --locale=C \
  --no-sync >"$home/initdb.log" 2>&1 ||
  { cat "$home/initdb.log" >&2; exit 1; }

# Nothing in it outlives the command, so it need not survive a failure of power.
careless="-c fsync=off -c full_page_writes=off -c synchronous_commit=off"

# No way to ask for a free port and keep it: try some, and let the server say whether it is free.
started=
for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + RANDOM))
  options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$home -c max_connections=200 $careless"
  if in_home "$bin/pg_ctl" start --pgdata=data --wait --silent --log=server.log --options="$options" >/dev/null 2>&1; then
    started=1
    break
  fi
done
[[ -n $started ]] || { cat "$home/server.log" >&2; exit 1; }

export TEST_POSTGRES_URL="postgresql+psycopg://placet@127.0.0.1:$port/postgres"
# In the background, so that the traps above run at once; bash makes such children deaf to SIGINT, hence `trap -`.
(trap - INT TERM HUP EXIT; exec "$@") <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
