// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.work.Scope;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The whole contract of {@link Store}. Mandatory for every store and decorator that can be written to. */
public abstract class StoreConformance extends StoreReadingConformance {

    private static final int CREATORS = 8;
    private static final Key KEY = Key.of("data/ab/object");

    /** Bytes that arrive in many small pieces, with something done before each. */
    private static final class Pieces extends FilterInputStream {

        private final Runnable before;

        Pieces(byte[] bytes, Runnable before) {
            super(new ByteArrayInputStream(bytes));
            this.before = before;
        }

        @Override
        public int read() throws IOException {
            before.run();
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            before.run();
            return in.read(target, offset, Math.min(length, 10_000));
        }
    }

    @Test
    void aPutTellsWhatStatTells() throws Exception {
        var put = put("object", bytes(1, 500));

        var stat = store().stat(Key.of("object")).orElseThrow();
        assertThat(put.key()).isEqualTo(Key.of("object"));
        assertThat(put.length()).isEqualTo(500);
        assertThat(stat.key()).isEqualTo(put.key());
        assertThat(stat.length()).isEqualTo(put.length());
        assertThat(stat.versionId()).isEqualTo(put.versionId());
    }

    @Test
    void anObjectIsStampedByTheStoresOwnClock() throws Exception {
        var resolution = store().capabilities().storeTimeResolution();
        var before = store().now();
        var put = put("object", bytes(1, 500));
        var after = store().now();

        assertThat(after).isAfterOrEqualTo(before);
        assertThat(put.storeTime()).isBetween(before.minus(resolution), after.plus(resolution));
        assertThat(store().stat(put.key()).orElseThrow().storeTime())
                .isBetween(before.minus(resolution), after.plus(resolution));
    }

