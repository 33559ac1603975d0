#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What it saves of a running server is no backup that one may rely on: it stands for deduplication of files.
set -euo pipefail
program=${BENCH_PROGRAM:-restic}
export RESTIC_REPOSITORY=$BENCH_DIR/repository RESTIC_PASSWORD=bench RESTIC_CACHE_DIR=$BENCH_DIR/cache
if [ -n "$BENCH_BUCKET" ]; then
    export RESTIC_REPOSITORY=s3:$BENCH_BUCKET AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench
fi

case $1 in
    version)
        command -v "$program" >/dev/null || { echo "no $program here"; exit 1; }
        "$program" version ;;
    verbs) echo backup restore ;;
    prepare) "$program" init --quiet ;;
    show) echo "restic backup DATA without its WAL, a repository with its default compression; restic restore latest --target DIRECTORY" ;;
    archive) ;;
    backup) "$program" backup --quiet --exclude "$BENCH_DATA/postmaster.pid" --exclude "$BENCH_DATA/pg_wal/*" "$BENCH_DATA" ;;
    restore)
        mkdir "$BENCH_TARGET"
        "$program" restore latest --quiet --target "$BENCH_TARGET" ;;
    repository) echo "$RESTIC_REPOSITORY" ;;
    *) exit 64 ;;
esac
