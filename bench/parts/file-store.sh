#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MB/s of a store in a directory, puts of 32 MiB with everything forced, in turn with cp and sync of the same files.
# Usage: bench/parts/file-store.sh DIRECTORY [ROUNDS]     needs 1 GB there; './muster --version' first, which builds
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck disable=SC1091,SC2154 # the launcher's own way of finding Java
java=$(. "$root/app/src/main/dist/lib/find-java.sh" && find_java java 25 999 && echo "$java_home/bin/java")
folder=$(mktemp -d "$1/file-store.XXXXXX")
trap 'rm -rf "$folder"' EXIT

echo "load $(cut -d' ' -f1 /proc/loadavg), $(nproc) processors, $(stat -f -c %T "$folder")"
"$java" -Xmx1g -cp "$root/app/target/muster/lib/*" "$root/bench/parts/FileStoreSpeed.java" "$folder" "${2:-11}"
