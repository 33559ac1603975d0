// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The version of an installation. Servers of one major version read each other's data directories.
 *
 * @param major such as 18
 * @param minor such as 6; 0 for a development version
 * @param text the version as PostgreSQL prints it, with what the packager added: {@code 15.18 (Debian 15.18-0+deb12u1)}
 */
public record ServerVersion(int major, int minor, String text) implements Comparable<ServerVersion> {

    private static final Pattern PRINTED = Pattern.compile("\\(PostgreSQL\\) ((\\d{1,4})(?:\\.(\\d{1,4}))?.*)");
    private static final Comparator<ServerVersion> ORDER = Comparator.comparingInt(ServerVersion::major)
            .thenComparingInt(ServerVersion::minor)
            .thenComparing(ServerVersion::text);

    /** Reads what {@code postgres --version} prints, or nothing if that was not written by PostgreSQL. */
    public static Optional<ServerVersion> parse(String printed) {
        var matcher = PRINTED.matcher(printed);
        if (!matcher.find()) {
            return Optional.empty();
        }
        var minor = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return Optional.of(new ServerVersion(Integer.parseInt(matcher.group(2)), minor, matcher.group(1).strip()));
    }

    /** Oldest first. */
    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }
}
