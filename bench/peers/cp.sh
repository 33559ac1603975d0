#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No backup: how fast this disk and this file system take the same bytes.
set -euo pipefail

case $1 in
    version) cp --version | head -n 1 ;;
    verbs) echo backup restore ;;
    prepare) ;;
    show) echo "cp -a --reflink=never of DATA without its WAL; the other way for the restore" ;;
    archive) ;;
    backup)
        rm -rf "$BENCH_DIR/copy"
        mkdir "$BENCH_DIR/copy"
        find "$BENCH_DATA" -mindepth 1 -maxdepth 1 ! -name pg_wal -exec cp -a --reflink=never -t "$BENCH_DIR/copy" {} + ;;
    restore) cp -a --reflink=never "$BENCH_DIR/copy" "$BENCH_TARGET" ;;
    repository) echo "$BENCH_DIR/copy" ;;
    *) exit 64 ;;
esac
