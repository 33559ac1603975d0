// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.server.RunningServer;
import dev.muster.postgres.server.ServerState;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalRepository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Servers that restart, are promoted, replaced, set back, or lose what they should have kept. */
class ReceiveChangesTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = TestReceiver.SOON;
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 5000) n";

    @TempDir
    Path directory;

    private final WalRepository repository = new WalRepository(71);

    private TestReceiver receive(String conninfo) throws Exception {
        return TestReceiver.start(repository, directory.resolve("spool"),
                TestReceiver.options(conninfo, Policy.asynchronous()));
    }

    private void assertStored(Machines.Node node, Lineage lineage, Lsn to) throws Exception {
        var first = new Lsn(lineage.descent().first());
        assertThat(Arrays.mismatch(TestReceiver.stored(repository, lineage, first, to),
                node.log(TimelineId.of(lineage.origin().timeline()), first, to))).isEqualTo(-1);
    }

    private static void fill(TestServer server) throws Exception {
        server.execute("create table if not exists t (n int, x text)", FILL, "select pg_switch_wal()", FILL);
    }

    @Test
    void aServerThatRestartsInAnyWayIsFollowed() throws Exception {
        var node = new Machines(SERVERS, 15).node();
        try (var receiver = receive(node.conninfo())) {
            try (var server = node.start()) {
                fill(server);
                server.server().stop(StopMode.FAST, SOON);
            }
            try (var server = node.start()) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                server.server().killHard();
            }
            try (var server = node.start()) {
                fill(server);
                var end = Machines.end(server);
                receiver.awaitStored(end);
                assertThat(receiver.events(ReceiverEvent.Disconnected.class)).isNotEmpty();
                assertThat(receiver.events(ReceiverEvent.Began.class)).hasSize(1);
                assertStored(node, receiver.lineage(), end);
            }
        }
    }

    @Test
    void aPromotionIsFollowedAcrossTheForkWithTheTailOfTheOldTimeline() throws Exception {
        var machines = new Machines(SERVERS, 16);
        var primary = machines.node();
        primary.start().close();
        var standby = primary.standby();
        try (var old = primary.start();
                var next = standby.start();
                var receiver = receive("host=127.0.0.1,127.0.0.1 port=" + primary.port() + "," + standby.port())) {
            fill(old);
            receiver.awaitStored(Machines.end(old));
            var parent = receiver.lineage();
            awaitReplay(next, Machines.end(old));
            old.server().killHard();
            promote(next);
            fill(next);
            var end = Machines.end(next);
            receiver.await("the new timeline",
                    () -> !receiver.events(ReceiverEvent.Followed.class).isEmpty() && receiver.isStreaming());
            receiver.awaitStored(end);
            var followed = receiver.events(ReceiverEvent.Followed.class).getFirst();
            var child = receiver.lineage();
            assertThat(child.origin().timeline()).isEqualTo(2);
            assertThat(child.descent().parent()).isEqualTo(Optional.of(parent.incarnation()));
            assertThat(child.descent().proven()).isTrue();
            assertThat(new Lsn(child.descent().fork())).isEqualTo(followed.fork());
            assertThat(new String(child.origin().history(), StandardCharsets.UTF_8))
                    .startsWith("1\t" + followed.fork());
            assertStored(standby, parent, followed.fork());
            assertStored(standby, child, end);
            assertThat(repository.archive(Role.RESTORE).historyFiles(child.incarnation()))
                    .containsOnlyKeys("00000002.history");
        }
        // The old primary comes back alone: its timeline was left.
        try (var back = primary.start(); var receiver = receive(primary.conninfo())) {
            fill(back);
            assertThat(receiver.refused()).isInstanceOf(ReceiverFault.AbandonedTimeline.class);
        }
    }

    @Test
    void logThatThePromotedServerNeverHadIsKeptAsideAndTheServersWayIsTaken() throws Exception {
        var machines = new Machines(SERVERS, 17);
        var primary = machines.node();
        primary.start().close();
        var standby = primary.standby();
        try (var receiver = receive("host=127.0.0.1,127.0.0.1 port=" + primary.port() + "," + standby.port())) {
            try (var old = primary.start(); var next = standby.start()) {
                fill(old);
                awaitReplay(next, Machines.end(old));
                next.server().stop(StopMode.FAST, SOON);
                fill(old);
                receiver.awaitStored(Machines.end(old));
                old.server().killHard();
            }
            var parent = receiver.lineage();
            try (var next = standby.start()) {
                promote(next);
                fill(next);
                receiver.await("the other way",
                        () -> !receiver.events(ReceiverEvent.Followed.class).isEmpty() && receiver.isStreaming());
                var end = Machines.end(next);
                receiver.awaitStored(end);
                var left = receiver.events(ReceiverEvent.BranchLeft.class).getFirst();
                assertThat(left.parent()).isEqualTo(parent.incarnation());
                assertThat(left.end()).isGreaterThan(left.fork());
                var child = receiver.lineage();
                assertThat(child.descent().fork()).isEqualTo(left.fork().value());
                assertStored(standby, child, end);
                assertStored(primary, parent, left.end());
                // What a recovery along the new timeline reads of the old one ends at the fork.
                assertThat(repository.archive(Role.RESTORE).path(child.incarnation()).getLast().until())
                        .hasValue(left.fork().value());
            }
        }
    }

    static void awaitReplay(TestServer standby, Lsn position) throws Exception {
        var received = "select coalesce(pg_last_wal_receive_lsn(), '0/0')";
        assertThat(TestReceiver.WAIT.until(() -> !Lsn.parse(standby.query(received).getFirst()).isBefore(position),
                SOON)).isTrue();
    }

    static void promote(TestServer server) throws Exception {
        server.execute("select pg_promote()");
        RunningServer running = server.server();
        assertThat(running.await(EnumSet.of(ServerState.READY), SOON)).isEqualTo(ServerState.READY);
    }

    @Test
    void aFreshSpoolJoinsTheStoredHistoryAfterTheServerHasShownItsEnd() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start()) {
            try (var receiver = receive(node.conninfo())) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                receiver.finish();
            }
            fill(server);
            try (var receiver = TestReceiver.start(repository, directory.resolve("other spool"),
                    TestReceiver.options(node.conninfo(), Policy.asynchronous()))) {
                fill(server);
                var end = Machines.end(server);
                receiver.awaitStored(end);
                assertThat(repository.archive(Role.RESTORE).lineages().known()).hasSize(1);
                assertStored(node, receiver.lineage(), end);
            }
        }
    }

    /** As after a copy of the repository that kept no times, or kept them in no order. */
    @Test
    void theStoresTimesDoNotDecideWhichHistoryIsGoneOnWith() throws Exception {
        var puts = new AtomicLong();
        var copied = new WalRepository(7,
                new MemoryStore(() -> WalRepository.NOW.minusSeconds(puts.incrementAndGet())));
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start()) {
            var options = TestReceiver.options(node.conninfo(), Policy.asynchronous());
            try (var receiver = TestReceiver.start(copied, directory.resolve("first"), options)) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                receiver.finish();
            }
            Lineage second;
            try (var receiver = TestReceiver.start(copied, directory.resolve("second"),
                    TestReceiver.withNewHistory(options))) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                receiver.finish();
                second = receiver.lineage();
            }
            try (var receiver = TestReceiver.start(copied, directory.resolve("third"), options)) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                assertThat(receiver.state().server().orElseThrow().incarnation()).isEqualTo(second.incarnation().hex());
            }
            assertThat(copied.archive(Role.RESTORE).lineages().known()).hasSize(2);
        }
    }

    @Test
    void anotherClusterIsRefusedAndNothingOfItIsStored() throws Exception {
        var machines = new Machines(SERVERS, 18);
        var first = machines.node();
        var second = machines.node();
        try (var server = first.start(); var receiver = receive(first.conninfo())) {
            fill(server);
            receiver.awaitStored(Machines.end(server));
        }
        var before = repository.keys("wal/");
        try (var server = second.start()) {
            fill(server);
            try (var receiver = receive(second.conninfo())) {
                assertThat(receiver.refused()).isInstanceOf(ReceiverFault.ForeignSystem.class);
            }
            assertThat(repository.keys("wal/")).isEqualTo(before);
            assertThat(server.query("select active from pg_replication_slots where active")).isEmpty();
            // The user says that this is the right one from now on.
            var options = TestReceiver.withNewHistory(
                    TestReceiver.options(second.conninfo(), Policy.asynchronous()));
            try (var receiver = TestReceiver.start(repository, directory.resolve("spool"), options)) {
                receiver.await("streaming", receiver::isStreaming);
                receiver.awaitStored(Machines.end(server));
                assertThat(receiver.lineage().descent().parent()).isEmpty();
            }
            try (var receiver = receive(second.conninfo())) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                assertThat(repository.archive(Role.RESTORE).lineages().known()).hasSize(2);
            }
        }
    }

    @Test
    void aClusterThatWasSetBackIsRefusedAsLongAsItIsBehindAndWhenItHasOtherBytes() throws Exception {
        var machines = new Machines(SERVERS, 16);
        var node = machines.node();
        node.start().close();
        var setBack = node.copy();
        try (var server = node.start(); var receiver = receive(node.conninfo())) {
            fill(server);
            receiver.awaitStored(Machines.end(server));
        }
        var before = repository.keys("wal/");
        try (var server = setBack.start()) {
            try (var receiver = receive(setBack.conninfo())) {
                assertThat(receiver.refused()).isInstanceOf(ReceiverFault.ServerBehind.class);
            }
            server.execute("create table other as select n, random() from generate_series(1, 100000) n");
            fill(server);
            fill(server);
            try (var receiver = receive(setBack.conninfo())) {
                assertThat(receiver.refused()).isInstanceOf(ReceiverFault.Diverges.class);
            }
            try (var receiver = TestReceiver.start(repository, directory.resolve("other spool"),
                    TestReceiver.options(setBack.conninfo(), Policy.asynchronous()))) {
                assertThat(receiver.refused()).isInstanceOf(ReceiverFault.Diverges.class);
            }
        }
        assertThat(repository.keys("wal/")).isEqualTo(before);
    }

    @Test
    void logThatTheServerHasThrownAwayIsAGapThatIsSaidAndANewHistoryThatIsNotProven() throws Exception {
        var settings = Settings.none().with("wal_keep_size", "0").with("max_slot_wal_keep_size", "32MB")
                .with("max_wal_size", "64MB").with("min_wal_size", "32MB");
        var node = new Machines(SERVERS, 17).node(settings);
        try (var server = node.start()) {
            try (var receiver = receive(node.conninfo())) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                receiver.finish();
            }
            for (var i = 0; i < 8; i++) {
                fill(server);
            }
            server.execute("checkpoint", "select pg_switch_wal()", "checkpoint");
            assertThat(server.query("select wal_status from pg_replication_slots")).containsExactly("lost");
            try (var receiver = receive(node.conninfo())) {
                fill(server);
                var end = Machines.end(server);
                receiver.awaitStored(end);
                var gap = receiver.events(ReceiverEvent.Gap.class).getFirst();
                var lineage = receiver.lineage();
                assertThat(lineage.descent().parent()).contains(gap.before());
                assertThat(lineage.descent().proven()).isFalse();
                assertThat(lineage.descent().first()).isEqualTo(gap.first().value());
                assertThat(gap.first()).isGreaterThan(gap.from());
                assertThat(receiver.events(ReceiverEvent.SlotRemade.class))
                        .extracting(ReceiverEvent.SlotRemade::wasLost)
                        .contains(true);
                assertStored(node, lineage, end);
            }
            try (var receiver = receive(node.conninfo())) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
            }
        }
    }

    @Test
    void aSlotThatIsGoneWhileTheLogIsThereIsNoGap() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start()) {
            try (var receiver = receive(node.conninfo())) {
                fill(server);
                receiver.awaitStored(Machines.end(server));
                receiver.finish();
            }
            server.execute("select pg_drop_replication_slot('muster_clinic')");
            fill(server);
            try (var receiver = receive(node.conninfo())) {
                var end = Machines.end(server);
                receiver.awaitStored(end);
                assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
                assertThat(receiver.events(ReceiverEvent.SlotRemade.class)).hasSize(1);
                assertThat(Map.of("histories", repository.archive(Role.RESTORE).lineages().known().size()))
                        .containsEntry("histories", 1);
                assertStored(node, receiver.lineage(), end);
            }
        }
    }
}
