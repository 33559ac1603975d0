// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The libraries that a restored server loads on its own, and which of them it may. A library that is not installed here
 * would keep the server from starting; one that acts by itself would repeat in a copy what the original does.
 */
final class Preloads {

    /**
     * Libraries whose background processes run jobs, call other machines, or follow them, without being asked; and
     * pg_prewarm, which would read a lazily mounted branch from end to end. TimescaleDB is not among them since its
     * tables cannot be read without it: its jobs are switched off instead.
     */
    private static final Set<String> ACTING = Set.of("pg_cron", "pg_task", "pg_partman_bgw", "pg_squeeze", "pg_later",
            "pg_durable", "pg_net", "vectorize", "pglogical", "bdr", "spock", "pgactive", "citus", "pgautofailover",
            "repmgr", "pg_failover_slots", "pg_prewarm");

    private final Installation installation;

    Preloads(Installation installation) {
        this.installation = installation;
    }

    /** The value of the same parameter without what is missing or acts; the order stays. */
    String filter(String value) {
        return split(value).stream().filter(this::isAllowed).map(Preloads::quote).collect(Collectors.joining(", "));
    }

    private boolean isAllowed(String library) {
        return !ACTING.contains(simpleName(library)) && exists(library);
    }

    private boolean exists(String library) {
        var relative = library.startsWith("$libdir/") ? library.substring("$libdir/".length()) : library;
        return relative.startsWith("/")
                ? Files.exists(Path.of(relative)) || Files.exists(Path.of(relative + ".so"))
                : installation.hasLibrary(relative);
    }

    private static String simpleName(String library) {
        var name = library.substring(library.lastIndexOf('/') + 1);
        return name.replaceFirst("\\.(so|dylib)$", "");
    }

    /** Source of the form: varlena.c, SplitDirectoriesString. */
    static List<String> split(String value) {
        var names = new ArrayList<String>();
        var name = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                names.add(name.toString().strip());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        names.add(name.toString().strip());
        names.removeIf(String::isEmpty);
        return names;
    }

    private static String quote(String library) {
        return library.chars().anyMatch(c -> c == ',' || c == ' ') ? "\"" + library + "\"" : library;
    }
}