    @Test
    void theSameBytesAgainSucceedAndRewriteNothing() throws Exception {
        var bytes = bytes(1, 200_000);
        put("data/ab/object", bytes);
        var first = store().stat(KEY).orElseThrow();

        for (var i = 0; i < 3; i++) {
            assertThat(put("data/ab/object", bytes.clone()).length()).isEqualTo(bytes.length);
        }
        put("empty", new byte[0]);
        put("empty", new byte[0]);

        assertThat(store().stat(KEY)).contains(first);
        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    @Test
    void otherBytesUnderAKeyAreRefusedAndChangeNothing() throws Exception {
        var bytes = bytes(1, 200_000);
        put("data/ab/object", bytes);
        var first = store().stat(KEY);

        var lastChanged = bytes.clone();
        lastChanged[lastChanged.length - 1] ^= 1;
        var longer = Arrays.copyOf(bytes, bytes.length + 1);
        var shorter = Arrays.copyOf(bytes, bytes.length - 1);
        for (var other : List.of(lastChanged, longer, shorter, new byte[0])) {
            assertThatThrownBy(() -> put("data/ab/object", other)).isInstanceOf(StoreException.AlreadyExists.class);
        }

        assertThat(store().stat(KEY)).isEqualTo(first);
        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    @Test
    void bytesWithTheExpectedDigestAreStored() throws Exception {
        var bytes = bytes(1, 1_500_000);

        store().put(KEY, Content.of(bytes).expecting(Sha256.of(bytes)));
        store().put(KEY, Content.of(bytes).expecting(Sha256.of(bytes)));

        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    @Test
    void bytesWithAnotherDigestAreRefusedAndNeverVisible() throws Exception {
        var bytes = bytes(1, 100_000);
        var wrong = Content.of(bytes).expecting(Sha256.of(bytes(2, 10)));

        assertThatThrownBy(() -> store().put(KEY, wrong)).isInstanceOf(StoreException.Corrupt.class);
        assertNothingIsThere();

        put("data/ab/object", bytes);
        assertThatThrownBy(() -> store().put(KEY, wrong)).isInstanceOf(StoreException.Corrupt.class);
        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    @Test
    void aContentOfAnotherLengthThanAnnouncedIsRefusedAndNeverVisible() throws Exception {
        var bytes = bytes(1, 100_000);
        for (var announced : new int[]{0, 1, 99_999, 100_001, 3_000_000}) {
            assertThatThrownBy(
                    () -> store().put(KEY, Content.of(announced, () -> new ByteArrayInputStream(bytes))))
                    .isInstanceOf(StoreException.Corrupt.class);
            assertNothingIsThere();
        }
    }

    @Test
    void aContentThatCannotBeReadIsTheCallersFailure() throws Exception {
        var broken = new IOException("the spool's disk is gone");
        var cannotOpen = Content.of(100, () -> {
            throw broken;
        });
        var breaksOff = Content.of(100_000, () -> new Pieces(bytes(1, 100_000), new Runnable() {
            private int reads;

            @Override
            public void run() {
                if (reads++ > 3) {
                    throw new UncheckedIOException(broken);
                }
            }
        }));

        for (var content : List.of(cannotOpen, breaksOff)) {
            assertThatThrownBy(() -> store().put(KEY, content)).isInstanceOf(UncheckedIOException.class)
                    .hasCause(broken);
            assertNothingIsThere();
        }
        put("data/ab/object", bytes(2, 10));
    }

    @Test
    void anObjectIsNotVisibleWhileItIsBeingWritten() throws Exception {
        var bytes = bytes(1, 2_500_000);
        var looks = new AtomicInteger();
        Runnable look = () -> {
            if (looks.incrementAndGet() % 50 == 1) {
                assertNothingIsThere();
            }
        };

        store().put(KEY, Content.of(bytes.length, () -> new Pieces(bytes, look)));

        assertThat(looks.get()).isGreaterThan(100);
        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    private void assertNothingIsThere() {
        try {
            assertThat(store().stat(KEY)).isEmpty();
            assertThat(keys("")).isEmpty();
            assertThatThrownBy(() -> store().read(KEY, Range.whole())).isInstanceOf(StoreException.NotFound.class);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsDeletedIsGoneEverywhere() throws Exception {
        put("data/ab/object", bytes(1, 10));
        put("data/ab/other", bytes(2, 10));

        store().delete(KEY);

        assertThat(store().stat(KEY)).isEmpty();
        assertThat(keys("")).containsExactly("data/ab/other");
        assertThatThrownBy(() -> store().read(KEY, Range.whole())).isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    void deletingWhatIsAbsentSucceeds() throws Exception {
        store().delete(KEY);
        put("data/ab/object", bytes(1, 10));
        store().delete(KEY);
        store().delete(KEY);
        store().delete(Key.of("data/ab"));
        store().delete(Key.of("data"));

        put("data/ab/object", bytes(1, 10));
        assertThat(store().stat(KEY)).isPresent();
    }

    @Test
    void aDeletedKeyCanBeUsedAgain() throws Exception {
        put("data/ab/object", bytes(1, 10));
        store().delete(KEY);
        put("data/ab/object", bytes(2, 20));

        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes(2, 20));
    }

    @Test
    void allCreatorsOfOneKeyWithTheSameBytesSucceed() throws Exception {
        var bytes = bytes(1, 300_000);

        var refused = race(_ -> bytes);

        assertThat(refused).isEmpty();
        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
    }

    @Test
    void ofSeveralCreatorsOfOneKeyWithDifferentBytesOneWins() throws Exception {
        for (var round = 0; round < 5; round++) {
            var refused = race(creator -> bytes(creator, 300_000));

            var there = store().read(KEY, Range.whole());
            var acknowledged =
                    IntStream.range(0, CREATORS).filter(creator -> !refused.contains(creator)).boxed().toList();
            assertThat(acknowledged).isNotEmpty();
            assertThat(acknowledged).anyMatch(creator -> Arrays.equals(there, bytes(creator, 300_000)));
            if (store().capabilities().conditionalPut()) {
                assertThat(acknowledged).hasSize(1);
            }
            store().delete(KEY);
        }
    }

    /** The bytes of one of several creators. */
    @FunctionalInterface
    private interface Creation {
        byte[] bytes(int creator);
    }

    /** Puts from all creators at once; returns those that were told that the key exists. */
    private List<Integer> race(Creation creation) throws InterruptedException {
        var refused = Collections.synchronizedList(new ArrayList<Integer>());
        var ready = new CountDownLatch(CREATORS);
        try (var scope = Scope.open("create", CREATORS)) {
            for (var i = 0; i < CREATORS; i++) {
                var creator = i;
                scope.fork(() -> {
                    var bytes = creation.bytes(creator);
                    ready.countDown();
                    ready.await();
                    try {
                        store().put(KEY, Content.of(bytes));
                    } catch (StoreException.AlreadyExists _) {
                        refused.add(creator);
                    }
                });
            }
            scope.join();
        }
        return refused;
    }

    @Test
    void creatorsOfDifferentKeysDoNotDisturbEachOther() throws Exception {
        try (var scope = Scope.open("create", CREATORS)) {
            for (var i = 0; i < 10 * CREATORS; i++) {
                var number = i;
                scope.fork(() -> {
                    put("new/" + number % 3 + "/deep/" + number, bytes(number, 5_000));
                });
            }
            scope.join();
        }

        assertThat(keys("new/")).hasSize(10 * CREATORS);
        for (var i = 0; i < 10 * CREATORS; i++) {
            assertThat(store().read(Key.of("new/" + i % 3 + "/deep/" + i), Range.whole())).isEqualTo(bytes(i, 5_000));
        }
    }

    @Test
    void anInterruptedThreadWritesNothing() throws Exception {
        put("other", bytes(1, 10));

        assertInterrupted(() -> put("data/ab/object", bytes(1, 10)));
        assertInterrupted(() -> store().delete(Key.of("other")));
        assertInterrupted(() -> store().now());

        assertThat(keys("")).containsExactly("other");
    }

    @Test
    void aPutThatIsInterruptedMidwayHappensWhollyOrNotAtAll() throws Exception {
        var bytes = bytes(1, 2_500_000);
        var reads = new AtomicInteger();
        var content = Content.of(bytes.length, () -> new Pieces(bytes, () -> {
            if (reads.incrementAndGet() == 100) {
                Thread.currentThread().interrupt();
            }
        }));

        var interrupted = false;
        try {
            store().put(KEY, content);
        } catch (InterruptedException _) {
            interrupted = true;
        }

        assertThat(Thread.interrupted()).isNotEqualTo(interrupted);
        if (store().stat(KEY).isPresent()) {
            assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes);
        } else {
            assertThat(interrupted).isTrue();
        }
        put("data/ab/object", bytes);
    }

    @Test
    void aFileCanBePut() throws Exception {
        var file = Files.createTempFile("content", ".bin");
        try {
            Files.write(file, bytes(1, 2_000_000));
            store().put(KEY, Content.ofFile(file));
        } finally {
            Files.delete(file);
        }

        assertThat(store().read(KEY, Range.whole())).isEqualTo(bytes(1, 2_000_000));
    }

    @Test
    void aPartOfAnArrayCanBePut() throws Exception {
        store().put(KEY, Content.of(new byte[]{1, 2, 3, 4, 5}, 1, 3));

        assertThat(store().read(KEY, Range.whole())).containsExactly(2, 3, 4);
    }

    @Test
    void capabilitiesAreKnownAndStayTheSame() {
        var capabilities = store().capabilities();

        assertThat(capabilities.listing()).isEqualTo(Capabilities.Listing.STRONG);
        assertThat(capabilities.putBytesMax()).isGreaterThan(64 << 20);
        assertThat(store().capabilities()).isEqualTo(capabilities);
        assertThat(store().place()).isNotBlank();
    }
}
