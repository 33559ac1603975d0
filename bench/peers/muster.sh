#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
program=${BENCH_PROGRAM:?the packaged program}
export MUSTER_CONFIG=$BENCH_DIR/muster.yaml
repository=$BENCH_DIR/repository
if [ -n "$BENCH_BUCKET" ]; then
    repository="s3://${BENCH_BUCKET##*/}/muster?region=us-east-1&endpoint=${BENCH_BUCKET%/*}"
    export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench
fi

case $1 in
    version) "$program" --version ;;
    verbs) echo backup restore serve stream ;;
    prepare)
        "$program" init --system bench --repository "$repository" --key-file "$BENCH_DIR/key" \
            --postgres "postgresql://$BENCH_USER@127.0.0.1:$BENCH_PORT/postgres?sslmode=disable" \
            --config "$MUSTER_CONFIG" >/dev/null ;;
    show) echo "defaults of muster init; muster backup bench; muster restore bench --to immediate --into DIRECTORY" ;;
    archive) ;;
    backup) "$program" backup bench --json >"$BENCH_DIR/backup.json" ;;
    restore)
        "$program" restore bench --to immediate --into "$BENCH_TARGET" --json >"$BENCH_DIR/restore.json"
        # The files alone, by its own clock: what it does after them the others leave to the server's start.
        tr ',{}' '\n' <"$BENCH_DIR/restore.json" | sed -n 's/^ *"copying" *: *\([0-9.eE-]*\) *$/copying=\1/p' |
            head -n 1 >"$BENCH_DIR/extra" ;;
    stream) exec "$program" stream bench ;;
    repository) echo "$repository" ;;
    *) exit 64 ;;
esac
