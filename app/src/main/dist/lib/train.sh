#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts Muster once and keeps what the JVM learned in a file in lib, so that commands start sooner. It serves this Java
# and these jars only: run this again after either has changed. Muster works without it.
set -eu

lib=$(cd "${0%/*}" && pwd -P)
. "$lib/find-java.sh"
find_java java 25 999

new=$lib/.muster.aot.$$
trap 'rm -f "$new" "$new.config"' EXIT
if ! said=$("$java_home/bin/java" "-XX:AOTCacheOutput=$new" '-Xlog:aot*=off' '-Xlog:cds*=off' \
    --enable-native-access=ALL-UNNAMED -jar "$lib/muster-app-@project.version@.jar" --help 2>&1); then
    echo "muster: no start-up cache was made:" >&2
    echo "$said" >&2
    exit 1
fi
rm -f "$lib"/muster-*.aot
mv "$new" "$lib/muster-@muster.build@.aot"
