// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.server.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code postgresql.auto.conf}: what is read after every other configuration file, and so has the last word.
 *
 * @param text its lines
 */
record AutoConfiguration(String text) {

    static final String PATH = "postgresql.auto.conf";

    private static final Pattern SETTING = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.$]*)\\b.*");

    static AutoConfiguration of(byte[] bytes) {
        return new AutoConfiguration(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Without the lines that set any of these. */
    AutoConfiguration without(Collection<String> names) {
        var left = new HashSet<>(names);
        return new AutoConfiguration(text.lines().filter(line -> {
            var matcher = SETTING.matcher(line);
            return !matcher.matches() || !left.contains(matcher.group(1).toLowerCase(Locale.ROOT));
        }).map(line -> line + "\n").collect(Collectors.joining()));
    }

    /** With these settings, and no others of their names. */
    AutoConfiguration with(SequencedMap<String, String> settings) {
        return new AutoConfiguration(without(settings.keySet()).text + new Settings(settings).asConfiguration());
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
