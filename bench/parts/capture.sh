#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of captures, of captures of the same again, and of reading everything back; stores in memory and in a directory.
# Usage: bench/parts/capture.sh DIRECTORY [MEGABYTES [ROUNDS]]
# needs twice MEGABYTES in the directory; './muster --version' first, which builds
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck disable=SC1091,SC2154 # the launcher's own way of finding Java
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")
folder=$(mktemp -d "$1/capture.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(stat -f -c %T "$folder")"
"$java" -Xmx4g --enable-native-access=ALL-UNNAMED -cp "$root/app/target/muster/lib/*" \
    "$root/bench/parts/CaptureSpeed.java" "$folder" "${2:-1024}" "${3:-7}"
