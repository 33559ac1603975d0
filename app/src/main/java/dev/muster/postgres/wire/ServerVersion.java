// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import java.util.regex.Pattern;

/**
 * The version of a server.
 *
 * @param major 15, 16...
 * @param text as the server says it: {@code 16.4 (Debian 16.4-1)}
 */
public record ServerVersion(int major, String text) {

    private static final Pattern MAJOR = Pattern.compile("([0-9]{1,4}).*");

    /** Reads the parameter {@code server_version}; a text that is no version is version 0. */
    static ServerVersion parse(String text) {
        var matcher = MAJOR.matcher(text);
        return new ServerVersion(matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0, text);
    }

    @Override
    public String toString() {
        return text;
    }
}
