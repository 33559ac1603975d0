// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The archive against an array of bytes and a set of those that were stored, under random writers, folders and
 * collectors, two of them at once.
 */
class WalModelTest {

    private static final int SEGMENT = 1 << 20;
    private static final int LENGTH = 4 * SEGMENT;
    private static final int GRAIN = 4_096;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void whatWasStoredIsReadAndNothingElse(long seed) throws Exception {
        new Run(seed).steps(60);
    }

    private static final class Run {

        private final Random random;
        private final WalRepository repository;
        private final WalBytes wal;
        private final Lineage lineage;
        private final List<WalWriter> writers = new ArrayList<>();
        private final WalArchive restore;
        private final WalArchive reap;

        /** One bit for each grain that was stored. */
        private final BitSet stored = new BitSet();

        Run(long seed) throws InterruptedException {
            random = new Random(seed);
            repository = new WalRepository(seed);
            wal = new WalBytes(seed, LENGTH);
            lineage = repository.begin();
            restore = repository.archive(Role.RESTORE);
            reap = repository.archive(Role.REAP);
            writers.add(repository.archive(Role.CAPTURE).writer(lineage, 1));
            writers.add(repository.archive(Role.OWNER).writer(lineage, 3));
        }

        void steps(int count) throws Exception {
            for (var at = 0; at < count; at++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3, 4, 5 -> put();
                    case 6 -> replace();
                    case 7 -> foldAndCollect();
                    case 8 -> refuse();
                    default -> read();
                }
            }
            for (var at = 0; at < 5; at++) {
                read();
            }
            writers.forEach(WalWriter::close);
        }

        private WalSpan span() {
            var start = random.nextInt(LENGTH / GRAIN);
            var most = Math.min(LENGTH / GRAIN, start + 1 + random.nextInt(100));
            return new WalSpan((long) start * GRAIN, (long) most * GRAIN);
        }

        private WalSpan segment() {
            var start = (long) random.nextInt(LENGTH / SEGMENT) * SEGMENT;
            return new WalSpan(start, start + SEGMENT);
        }

        private void put() throws InterruptedException {
            var writer = writers.get(random.nextInt(2));
            var span = span();
            var within = new WalSpan(span.start(),
                    WalSpan.earlier(span.end(), WalSpan.floor(span.start(), SEGMENT) + SEGMENT));
            if (random.nextBoolean()) {
                writer.look(within);
            }
            writer.put(within, Optional.empty(), Instant.EPOCH, wal.source());
            stored.set((int) (within.start() / GRAIN), (int) (within.end() / GRAIN));
        }

        private void replace() throws InterruptedException {
            var segment = segment();
            try {
                writers.get(random.nextInt(2)).replace(segment, wal.source());
                stored.set((int) (segment.start() / GRAIN), (int) (segment.end() / GRAIN));
                collect(segment);
            } catch (WalFault.NotFoldable _) {
                assertThat(stored.nextSetBit((int) (segment.start() / GRAIN)))
                        .matches(bit -> bit < 0 || bit >= segment.end() / GRAIN);
            }
        }

        private void foldAndCollect() throws InterruptedException {
            var segment = segment();
            try {
                reap.fold(lineage, segment);
                collect(segment);
            } catch (WalFault.NotFoldable _) {
                // Ranges with other cuts do not chain.
            }
        }

        /** Deletes what the range over the whole segment says it replaces. */
        private void collect(WalSpan segment) throws InterruptedException {
            var objects = new RangeObjects(repository.access(Role.REAP), new WalRequests.Tally());
            var entries = new ArrayList<RangeEntry>();
            objects.list(lineage.incarnation(), segment, entries::add);
            var whole = entries.stream().filter(entry -> entry.span().equals(segment)).findFirst().orElseThrow();
            var replaced = objects.head(whole).replaces();
            for (var entry : entries) {
                if (replaced.contains(entry.digest())) {
                    repository.store().delete(entry.key());
                }
            }
        }

        private void refuse() throws InterruptedException {
            var span = span();
            var within = new WalSpan(span.start(), WalSpan.earlier(span.end(), RangeFrame.cutAfter(span.start())));
            var writer = writers.get(random.nextInt(2));
            writer.look(within);
            writer.put(within, Optional.empty(), Instant.EPOCH, wal.source());
            stored.set((int) (within.start() / GRAIN), (int) (within.end() / GRAIN));
            var other = wal.bytes().clone();
            other[(int) within.start() + random.nextInt((int) within.length())] ^= 1;
            var before = repository.keys("wal/").size();
            assertThatThrownBy(
                    () -> writer.put(within, Optional.empty(), Instant.EPOCH, WalSource.of(0, other)))
                    .isInstanceOf(WalFault.Diverges.class);
            assertThat(repository.keys("wal/")).hasSize(before);
        }

        private void read() throws Exception {
            var span = span();
            var firstMissing = stored.nextClearBit((int) (span.start() / GRAIN));
            var gap = (long) firstMissing * GRAIN;
            assertThat(restore.cover(lineage.incarnation()).contains(span)).isEqualTo(gap >= span.end());
            assertThat(restore.confirm(lineage.incarnation(), span).contains(span)).isEqualTo(gap >= span.end());
            if (gap >= span.end()) {
                assertThat(WalBytes.read(restore, lineage.incarnation(), span)).isEqualTo(wal.slice(span));
            } else {
                assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), span))
                        .isInstanceOfSatisfying(WalFault.Gap.class, e -> assertThat(e.from()).isEqualTo(gap));
            }
        }
    }
}
