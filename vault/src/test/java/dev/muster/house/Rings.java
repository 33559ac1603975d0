// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which package may import which. Packages are named below dev.muster; the root package itself is the empty name.
 *
 * @param rings the top packages of each ring, bottom first: a package may import from the rings below its own
 * @param sideways imports within one ring, by top package
 * @param never imports that are forbidden although they point down: importing package, forbidden packages
 * @param only packages that may import nothing but these; of their own top package nothing that is not named in full
 * @param drivers packages that only those in {@code driverUsers} may name
 * @param driverUsers see {@code drivers}
 */
record Rings(List<Set<String>> rings, Map<String, Set<String>> sideways, Map<String, Set<String>> never,
        Map<String, Set<String>> only, Set<String> drivers, Set<String> driverUsers) {

    /** The house. Whoever adds a package gives it its ring here; docs/decisions.md says why each exception is there. */
    static final Rings MUSTER = new Rings(
            List.of(Set.of("fault", "work", "disk", "store"),
                    Set.of("vault"),
                    Set.of("postgres", "source", "mount", "ledger"),
                    Set.of("system", "branch", "schedule", "retain", "verify", "alert", "chronicle"),
                    Set.of("plan", "runbook", "drill", "incident", "lifecycle", "evidence"),
                    Set.of("cli", "api", "console", "demo", "bench"),
                    Set.of("")),
            Map.ofEntries(
                    Map.entry("store", Set.of("fault", "work", "disk")),
                    Map.entry("work", Set.of("fault")),
                    Map.entry("branch", Set.of("system")),
                    Map.entry("schedule", Set.of("system")),
                    Map.entry("retain", Set.of("system")),
                    Map.entry("verify", Set.of("system")),
                    Map.entry("alert", Set.of("system")),
                    Map.entry("chronicle", Set.of("system")),
                    Map.entry("drill", Set.of("runbook")),
                    Map.entry("incident", Set.of("runbook")),
                    Map.entry("cli", Set.of("demo")),
                    Map.entry("bench", Set.of("demo"))),
            Map.of("postgres", Set.of("store")),
            Map.of("postgres.wire", Set.of("fault", "work", "postgres", "postgres.conninfo"),
                    "postgres.conninfo", Set.of("fault"),
                    "postgres.server", Set.of("fault", "work")),
            Set.of("store.file", "store.memory", "store.s3", "store.gcs", "store.azure"),
            Set.of("", "vault.rescue"));

    /** The ring of a package, from 0; -1 if the table does not know it. */
    int ringOf(String name) {
        var top = top(name);
        for (var ring = 0; ring < rings.size(); ring++) {
            if (rings.get(ring).contains(top)) {
                return ring;
            }
        }
        return -1;
    }

    /** What is wrong with one package importing another; empty if nothing is. */
    String objection(String from, String to) {
        if (ringOf(from) < 0 || ringOf(to) < 0) {
            return "the table in Rings does not know " + (ringOf(from) < 0 ? from : to);
        }
        if (drivers.stream().anyMatch(driver -> within(to, driver) && !within(from, driver))
                && !driverUsers.contains(from)) {
            return "only the wiring names a driver";
        }
        if (isForbidden(from, to)) {
            return from + " may not see " + top(to);
        }
        if (top(from).equals(top(to)) || ringOf(to) < ringOf(from)) {
            return "";
        }
        if (ringOf(to) > ringOf(from)) {
            return "the import points up, from ring " + ringOf(from) + " to ring " + ringOf(to);
        }
        return sideways.getOrDefault(top(from), Set.of()).contains(top(to))
                ? ""
                : "the import points sideways and the table in Rings does not list it";
    }

    private boolean isForbidden(String from, String to) {
        for (var entry : only.entrySet()) {
            if (within(from, entry.getKey()) && !within(to, entry.getKey())) {
                return !entry.getValue().contains(top(from).equals(top(to)) ? to : top(to));
            }
        }
        return never.getOrDefault(top(from), Set.of()).contains(top(to));
    }

    private static boolean within(String name, String outer) {
        return name.equals(outer) || name.startsWith(outer + ".");
    }

    private static String top(String name) {
        var dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
