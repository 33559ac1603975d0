// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.base.manifest.WalRange;
import dev.muster.postgres.conninfo.ConnectionSettings;
import dev.muster.postgres.wire.Connector;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.SlotName;
import dev.muster.postgres.wire.replication.StandbyStatus;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.postgres.wire.replication.WalStream;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.snapshot.WalNeed;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The least that brings a server's log into a repository: a stream without a spool, which does not outlive a connection.
 * Tests of backups and restores use it where they are not about how log is received.
 */
public final class DirectLog implements BackupLog {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration ATTEMPTS = Duration.ofSeconds(60);

    private final Vault vault;
    private final Connector connector;

    public DirectLog(Vault vault, Connector connector) {
        this.vault = vault;
        this.connector = connector;
    }

    @Override
    public String description() {
        return "streamed by the test";
    }

    @Override
    public Streaming begin(ConnectionSettings settings) throws InterruptedException {
        return new Streaming(settings);
    }

    /** Streams until it is closed. */
    public final class Streaming implements Keeping, WalReader {

        private final Scope scope = Scope.open("direct-log", 1);
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch stop = new CountDownLatch(1);
        private final ConnectionSettings settings;
        private volatile Lsn stored = Lsn.ZERO;
        private volatile Uid incarnation = Uid.NONE;
        private byte[] buffer = {};
        private long bufferStart;
        private int fill;
        private Instant primary = Instant.EPOCH;

        private Streaming(ConnectionSettings settings) throws InterruptedException {
            this.settings = settings;
            scope.fork(this::run);
            if (!started.await(30, TimeUnit.SECONDS)) {
                scope.close();
                throw new IllegalStateException("the stream does not start");
            }
        }

        private void run() throws InterruptedException {
            try (var connection = connector.connect(settings, SessionKind.PHYSICAL_REPLICATION)) {
                var replication = new Replication(connection);
                var identity = replication.identifySystem();
                var segments = replication.walSegmentSize();
                var archive = vault.wal("test");
                var history = replication.timelineHistory(identity.timeline()).map(file -> file.contents())
                        .orElse(new byte[0]);
                // An error ends temporary slots, and the first timeline has no history: the slot comes after that.
                var slot = new SlotName("direct_log_" + Long.toHexString(System.nanoTime()));
                replication.createPhysicalSlot(slot, true);
                var origin = new Lineage.Origin(identity.systemId().value(), identity.timeline().number(), history);
                var begin = identity.position().segmentStart(segments);
                var known =
                        archive.lineages().known().stream().filter(each -> each.origin().equals(origin)).findFirst();
                var lineage = known.isPresent()
                        ? known.get()
                        : archive.begin(origin, descent(archive, origin, begin),
                                new WalArchive.Server(segments.bytes(), connection.serverVersion().major() * 10_000,
                                        "test"));
                incarnation = lineage.incarnation();
                var from = from(archive, lineage, begin);
                bufferStart = from.value();
                stored = from;
                try (var writer = archive.writer(lineage, 1)) {
                    stream(replication.stream(Optional.of(slot), from, identity.timeline()), writer);
                }
            }
        }

        /** On from what is stored, or from the beginning of the history. */
        private Lsn from(WalArchive archive, Lineage lineage, Lsn begin) throws InterruptedException {
            var end = archive.cover(lineage.incarnation()).end();
            return end.isPresent()
                    ? new Lsn(WalSpan.floor(end.getAsLong(), lineage.segmentBytes()))
                    : new Lsn(WalSpan.earlier(lineage.descent().first(), begin.value()));
        }

        private Lineage.Descent descent(WalArchive archive, Lineage.Origin origin, Lsn begin)
                throws InterruptedException {
            var lines = new String(origin.history(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
            if (lines.isEmpty()) {
                return Lineage.Descent.begin(begin.value());
            }
            var last = lines.getLast().split("\\s+", -1);
            var fork = Lsn.parse(last[1]);
            var parent = archive.lineages().known().stream()
                    .filter(each -> each.origin().timeline() == Long.parseLong(last[0]))
                    .max(Comparator.comparing(Lineage::made));
            return parent.map(each -> new Lineage.Descent(Optional.of(each.incarnation()), fork.value(), true,
                    WalSpan.floor(fork.value(), each.segmentBytes()))).orElse(Lineage.Descent.begin(begin.value()));
        }

        private void stream(WalStream stream, WalWriter writer) throws InterruptedException {
            started.countDown();
            while (stop.getCount() > 0) {
                var received = stream.receive(TICK, this);
                if (received == WalStream.Received.ENDED) {
                    return;
                }
                while (fill > 0 && (received == WalStream.Received.NOTHING || fill >= longest(writer).length())) {
                    put(writer);
                }
                stream.sendStatus(new StandbyStatus(stored, stored, Lsn.ZERO, InstantSource.system().instant(), false));
            }
        }

        private WalSpan longest(WalWriter writer) {
            return writer.longestAt(bufferStart);
        }

        private void put(WalWriter writer) throws InterruptedException {
            var span = new WalSpan(bufferStart, Math.min(bufferStart + fill, longest(writer).end()));
            var length = (int) span.length();
            var bytes = Arrays.copyOf(buffer, length);
            writer.put(span, fill == length ? Optional.of(primary) : Optional.empty(), InstantSource.system().instant(),
                    WalSource.of(bufferStart, bytes));
            System.arraycopy(buffer, length, buffer, 0, fill - length);
            fill -= length;
            bufferStart = span.end();
            stored = new Lsn(span.end());
        }

        @Override
        public void wal(WalData data) {
            var bytes = data.bytes();
            if (fill + bytes.remaining() > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(1 << 20, 2 * (fill + bytes.remaining())));
            }
            var length = bytes.remaining();
            bytes.get(buffer, fill, length);
            fill += length;
            primary = data.sentAt();
        }

        @Override
        public void keepalive(Keepalive keepalive) {
            // A test's server is never idle long enough to complain.
        }

        /** The history that it writes to. */
        public Uid incarnation() {
            return incarnation;
        }

        /** Waits until everything up to this position is in the repository. */
        public void await(Lsn position) throws InterruptedException {
            var waiting = new Wait(System::nanoTime);
            if (!waiting.until(() -> !stored.isBefore(position), ATTEMPTS)) {
                throw new BaseBackupFault.LogMissing("up to " + position, "it has " + stored);
            }
        }

        @Override
        public List<WalNeed> await(List<WalRange> ranges, Consumer<Lsn> durable) throws InterruptedException {
            await(ranges.getLast().end());
            durable.accept(stored);
            var needs = new ArrayList<WalNeed>();
            for (var range : ranges) {
                needs.add(new WalNeed(incarnation, range.timeline().number(),
                        WalSpan.floor(range.start().value(), 16 << 20), range.end().value()));
            }
            return needs;
        }

        @Override
        public void close() {
            stop.countDown();
            try {
                scope.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                scope.close();
            }
        }
    }
}
