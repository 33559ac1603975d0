// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the system's log: what the spool has, and what the repository had when it was last asked and was told
 * since. Safe for use by any thread.
 */
final class KnownLogs {

    private final Parts parts;
    private final Map<Uid, Lineage> stored = new LinkedHashMap<>();
    private final Map<Uid, Lsn> storedEnds = new HashMap<>();
    private boolean asked;

    KnownLogs(Parts parts) {
        this.parts = parts;
    }

    /**
     * All logs. If the repository cannot be asked, those of the spool, if there are any: then the receiver can go on
     * while the repository is away.
     */
    synchronized List<KnownLog> all() throws InterruptedException {
        askOnce();
        var logs = new LinkedHashMap<Uid, KnownLog>();
        stored.forEach((incarnation, lineage) -> logs.put(incarnation, new KnownLog(lineage, storedEnd(lineage))));
        for (var log : parts.spool().logs()) {
            var lineage = log.lineage();
            var end = log.received().isAfter(storedEnd(lineage)) ? log.received() : storedEnd(lineage);
            logs.put(lineage.incarnation(), new KnownLog(lineage, end));
        }
        return new ArrayList<>(logs.values());
    }

    private void askOnce() throws InterruptedException {
        if (asked) {
            return;
        }
        try {
            for (var lineage : parts.archive().lineages().known()) {
                var end = parts.archive().cover(lineage.incarnation()).end();
                stored.put(lineage.incarnation(), lineage);
                end.ifPresent(lsn -> storedEnds.put(lineage.incarnation(), new Lsn(lsn)));
            }
            asked = true;
        } catch (Fault e) {
            if (parts.spool().logs().isEmpty()) {
                throw e;
            }
        }
    }

    /** Position after the last byte that the repository has of a history; its beginning if it has none. */
    synchronized Lsn storedEnd(Lineage lineage) {
        return storedEnd(lineage.incarnation()).orElse(new Lsn(lineage.descent().first()));
    }

    /** Position after the last byte that the repository has of a history, as far as is known. */
    synchronized Optional<Lsn> storedEnd(Uid incarnation) {
        return Optional.ofNullable(storedEnds.get(incarnation));
    }

    /** The repository has a history up to here. */
    synchronized void stored(Lineage lineage, Lsn end) {
        stored.put(lineage.incarnation(), lineage);
        storedEnds.merge(lineage.incarnation(), end, (old, fresh) -> fresh.isAfter(old) ? fresh : old);
    }
}
