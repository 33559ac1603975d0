#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Written after pg_hardstorage's documentation; in no distribution, so only with --program pg_hardstorage=PATH.
set -euo pipefail
program=${BENCH_PROGRAM:-pg_hardstorage}
server="postgres://$BENCH_USER@127.0.0.1:$BENCH_PORT/postgres?sslmode=disable"
repository=file://$BENCH_DIR/repository
export XDG_CONFIG_HOME=$BENCH_DIR/config XDG_STATE_HOME=$BENCH_DIR/state XDG_DATA_HOME=$BENCH_DIR/share

case $1 in
    version)
        command -v "$program" >/dev/null || { echo "no $program here (name it with --program pg_hardstorage=PATH)"; exit 1; }
        "$program" version ;;
    verbs) echo backup restore stream ;;
    prepare)
        mkdir -p "$BENCH_DIR/repository" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_DATA_HOME"
        "$program" repo init "$repository" ;;
    show) echo "its defaults; backup bench --repo DIRECTORY; restore bench latest --target DIRECTORY" ;;
    archive) ;;
    backup) "$program" backup bench --pg-connection "$server" --repo "$repository" >"$BENCH_DIR/log" 2>&1 ;;
    restore) "$program" restore bench latest --target "$BENCH_TARGET" --repo "$repository" >"$BENCH_DIR/log" 2>&1 ;;
    stream) exec "$program" wal stream bench --pg-connection "$server" --repo "$repository" ;;
    repository) echo "$BENCH_DIR/repository" ;;
    *) exit 64 ;;
esac
