// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.restore.Recoverable;
import dev.muster.postgres.restore.WalHistory;
import dev.muster.vault.wal.WalArchive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far the repository holds one history of WAL: what a host that has no receiver knows of one elsewhere.
 *
 * @param history which, in hexadecimal
 * @param timeline its number
 * @param host where the history was begun: where its receiver ran at first, or a backup that brought its own WAL
 * @param end the first byte that is not there
 * @param received when the last byte before it was received, by the clock of whoever received it; empty if nobody can say
 * @param moment the primary's clock at the end: what was acknowledged until then is there; empty if it is not known
 * @param reached whether a snapshot leads to the end
 */
public record StoredLog(String history, TimelineId timeline, String host, Lsn end, Optional<Instant> received,
        Optional<Instant> moment, boolean reached) {

    /** All histories of which there is anything, that which was received last first. */
    static List<StoredLog> read(Recoverable recoverable, WalArchive archive) throws InterruptedException {
        var logs = new ArrayList<StoredLog>();
        for (var history : recoverable.histories()) {
            var end = history.cover().end();
            if (end.isPresent()) {
                logs.add(of(history, new Lsn(end.getAsLong()), recoverable, archive));
            }
        }
        logs.sort(Comparator.comparing((StoredLog log) -> log.received().orElse(Instant.EPOCH)).reversed());
        return List.copyOf(logs);
    }

    private static StoredLog of(WalHistory history, Lsn end, Recoverable recoverable, WalArchive archive)
            throws InterruptedException {
        var reached = recoverable.reaches().stream()
                .anyMatch(reach -> reach.last().equals(history) && reach.end().equals(end));
        return new StoredLog(history.incarnation().hex(), history.timeline(), history.lineage().host(), end,
                archive.receivedAt(history.incarnation(), end.value()), history.timeAt(end), reached);
    }
}
