// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.disk.LocalDisk;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.base.TestRepository;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.spool.Spool;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.Vault;
import dev.muster.vault.check.Depth;
import dev.muster.vault.fixture.ChildJava;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalSpan;
import dev.muster.work.CrashPoints;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that receives is ended at each crash point and at any time, and never stopped; the next one carries on. */
class ReceiverKillTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final List<String> ONCE =
            List.of("stream.after-begin", "stream.before-announce", "stream.after-announce", "stream.after-segment",
                    "stream.after-fold");
    private static final List<String> OFTEN = List.of("stream.after-append", "stream.after-force",
            "stream.after-status", "stream.after-put", "stream.before-release", "stream.after-release");
    private static final String HOLD = "stream.after-hold";
    private static final List<String> JOINING = List.of("stream.after-join", "stream.before-check");
    private static final List<String> SWITCHING = List.of("stream.after-timeline-end", "stream.after-follow",
            "stream.before-check", "stream.before-retire", "stream.after-retire", "stream.after-announce");

    /** The crash points that the package names. */
    static final List<String> POINTS = List.of("stream.after-begin", "stream.after-join", "stream.after-follow",
            "stream.after-append", "stream.after-segment", "stream.before-check", "stream.after-force",
            "stream.after-status", "stream.before-announce", "stream.after-announce", "stream.after-put",
            "stream.before-release",
            "stream.after-release", "stream.after-fold", "stream.after-hold", "stream.after-timeline-end",
            "stream.before-retire", "stream.after-retire");

    private static final long SEED = 20_261_120;
    private static final int RANDOM_KILLS = 5;
    private static final int RANDOM_MILLIS_MAX = 1_500;
    private static final int TIMES_MAX = 4;
    private static final WalSegmentSize SEGMENTS = WalSegmentSize.DEFAULT;
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 5000) n";

    private Path directory;

    @BeforeEach
    void createRepository() throws Exception {
        directory = SERVERS.directory();
        TestRepository.create(directory).close();
    }

    /** One process after the other on the same spool and repository. */
    private record Runs(Path directory, String conninfo, boolean synchronous) {

        private Process start(String point, int time) throws Exception {
            Files.deleteIfExists(output());
            return ChildJava.start(KilledReceiver.class, "-Xmx96m", output(), directory.toString(), conninfo,
                    Boolean.toString(synchronous), point, Integer.toString(time));
        }

        private Path output() {
            return directory.resolve("output");
        }

        /** Lets one run until it comes to this point. */
        void killAt(String point, int time) throws Exception {
            var process = start(point, time);
            try {
                process.waitFor(TestReceiver.SOON.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(process.isAlive()).as("%s is not reached: %s", point, Files.readString(output())).isFalse();
                assertThat(process.exitValue()).as("%s: %s", point, Files.readString(output()))
                        .isEqualTo(KilledReceiver.KILLED);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }

        /** Lets one run for so long, counted from when it has opened what an earlier one left. */
        void killAfter(int millis) throws Exception {
            var process = start("", 1);
            try {
                TestReceiver.WAIT.until(() -> !process.isAlive() || hasStarted(), TestReceiver.SOON);
                assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).as("ended before it was killed: %s",
                        Files.readString(output())).isFalse();
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(Files.readString(output())).contains(KilledReceiver.STARTED);
        }

        private boolean hasStarted() {
            return output().toFile().length() > 0;
        }

        /** Lets one run until the repository has the log up to here, and kills it. */
        void killOnceStored(Lsn end) throws Exception {
            var process = start("", 1);
            try {
                var stored = TestReceiver.WAIT.until(() -> !process.isAlive() || !storedEnd().isBefore(end),
                        TestReceiver.SOON);
                assertThat(stored && process.isAlive()).as("stored to %s: %s", end, Files.readString(output()))
                        .isTrue();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }

        Lsn storedEnd() {
            try (var repository = TestRepository.open(directory, CrashPoints.none())) {
                var archive = repository.vault().wal("reader");
                var newest = newest(repository.vault());
                return newest.isEmpty()
                        ? Lsn.ZERO
                        : new Lsn(archive.cover(newest.get().incarnation()).end().orElse(0));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** How far the next run will find the log in the spool, or the repository. */
        Lsn keptEnd() throws Exception {
            var stored = storedEnd();
            try (var spool = Spool.open(LocalDisk.at(directory.resolve(KilledReceiver.SPOOL)),
                    TestReceiver.SPOOL_BYTES)) {
                return spool.logs().stream().map(SpooledLog::received).filter(end -> end.isAfter(stored)).findFirst()
                        .orElse(stored);
            }
        }
    }

    private static Optional<Lineage> newest(Vault vault) throws InterruptedException {
        return vault.wal("reader").lineages().known().stream().max(Comparator.comparing(Lineage::made));
    }

    private static Lsn slot(TestServer server, String name) throws Exception {
        return Lsn.parse(server
                .query("select restart_lsn from pg_replication_slots where slot_name = '" + name + "'").getFirst());
    }

    /** From the beginning of the history on, and whether what is stored can be trusted. */
    private static void assertStored(Vault vault, Lineage lineage, Machines.Node node, Lsn to) throws Exception {
        var timeline = TimelineId.of(lineage.origin().timeline());
        for (var at = new Lsn(lineage.descent().first()); at.isBefore(to);) {
            var segmentEnd = at.segmentStart(SEGMENTS).plus(SEGMENTS.bytes());
            var end = segmentEnd.isBefore(to) ? segmentEnd : to;
            var stored = new ByteArrayOutputStream();
            vault.wal("reader").read(lineage.incarnation(), new WalSpan(at.value(), end.value()),
                    (_, bytes, offset, length) -> stored.write(bytes, offset, length));
            assertThat(Arrays.mismatch(stored.toByteArray(), node.log(timeline, at, end))).as("from %s", at)
                    .isEqualTo(-1);
            at = end;
        }
    }

    private void assertSound(Vault vault) throws Exception {
        var scratch = Files.createDirectory(directory.resolve("scratch"));
        var report = vault.check(scratch, (_, _, _) -> {}).check(Depth.CONTENT, Optional.empty());
        assertThat(report.findings()).isEmpty();
        assertThat(report.counts().objects()).isPositive();
    }

    @Test
    void whereverAReceiverIsKilledTheNextOneCarriesOnAndNothingAcknowledgedIsLost() throws Exception {
        var random = new Random(SEED);
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start(Settings.none().with("synchronous_standby_names", "muster_clinic"))) {
            server.execute("set synchronous_commit = local", "create table t (n int, x text)");
            var runs = new Runs(directory, node.conninfo(), true);
            runs.killAt("stream.after-begin", 1);
            var made = slot(server, "muster_clinic");
            try (var commits = Commits.start(server)) {
                for (var point : ONCE.subList(1, ONCE.size())) {
                    runs.killAt(point, 1);
                    assertKept(point, runs, server, commits, made);
                }
                for (var point : OFTEN) {
                    var time = random.nextInt(1, TIMES_MAX + 1);
                    runs.killAt(point, time);
                    assertKept(point + " " + time + " seed " + SEED, runs, server, commits, made);
                }
                runs.killAt(HOLD, 1);
                assertThat(slot(server, "muster_clinic_hold")).as("it was moved").isGreaterThan(made);
                assertKept(HOLD, runs, server, commits, made);
                for (var i = 0; i < RANDOM_KILLS; i++) {
                    var millis = random.nextInt(RANDOM_MILLIS_MAX);
                    runs.killAfter(millis);
                    assertKept("after " + millis + " ms, seed " + SEED, runs, server, commits, made);
                }
                commits.assertReleased();
            }
            var end = Machines.end(server);
            runs.killOnceStored(end);
            try (var repository = TestRepository.open(directory, CrashPoints.none())) {
                assertThat(repository.vault().wal("reader").lineages().known()).as("one history").hasSize(1);
                assertStored(repository.vault(), newest(repository.vault()).orElseThrow(), node, end);
                assertSound(repository.vault());
            }
        }
    }

    /** What the server may throw away is kept here, and what commits were released by. */
    private static void assertKept(String when, Runs runs, TestServer server, Commits commits, Lsn made)
            throws Exception {
        var kept = runs.keptEnd();
        assertThat(kept).as(when).isGreaterThanOrEqualTo(commits.released());
        // What is acknowledged may end within a record, and the spool is cut where records end: the segment is kept.
        assertThat(slot(server, "muster_clinic").segmentStart(SEGMENTS)).as(when)
                .isLessThanOrEqualTo(kept.isAfter(made) ? kept : made);
        var stored = runs.storedEnd();
        assertThat(slot(server, "muster_clinic_hold")).as(when)
                .isLessThanOrEqualTo(stored.isAfter(made) ? stored : made);
    }

    @Test
    void aReceiverThatLostItsSpoolOrFollowsAPromotionCarriesOnWhereverItIsKilled() throws Exception {
        var machines = new Machines(SERVERS, 18);
        var primary = machines.node();
        primary.start().close();
        var standby = primary.standby();
        var runs = new Runs(directory,
                "host=127.0.0.1,127.0.0.1 port=" + primary.port() + "," + standby.port(), false);
        try (var next = standby.start()) {
            try (var old = primary.start()) {
                runs.killAt("stream.after-status", 1);
                old.execute("create table t (n int, x text)", FILL, "select pg_switch_wal()", FILL);
                runs.killAt("stream.after-put", 2);
                Files.move(directory.resolve(KilledReceiver.SPOOL), directory.resolve("lost"));
                for (var point : JOINING) {
                    runs.killAt(point, 1);
                }
                runs.killOnceStored(Machines.end(old));
                old.execute(FILL);
                ReceiveChangesTest.awaitReplay(next, Machines.end(old));
                old.server().killHard();
            }
            ReceiveChangesTest.promote(next);
            next.execute(FILL, "select pg_switch_wal()", FILL);
            for (var point : SWITCHING) {
                runs.killAt(point, 1);
            }
            var end = Machines.end(next);
            runs.killOnceStored(end);
            try (var repository = TestRepository.open(directory, CrashPoints.none())) {
                var archive = repository.vault().wal("reader");
                var child = newest(repository.vault()).orElseThrow();
                assertThat(child.origin().timeline()).isEqualTo(2);
                assertThat(child.descent().proven()).isTrue();
                assertThat(archive.lineages().known()).as("one history for each timeline").hasSize(2);
                var parent = archive.ancestry(child.incarnation()).getLast();
                assertStored(repository.vault(), parent, standby, new Lsn(child.descent().fork()));
                assertStored(repository.vault(), child, standby, end);
                assertSound(repository.vault());
            }
        }
    }

    @Test
    void eachPointThatThePackageNamesIsOneAtWhichItIsKilled() {
        assertThat(POINTS).hasSameElementsAs(List.of(ONCE, OFTEN, List.of(HOLD), JOINING, SWITCHING).stream()
                .flatMap(List::stream).toList());
    }
}
