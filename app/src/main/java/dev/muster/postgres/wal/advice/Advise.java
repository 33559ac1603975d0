// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says what the facts mean for the promise of a receiver. What cannot be seen by anybody, a session that sets
 * {@code synchronous_commit} for itself or a wait that was cancelled, is said in the manual.
 */
public final class Advise {

    private final Policy policy;
    private final String applicationName;
    private final boolean sameDisk;

    /**
     * @param policy of the receiver
     * @param applicationName of the receiver
     * @param sameDisk whether spool and database are known to lie on one disk
     */
    public Advise(Policy policy, String applicationName, boolean sameDisk) {
        this.policy = policy;
        this.applicationName = applicationName;
        this.sameDisk = sameDisk;
    }

    /** What is to be said of how the server is connected to. */
    public static List<Advice> of(ConnectionSettings connection) {
        return connection.exposure()
                .map(exposure -> new Advice("connection-exposed", exposure,
                        "Set sslmode=verify-full, and let sslrootcert name the authority of the server's certificate."))
                .stream().toList();
    }

    public List<Advice> of(Facts facts) {
        var advice = new ArrayList<Advice>();
        var names = StandbyNames.parse(facts.standbyNames());
        if (policy.synchronous()) {
            names(facts, names).ifPresent(advice::add);
            commits(facts, advice);
            if (facts.standing() == Standing.UNKNOWN) {
                advice.add(new Advice("standing-hidden", "the server does not tell whether commits wait for "
                        + applicationName + ", so RPO 0 is never shown",
                        "GRANT pg_monitor TO the user that Muster connects as."));
            }
        } else if (names.isPresent() && names.get().name(applicationName)) {
            advice.add(new Advice("waited-for", "the server's synchronous_standby_names names " + applicationName
                    + ": commits wait for it, so log is received synchronously from the start of the receiver on",
                    "Set 'synchronous: true' for this system, or take the name out of synchronous_standby_names; then "
                            + "start the receiver again."));
        }
        if (sameDisk) {
            advice.add(new Advice("same-disk", "the spool lies on the database's own disk: when that is lost, what the "
                    + "repository does not have yet is lost with both",
                    policy.synchronous() && policy.durability() == Policy.Durability.SPOOL
                            ? "Put the spool on another disk or host, or set 'durability: repository'."
                            : "Put the spool on another disk or host."));
        }
        return advice;
    }

    private Optional<Advice> names(Facts facts, Optional<StandbyNames> names) {
        var set = "ALTER SYSTEM SET synchronous_standby_names = '" + StandbyNames.advised(names, applicationName)
                + "'; SELECT pg_reload_conf();";
        if (names.isEmpty() || !names.get().name(applicationName)) {
            return Optional.of(new Advice("not-named", "commits do not wait for this receiver: the server's "
                    + "synchronous_standby_names is '" + facts.standbyNames() + "' and does not name "
                    + applicationName, set));
        }
        if (!names.get().demand(applicationName)) {
            return Optional.of(new Advice("not-demanded", "commits may wait for another standby than this receiver: "
                    + "the server's synchronous_standby_names is '" + facts.standbyNames() + "'", set));
        }
        if (!names.get().spare(applicationName)) {
            return Optional.of(new Advice("no-other", "commits wait for nothing but this receiver: while it is away, "
                    + "all commits hang", "Name another standby behind it: " + set));
        }
        return Optional.empty();
    }

    private static void commits(Facts facts, List<Advice> advice) {
        if (Facts.RETURN_EARLY.contains(facts.synchronousCommit())) {
            advice.add(new Advice("commits-return-early", "synchronous_commit is " + facts.synchronousCommit()
                    + ": commits return before a standby has them on disk",
                    "ALTER SYSTEM SET synchronous_commit = 'on'; SELECT pg_reload_conf();"));
        }
        var early =
                facts.deviations().stream().filter(each -> Facts.RETURN_EARLY.contains(each.synchronousCommit()))
                        .toList();
        if (!early.isEmpty()) {
            advice.add(new Advice("some-commits-return-early", "synchronous_commit is set to return early for "
                    + early.stream().map(each -> each.who() + " (" + each.synchronousCommit() + ")")
                            .collect(Collectors.joining(", ")),
                    "ALTER ROLE or ALTER DATABASE ... RESET synchronous_commit where commits must not be lost."));
        }
    }
}
