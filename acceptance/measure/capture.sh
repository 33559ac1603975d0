#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of captures, of captures of the same again, and of reading everything back; stores in memory and in a directory.
# Usage: acceptance/measure/capture.sh DIRECTORY BCPROV.jar ZSTD-JNI.jar [MEGABYTES [ROUNDS]]
# needs twice MEGABYTES in the directory; 'mvn -pl vault compile' first
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")
folder=$(mktemp -d "$1/capture.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(stat -f -c %T "$folder")"
"$java" -Xmx4g --enable-native-access=ALL-UNNAMED -cp "$root/vault/target/classes:$2:$3" \
    "$root/acceptance/measure/CaptureSpeed.java" "$folder" "${4:-1024}" "${5:-7}"
