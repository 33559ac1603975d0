// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.store.Content;
import dev.muster.store.Key;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Damage to stored ranges: flipped, cut, left out, swapped, put under another name. */
class WalDamageTest {

    private static final int SEGMENT = 1 << 20;
    private static final WalSpan SPAN = new WalSpan(0, SEGMENT);

    private final WalRepository repository = new WalRepository(3);
    private final WalArchive capture = repository.archive(Role.CAPTURE);
    private final WalArchive restore = repository.archive(Role.RESTORE);
    private final WalBytes wal = new WalBytes(4, 2 * SEGMENT);

    private Lineage stored(long... ends) throws InterruptedException {
        var lineage = repository.begin();
        try (var writer = capture.writer(lineage, 1)) {
            var start = 0L;
            for (var end : ends) {
                writer.put(new WalSpan(start, end), Optional.empty(), Instant.EPOCH, wal.source());
                start = end;
            }
        }
        return lineage;
    }

    private Lineage storedTwice() throws InterruptedException {
        var lineage = stored(100_000, 300_000, 700_000, SEGMENT);
        try (var writer = capture.writer(lineage, 1)) {
            writer.replace(SPAN, wal.source());
        }
        return lineage;
    }

    private List<Key> ranges(Lineage lineage) throws InterruptedException {
        return repository.keys("wal/" + lineage.incarnation().hex());
    }

