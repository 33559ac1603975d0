// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proof;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.proof.StoredProof;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The last time that a system came back, as its proof in the repository says.
 *
 * @param snapshot id of the snapshot that it came back from
 * @param host that it came back on
 * @param ended when, by that host's clock
 * @param took from the command to an open server, by the same clock
 */
public record LastRestore(String snapshot, String host, Instant ended, Duration took) {

    /** Empty if no restore of this system was ever proven. */
    static Optional<LastRestore> read(Proofs proofs, String system) throws InterruptedException {
        return proofs.read()
                .said()
                .stream()
                .filter(stored -> isOf(system, stored.proof()))
                .max(Comparator.comparing(StoredProof::stamped))
                .map(stored -> of(stored.proof()));
    }

    private static boolean isOf(String system, Proof proof) {
        return proof.subject().system().equals(system) && proof.result().held()
                && proof.result().level().compareTo(Level.RESTORED) >= 0;
    }

    private static LastRestore of(Proof proof) {
        var origin = proof.origin();
        var took = Duration.between(origin.begun(), origin.ended());
        return new LastRestore(proof.subject().snapshot().hex(), origin.host(), origin.ended(),
                took.isNegative() ? Duration.ZERO : took);
    }
}
