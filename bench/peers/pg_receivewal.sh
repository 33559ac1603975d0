#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
program=${BENCH_PROGRAM:-$BENCH_BIN/pg_receivewal}

case $1 in
    version) "$program" --version ;;
    verbs) echo stream ;;
    prepare) mkdir "$BENCH_DIR/repository" ;;
    show) echo "pg_receivewal --synchronous --no-loop, no compression, no cipher" ;;
    archive) ;;
    stream)
        "$program" --synchronous --no-loop -h 127.0.0.1 -p "$BENCH_PORT" -U "$BENCH_USER" -D "$BENCH_DIR/repository" &
        # Until PostgreSQL 15 it ends well on SIGINT only.
        trap 'kill -INT $!' TERM
        wait $! || wait $! ;;
    repository) echo "$BENCH_DIR/repository" ;;
    *) exit 64 ;;
esac