    private Key whole(Lineage lineage) throws InterruptedException {
        return ranges(lineage).stream()
                .filter(key -> key.value().contains("/0000000000000000-0000000000100000-"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aFlippedBitIsNeverHandedOutAndAnotherCopyIsTaken(long seed) throws Exception {
        var lineage = storedTwice();
        var whole = whole(lineage);
        var object = repository.object(whole);
        var at = seed == 1 ? 9 : seed == 2 ? 60 : new Random(seed).nextInt(object.length);
        object[at] ^= (byte) (1 << seed % 8);
        repository.overwrite(whole, object);
        assertThat(WalBytes.read(restore, lineage.incarnation(), SPAN)).as("byte %d", at).isEqualTo(wal.slice(SPAN));
        var report = restore.read(lineage.incarnation(), SPAN, (_, _, _, _) -> {});
        assertThat(report.bad()).containsOnlyKeys(whole.value());
    }

    @Test
    void frameByFrameTheGoodCopyIsTakenWhenEveryObjectIsDamagedSomewhere() throws Exception {
        var lineage = storedTwice();
        for (var key : ranges(lineage)) {
            var object = repository.object(key);
            // The last frame of the range over all; the first one of each of the others.
            object[key.equals(whole(lineage)) ? object.length - 1 : object.length - 1 - 16] ^= 1;
            if (!key.equals(whole(lineage)) && !key.value().contains("-0000000000100000-")) {
                repository.overwrite(key, object);
            }
            if (key.equals(whole(lineage))) {
                repository.overwrite(key, object);
            }
        }
        assertThat(WalBytes.read(restore, lineage.incarnation(), SPAN)).isEqualTo(wal.slice(SPAN));
    }

    @Test
    void aDamagedRangeWithoutAnotherCopyGivesWhatIsGoodAndThenAGap() throws Exception {
        var lineage = stored(SEGMENT);
        var object = repository.object(whole(lineage));
        object[object.length - 1] ^= 1;
        repository.overwrite(whole(lineage), object);
        assertThat(WalBytes.read(restore, lineage.incarnation(), new WalSpan(0, 3 * 262_144)))
                .isEqualTo(wal.slice(new WalSpan(0, 3 * 262_144)));
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), SPAN))
                .isInstanceOfSatisfying(WalFault.Gap.class, gap -> assertThat(gap.from()).isEqualTo(3 * 262_144));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47, 48, 52, 100, 5_000, -1})
    void aCutRangeIsNoRange(int length) throws Exception {
        var lineage = storedTwice();
        var whole = whole(lineage);
        var object = repository.object(whole);
        var cut = Arrays.copyOf(object, length < 0 ? object.length + length : length);
        repository.overwrite(whole, cut);
        assertThat(WalBytes.read(restore, lineage.incarnation(), SPAN)).isEqualTo(wal.slice(SPAN));
        assertThat(capture.confirm(lineage.incarnation(), SPAN).contains(SPAN)).isTrue();
        for (var key : ranges(lineage)) {
            if (!key.equals(whole)) {
                repository.store().delete(key);
            }
        }
        assertThat(capture.confirm(lineage.incarnation(), SPAN).isEmpty()).isTrue();
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), SPAN))
                .isInstanceOf(WalFault.Gap.class);
    }

    @Test
    void aRangeThatIsLeftOutIsAGap() throws Exception {
        var lineage = stored(100_000, 300_000, SEGMENT);
        repository.store().delete(ranges(lineage).get(1));
        assertThat(capture.cover(lineage.incarnation()).contains(SPAN)).isFalse();
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), SPAN))
                .isInstanceOfSatisfying(WalFault.Gap.class, gap -> assertThat(gap.from()).isEqualTo(100_000))
                .hasMessageContaining("0/186A0 to 0/493E0");
    }

    @Test
    void oneRangeUnderTheNameOfAnotherDoesNotCount() throws Exception {
        var lineage = stored(500_000, 1_000_000);
        var keys = ranges(lineage);
        repository.overwrite(keys.get(1), repository.object(keys.get(0)));
        assertThat(capture.confirm(lineage.incarnation(), new WalSpan(0, 1_000_000)).spans())
                .containsExactly(new WalSpan(0, 500_000));
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), new WalSpan(0, 1_000_000)))
                .isInstanceOf(WalFault.Gap.class);
    }

    @Test
    void aRangeOfAnotherHistoryDoesNotCountInThisOne() throws Exception {
        var other = stored(SEGMENT);
        var lineage = repository.begin();
        var key = whole(other);
        var moved = Key.of(key.value().replace(other.incarnation().hex(), lineage.incarnation().hex()));
        repository.store().put(moved, Content.of(repository.object(key)));
        assertThat(capture.cover(lineage.incarnation()).contains(SPAN)).isTrue();
        assertThat(capture.confirm(lineage.incarnation(), SPAN).isEmpty()).isTrue();
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), SPAN))
                .isInstanceOf(WalFault.Gap.class);
    }

    @Test
    void junkAmongTheKeysHindersNobody() throws Exception {
        var lineage = storedTwice();
        var incarnation = lineage.incarnation().hex();
        var digest = "ab".repeat(32);
        for (var junk : List.of("wal/" + incarnation + "/junk", "wal/" + incarnation + "/0000000000000001-0-" + digest,
                "wal/" + incarnation + "/0000000000000009-0000000000000001-" + digest,
                "wal/" + incarnation + "/0000000000000000-ffffffffffffffff-" + digest,
                "wal/" + incarnation + "/0000000000000000-0000000000100000-" + digest,
                "lineage/" + incarnation + "-" + digest, "lineage/junk")) {
            repository.store().put(Key.of(junk), Content.of(new byte[]{1, 2, 3}));
        }
        assertThat(WalBytes.read(restore, lineage.incarnation(), SPAN)).isEqualTo(wal.slice(SPAN));
        assertThat(restore.lineages().known()).containsExactly(lineage);
        assertThat(restore.lineages().unreadable()).hasSize(2);
        try (var writer = capture.writer(lineage, 1)) {
            writer.look(SPAN);
            writer.put(new WalSpan(0, 4_000), Optional.empty(), Instant.EPOCH, wal.source());
        }
    }

    @Test
    void aLineageUnderAnotherNameOrAlteredDoesNotCount() throws Exception {
        var lineage = repository.begin();
        var key = repository.keys("lineage/").getFirst();
        var object = repository.object(key);
        for (var at = 0; at < object.length; at += 7) {
            var altered = object.clone();
            altered[at] ^= 1;
            repository.overwrite(key, altered);
            var fresh = repository.archive(Role.RESTORE).lineages();
            assertThat(fresh.known()).as("byte %d", at).isEmpty();
            assertThat(fresh.unreadable()).containsOnlyKeys(key.value());
        }
        repository.store().delete(key);
        var other = Key.of(key.value().replace(lineage.incarnation().hex(), new Uid(1, 2).hex()));
        repository.store().put(other, Content.of(object));
        assertThat(repository.archive(Role.RESTORE).lineages().known()).isEmpty();
    }

    /** It holds no opening key and no naming key: what it says of frames it cannot have read. */
    @Test
    void aReapFoldsRangesAndPutsNoOthers() throws Exception {
        var lineage = stored(100_000);
        var objects = new RangeObjects(repository.access(Role.CAPTURE), new WalRequests.Tally());
        var entries = new ArrayList<RangeEntry>();
        objects.list(lineage.incarnation(), entries::add);
        var original = objects.whole(entries.getFirst());
        var head = original.head();
        var frames = Arrays.copyOfRange(original.bytes(), original.dataAt(), original.bytes().length);
        var reap = new RangeObjects(repository.access(Role.REAP), new WalRequests.Tally());
        var invented = reap.put(head, frames, frames.length);
        assertThatThrownBy(() -> objects.head(invented)).isInstanceOf(VaultFault.Untrusted.class);
        var folded = reap.put(new RangeHead(head.place(), head.previous(), List.of(entries.getFirst().digest()),
                head.rollHeads(), head.times(), head.frames()), frames, frames.length);
        assertThat(objects.head(folded).replaces()).containsExactly(entries.getFirst().digest());
    }

    @Test
    void aDamagedSourceIsNotFolded() throws Exception {
        var lineage = stored(300_000, SEGMENT);
        var key = ranges(lineage).getFirst();
        var object = repository.object(key);
        object[object.length - 1] ^= 1;
        repository.overwrite(key, object);
        assertThatThrownBy(() -> repository.archive(Role.REAP).fold(lineage, SPAN))
                .isInstanceOf(WalFault.NotFoldable.class);
        assertThat(ranges(lineage)).hasSize(2);
    }
}
