// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.vault.index.IndexedPack;
import dev.muster.vault.object.Digest;
import dev.muster.vault.pack.BlockRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnlistedTest {

    private static final int PACK_BYTES = 32 << 20;
    private static final Instant BEGUN = Instant.parse("2026-07-01T00:00:00Z");

    private final Random random = new Random(1);
    private final Unlisted unlisted = new Unlisted(PACK_BYTES / 4, BEGUN);
    private long durableBytes;
    private long listedBytes;
    private int objects;

    private Digest digest() {
        byte[] bytes = new byte[Digest.BYTES];
        random.nextBytes(bytes);
        return Digest.of(bytes);
    }

    private void add(int bytes, int blocks, Instant now) {
        Digest pack = digest();
        List<BlockRef> refs = new ArrayList<>();
        for (int at = 0; at < blocks; at++) {
            refs.add(new BlockRef(digest(), pack, 48 + 200 * at, 200, 150));
        }
        unlisted.add(new IndexedPack(pack, bytes), refs, now);
        durableBytes += bytes;
    }

    private void listDue(Instant now) {
        for (var due = unlisted.due(now); due.isPresent(); due = unlisted.due(now)) {
            list(due.get());
        }
    }

    private void list(Unlisted.Batch batch) {
        assertThat(batch.packs()).hasSizeBetween(1, Unlisted.PACKS_MAX);
        unlisted.listed(batch);
        listedBytes += batch.packs().stream().mapToLong(IndexedPack::length).sum();
        objects++;
    }

    @Test
    void asManyBytesAsAreListedAreDueSoThatAGigabyteNeedsFewObjects() {
        for (int pack = 0; pack < 32; pack++) {
            add(PACK_BYTES, 3, BEGUN);
            listDue(BEGUN);
            assertThat(2 * listedBytes).as("of %d", durableBytes).isGreaterThanOrEqualTo(durableBytes);
        }
        assertThat(objects).isEqualTo(6);
    }

    @Test
    void aLongSessionListsEach64Packs() {
        for (int pack = 0; pack < 6_400; pack++) {
            add(PACK_BYTES, 1, BEGUN);
            listDue(BEGUN);
            assertThat(durableBytes - listedBytes).isLessThan(64L * PACK_BYTES);
        }
        assertThat(objects).isBetween(100, 107);
    }

    @Test
    void littleIsNotDueUntilItHasWaited() {
        add(1000, 1, BEGUN);
        listDue(BEGUN.plus(Unlisted.PATIENCE).minusNanos(1));
        assertThat(objects).isZero();
        listDue(BEGUN.plus(Unlisted.PATIENCE));
        assertThat(objects).isEqualTo(1);
        assertThat(unlisted.isEmpty()).isTrue();
    }

    /** One each for the 8 packs of the first 1600 s, then an eighth later each time: 8 + ln(108000 / 1600) / ln(9 / 8). */
    @Test
    void aSlowStoreDoesNotGetAnObjectForEachPackAllDayLong() {
        add(1_000_000_000, 1, BEGUN);
        listDue(BEGUN);
        Instant now = BEGUN;
        while (now.isBefore(BEGUN.plus(Duration.ofHours(30)))) {
            now = now.plusSeconds(200);
            add(1000, 1, now);
            listDue(now);
        }
        assertThat(objects).as("of 540 packs").isBetween(30, 55);
    }

    @Test
    void aClockThatIsSetBackDelaysNothingButTheWaiting() {
        add(1000, 1, BEGUN);
        listDue(BEGUN.minus(Duration.ofDays(1)));
        assertThat(objects).isZero();
        add(PACK_BYTES, 1, BEGUN.minus(Duration.ofDays(1)));
        listDue(BEGUN.minus(Duration.ofDays(1)));
        assertThat(objects).isEqualTo(1);
    }

    @Test
    void oneObjectHasNoMoreBlocksThanTheFormatAllowsUnlessOnePackHas() {
        add(1000, Unlisted.BLOCKS_MAX - 1, BEGUN);
        add(1000, 2, BEGUN);
        Unlisted.Batch first = unlisted.due(BEGUN).orElseThrow();
        assertThat(first.blocks()).hasSize(Unlisted.BLOCKS_MAX - 1);
        list(first);
        assertThat(unlisted.due(BEGUN)).isEmpty();
        assertThat(unlisted.next().orElseThrow().blocks()).hasSize(2);
    }

    @Test
    void aBlockInTwoPacksIsListedOnce() {
        Digest id = digest();
        for (int pack = 0; pack < 2; pack++) {
            Digest digest = digest();
            unlisted.add(new IndexedPack(digest, 1000), List.of(new BlockRef(id, digest, 48, 200, 150)), BEGUN);
        }
        assertThat(unlisted.next().orElseThrow().distinct()).hasSize(1);
    }
}
