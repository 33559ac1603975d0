// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * PostgreSQL's parameters and their values, in order. Immutable.
 *
 * @param values by lower-case name: {@code wal_level} to {@code replica}
 */
public record Settings(SequencedMap<String, String> values) {

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_$]*(\\.[a-z_][a-z0-9_$]*)*");
    private static final Settings NONE = new Settings(new LinkedHashMap<>());

    public Settings {
        for (var entry : values.entrySet()) {
            if (!NAME.matcher(entry.getKey()).matches()) {
                throw new IllegalArgumentException("not a parameter's name: " + entry.getKey());
            }
            if (entry.getValue().chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
                throw new IllegalArgumentException("a value of one line is needed for " + entry.getKey());
            }
        }
        values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    public static Settings none() {
        return NONE;
    }

    /** These settings with one more, or with another value for one of them. */
    public Settings with(String name, String value) {
        return with(new Settings(new LinkedHashMap<>(Map.of(name, value))));
    }

    /** These settings overridden by the others. */
    public Settings with(Settings others) {
        var all = new LinkedHashMap<>(values);
        all.putAll(others.values);
        return new Settings(all);
    }

    /** As arguments of the server's command line, which overrule its configuration files. */
    List<String> asArguments() {
        return values.entrySet()
                .stream()
                .flatMap(entry -> Stream.of("-c", entry.getKey() + "=" + entry.getValue()))
                .toList();
    }

    /** As lines of postgresql.conf. Source of the quoting: guc-file.l, GUC_scanstr. */
    public String asConfiguration() {
        return values.entrySet()
                .stream()
                .map(entry -> entry.getKey() + " = '"
                        + entry.getValue().replace("\\", "\\\\").replace("'", "''") + "'\n")
                .collect(Collectors.joining());
    }
}
