#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of a store in a directory, puts of 32 MiB with everything forced, in turn with cp and sync of the same files.
# Usage: acceptance/measure/file-store.sh DIRECTORY [ROUNDS]     needs 1 GB there; 'mvn -pl vault compile' first
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")
folder=$(mktemp -d "$1/file-store.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(stat -f -c %T "$folder")"
"$java" -Xmx1g -cp "$root/vault/target/classes" "$root/acceptance/measure/FileStoreSpeed.java" "$folder" "${2:-11}"
