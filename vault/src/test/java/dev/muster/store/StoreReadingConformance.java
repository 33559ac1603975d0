// SPDX-License-Identifier: Apache-2.0
package dev.muster.store;

import dev.muster.work.Scope;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The half of the contract of {@link Store} that is about reading. Mandatory for every store and decorator: those that
 * can also be written to extend {@link StoreConformance}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class StoreReadingConformance {

    /** More than two pages of the largest listing page in use, and enough to make paging visible. */
    private static final int LISTED_OBJECTS = 2_500;

    private static final int PARALLEL_PUTS_MAX = 16;

    private Store store;
    private Store writer;

    /** A store without objects, for one test. */
    protected abstract Store newStore() throws Exception;

    /** What fills the store that {@link #newStore} has returned: the same store, unless that cannot be written to. */
    protected Store newWriter(Store reader) throws Exception {
        return reader;
    }

    @BeforeEach
    final void openStore() throws Exception {
        store = newStore();
        writer = newWriter(store);
    }

    @AfterEach
    final void closeStore() {
        store.close();
        writer.close();
    }

    /** The store under test. */
    protected final Store store() {
        return store;
    }

    /** Puts these bytes by way of the writer. */
    protected final BlobInfo put(String key, byte[] bytes) throws InterruptedException {
        return writer.put(Key.of(key), Content.of(bytes));
    }

    /** So many bytes that look random and are always the same for one seed. */
    protected static byte[] bytes(long seed, int length) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The keys that a listing hands out, in its order. */
    protected final List<String> keys(String prefix) throws InterruptedException {
        var keys = new ArrayList<String>();
        store.list(Prefix.of(prefix), blob -> keys.add(blob.key().value()));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_095, 4_096, 1_048_576, 1_048_577, 3_500_000})
    void anObjectIsReadBackWhole(int length) throws Exception {
        var bytes = bytes(length, length);
        put("data/ab/object", bytes);

        assertThat(store.read(Key.of("data/ab/object"), Range.whole())).isEqualTo(bytes);
        assertThat(store.stat(Key.of("data/ab/object")).orElseThrow().length()).isEqualTo(length);
    }

    @Test
    void everyRangeIsExact() throws Exception {
        var bytes = bytes(7, 70_000);
        put("object", bytes);
        var key = Key.of("object");
        var random = new Random(7);
        for (var i = 0; i < 60; i++) {
            var offset = random.nextInt(bytes.length);
            var length = 1 + random.nextInt(bytes.length - offset);
            assertThat(store.read(key, Range.of(offset, length)))
                    .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
            assertThat(store.read(key, Range.last(length)))
                    .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - length, bytes.length));
        }
        assertThat(store.read(key, Range.of(0, bytes.length))).isEqualTo(bytes);
        assertThat(store.read(key, Range.last(bytes.length))).isEqualTo(bytes);
        assertThat(store.read(key, Range.of(bytes.length - 1, 1))).containsExactly(bytes[bytes.length - 1]);
    }

    @Test
    void aReadingIsToldTheLengthOfItsRange() throws Exception {
        put("object", bytes(1, 1_000));

        assertThat(length(Range.whole())).isEqualTo(1_000);
        assertThat(length(Range.of(10, 20))).isEqualTo(20);
        assertThat(length(Range.last(30))).isEqualTo(30);
    }

    private long length(Range range) throws InterruptedException {
        return store.get(Key.of("object"), range, (_, length) -> length);
    }

    @Test
    void aRangeThatReachesOutsideIsRefusedBeforeTheReading() throws Exception {
        put("object", bytes(1, 100));
        put("empty", new byte[0]);

        for (var range : List.of(Range.of(0, 101), Range.of(99, 2), Range.of(100, 1), Range.of(5_000, 1),
                Range.of(Long.MAX_VALUE - 1, 1), Range.last(101))) {
            assertOutOfRange("object", range);
        }
        assertOutOfRange("empty", Range.of(0, 1));
        assertOutOfRange("empty", Range.last(1));
    }

    private void assertOutOfRange(String key, Range range) {
        var called = new ArrayList<Long>();
        assertThatThrownBy(() -> store.get(Key.of(key), range, (_, length) -> called.add(length)))
                .isInstanceOf(StoreException.OutOfRange.class);
        assertThat(called).isEmpty();
    }

    @Test
    void anEmptyObjectIsAnObject() throws Exception {
        put("marks/empty", new byte[0]);

        assertThat(store.read(Key.of("marks/empty"), Range.whole())).isEmpty();
        assertThat(store.stat(Key.of("marks/empty"))).isPresent();
        assertThat(keys("")).containsExactly("marks/empty");
    }

    @Test
    void anAbsentObjectIsNotFound() throws Exception {
        put("data/ab/object", bytes(1, 10));

        for (var absent : List.of("object", "data/ab", "data", "data/ab/object2", "data/ab/objec", "data/ac/object")) {
            assertThatThrownBy(() -> store.read(Key.of(absent), Range.whole()))
                    .isInstanceOf(StoreException.NotFound.class);
            assertThatThrownBy(() -> store.read(Key.of(absent), Range.of(0, 1)))
                    .isInstanceOf(StoreException.NotFound.class);
            assertThat(store.stat(Key.of(absent))).isEmpty();
        }
    }

    @Test
    void aReadingMayLeaveBytesUnread() throws Exception {
        var bytes = bytes(2, 3_000_000);
        put("object", bytes);

        int first = store.get(Key.of("object"), Range.whole(), (stream, _) -> stream.read());

        assertThat(first).isEqualTo(bytes[0] & 0xff);
        assertThat(store.read(Key.of("object"), Range.whole())).isEqualTo(bytes);
    }

    @Test
    void whatAReadingThrowsReachesTheCallerAsItIs() throws Exception {
        put("object", bytes(3, 10));
        var key = Key.of("object");
        var own = new IllegalStateException("own");
        var full = new EOFException("the reader's own output failed");

        assertThatThrownBy(() -> store.get(key, Range.whole(), (_, _) -> {
            throw own;
        })).isSameAs(own);
        assertThatThrownBy(() -> store.get(key, Range.whole(), (_, _) -> {
            throw new InterruptedException("own");
        })).isInstanceOf(InterruptedException.class).hasMessage("own");
        assertThatThrownBy(() -> store.get(key, Range.whole(), (_, _) -> {
            throw full;
        })).isInstanceOf(UncheckedIOException.class).hasCause(full);
    }

    @Test
    void aStreamEndsWhereItsRangeEnds() throws Exception {
        put("object", bytes(4, 100));

        store.get(Key.of("object"), Range.of(10, 20), (stream, _) -> {
            assertThat(stream.readAllBytes()).hasSize(20);
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.read(new byte[5])).isEqualTo(-1);
            return true;
        });
    }

    @Test
    void aListingIsCompleteSortedAndWithoutRepetition() throws Exception {
        var expected = new TreeSet<String>();
        for (var i = 0; i < LISTED_OBJECTS; i++) {
            expected.add(i % 2 == 0 ? "data/%02x/%06d".formatted(i % 64, i) : "wal/%06d".formatted(i));
        }
        try (var scope = Scope.open("fill", PARALLEL_PUTS_MAX)) {
            for (var key : expected) {
                scope.fork(() -> {
                    put(key, new byte[]{1});
                });
            }
            scope.join();
        }

        assertThat(keys("")).containsExactlyElementsOf(expected);
        assertThat(keys("wal/")).containsExactlyElementsOf(expected.tailSet("wal/"));
        assertThat(keys("data/3f/")).containsExactlyElementsOf(expected.subSet("data/3f/", "data/3f0"));
        assertThat(keys("data/3")).containsExactlyElementsOf(expected.subSet("data/3", "data/4"));
        assertAListingStopsWhenItIsTold(expected);
    }

    /** Part of the test above, which has the objects that it needs. */
    private void assertAListingStopsWhenItIsTold(Set<String> expected) {
        var enough = new IllegalStateException("enough");
        var seen = new ArrayList<String>();
        assertThatThrownBy(() -> store.list(Prefix.everything(), blob -> {
            seen.add(blob.key().value());
            if (seen.size() == 1_200) {
                throw enough;
            }
        })).isSameAs(enough);
        assertThat(seen).containsExactlyElementsOf(expected.stream().limit(1_200).toList());

        seen.clear();
        assertThatThrownBy(() -> store.list(Prefix.everything(), blob -> {
            seen.add(blob.key().value());
            if (seen.size() == 1_200) {
                Thread.currentThread().interrupt();
            }
        })).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(seen).hasSizeBetween(1_200, expected.size() - 1);
    }

    @Test
    void aListingIsInTheOrderOfWholeKeys() throws Exception {
        var ordered = List.of("a", "a-b", "a.b", "a0", "a_b", "b-c/d", "b.c/d", "b/c", "b/c-d", "b/d/e", "b0", "b_");
        for (var key : ordered.reversed()) {
            put(key, bytes(1, 1));
        }

        assertThat(keys("")).containsExactlyElementsOf(ordered);
    }

    @Test
    void aPrefixIsComparedCharacterByCharacter() throws Exception {
        for (var key : List.of("data/a", "data/ab/1", "data/ab/2", "data/abc", "data/b", "index/a", "dat")) {
            put(key, bytes(1, 1));
        }

        assertThat(keys("data/a")).containsExactly("data/a", "data/ab/1", "data/ab/2", "data/abc");
        assertThat(keys("data/ab")).containsExactly("data/ab/1", "data/ab/2", "data/abc");
        assertThat(keys("data/ab/")).containsExactly("data/ab/1", "data/ab/2");
        assertThat(keys("data/ab/2")).containsExactly("data/ab/2");
        assertThat(keys("dat")).hasSize(6);
        assertThat(keys("snapshot/")).isEmpty();
        assertThat(keys("data/ab/1/x")).isEmpty();
    }

    @Test
    void aListingOfNothingIsEmpty() throws Exception {
        assertThat(keys("")).isEmpty();
    }

    @Test
    void aListingTellsWhatStatTells() throws Exception {
        put("data/1", bytes(1, 10));
        put("data/2", bytes(2, 2_000));

        var listed = new ArrayList<BlobInfo>();
        store.list(Prefix.of("data/"), listed::add);

        assertThat(listed).extracting(BlobInfo::length).containsExactly(10L, 2_000L);
        for (var blob : listed) {
            var stat = store.stat(blob.key()).orElseThrow();
            assertThat(stat.length()).isEqualTo(blob.length());
            assertThat(Duration.between(stat.storeTime(), blob.storeTime()).abs())
                    .isLessThanOrEqualTo(store.capabilities().storeTimeResolution());
        }
    }

    @Test
    void theLongestKeyCanBeUsed() throws Exception {
        var key = "a".repeat(170) + "/" + "b".repeat(170) + "/" + "c".repeat(170);
        assertThat(key).hasSize(Key.LENGTH_BYTES_MAX);
        put(key, bytes(1, 10));

        assertThat(store.read(Key.of(key), Range.whole())).hasSize(10);
        assertThat(keys("a")).containsExactly(key);
    }

    @Test
    void anInterruptedThreadReadsNothing() throws Exception {
        put("object", bytes(1, 10));
        var key = Key.of("object");

        assertInterrupted(() -> store.read(key, Range.whole()));
        assertInterrupted(() -> store.stat(key));
        assertInterrupted(() -> store.list(Prefix.everything(), _ -> {
        }));
    }

    /** Something that a store is asked to do. */
    @FunctionalInterface
    protected interface Act {
        void run() throws Exception;
    }

    /** Runs this on an interrupted thread, and makes sure that it ends with the interruption. */
    protected static void assertInterrupted(Act act) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(act::run).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void manyReadersGetWhatTheyAskedFor() throws Exception {
        var bytes = bytes(9, 400_000);
        put("object", bytes);
        try (var scope = Scope.open("read", 8)) {
            for (var i = 0; i < 40; i++) {
                var offset = i * 10_000;
                scope.fork(() -> {
                    assertThat(store.read(Key.of("object"), Range.of(offset, 10_000)))
                            .isEqualTo(Arrays.copyOfRange(bytes, offset, offset + 10_000));
                });
            }
            scope.join();
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws IOException {
        store.close();
        store.close();
    }
}
