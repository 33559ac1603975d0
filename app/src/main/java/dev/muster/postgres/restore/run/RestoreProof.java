// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.restore.RestorePlan;
import dev.muster.vault.object.Digest;
import dev.muster.vault.object.Uid;
import dev.muster.vault.proof.Examined;
import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a restore has shown of its snapshot: that a server recovered it, reached what was planned, and opened. */
public final class RestoreProof {

    /** For how long that counts. */
    public static final Duration COUNTS = Duration.ofDays(366);

    private RestoreProof() {
        // Only makes proofs.
    }

    /**
     * The proof of a restore.
     *
     * @param instance of the repository, from its charter
     * @param origin who restored, and when
     * @param system whose cluster it is
     * @param now by the store's clock
     * @return empty if the cluster was not opened: it waits at its target, or lies stopped there
     */
    public static Optional<Proof> of(Uid instance, Proof.Origin origin, String system, Restored restored, Instant now) {
        if (restored.reached().promotedTo().isEmpty()) {
            return Optional.empty();
        }
        var version = restored.installation().version();
        var lsn = restored.reached().lsn().value();
        return Optional.of(new Proof(instance, origin,
                new Proof.Subject(system, Digest.parse(restored.plan().reach().point().id()), ""),
                new Proof.Result(Level.RESTORED, true, List.of(new Proof.Assertion("reached", true, 0, lsn)), List.of(),
                        now.plus(COUNTS)),
                new Examined(Examined.Amount.NONE, Examined.Amount.NONE, now, List.of()),
                new Proof.Recovery(wal(restored), lsn, version.major() * 10_000L + version.minor())));
    }

    /** What was replayed: of each history up to where the next one leaves it, or where it ended. */
    private static List<WalNeed> wal(Restored restored) {
        var needs = new ArrayList<WalNeed>();
        for (RestorePlan.Step step : restored.plan().steps()) {
            var end = step.to().isAfter(restored.reached().lsn()) ? restored.reached().lsn() : step.to();
            if (end.isAfter(step.from())) {
                var lineage = step.history().lineage();
                needs.add(new WalNeed(lineage.incarnation(), lineage.origin().timeline(), step.from().value(),
                        end.value()));
            }
        }
        return needs;
    }
}
