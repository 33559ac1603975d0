// SPDX-License-Identifier: Apache-2.0
package dev.muster.retain;

import dev.muster.system.RetentionPolicy;
import dev.muster.vault.object.Digest;
import dev.muster.vault.wal.WalSpan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What retention would do to one system now, and why.
 *
 * @param system its name
 * @param policy it was decided by
 * @param snapshots what becomes of them
 * @param log what becomes of the WAL of each history
 * @param proofsCount whether proofs of restores are recorded and were gone by
 * @param pause one in the backups, or a clock that jumped, just before the newest; empty if there is none
 * @param warnings what somebody should look at, in sentences
 */
public record RetentionPlan(String system, RetentionPolicy policy, Decisions snapshots, List<LogDecision> log,
        boolean proofsCount, Optional<Pause> pause, List<String> warnings) {

    private static final int ID_CHARS = 12;

    public RetentionPlan {
        log = List.copyOf(log);
        warnings = List.copyOf(warnings);
    }

    /** Two plans that would do the same have the same. */
    public String id() {
        List<String> lines = new ArrayList<>(List.of(system));
        snapshots.expiring().stream().map(Snapshot::id).sorted().forEach(lines::add);
        for (LogDecision each : log) {
            each.releases().spans().forEach(span -> lines.add(each.log().incarnation().hex() + " " + span));
        }
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return Digest.sha256(text).hex().substring(0, ID_CHARS);
    }

    /** How many bytes of WAL are released. */
    public long releasedBytes() {
        return log.stream().mapToLong(LogDecision::bytes).sum();
    }

    /** How many bytes of WAL stay. */
    public long stayingBytes() {
        return log.stream().flatMap(each -> each.stays().spans().stream()).mapToLong(WalSpan::length).sum();
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return snapshots.expiring().isEmpty() && log.stream().allMatch(each -> each.releases().isEmpty());
    }

    /** Whether what the policy promises is there. */
    public boolean isMet() {
        return snapshots.unmet().isEmpty();
    }
}
