// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base.log;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.postgres.wire.replication.WalStream;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Shows that what the repository has is this server's log: copies of a cluster share its identity and its positions, and
 * only the bytes tell them apart. The last of what a backup needs is read from the server once more and compared.
 */
final class ProveLog {

    private static final long COMPARED_BYTES_MAX = 1L << 20;
    private static final long FRAME_BYTES = 256L << 10;
    private static final Duration SILENCE_MAX = Duration.ofSeconds(20);

    private final LogTools tools;
    private final ConnectionSettings settings;
    private final Set<Uid> others = new HashSet<>();

    ProveLog(LogTools tools, ConnectionSettings settings) {
        this.tools = tools;
        this.settings = settings;
    }

    /** Whether a history has turned out to be another server's. */
    boolean isForeign(Lineage lineage) {
        return others.contains(lineage.incarnation());
    }

    /** Whether this is shown to be this server's history; another server's is remembered. */
    boolean isOurs(Lineage lineage, WalNeed need) throws InterruptedException {
        try {
            return prove(lineage, need);
        } catch (WalFault.Diverges e) {
            others.add(lineage.incarnation());
            return false;
        }
    }

    /**
     * Compares.
     *
     * @return whether the last byte was among what could be compared: frames are compared as a whole, and the server may
     *         not have all of the last one yet
     * @throws WalFault.Diverges if it is another server's
     */
    private boolean prove(Lineage lineage, WalNeed need) throws InterruptedException {
        var from = WalSpan.floor(need.end() - Math.min(need.end() - need.start(), COMPARED_BYTES_MAX), FRAME_BYTES);
        var start = WalSpan.later(from, need.start());
        try (var connection = tools.connector().connect(settings, SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var flushed = replication.identifySystem().position().value();
            var end = WalSpan.earlier(WalSpan.floor(need.end() - 1, FRAME_BYTES) + FRAME_BYTES, flushed);
            if (Long.compareUnsigned(end, need.end()) < 0) {
                return false;
            }
            var reading = read(replication, new WalSpan(start, end), TimelineId.of(need.timeline()));
            var span = new WalSpan(start, start + reading.fill);
            return tools.archive()
                    .stored(lineage, span)
                    .proveWithin(span, WalSource.of(start, reading.bytes))
                    .contains(new WalSpan(need.end() - 1, need.end()));
        }
    }

    /** As much of it as the server sends: a timeline can end before. */
    private static Reading read(Replication replication, WalSpan span, TimelineId timeline) {
        var stream = replication.stream(Optional.empty(), new Lsn(span.start()), timeline);
        var reading = new Reading(new byte[Math.toIntExact(span.length())]);
        while (reading.fill < reading.bytes.length
                && stream.receive(SILENCE_MAX, reading) == WalStream.Received.MESSAGE) {
            // Each message went to the reader.
        }
        return reading;
    }

    private static final class Reading implements WalReader {

        private final byte[] bytes;
        private int fill;

        Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void wal(WalData data) {
            var length = Math.min(bytes.length - fill, data.bytes().remaining());
            data.bytes().get(bytes, fill, length);
            fill += length;
        }

        @Override
        public void keepalive(Keepalive keepalive) {
            // What is read was written before: nothing is waited for.
        }
    }
}
