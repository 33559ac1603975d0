// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.seal.Role;
import dev.muster.vault.snapshot.WalNeed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WalArchiveTest {

    private static final int SEGMENT = 1 << 20;
    private static final Instant RECEIVED = Instant.parse("2026-07-01T11:59:59Z");

    private final WalRepository repository = new WalRepository(1);
    private final WalArchive capture = repository.archive(Role.CAPTURE);
    private final WalArchive restore = repository.archive(Role.RESTORE);
    private final WalArchive reap = repository.archive(Role.REAP);
    private final WalBytes wal = new WalBytes(2, 4 * SEGMENT);
    private final Lineage lineage = begin();

    private Lineage begin() {
        try {
            return repository.begin();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private PutRange put(WalWriter writer, long start, long end) throws InterruptedException {
        return writer.put(new WalSpan(start, end), Optional.empty(), RECEIVED, wal.source());
    }

    private void put(long... ends) throws InterruptedException {
        try (var writer = capture.writer(lineage, 1)) {
            var start = 0L;
            for (var end : ends) {
                put(writer, start, end);
                start = end;
            }
        }
    }

    @Test
    void whatWasPutIsReadByteForByteAcrossSegments() throws Exception {
        put(1000, 300_000, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 2 * SEGMENT + 262_144);
        var span = new WalSpan(0, 2 * SEGMENT + 262_144);
        assertThat(WalBytes.read(restore, lineage.incarnation(), span)).isEqualTo(wal.slice(span));
        var part = new WalSpan(999, SEGMENT + 2);
        assertThat(WalBytes.read(restore, lineage.incarnation(), part)).isEqualTo(wal.slice(part));
        assertThat(capture.cover(lineage.incarnation())).isEqualTo(new WalCover(List.of(span)));
        assertThat(capture.confirm(lineage.incarnation(), span)).isEqualTo(new WalCover(List.of(span)));
    }

    @Test
    void whenTheLastByteWasReceivedIsThereAlsoAfterFolding() throws Exception {
        assertThat(restore.receivedAt(lineage.incarnation(), SEGMENT)).as("nothing is there").isEmpty();
        try (var writer = capture.writer(lineage, 1)) {
            for (var tail = 0; tail < 4; tail++) {
                var start = tail * (SEGMENT / 4L);
                writer.put(new WalSpan(start, start + SEGMENT / 4), Optional.empty(), RECEIVED.plusSeconds(tail),
                        wal.source());
            }
        }
        assertThat(restore.receivedAt(lineage.incarnation(), SEGMENT)).contains(RECEIVED.plusSeconds(3));
        assertThat(restore.receivedAt(lineage.incarnation(), SEGMENT / 2)).contains(RECEIVED.plusSeconds(1));
        assertThat(restore.receivedAt(lineage.incarnation(), SEGMENT - 1)).as("nothing ends there").isEmpty();

        reap.fold(lineage, new WalSpan(0, SEGMENT));

        assertThat(restore.receivedAt(lineage.incarnation(), SEGMENT)).contains(RECEIVED.plusSeconds(3));
        assertThat(restore.receivedAt(lineage.incarnation(), 0)).isEmpty();
    }

    @Test
    void whereAHistoryEndsNowIsSeenWithoutListingAllOfIt() throws Exception {
        var incarnation = lineage.incarnation();
        var far = (1L << 40) + (1L << 30);
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, 0, 500);
            put(writer, 500, 900);
            writer.put(new WalSpan(far, far + 100), Optional.empty(), RECEIVED, WalSource.of(far, new byte[100]));
        }
        var before = restore.requests().listed();

        assertThat(restore.endFrom(incarnation, far + 100)).hasValue(far + 100);
        assertThat(restore.requests().listed() - before).isEqualTo(1);
        assertThat(restore.endFrom(incarnation, far + 50)).hasValue(far + 100);
        assertThat(restore.endFrom(incarnation, far - 1)).as("nothing is there any more").hasValue(far + 100);
        assertThat(restore.endFrom(incarnation, far + 500)).as("nor there").hasValue(far + 100);
        assertThat(restore.endFrom(incarnation, 500)).as("behind a hole, as far as is looked").hasValue(900);
    }

    @Test
    void aHistoryThatHasGoneOnALongWayIsListedWhole() throws Exception {
        var ahead = 256L << 20;
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, 0, 500);
            for (var start : List.of(ahead, ahead + SEGMENT)) {
                writer.put(new WalSpan(start, start + SEGMENT), Optional.empty(), RECEIVED,
                        WalSource.of(start, new byte[SEGMENT]));
            }
        }

        assertThat(restore.endFrom(lineage.incarnation(), 500)).hasValue(ahead + 2 * SEGMENT);
    }

    @Test
    void aGapIsSaidAndNothingIsMadeUp() throws Exception {
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, 0, 500);
            put(writer, 700, 900);
        }
        var span = new WalSpan(0, 900);
        assertThat(capture.cover(lineage.incarnation()).firstGap(span)).isEqualTo(OptionalLong.of(500));
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), span))
                .isInstanceOfSatisfying(WalFault.Gap.class, gap -> assertThat(gap.from()).isEqualTo(500));
    }

    @Test
    void theSameRangeIsStoredOnceAlsoByAnotherProcess() throws Exception {
        put(300_000);
        try (var writer = capture.writer(lineage, 1)) {
            writer.look(new WalSpan(0, SEGMENT));
            assertThat(put(writer, 0, 300_000).stored()).isFalse();
        }
        assertThat(repository.keys("wal/")).hasSize(1);
    }

    @Test
    void otherBytesForAKnownPlaceAreRefused() throws Exception {
        put(300_000, 400_000);
        var other = wal.bytes().clone();
        other[350_000] ^= 1;
        try (var writer = capture.writer(lineage, 1)) {
            writer.look(new WalSpan(0, SEGMENT));
            assertThatThrownBy(() -> writer.put(new WalSpan(290_000, 500_000), Optional.empty(), RECEIVED,
                    WalSource.of(0, other))).isInstanceOf(WalFault.Diverges.class);
            // The frame from 300000 to 400000 is not wholly within this one, so it says nothing.
            assertThat(writer.put(new WalSpan(290_000, 340_000), Optional.empty(), RECEIVED, wal.source()).stored())
                    .isTrue();
        }
        assertThat(repository.keys("wal/")).hasSize(3);
    }

    @Test
    void bytesOfAnEarlierEpochAreComparedUnderTheirOwnNames() throws Exception {
        put(300_000);
        repository.addEpoch();
        var later = repository.archive(Role.CAPTURE);
        try (var writer = later.writer(lineage, 1)) {
            writer.look(new WalSpan(0, SEGMENT));
            assertThat(put(writer, 0, 300_000).stored()).isFalse();
            put(writer, 300_000, 400_000);
            var other = wal.bytes().clone();
            other[7] ^= 1;
            assertThatThrownBy(() -> writer.put(new WalSpan(0, 300_000), Optional.empty(), RECEIVED,
                    WalSource.of(0, other))).isInstanceOf(WalFault.Diverges.class);
        }
        var span = new WalSpan(0, 400_000);
        assertThat(WalBytes.read(repository.archive(Role.RESTORE), lineage.incarnation(), span))
                .isEqualTo(wal.slice(span));
    }

    @Test
    void tailsAreReplacedByOneRangeFromTheBytesThemselves() throws Exception {
        put(1000, 2000, 300_000, SEGMENT);
        var tails = repository.keys("wal/");
        try (var writer = capture.writer(lineage, 1)) {
            assertThat(writer.replace(new WalSpan(0, SEGMENT), wal.source()).stored()).isTrue();
            assertThat(writer.replace(new WalSpan(0, SEGMENT), wal.source()).stored()).isFalse();
        }
        for (var tail : tails) {
            repository.store().delete(tail);
        }
        var span = new WalSpan(0, SEGMENT);
        assertThat(WalBytes.read(restore, lineage.incarnation(), span)).isEqualTo(wal.slice(span));
        assertThat(repository.keys("wal/")).hasSize(1);
    }

    @Test
    void tailsAreFoldedByOneWhoCanNeitherOpenNorName() throws Exception {
        put(1000, 2000, 300_000, SEGMENT, SEGMENT + 5);
        var tails = repository.keys("wal/");
        assertThat(reap.unfolded(lineage, new WalSpan(0, 2 * SEGMENT)))
                .containsExactly(new WalSpan(0, SEGMENT), new WalSpan(SEGMENT, 2 * SEGMENT));
        assertThat(reap.fold(lineage, new WalSpan(0, SEGMENT)).stored()).isTrue();
        assertThat(reap.unfolded(lineage, new WalSpan(0, SEGMENT))).isEmpty();
        for (var tail : tails.subList(0, 4)) {
            repository.store().delete(tail);
        }
        var span = new WalSpan(0, SEGMENT + 5);
        assertThat(WalBytes.read(restore, lineage.incarnation(), span)).isEqualTo(wal.slice(span));
        assertThatThrownBy(() -> reap.fold(lineage, new WalSpan(SEGMENT, 2 * SEGMENT)))
                .isInstanceOf(WalFault.NotFoldable.class);
    }

    @Test
    void foldingListsWhatItReplacesAndKeepsTheTimes() throws Exception {
        var at = Instant.parse("2026-07-01T11:00:00Z");
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, 0, 1000);
            writer.put(new WalSpan(1000, SEGMENT), Optional.of(at), RECEIVED, wal.source());
        }
        var objects = new RangeObjects(repository.access(Role.REAP), new WalRequests.Tally());
        var tails = new ArrayList<RangeEntry>();
        objects.list(lineage.incarnation(), tails::add);
        reap.fold(lineage, new WalSpan(0, SEGMENT));
        var all = new ArrayList<RangeEntry>();
        objects.list(lineage.incarnation(), all::add);
        all.removeAll(tails);
        var head = objects.head(all.getFirst());
        assertThat(head.replaces()).containsExactlyInAnyOrderElementsOf(
                tails.stream().map(RangeEntry::digest).toList());
        assertThat(head.times()).isEqualTo(new RangeHead.Times(Optional.of(at), RECEIVED));
        assertThat(head.frames()).hasSize(5);
    }

    @Test
    void theTimeOfAPlaceIsThatOfTheNextPlaceWithOne() throws Exception {
        var at = Instant.parse("2026-07-01T11:00:00Z");
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, 0, 1000);
            writer.put(new WalSpan(1000, 2000), Optional.of(at), RECEIVED, wal.source());
            writer.put(new WalSpan(2000, 3000), Optional.of(at.plusSeconds(1)), RECEIVED, wal.source());
            put(writer, 3000, 4000);
        }
        assertThat(restore.timeAtMost(lineage.incarnation(), 0)).contains(at);
        assertThat(restore.timeAtMost(lineage.incarnation(), 2000)).contains(at);
        assertThat(restore.timeAtMost(lineage.incarnation(), 2001)).contains(at.plusSeconds(1));
        assertThat(restore.timeAtMost(lineage.incarnation(), 3001)).isEmpty();
    }

    @Test
    void aServerMustShowTheLastSegmentAndTheOneBeforeIfThatHoldsLittle() throws Exception {
        assertThat(capture.continuation(lineage).span()).isEmpty();
        put(1000, SEGMENT);
        assertThat(capture.continuation(lineage).span()).contains(new WalSpan(0, SEGMENT));
        try (var writer = capture.writer(lineage, 1)) {
            put(writer, SEGMENT, SEGMENT + 10);
        }
        var continuation = capture.continuation(lineage);
        assertThat(continuation.span()).contains(new WalSpan(0, SEGMENT + 10));
        continuation.prove(wal.source());
        for (var at : List.of(0, 999, 262_144, SEGMENT - 1, SEGMENT + 9)) {
            var other = wal.bytes().clone();
            other[at] ^= 1;
            assertThatThrownBy(() -> continuation.prove(WalSource.of(0, other)))
                    .isInstanceOf(WalFault.Diverges.class);
        }
    }

    @Test
    void aHistoryKnowsItsAncestorsAndTheirFiles() throws Exception {
        var child = repository.begin(new Lineage.Descent(Optional.of(lineage.incarnation()), SEGMENT + 100, true,
                SEGMENT), 2);
        var grandchild = repository.begin(new Lineage.Descent(Optional.of(child.incarnation()), 2 * SEGMENT + 100,
                true, 2 * SEGMENT), 3);
        assertThat(restore.ancestry(grandchild.incarnation())).containsExactly(grandchild, child, lineage);
        assertThat(restore.historyFiles(grandchild.incarnation())).containsOnlyKeys("00000002.history",
                "00000003.history");
        assertThat(restore.path(grandchild.incarnation()))
                .containsExactly(new WalArchive.Stretch(grandchild, OptionalLong.empty()),
                        new WalArchive.Stretch(child, OptionalLong.of(2 * SEGMENT + 100)),
                        new WalArchive.Stretch(lineage, OptionalLong.of(SEGMENT + 100)));
        assertThat(repository.begun()).containsExactly(lineage.incarnation(), child.incarnation(),
                grandchild.incarnation());
        assertThatThrownBy(() -> restore.ancestry(new Uid(1, 1))).isInstanceOf(WalFault.NoSuchHistory.class);
        repository.store().delete(repository.keys("lineage/" + child.incarnation().hex()).getFirst());
        assertThatThrownBy(() -> restore.ancestry(grandchild.incarnation()))
                .isInstanceOf(WalFault.NoSuchHistory.class);
    }

    @Test
    void rolesDoWhatTheyMayAndNoMore() throws Exception {
        put(1000);
        assertThatThrownBy(() -> WalBytes.read(capture, lineage.incarnation(), new WalSpan(0, 1000)))
                .isInstanceOf(VaultFault.NotGranted.class);
        try (var writer = restore.writer(lineage, 1)) {
            put(writer, 1000, 2000);
        }
        // What a restore key signs is there, and does not count.
        assertThat(restore.confirm(lineage.incarnation(), new WalSpan(0, 2000)).firstGap(new WalSpan(0, 2000)))
                .isEqualTo(OptionalLong.of(1000));
        assertThatThrownBy(() -> WalBytes.read(restore, lineage.incarnation(), new WalSpan(0, 2000)))
                .isInstanceOf(WalFault.Gap.class);
    }

    @Test
    void requestsAreCounted() throws Exception {
        put(1000, 2000);
        assertThat(capture.requests().puts()).isEqualTo(2);
        assertThat(capture.requests().lists()).isEqualTo(1);
        WalBytes.read(restore, lineage.incarnation(), new WalSpan(0, 2000));
        assertThat(restore.requests().gets()).isEqualTo(2);
        assertThat(restore.requests().lists()).isEqualTo(1);
        assertThat(restore.requests().listed()).isEqualTo(2);
    }

    @Test
    void whatAServerMustShowIsFoundByOneListing() throws Exception {
        put(1000, SEGMENT, SEGMENT + 500, 2 * SEGMENT, 2 * SEGMENT + 700, 2 * SEGMENT + 900);
        var before = restore.requests();
        var continuation = restore.continuation(lineage);
        var since = restore.requests();
        assertThat(continuation.span()).contains(new WalSpan(SEGMENT, 2 * SEGMENT + 900));
        assertThat(since.lists() - before.lists()).isEqualTo(1);
        assertThat(since.gets() - before.gets()).as("a head of each range that is compared").isEqualTo(4);
        continuation.prove(wal.source());
        for (var at : List.of(SEGMENT, SEGMENT + 600, 2 * SEGMENT, 2 * SEGMENT + 899)) {
            var other = wal.bytes().clone();
            other[at] ^= 1;
            assertThatThrownBy(() -> continuation.prove(WalSource.of(0, other))).as("%s", at)
                    .isInstanceOf(WalFault.Diverges.class);
        }
    }

    @Test
    void rangesAreCutAtTheEndOfTheirSegment() {
        try (var writer = capture.writer(lineage, 1)) {
            assertThat(writer.longestAt(5)).isEqualTo(new WalSpan(5, SEGMENT));
            assertThatThrownBy(() -> put(writer, 0, SEGMENT + 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aNeedIsMetByItsBytesItsLineageAndItsAncestors() throws Exception {
        put(1000, 5000);
        var child = repository.begin(new Lineage.Descent(Optional.of(lineage.incarnation()), 5000, true, 0), 2);
        try (var writer = capture.writer(child, 1)) {
            put(writer, 0, 6000);
        }
        var coverage = new CoverNeeds(capture);
        assertThat(coverage.missing(new WalNeed(lineage.incarnation(), 1, 0, 5000))).isEmpty();
        assertThat(coverage.missing(new WalNeed(lineage.incarnation(), 1, 7, 7))).isEmpty();
        assertThat(coverage.missing(new WalNeed(child.incarnation(), 2, 100, 6000))).isEmpty();
        assertThat(coverage.missing(new WalNeed(child.incarnation(), 2, 100, 6001)).orElseThrow())
                .contains("0/1770");
        assertThat(coverage.missing(new WalNeed(child.incarnation(), 1, 0, 1)).orElseThrow()).contains("timeline 1");
        repository.store().delete(repository.keys("lineage/" + lineage.incarnation().hex()).getFirst());
        assertThat(coverage.missing(new WalNeed(child.incarnation(), 2, 100, 6000)).orElseThrow())
                .contains(lineage.incarnation().hex());
    }

    @Test
    void aHistoryIsAnnouncedAfterItsParentAndOnlyOnce() throws Exception {
        var server = new WalArchive.Server(SEGMENT, 170_004, "db1");
        var origin = new Lineage.Origin(-77, 2, new byte[]{1});
        var parent = capture.draft(new Lineage.Origin(-77, 1, new byte[0]), Lineage.Descent.begin(0), server);
        var child = capture.draft(origin, new Lineage.Descent(Optional.of(parent.incarnation()), 5, true, 0), server);
        assertThatThrownBy(() -> capture.announce(child)).isInstanceOf(WalFault.NoSuchHistory.class);
        capture.announce(parent);
        capture.announce(child);
        repository.archive(Role.CAPTURE).announce(child);
        assertThat(repository.keys("lineage/" + child.incarnation().hex())).hasSize(1);
        assertThat(restore.lineages().known()).contains(parent, child);
    }
}
