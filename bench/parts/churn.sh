#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A hundred generations of one database in a store in memory, and what it then costs to read the newest over a store that
# answers after 30 ms: requests, bytes, time; whole and lazily at random places; for each block size.
# Usage: bench/parts/churn.sh DIRECTORY [MEGABYTES [GENERATIONS [BLOCK_KIB...]]]
# needs about MEGABYTES times 1.5 of memory; './muster --version' first, which builds
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck disable=SC1091,SC2154 # the launcher's own way of finding Java
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")
folder=$(mktemp -d "$1/churn.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors"
megabytes=${2:-256}
generations=${3:-100}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 16 32 64 128
"$java" -Xmx6g --enable-native-access=ALL-UNNAMED -cp "$root/app/target/muster/lib/*" \
    "$root/bench/parts/ChurnSet.java" "$folder" "$megabytes" "$generations" "$@"
