// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.postgres.Lsn;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalRepository;
import dev.muster.vault.wal.WalSource;
import dev.muster.vault.wal.WalSpan;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FindLogTest {

    private static final int SEGMENT = 1 << 20;

    private final WalRepository repository = new WalRepository(91);
    private final byte[] log = new byte[8 * SEGMENT];

    FindLogTest() {
        new Random(91).nextBytes(log);
    }

    private void put(Lineage lineage, byte[] bytes, long... cuts) throws InterruptedException {
        try (var writer = repository.archive(Role.CAPTURE).writer(lineage, 1)) {
            for (var at = 0; at + 1 < cuts.length; at++) {
                for (var start = cuts[at]; start < cuts[at + 1];) {
                    var end = Math.min(cuts[at + 1], (start / SEGMENT + 1) * SEGMENT);
                    writer.put(new WalSpan(start, end), Optional.empty(), Instant.EPOCH, WalSource.of(0, bytes));
                    start = end;
                }
            }
        }
    }

    private FindLog along(Lineage lineage) throws InterruptedException {
        return new FindLog(repository.archive(Role.RESTORE), lineage.incarnation(), Optional.empty());
    }

    private static String name(int timeline, int segment) {
        return String.format("%08X%08X%08X", timeline, 0, segment);
    }

    private static byte[] segment(byte[] log, int segment, int until) {
        var bytes = new byte[SEGMENT];
        System.arraycopy(log, segment * SEGMENT, bytes, 0, until);
        return bytes;
    }

    private static void assertContent(FindLog.Found found, byte[] expected) {
        assertThat(found).isInstanceOfSatisfying(FindLog.Content.class,
                content -> assertThat(Arrays.mismatch(content.bytes(), expected)).isEqualTo(-1));
    }

    @Test
    void wholeSegmentsAndTheLastOneWithZerosBehindItsEnd() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, 1000, SEGMENT, 2 * SEGMENT + 500);
        var find = along(lineage);
        assertContent(find.find(name(1, 0)), segment(log, 0, SEGMENT));
        assertContent(find.find(name(1, 2)), segment(log, 2, 500));
        assertThat(find.find(name(1, 3))).isEqualTo(new FindLog.Absent());
        assertThat(find.find(name(2, 0))).isEqualTo(new FindLog.Absent());
        assertThat(find.findWhole(name(1, 1))).isPresent();
        assertThat(find.findWhole(name(1, 2))).isEmpty();
        assertThat(find.following(name(1, 2))).contains(name(1, 3));
    }

    @Test
    void segmentsAheadAreFoundByOneListingAndWhatIsStoredLaterWhenItIsAskedFor() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, 6 * SEGMENT);
        var archive = repository.archive(Role.RESTORE);
        var find = new FindLog(archive, lineage.incarnation(), Optional.empty());
        var before = archive.requests();
        for (var segment = 0; segment < 8; segment++) {
            assertThat(find.findWhole(name(1, segment)).isPresent()).as("segment %s", segment).isEqualTo(segment < 6);
        }
        var since = archive.requests();
        assertThat(since.lists() - before.lists()).as("one, and one for each segment that was read").isEqualTo(7);

        put(lineage, log, 6 * SEGMENT, 7 * SEGMENT);
        assertThat(find.findWhole(name(1, 6))).isEmpty();
        assertContent(find.find(name(1, 6)), segment(log, 6, SEGMENT));
        repository.store().delete(repository.keys("wal/").get(5));
        assertThat(find.findWhole(name(1, 5))).as("seen, and gone since").isEmpty();
        assertThat(find.find(name(1, 5))).isInstanceOf(FindLog.Trouble.class);
    }

    @Test
    void aGapIsNoEnd() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, SEGMENT + 100);
        put(lineage, log, 3 * SEGMENT, 4 * SEGMENT);
        var find = along(lineage);
        assertThat(find.find(name(1, 1))).isInstanceOf(FindLog.Trouble.class);
        assertThat(find.find(name(1, 2))).isInstanceOf(FindLog.Trouble.class);
        assertThat(find.find(name(1, 4))).isEqualTo(new FindLog.Absent());
    }

    @Test
    void aGapIsTheEndIfTheRecoveryIsToEndThere() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, SEGMENT + 100);
        put(lineage, log, 3 * SEGMENT, 4 * SEGMENT);
        var archive = repository.archive(Role.RESTORE);
        var known = new FindLog(archive, lineage.incarnation(), Optional.of(new Lsn(SEGMENT + 100)));
        assertContent(known.find(name(1, 1)), segment(log, 1, 100));
        var wrong = new FindLog(archive, lineage.incarnation(), Optional.of(new Lsn(SEGMENT + 99)));
        assertThat(wrong.find(name(1, 1))).isInstanceOf(FindLog.Trouble.class);
    }

    @Test
    void aDamagedSegmentIsTroubleAndNotAnEnd() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, SEGMENT, 2 * SEGMENT);
        var key = repository.keys("wal/").getLast();
        var object = repository.object(key);
        object[object.length - 1] ^= 1;
        repository.overwrite(key, object);
        assertThat(along(lineage).find(name(1, 1))).isInstanceOf(FindLog.Trouble.class);
    }

    @Test
    void aParentsBytesPastTheForkAreNotShown() throws Exception {
        var fork = 2 * SEGMENT + 300;
        var parent = repository.begin();
        put(parent, log, 0, 5 * SEGMENT);
        var child =
                repository.begin(new Lineage.Descent(Optional.of(parent.incarnation()), fork, true, 2 * SEGMENT), 2);
        var other = log.clone();
        new Random(92).nextBytes(other);
        System.arraycopy(log, 0, other, 0, fork);
        put(child, other, 2 * SEGMENT, 3 * SEGMENT + 10);
        var find = along(child);
        assertContent(find.find(name(1, 1)), segment(log, 1, SEGMENT));
        assertContent(find.find(name(1, 2)), segment(log, 2, 300));
        assertThat(find.find(name(1, 3))).isEqualTo(new FindLog.Absent());
        assertContent(find.find(name(2, 2)), segment(other, 2, SEGMENT));
        assertContent(find.find(name(2, 3)), segment(other, 3, 10));
        assertThat(find.find(name(2, 4))).isEqualTo(new FindLog.Absent());
        assertContent(find.find("00000002.history"), child.origin().history());
        assertThat(find.find("00000003.history")).isEqualTo(new FindLog.Absent());
        assertThat(find.find("00000001.history")).isEqualTo(new FindLog.Absent());
        // Before the child's first segment its timeline has nothing: that is not for certain no log.
        assertThat(find.find(name(2, 1))).isInstanceOf(FindLog.Trouble.class);
    }

    @Test
    void aHistoryThatBeganAfterAGapIsServedBesideTheOneBeforeOnTheSameTimeline() throws Exception {
        var parent = repository.begin();
        put(parent, log, 0, SEGMENT + 100);
        var child = repository.begin(
                new Lineage.Descent(Optional.of(parent.incarnation()), SEGMENT + 100, false, 3 * SEGMENT), 1);
        put(child, log, 3 * SEGMENT, 4 * SEGMENT);
        var find = along(child);
        assertContent(find.find(name(1, 0)), segment(log, 0, SEGMENT));
        assertContent(find.find(name(1, 3)), segment(log, 3, SEGMENT));
        assertThat(find.find(name(1, 2))).isInstanceOf(FindLog.Trouble.class);
    }

    @Test
    void everyKnownTimelineHasItsHistoryAlsoOneThatIsNotOnTheWay() throws Exception {
        var parent = repository.begin();
        put(parent, log, 0, 2 * SEGMENT);
        var fork = new Lineage.Descent(Optional.of(parent.incarnation()), SEGMENT + 8, true, SEGMENT);
        var other = repository.begin(fork, 2);
        var third = repository.begin(fork, 3);
        assertContent(along(parent).find("00000002.history"), other.origin().history());
        assertContent(along(parent).find("00000003.history"), third.origin().history());
        assertThat(along(parent).find("00000004.history")).isEqualTo(new FindLog.Absent());
        assertThat(along(parent).find(name(2, 1))).isEqualTo(new FindLog.Absent());
        assertContent(along(third).find("00000003.history"), third.origin().history());
    }

    @Test
    void namesThatAreNoneAreTroubleAndOldOnesAbsent() throws Exception {
        var lineage = repository.begin();
        put(lineage, log, 0, SEGMENT);
        var find = along(lineage);
        assertThat(find.find("000000010000000000000000.00000028.backup")).isEqualTo(new FindLog.Absent());
        assertThat(find.find("000000010000000000000000.partial")).isInstanceOf(FindLog.Trouble.class);
        // Not a segment of 1 MiB.
        assertThat(find.find("00000001000000000000F000")).isInstanceOf(FindLog.Trouble.class);
    }
}
