// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.disk.LocalDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalRepository;
import dev.muster.vault.wal.WalRequests;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a receiver asks the repository for while it waits for another one. */
class KnownLogsTest {

    private static final int SEGMENT = 1 << 20;
    private static final long FAR = (1L << 40) + (1L << 30);
    private static final Instant RECEIVED = Instant.parse("2026-11-20T13:00:00Z");

    @TempDir
    private Path directory = Path.of("");

    private final WalRepository repository = new WalRepository(11);
    private final WalArchive other = repository.archive(Role.CAPTURE);
    private final WalArchive own = repository.archive(Role.CAPTURE);

    /** Two histories: the first goes far, so that the keys of its beginning are not those of its end. */
    private Lineage old = lineage();
    private Lineage fresh = lineage();

    private Lineage lineage() {
        try {
            return repository.begin();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void store() throws InterruptedException {
        for (var segment = 0; segment < 5; segment++) {
            put(old, segment * (long) SEGMENT, RECEIVED);
        }
        put(old, FAR, RECEIVED.plusSeconds(1));
        put(fresh, FAR, RECEIVED.plusSeconds(2));
    }

    private void put(Lineage lineage, long start, Instant received) throws InterruptedException {
        try (var writer = other.writer(lineage, 1)) {
            writer.put(new WalSpan(start, start + SEGMENT), Optional.empty(), received,
                    WalSource.of(start, new byte[SEGMENT]));
        }
    }

    private KnownLogs known() throws Exception {
        var options = TestReceiver.options("host=/nowhere", Policy.asynchronous());
        var clocks = new Clocks(InstantSource.system(), System::nanoTime, new Random(1));
        return new KnownLogs(new Parts(options, new LogRepository(own, Map::of),
                Spool.open(LocalDisk.make(directory.resolve("spool")), 1 << 20), clocks,
                new Progress(clocks.nanoTime()), _ -> {}));
    }

    /** What was asked for since: listed keys and heads that were read. */
    private static WalRequests since(WalRequests before, WalRequests now) {
        return new WalRequests(0, 0, now.gets() - before.gets(), 0, 0, now.listed() - before.listed());
    }

    @Test
    void whoAsksAgainLooksWhereTheHistoriesEndedAndReadsNothing() throws Exception {
        var known = known();
        known.refresh();
        var before = own.requests();

        known.refresh();

        assertThat(since(before, own.requests())).as("two histories, and where each ended")
                .isEqualTo(new WalRequests(0, 0, 0, 0, 0, 4));
        assertThat(known.all()).containsExactlyInAnyOrder(
                new KnownLog(old, new Lsn(FAR + SEGMENT), RECEIVED.plusSeconds(1)),
                new KnownLog(fresh, new Lsn(FAR + SEGMENT), RECEIVED.plusSeconds(2)));
    }

    @Test
    void whatOthersHaveStoredMeanwhileIsSeen() throws Exception {
        var known = known();
        known.refresh();
        put(old, FAR + SEGMENT, RECEIVED.plusSeconds(60));
        var third = lineage();
        put(third, 0, RECEIVED.plusSeconds(61));
        known.refresh();

        assertThat(known.all()).containsExactlyInAnyOrder(
                new KnownLog(old, new Lsn(FAR + 2 * SEGMENT), RECEIVED.plusSeconds(60)),
                new KnownLog(fresh, new Lsn(FAR + SEGMENT), RECEIVED.plusSeconds(2)),
                new KnownLog(third, new Lsn(SEGMENT), RECEIVED.plusSeconds(61)));
    }

    @Test
    void beforeAGapAllIsListed() throws Exception {
        var known = known();
        known.refresh();
        put(old, 2 * FAR, RECEIVED.plusSeconds(60));
        known.refresh();
        assertThat(known.storedEnd(old)).as("far behind a hole").isEqualTo(new Lsn(FAR + SEGMENT));

        known.ask();

        assertThat(known.storedEnd(old)).isEqualTo(new Lsn(2 * FAR + SEGMENT));
    }
}
