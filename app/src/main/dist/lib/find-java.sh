# SPDX-License-Identifier: Apache-2.0
# Read by the launchers: finds a Java without starting one.

# find_java PROGRAM LOWEST HIGHEST: sets java_home to the first Java whose major version is in the range and that has
# bin/PROGRAM. Returns 1 if there is none. MUSTER_JAVA (a Java home or the path of a java program) comes first, and if
# it is set nothing else is looked at.
find_java() {
    if [ -n "${MUSTER_JAVA:-}" ]; then
        java_home=$MUSTER_JAVA
        [ -d "$java_home" ] || java_home=${MUSTER_JAVA%/bin/*}
        java_fits "$java_home" "$@" && return 0
        echo "muster: MUSTER_JAVA is $MUSTER_JAVA, which is not a Java $2 with bin/$1" >&2
        return 1
    fi
    java_on_path=$(command -v java 2>/dev/null || true)
    [ -z "$java_on_path" ] || java_on_path=$(readlink -f "$java_on_path" 2>/dev/null || echo "$java_on_path")
    for java_home in "${JAVA_HOME:-}" "${java_on_path%/bin/java}" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        java_fits "$java_home" "$@" && return 0
    done
    java_home=
    return 1
}

# java_fits HOME PROGRAM LOWEST HIGHEST
java_fits() {
    [ -n "$1" ] && [ -x "$1/bin/$2" ] || return 1
    java_major=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r java_key java_value; do
            [ "$java_key" = JAVA_VERSION ] || continue
            java_value=${java_value#\"}
            java_major=${java_value%%[!0-9]*}
        done <"$1/release"
    fi
    [ -n "$java_major" ] || return 1
    [ "$java_major" -ge "$3" ] && [ "$java_major" -le "$4" ]
}
