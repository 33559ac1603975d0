#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of processor time with which one thread names, compresses, seals and opens blocks of 64 KiB.
# Usage: bench/parts/seal.sh [ROUNDS]     './muster --version' first, which builds
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck disable=SC1091,SC2154 # the launcher's own way of finding Java
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)"
"$java" -Xmx1g --enable-native-access=ALL-UNNAMED -cp "$root/app/target/muster/lib/*" \
    "$root/bench/parts/SealSpeed.java" "${1:-11}"
