#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of processor time with which one thread names, compresses, seals and opens blocks of 64 KiB.
# Usage: acceptance/measure/seal.sh BCPROV.jar ZSTD-JNI.jar [ROUNDS]     'mvn -pl vault compile' first
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)"
"$java" -Xmx1g --enable-native-access=ALL-UNNAMED -cp "$root/vault/target/classes:$1:$2" \
    "$root/acceptance/measure/SealSpeed.java" "${3:-11}"
