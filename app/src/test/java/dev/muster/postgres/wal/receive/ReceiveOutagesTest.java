// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Policy.Durability;
import dev.muster.postgres.wal.receive.Policy.OnOutage;
import dev.muster.postgres.wal.receive.ReceiverEvent.Degradation;
import dev.muster.store.FaultyStore;
import dev.muster.store.MeteredStore.Verb;
import dev.muster.store.memory.MemoryStore;
import dev.muster.vault.wal.WalRepository;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Networks that break, repositories that do not answer, spools that are full, with and without commits that wait. */
class ReceiveOutagesTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final String SYNCHRONOUS = "muster_clinic";
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 5000) n";
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private volatile boolean storeFails;
    private final WalRepository repository = new WalRepository(81,
            new FaultyStore(new MemoryStore(InstantSource.system()),
                    call -> storeFails && call.verb() == Verb.PUT
                            ? Optional.of(FaultyStore.Fault.ERROR_BEFORE)
                            : Optional.empty()));

    private TestReceiver receive(String conninfo, Policy policy) throws Exception {
        return TestReceiver.start(repository, directory.resolve("spool"), TestReceiver.options(conninfo, policy));
    }

    private void assertStored(Machines.Node node, TestReceiver receiver, Lsn to) throws Exception {
        var lineage = receiver.lineage();
        var first = new Lsn(lineage.descent().first());
        assertThat(Arrays.mismatch(TestReceiver.stored(repository, lineage, first, to),
                node.log(TimelineId.of(1), first, to))).isEqualTo(-1);
    }

    private static CompletableFuture<Void> commit(TestServer server, String sql) {
        var done = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try {
                server.execute(sql);
                done.complete(null);
            } catch (SQLException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void assertWaits(CompletableFuture<Void> commit) {
        assertThatThrownBy(() -> commit.get(A_WHILE.toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    private static void assertDone(CompletableFuture<Void> commit)
            throws InterruptedException, ExecutionException, TimeoutException {
        commit.get(TestReceiver.SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void aNetworkThatIsCutOrFreezesIsBorne() throws Exception {
        var node = new Machines(SERVERS, 17).node(Settings.none().with("wal_sender_timeout", "3s"));
        try (var server = node.start();
                var proxy = new TcpProxy(node.port());
                var receiver = receive(proxy.conninfo() + " tcp_user_timeout=2000", Policy.asynchronous())) {
            server.execute("create table t (n int, x text)", FILL);
            receiver.awaitStored(Machines.end(server));
            proxy.cut();
            server.execute(FILL, "select pg_switch_wal()", FILL);
            receiver.await("unknown", () -> receiver.state().log().storeRpo() instanceof Rpo.Unknown);
            proxy.heal();
            receiver.awaitStored(Machines.end(server));
            proxy.freeze();
            server.execute(FILL);
            receiver.await("unknown", () -> receiver.state().log().storeRpo() instanceof Rpo.Unknown);
            assertThat(TestReceiver.WAIT.until(
                    () -> server.query("select 1 from pg_replication_slots where active").isEmpty(),
                    TestReceiver.SOON)).isTrue();
            proxy.heal();
            var end = Machines.end(server);
            receiver.awaitStored(end);
            receiver.await("known", () -> receiver.state().log().storeRpo() instanceof Rpo.Known);
            assertStored(node, receiver, end);
        }
    }

    @Test
    void aRepositoryThatDoesNotAnswerDoesNotStopTheSpool() throws Exception {
        var node = new Machines(SERVERS, 16).node();
        try (var server = node.start(); var receiver = receive(node.conninfo(), Policy.asynchronous())) {
            server.execute("create table t (n int, x text)", FILL);
            receiver.awaitStored(Machines.end(server));
            storeFails = true;
            server.execute(FILL, "select pg_switch_wal()", FILL, "select pg_switch_wal()", FILL);
            var end = Machines.end(server);
            receiver.awaitSpooled(end);
            receiver.await("an age", () -> receiver.state().log().storeRpo().age().compareTo(A_WHILE) > 0);
            receiver.await("spooled in time", () -> receiver.state().log().spoolRpo().age().compareTo(A_WHILE) < 0);
            assertThat(receiver.state().log().stored()).isLessThan(end);
            // What is not stored is not acknowledged, so the server keeps it.
            assertThat(Lsn.parse(server.query("select restart_lsn from pg_replication_slots").getFirst()))
                    .isLessThanOrEqualTo(receiver.state().log().stored());
            assertThat(receiver.events(ReceiverEvent.StoreFailed.class)).isNotEmpty();
            assertThat(receiver.state().trouble()).isPresent();
            storeFails = false;
            receiver.awaitStored(end);
            // Said after the fact.
            receiver.await("said", () -> receiver.events(ReceiverEvent.StoreRecovered.class).size() == 1);
            assertThat(receiver.state().trouble()).isEmpty();
            assertStored(node, receiver, end);
        }
    }

    @Test
    void aReceiverThatIsStartedWhileTheRepositoryIsAwayGoesOnFromItsSpool() throws Exception {
        var node = new Machines(SERVERS, 15).node();
        try (var server = node.start()) {
            try (var receiver = receive(node.conninfo(), Policy.asynchronous())) {
                server.execute("create table t (n int, x text)", FILL);
                receiver.awaitStored(Machines.end(server));
                storeFails = true;
                server.execute(FILL, "select pg_switch_wal()");
                receiver.awaitSpooled(Machines.end(server));
            }
            try (var receiver = receive(node.conninfo(), Policy.asynchronous())) {
                server.execute(FILL);
                var end = Machines.end(server);
                receiver.awaitSpooled(end);
                storeFails = false;
                receiver.awaitStored(end);
                assertStored(node, receiver, end);
            }
        }
    }

    @Test
    void aSynchronousReceiverReleasesCommitsOnceTheyAreSpooledAndHoldsLogUntilItIsStored() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        try (var server = node.start(Settings.none().with("synchronous_standby_names", SYNCHRONOUS))) {
            var first = commit(server, "create table t (n int, x text)");
            assertWaits(first);
            try (var receiver = receive(node.conninfo(), TestReceiver.synchronous(Durability.SPOOL, OnOutage.BLOCK))) {
                assertDone(first);
                assertThat(server.query("select sync_state || ' ' || state from pg_stat_replication"))
                        .contains("sync streaming");
                storeFails = true;
                for (var i = 0; i < 20; i++) {
                    assertDone(commit(server, "insert into t values (1, 'x')"));
                }
                var committed = Machines.inserted(server);
                assertDone(commit(server, "insert into t values (1, 'x')"));
                assertThat(receiver.state().log().spooled()).isGreaterThan(committed);
                assertDone(commit(server, FILL));
                assertThat(receiver.state().log().stored()).isLessThan(committed);
                // Only the hold slot keeps what the repository does not have.
                var stream = restart(server, "muster_clinic");
                var hold = restart(server, "muster_clinic_hold");
                // The server keeps whole segments.
                assertThat(hold.segmentStart(WalSegmentSize.DEFAULT))
                        .isLessThanOrEqualTo(receiver.state().log().stored());
                assertThat(hold).isLessThan(stream);
                storeFails = false;
                server.execute("select pg_switch_wal()", FILL);
                var end = Machines.end(server);
                receiver.awaitStored(end);
                receiver.await("the hold slot", () -> restart(server, "muster_clinic_hold").isAfter(hold));
                assertStored(node, receiver, end);
            }
            assertWaits(commit(server, "insert into t values (2, 'y')"));
        }
    }

    private static Lsn restart(TestServer server, String slot) {
        try {
            return Lsn.parse(server
                    .query("select restart_lsn from pg_replication_slots where slot_name = '" + slot + "'")
                    .getFirst());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void commitsThatWaitForTheRepositoryWaitInAnOutageIfThePolicyIsToBlock() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var server = node.start(Settings.none().with("synchronous_standby_names", SYNCHRONOUS));
                var receiver = receive(node.conninfo(),
                        TestReceiver.synchronous(Durability.REPOSITORY, OnOutage.BLOCK))) {
            assertDone(commit(server, "create table t (n int, x text)"));
            assertStoredWhenDone(server, receiver);
            storeFails = true;
            var waiting = commit(server, "insert into t values (2, 'x')");
            assertWaits(waiting);
            assertThat(receiver.events(ReceiverEvent.Degraded.class)).isEmpty();
            storeFails = false;
            assertDone(waiting);
        }
    }

    @Test
    void commitsThatWaitForTheRepositoryAreReleasedByTheSpoolInAnOutageIfThePolicyIsToDegrade() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var server = node.start(Settings.none().with("synchronous_standby_names", SYNCHRONOUS));
                var receiver = receive(node.conninfo(),
                        TestReceiver.synchronous(Durability.REPOSITORY, OnOutage.DEGRADE))) {
            assertDone(commit(server, "create table t (n int, x text)"));
            storeFails = true;
            assertDone(commit(server, "insert into t values (2, 'x')"));
            receiver.await("less promised", () -> receiver.state().promise().degraded().isPresent());
            assertThat(receiver.events(ReceiverEvent.Degraded.class)).extracting(ReceiverEvent.Degraded::to)
                    .containsOnly(Degradation.SPOOL_ONLY);
            storeFails = false;
            receiver.await("all promised", () -> receiver.state().promise().degraded().isEmpty());
            assertThat(receiver.events(ReceiverEvent.Restored.class)).isNotEmpty();
            assertStoredWhenDone(server, receiver);
        }
    }

    /** The server writes log of its own accord too, so its end is asked for before the commit. */
    private static void assertStoredWhenDone(TestServer server, TestReceiver receiver) throws Exception {
        var before = Machines.inserted(server);
        assertDone(commit(server, "insert into t values (3, 'x')"));
        assertThat(receiver.state().log().stored()).isGreaterThan(before);
    }

    @Test
    void aFullSpoolTakesNoMoreThanItWasGivenAndTheServerKeepsTheRest() throws Exception {
        var node = new Machines(SERVERS, 16).node();
        try (var server = node.start();
                var receiver = TestReceiver.start(repository, directory.resolve("spool"),
                        TestReceiver.options(node.conninfo(), Policy.asynchronous()), 64L << 20)) {
            server.execute("create table t (n int, x text)");
            receiver.awaitStored(Machines.end(server));
            storeFails = true;
            for (var i = 0; i < 8; i++) {
                server.execute(FILL, "select pg_switch_wal()");
            }
            receiver.await("full", () -> receiver.state().phase() == ReceiverState.Phase.WAITING_FOR_ROOM);
            assertThat(receiver.spool().bytes()).isLessThanOrEqualTo(64L << 20);
            assertThat(server.query("select 1 from pg_replication_slots where active")).hasSize(1);
            storeFails = false;
            var end = Machines.end(server);
            receiver.awaitStored(end);
            assertThat(receiver.events(ReceiverEvent.SpoolFull.class)).isNotEmpty();
            // Looked for twice a second: the log may be stored before that.
            receiver.await("room", () -> !receiver.events(ReceiverEvent.SpoolHasRoom.class).isEmpty());
            assertStored(node, receiver, end);
        }
    }

    @Test
    void aReceiverThatIsStoppedWhileItsSpoolIsFullLeavesWhatIsOnItsWayToTheServer() throws Exception {
        var node = new Machines(SERVERS, 17).node();
        try (var server = node.start()) {
            try (var receiver = TestReceiver.start(repository, directory.resolve("spool"),
                    TestReceiver.options(node.conninfo(), Policy.asynchronous()), 64L << 20)) {
                server.execute("create table t (n int, x text)");
                receiver.awaitStored(Machines.end(server));
                storeFails = true;
                for (var i = 0; i < 6; i++) {
                    server.execute(FILL, FILL, FILL, FILL);
                }
                receiver.await("full", () -> receiver.state().phase() == ReceiverState.Phase.WAITING_FOR_ROOM);
                server.execute(FILL, FILL, FILL, FILL);
                receiver.stop();
                assertThat(receiver.spool().bytes()).isLessThanOrEqualTo(64L << 20);
            }
            storeFails = false;
            try (var receiver = receive(node.conninfo(), Policy.asynchronous())) {
                var end = Machines.end(server);
                receiver.awaitStored(end);
                assertStored(node, receiver, end);
            }
        }
    }

    @Test
    void aSynchronousReceiverWhoseSpoolIsFullStepsDownForAnotherStandbyIfThePolicyIsToDegrade() throws Exception {
        var node = new Machines(SERVERS, 18).node();
        node.start().close();
        var other = node.standby();
        try (var server =
                node.start(Settings.none().with("synchronous_standby_names", "FIRST 1 (muster_clinic, walreceiver)"));
                var standby = other.start();
                var receiver = TestReceiver.start(repository, directory.resolve("spool"), TestReceiver.options(
                        node.conninfo(), TestReceiver.synchronous(Durability.SPOOL, OnOutage.DEGRADE)), 64L << 20)) {
            // The server counts it as soon as it has caught up; until then the other standby releases commits.
            awaitSynchronous(server);
            var before = Machines.inserted(server);
            assertDone(commit(server, "create table t (n int, x text)"));
            assertThat(receiver.state().log().spooled()).isGreaterThan(before);
            storeFails = true;
            for (var i = 0; i < 8; i++) {
                assertDone(commit(server, FILL));
                server.execute("select pg_switch_wal()");
            }
            receiver.await("stepped down",
                    () -> receiver.state().promise().degraded().equals(Optional.of(Degradation.STEPPED_DOWN)));
            assertThat(standby.query("select pg_is_in_recovery()")).containsExactly("t");
            assertThat(receiver.spool().bytes()).isLessThanOrEqualTo(64L << 20);
            storeFails = false;
            receiver.await("standing again", () -> receiver.state().promise().degraded().isEmpty());
            awaitSynchronous(server);
            assertDone(commit(server, "insert into t values (3, 'x')"));
            var end = Machines.end(server);
            receiver.awaitStored(end);
            assertStored(node, receiver, end);
        }
    }

    private static void awaitSynchronous(TestServer server) throws Exception {
        assertThat(TestReceiver.WAIT.until(() -> server
                .query("select application_name from pg_stat_replication where sync_state = 'sync'")
                .equals(List.of(SYNCHRONOUS)), TestReceiver.SOON)).isTrue();
    }
}
