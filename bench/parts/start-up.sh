#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Median wall time of 'muster --version', in milliseconds, over 25 starts of each kind in turn: with the start-up cache
# and without it, and without both the cache and the flags of short commands.
# Usage: bench/parts/start-up.sh [STARTS]
set -euo pipefail

starts=${1:-25}
root=$(cd "$(dirname "$0")/../.." && pwd -P)
"$root/muster" --version >/dev/null

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -a "$root/app/target/muster" "$folder/plain"
rm -f "$folder"/plain/lib/*.aot
# shellcheck disable=SC1091,SC2154 # the launcher's own way of finding Java
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")

millis() {
    local begin=$EPOCHREALTIME
    "$@" >/dev/null
    local end=$EPOCHREALTIME
    # shellcheck disable=SC2001 # a point before the last digit
    echo $(((${end/[.,]/} - ${begin/[.,]/}) / 100)) | sed 's/.$/.&/'
}

for ((i = 0; i < starts; i++)); do
    millis "$root/app/target/muster/bin/muster" --version >>"$folder/cache"
    millis "$folder/plain/bin/muster" --version >>"$folder/no-cache"
    millis "$java" --enable-native-access=ALL-UNNAMED -jar "$(echo "$folder"/plain/lib/muster-app-*.jar)" --version \
        >>"$folder/neither"
done

echo "$starts starts each, median and range in ms; load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, Java $(
    "$java" --version | sed -n '2s/.*(build \(.*\))/\1/p')"
for kind in cache no-cache neither; do
    sort -n "$folder/$kind" | awk -v kind="$kind" '{ v[NR] = $1 }
        END { printf "%-9s %6.1f  (%.1f to %.1f)\n", kind, v[int((NR + 1) / 2)], v[1], v[NR] }'
done
