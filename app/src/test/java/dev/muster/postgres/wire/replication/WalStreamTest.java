// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.WalStream.Received;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Streams of real servers. */
class WalStreamTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final WalSegmentSize SIZE = WalSegmentSize.DEFAULT;
    private static final TimelineId FIRST = TimelineId.of(1);
    private static final Settings KEEPS_ITS_LOG = Settings.none().with("wal_keep_size", "1GB");
    private static final Duration A_MOMENT = Duration.ofMillis(50);

    private final TestWire wire = new TestWire();

    private static Lsn flushed(TestServer server) throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
    }

    /** Receives until the copy has reached a position. */
    private static void follow(WalStream stream, LogCopy copy, Lsn to) {
        while (copy.end().isBefore(to)) {
            assertThat(stream.receive(TestWire.SOON, copy)).isEqualTo(Received.MESSAGE);
        }
    }

    private static void writeSegments(TestServer server) throws Exception {
        server.execute("create table if not exists filler (t text)",
                "insert into filler select repeat(md5(n::text), 30) from generate_series(1, 20000) n",
                "select pg_switch_wal()", "insert into filler select 'after' from generate_series(1, 100)");
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theLogArrivesByteForByte(int major) throws Exception {
        try (var server = SERVERS.fresh(major, KEEPS_ITS_LOG);
                var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            writeSegments(server);
            var to = flushed(server);
            var copy = new LogCopy(from);

            var stream = replication.stream(Optional.empty(), from, FIRST);
            follow(stream, copy, to);

            assertThat(stream.stop(TestWire.SOON)).isEqualTo(new StreamEnd.Stopped());
            assertThat(to.segmentNumber(SIZE) - from.segmentNumber(SIZE)).isGreaterThanOrEqualTo(2);
            for (var name = WalSegmentName.of(FIRST, from, SIZE); name.start().isBefore(to); name = name.next()) {
                assertSameAsOnDisk(server, copy, name, from, to);
            }
            assertThat(replication.identifySystem().timeline()).isEqualTo(FIRST);
        }
    }

    private static void assertSameAsOnDisk(TestServer server, LogCopy copy, WalSegmentName name, Lsn from, Lsn to)
            throws Exception {
        var file = server.server().cluster().dataDirectory().resolve("pg_wal").resolve(name.toString());
        var offset = (int) name.start().minus(from);
        var length = (int) Math.min(SIZE.bytes(), to.minus(name.start()));
        try (var input = Files.newInputStream(file)) {
            assertThat(copy.range(offset, offset + length)).as(name.toString()).isEqualTo(input.readNBytes(length));
        }
    }

    @Test
    void aSlotFollowsWhatIsReportedAsFlushed() throws Exception {
        try (var server = SERVERS.fresh(18);
                var connection = wire.connect(TestWire.settings(TestWire.tcp(server)).withApplicationName("muster_1"),
                        SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var slot = new SlotName("keeper");
            replication.createPhysicalSlot(slot, false);
            var from = replication.readSlot(slot).orElseThrow().restart().orElseThrow().segmentStart(SIZE);
            var copy = new LogCopy(from);
            var stream = replication.stream(Optional.of(slot), from, FIRST);
            writeSegments(server);
            follow(stream, copy, flushed(server));

            stream.sendStatus(copy.status(Instant.now()));

            var restart = "select restart_lsn from pg_replication_slots where restart_lsn = '" + copy.end() + "'";
            assertThat(new Wait(System::nanoTime).until(() -> !server.query(restart).isEmpty(), TestWire.SOON))
                    .isTrue();
            assertThat(server.query("select flush_lsn || ' ' || coalesce(replay_lsn::text, 'none') || ' ' || "
                    + "application_name from pg_stat_replication")).containsExactly(copy.end() + " none muster_1");
        }
    }

    @Test
    void aCommitThatWaitsIsAcknowledgedByAStatusFromAnotherThread() throws Exception {
        var settings = Settings.none().with("synchronous_standby_names", "muster_sync");
        try (var server = SERVERS.fresh(17, settings);
                var connection = wire.connect(
                        TestWire.settings(TestWire.tcp(server)).withApplicationName("muster_sync"),
                        SessionKind.PHYSICAL_REPLICATION);
                var scope = Scope.open("commit", 1)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            var stream = replication.stream(Optional.empty(), from, FIRST);
            var copy = new LogCopy(from);
            var commit = scope.submit(() -> {
                server.execute("create table acknowledged (n int)");
                return true;
            });
            var shown = "select 1 from pg_stat_activity where wait_event = 'SyncRep'";
            assertThat(new Wait(System::nanoTime).until(() -> !server.query(shown).isEmpty(), TestWire.SOON)).isTrue();

            follow(stream, copy, flushed(server));
            stream.sendStatus(copy.status(Instant.now()));

            assertThat(commit.await()).isTrue();
        }
    }

    @Test
    void silenceIsNoticedAndIsNoFailure() throws Exception {
        try (var server = SERVERS.fresh(16);
                var connection = wire.connect(TestWire.socket(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            var copy = new LogCopy(from);
            var stream = replication.stream(Optional.empty(), from, FIRST);
            follow(stream, copy, flushed(server));
            while (stream.receive(A_MOMENT, copy) == Received.MESSAGE) {
                // signs of life until nothing comes
            }

            assertThat(stream.ready()).isFalse();
            assertThat(stream.receive(Duration.ZERO, copy)).isEqualTo(Received.NOTHING);
            stream.sendStatus(new StandbyStatus(copy.end(), copy.end(), Lsn.ZERO, Instant.now(), true));
            var before = copy.keepalives();
            assertThat(stream.receive(TestWire.SOON, copy)).isEqualTo(Received.MESSAGE);
            assertThat(copy.keepalives()).isEqualTo(before + 1);
            server.execute("select pg_logical_emit_message(false, 'muster', 'awake')");
            follow(stream, copy, flushed(server));
        }
    }

    /** It must keep its log until then: its last checkpoint removes what it need not keep, sent or not. */
    @Test
    void aServerThatShutsDownSaysSoOnceItsLogHasArrived() throws Exception {
        var server = SERVERS.fresh(17, KEEPS_ITS_LOG);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION);
                var scope = Scope.open("stop", 1)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            var copy = new LogCopy(from);
            var stream = replication.stream(Optional.empty(), from, FIRST);
            writeSegments(server);
            scope.fork(() -> server.server().stop(StopMode.FAST, TestWire.SOON));

            while (stream.receive(TestWire.SOON, copy) == Received.MESSAGE) {
                if (copy.takeReplyRequest()) {
                    stream.sendStatus(copy.status(Instant.now()));
                }
            }

            assertThat(stream.end()).isEqualTo(new StreamEnd.ServerShutdown());
            assertThat(connection.open()).isFalse();
            scope.join();
            var last = WalSegmentName.of(FIRST, copy.end(), SIZE);
            assertSameAsOnDisk(server, copy, last, from, copy.end());
        }
    }

    @Test
    void aServerThatIsKilledIsALostConnection() throws Exception {
        var server = SERVERS.fresh(15);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            var copy = new LogCopy(from);
            var stream = replication.stream(Optional.empty(), from, FIRST);
            follow(stream, copy, flushed(server));

            server.server().killHard();

            assertThatThrownBy(() -> {
                while (stream.receive(TestWire.SOON, copy) == Received.MESSAGE) {
                    // what had been sent
                }
            }).isInstanceOf(TransportFault.Lost.class).extracting(e -> ((TransportFault) e).retryable())
                    .isEqualTo(true);
            assertThat(connection.open()).isFalse();
        }
    }

    @Test
    void logThatIsGoneIsAnErrorInTheMiddleAndTheConnectionStays() throws Exception {
        try (var server = SERVERS.fresh(18, Settings.none().with("min_wal_size", "32MB").with("max_wal_size", "32MB"));
                var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            for (var i = 0; i < 6; i++) {
                writeSegments(server);
            }
            server.execute("checkpoint", "checkpoint");
            var copy = new LogCopy(from);

            var stream = replication.stream(Optional.empty(), from, FIRST);

            assertThatThrownBy(() -> follow(stream, copy, flushed(server)))
                    .isInstanceOfSatisfying(WireFault.ServerError.class,
                            e -> assertThat(e.serverMessage().sqlState()).isEqualTo("58P01"));
            assertThat(replication.identifySystem().timeline()).isEqualTo(FIRST);
        }
    }

    @Test
    void aReaderThatFailsEndsTheConnection() throws Exception {
        try (var server = SERVERS.fresh(17);
                var connection = wire.connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(SIZE);
            var stream = replication.stream(Optional.empty(), from, FIRST);
            var full = new IllegalStateException("the disk is full");
            var reader = new WalReader() {
                @Override
                public void wal(WalData data) {
                    throw full;
                }

                @Override
                public void keepalive(Keepalive keepalive) {}
            };

            assertThatThrownBy(() -> {
                while (stream.receive(TestWire.SOON, reader) == Received.MESSAGE) {
                    // until the first piece of the log
                }
            }).isSameAs(full);

            assertThat(connection.open()).isFalse();
            assertThatThrownBy(replication::identifySystem).isInstanceOf(TransportFault.Closed.class);
        }
    }
}
