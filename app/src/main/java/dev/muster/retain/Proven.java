// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.vault.proof.Level;
import dev.muster.vault.proof.Proofs;
import dev.muster.vault.proof.StoredProof;
import dev.muster.vault.statement.Survey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of snapshots that were restored and found good.
 *
 * @param areRecorded whether any restore of the system was ever examined: before that there is nothing to go by
 * @param snapshots those of which the last restore that was examined was good, by their ids
 * @param warnings what could not be read, in sentences
 */
public record Proven(boolean areRecorded, Set<String> snapshots, List<String> warnings) {

    /** No proofs are recorded. */
    public static final Proven UNKNOWN = new Proven(false, Set.of(), List.of());

    public Proven {
        snapshots = Set.copyOf(snapshots);
        warnings = List.copyOf(warnings);
    }

    /** Reads it for one system. That a proof has expired does not count: it says when to look again, and an older one is better than none. */
    public static Proven read(Proofs proofs, String system) throws InterruptedException {
        Survey<StoredProof> survey = proofs.read();
        Map<String, Boolean> last = new HashMap<>();
        survey.said()
                .stream()
                .filter(stored -> stored.proof().subject().system().equals(system))
                .filter(stored -> stored.proof().result().level().compareTo(Level.RESTORED) >= 0)
                .sorted(Comparator.comparing(StoredProof::stamped))
                .map(StoredProof::proof)
                .forEach(proof -> last.put(proof.subject().snapshot().hex(), proof.result().held()));
        Set<String> good =
                last.keySet().stream().filter(id -> last.getOrDefault(id, false)).collect(Collectors.toSet());
        List<String> warnings = survey.hasUnreadable()
                ? List.of(
                        "A proof of a restore may be there that cannot be read, and was not gone by: 'muster repo check'.")
                : List.of();
        return new Proven(!last.isEmpty(), good, warnings);
    }

    /** Whether this snapshot, by its id, was restored and found good. */
    public boolean isProven(String snapshot) {
        return snapshots.contains(snapshot);
    }
}
