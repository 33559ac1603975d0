#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Walks the whole way by hand, as a user would, on a PostgreSQL of this machine: init, stream, two backups under load,
# restores to a time, a position and the latest byte, each compared with the source and looked at by pg_amcheck.
#   walk.sh /usr/lib/postgresql/15/bin [pgbench scale] [port]
# Everything lies in a temporary directory that is removed at the end. As root the server runs as user postgres.
set -eu

bin=$1
scale=${2:-20}
port=${3:-24815}
muster=$(cd "$(dirname "$0")/../.." && pwd -P)/app/target/muster/bin/muster
dir=$(mktemp -d /tmp/muster-walk-XXXXXX)
chmod 711 "$dir"
mkdir "$dir/server"
as=
if [ "$(id -u)" = 0 ]; then
    chown postgres: "$dir/server"
    as="setpriv --reuid=postgres --regid=postgres --init-groups --"
fi
receiver=

# shellcheck disable=SC2317 # called by the trap
finish() {
    [ -z "$receiver" ] || kill -TERM "$receiver" 2>/dev/null || true
    for data in "$dir"/server/data "$dir"/restored-*; do
        [ ! -f "$data/postmaster.pid" ] || $as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null || true
    done
    rm -rf "$dir"
}
trap finish EXIT

start() {
    $as "$bin/pg_ctl" -D "$1" -o "-p $2 -c unix_socket_directories=$dir/server" -l "$dir/server/log-$2" -w start >/dev/null
}

contents() {
    "$bin/psql" -p "$1" -Atc "select count(*) || ' rows, ' || sum(hashtext(h::text)) from pgbench_history h" clinic
}

export PGHOST=127.0.0.1 PGPORT="$port" PGUSER=postgres HOME="$dir" MUSTER_CONFIG="$dir/muster.yaml"
cd "$dir"
$as "$bin/initdb" -k -D "$dir/server/data" -U postgres -A trust >/dev/null
start "$dir/server/data" "$port"
"$bin/psql" -qc "create database clinic" postgres
"$bin/pgbench" -q -i -s "$scale" clinic 2>&1 | tail -n 1
"$bin/psql" -qc "create extension amcheck" clinic

"$muster" init --system clinic --repository "$dir/repository" --key-file "$dir/clinic.key" \
    --postgres "postgresql://postgres@127.0.0.1:$port/clinic?sslmode=disable" --config "$dir/muster.yaml" >/dev/null
"$muster" stream clinic >"$dir/stream.log" 2>&1 &
receiver=$!
"$muster" backup clinic --tag walk=first
"$bin/pgbench" -n -c 4 -T 8 clinic 2>&1 | grep processed
moment=$("$bin/psql" -Atc "select clock_timestamp()" clinic)
position=$("$bin/psql" -Atc "select pg_current_wal_lsn()" clinic)
wanted=$(contents "$port")
"$bin/pgbench" -n -c 4 -T 4 clinic 2>&1 | grep processed
newest=$(contents "$port")
"$muster" backup clinic --tag walk=second
"$muster" points clinic
"$muster" status

status=0
number=0
for target in "$moment" "lsn:$position" latest; do
    number=$((number + 1))
    "$muster" restore clinic --to "$target" --into "$dir/restored-$number"
    start "$dir/restored-$number" $((port + number))
    found=$(contents $((port + number)))
    expected=$wanted
    [ "$target" != latest ] || expected=$newest
    echo "to $target: wanted $expected; found $found"
    [ "$found" = "$expected" ] || status=1
    "$bin/pg_amcheck" -p $((port + number)) --heapallindexed clinic || status=1
    $as "$bin/pg_ctl" -D "$dir/restored-$number" -m fast stop >/dev/null
done
kill -TERM "$receiver"
wait "$receiver"
receiver=
tail -n 1 "$dir/stream.log"
"$muster" repo check
[ "$status" = 0 ] && echo "walk: all as it should be" || echo "walk: SOMETHING IS WRONG" >&2
exit "$status"
