#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
program=${BENCH_PROGRAM:-pgbackrest}
configuration=$BENCH_DIR/pgbackrest.conf

# An option that it does not know makes it fail.
has_blocks() {
    "$program" help backup repo-block >/dev/null 2>&1
}

# In 2.45, Debian 12's, block incrementals are there and have to be asked for like this.
beta=()
if [ "$BENCH_SETTING" = zst3-block ] && "$program" help backup beta >/dev/null 2>&1; then beta=(--beta); fi

configure() {
    cat <<END
[global]
repo1-path=$BENCH_DIR/repository
repo1-bundle=y
repo1-retention-full=99
start-fast=y
process-max=$BENCH_CPUS
lock-path=$BENCH_DIR/lock
log-path=$BENCH_DIR/log
spool-path=$BENCH_DIR/spool
log-level-console=warn
END
    case $BENCH_SETTING in
        zst3 | zst3-block) printf '%s\n' compress-type=zst compress-level=3 repo1-cipher-type=aes-256-cbc repo1-cipher-pass=bench ;;
        zst1) printf '%s\n' compress-type=zst compress-level=1 ;;
        lz4) printf '%s\n' compress-type=lz4 compress-level=1 ;;
    esac
    [ "$BENCH_SETTING" != zst3-block ] || echo repo1-block=y
    cat <<END

[bench]
pg1-path=$BENCH_DATA
pg1-port=$BENCH_PORT
pg1-socket-path=$BENCH_SOCKETS
pg1-user=$BENCH_USER
END
}

run() {
    "$program" "${beta[@]}" --config="$configuration" --stanza=bench "$@"
}

case $1 in
    version)
        command -v "$program" >/dev/null || { echo "no $program here"; exit 1; }
        "$program" version
        [ "$BENCH_SETTING" != zst3-block ] || has_blocks || { echo "it has no block incrementals (2.45 and newer do)"; exit 1; } ;;
    verbs) echo backup restore serve ;;
    prepare)
        mkdir "$BENCH_DIR/repository" "$BENCH_DIR/lock" "$BENCH_DIR/log" "$BENCH_DIR/spool"
        configure >"$configuration"
        run stanza-create ;;
    show)
        [ ${#beta[@]} = 0 ] || echo "${beta[*]}"
        configure | sed "s|$BENCH_DIR|DIRECTORY|; s|$BENCH_DATA|DATA|; s|$BENCH_SOCKETS|SOCKETS|; s|port=$BENCH_PORT|port=PORT|" ;;
    archive) echo "$program ${beta[*]} --config=$configuration --stanza=bench archive-push %p" ;;
    backup)
        kind=incr
        [ "$2" = again ] || kind=full
        run --type="$kind" backup ;;
    restore)
        mkdir -m 700 "$BENCH_TARGET"
        run --pg1-path="$BENCH_TARGET" --type=immediate --target-action=promote --archive-mode=off restore ;;
    repository) echo "$BENCH_DIR/repository" ;;
    *) exit 64 ;;
esac
