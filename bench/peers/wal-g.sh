#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Written after WAL-G's documentation; in no distribution, so only with --program wal-g=PATH.
set -euo pipefail
program=${BENCH_PROGRAM:-wal-g}
export PGHOST=$BENCH_SOCKETS PGPORT=$BENCH_PORT PGUSER=$BENCH_USER PGDATABASE=postgres
export WALG_FILE_PREFIX=$BENCH_DIR/repository WALG_COMPRESSION_METHOD=$BENCH_SETTING
export WALG_LIBSODIUM_KEY=00000000000000000000000000000000000000000000000000000000000000be
export WALG_LIBSODIUM_KEY_TRANSFORM=hex WALG_UPLOAD_DISK_CONCURRENCY=$BENCH_CPUS WALG_DELTA_MAX_STEPS=99

case $1 in
    version)
        command -v "$program" >/dev/null || { echo "no $program here (name it with --program wal-g=PATH)"; exit 1; }
        "$program" --version ;;
    verbs) echo backup restore serve ;;
    prepare)
        mkdir "$BENCH_DIR/repository"
        env | grep '^WALG_\|^PG' | sed 's/.*/export &/' >"$BENCH_DIR/settings" ;;
    show) env | grep '^WALG_' | sed "s|$BENCH_DIR|DIRECTORY|" | sort ;;
    archive) echo ". $BENCH_DIR/settings && $program wal-push %p" ;;
    backup)
        full=()
        [ "$2" = again ] || full=(--full)
        "$program" backup-push "${full[@]}" "$BENCH_DATA" >"$BENCH_DIR/log" 2>&1 ;;
    restore)
        mkdir -m 700 "$BENCH_TARGET"
        "$program" backup-fetch "$BENCH_TARGET" LATEST >"$BENCH_DIR/log" 2>&1
        touch "$BENCH_TARGET/recovery.signal"
        cat >>"$BENCH_TARGET/postgresql.auto.conf" <<END
restore_command = '. $BENCH_DIR/settings && $program wal-fetch %f %p'
recovery_target = 'immediate'
recovery_target_action = 'promote'
END
        ;;
    repository) echo "$BENCH_DIR/repository" ;;
    *) exit 64 ;;
esac
