// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.seal.Role;
import dev.muster.vault.wal.WalRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Receivers go on where others have been meanwhile, with a server that keeps no more than it must. */
class TakeOverTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    static final Settings KEEPS_LITTLE = Settings.none().with("wal_keep_size", "0")
            .with("max_wal_size", "64MB").with("min_wal_size", "32MB");
    private static final String FILL =
            "insert into t select n, repeat(md5(n::text), 20) from generate_series(1, 3000) n";

    /** Longer than the test: only whole segments are stored. */
    private static final Cadence WHOLE_SEGMENTS = new Cadence(Duration.ofHours(1), 64 << 20);

    @TempDir
    Path directory;

    private final WalRepository repository = new WalRepository(73);

    private TestReceiver receive(Machines.Node node, String spool, Cadence... cadence) throws Exception {
        var options = TestReceiver.options(node.conninfo(), Policy.asynchronous());
        for (var each : cadence) {
            options = new ReceiverOptions(options.system(), options.connection(), options.slots(), options.policy(),
                    new ReceiverOptions.Shipping(each, 1, spool), false);
        }
        return TestReceiver.start(repository, directory.resolve(spool), options);
    }

    private static void fill(TestServer server, int segments) throws Exception {
        server.execute("create table if not exists t (n int, x text)");
        for (var i = 0; i < segments; i++) {
            server.execute(FILL, "select pg_switch_wal()");
        }
        server.execute(FILL);
    }

    /** Makes checkpoints until the server has thrown this segment away. */
    static void throwAway(TestServer server, Lsn position) throws Exception {
        var name = WalSegmentName.of(TimelineId.of(1), position, WalSegmentSize.DEFAULT).toString();
        var deadline = System.nanoTime() + TestReceiver.SOON.toNanos();
        while (!server.query("select name from pg_ls_waldir() where name = '" + name + "'").isEmpty()) {
            assertThat(System.nanoTime()).as("%s is there; slots %s", name,
                    server.query("select restart_lsn from pg_replication_slots")).isLessThan(deadline);
            server.execute("checkpoint");
        }
    }

    /** The segments that the server still has, and whatever it has lost, are one history in the repository. */
    private void assertOneHistory(TestServer server, Machines.Node node, TestReceiver receiver) throws Exception {
        var end = Machines.end(server);
        receiver.awaitStored(end);
        assertThat(repository.archive(Role.RESTORE).lineages().known()).hasSize(1);
        assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
        assertThat(receiver.events(ReceiverEvent.NotCompared.class)).isEmpty();
        var lineage = receiver.lineage();
        var first = new Lsn(lineage.descent().first());
        assertThat(TestReceiver.stored(repository, lineage, first, end)).hasSize((int) end.minus(first));
        var there = end.segmentStart(WalSegmentSize.DEFAULT);
        assertThat(Arrays.mismatch(TestReceiver.stored(repository, lineage, there, end),
                node.log(TimelineId.of(1), there, end))).isEqualTo(-1);
    }

    @Test
    void aReceiverThatWaitedForTheSlotGoesOnWhereTheOtherOneEnded() throws Exception {
        var node = new Machines(SERVERS, 15).node(KEEPS_LITTLE);
        try (var server = node.start(); var first = receive(node, "first")) {
            fill(server, 1);
            var joined = Machines.end(server);
            first.awaitStored(joined);
            takeOver(server, node, first, joined);
        }
    }

    @Test
    void aReceiverThatWaitedSinceNothingWasStoredTakesTheOthersHistory() throws Exception {
        var node = new Machines(SERVERS, 18).node(KEEPS_LITTLE);
        try (var server = node.start(); var first = receive(node, "first", WHOLE_SEGMENTS)) {
            first.await("streaming", first::isStreaming);
            var begun = Machines.end(server);
            takeOver(server, node, first, begun);
        }
    }

    private void takeOver(TestServer server, Machines.Node node, TestReceiver first, Lsn waitedSince) throws Exception {
        try (var second = receive(node, "second")) {
            second.await("waiting", () -> !second.events(ReceiverEvent.Disconnected.class).isEmpty());
            fill(server, 4);
            first.awaitStored(Machines.end(server).segmentStart(WalSegmentSize.DEFAULT));
            throwAway(server, waitedSince);
            first.close();
            server.execute("insert into t values (3, 'kept by the slot')");
            second.await("streaming", second::isStreaming);
            fill(server, 1);
            assertOneHistory(server, node, second);
            assertThat(second.events(ReceiverEvent.SlotRemade.class)).isEmpty();
        }
    }

    @Test
    void aSpoolThatIsStoredAndOlderThanTheRepositoryIsNotGoneOnWith() throws Exception {
        var node = new Machines(SERVERS, 16).node(KEEPS_LITTLE);
        try (var server = node.start()) {
            var spooled = carriedOnByAnother(server, node);
            throwAway(server, spooled);
            try (var receiver = receive(node, "first")) {
                receiver.await("streaming", receiver::isStreaming);
                fill(server, 1);
                assertOneHistory(server, node, receiver);
            }
        }
    }

    /** Returns where the first one's spool ends. */
    private Lsn carriedOnByAnother(TestServer server, Machines.Node node) throws Exception {
        Lsn spooled;
        try (var receiver = receive(node, "first")) {
            fill(server, 1);
            spooled = Machines.end(server);
            receiver.awaitStored(spooled);
            receiver.finish();
        }
        try (var other = receive(node, "other")) {
            fill(server, 4);
            other.awaitStored(Machines.end(server));
            other.finish();
        }
        return spooled;
    }

    @Test
    void aServerThatHasTooLittleToBeComparedMakesNoGapWhereNothingIsMissing() throws Exception {
        var node = new Machines(SERVERS, 17).node(KEEPS_LITTLE);
        try (var server = node.start()) {
            carriedOnByAnother(server, node);
            server.execute("select pg_switch_wal()");
            try (var other = receive(node, "other")) {
                server.execute("insert into t values (1, 'little')");
                other.awaitStored(Machines.end(server));
                other.finish();
            }
            var end = Machines.end(server);
            server.execute("select pg_drop_replication_slot('muster_clinic')");
            throwAway(server, new Lsn(end.segmentStart(WalSegmentSize.DEFAULT).value() - 1));
            try (var receiver = receive(node, "first")) {
                receiver.await("streaming", receiver::isStreaming);
                assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
                var stored = receiver.events(ReceiverEvent.NotCompared.class).getFirst();
                assertThat(stored.first()).isEqualTo(end.segmentStart(WalSegmentSize.DEFAULT));
                assertThat(stored.end()).isBetween(stored.first(), Machines.end(server));
                server.execute(FILL);
                receiver.awaitStored(Machines.end(server));
                assertThat(new Lsn(receiver.lineage().descent().fork())).isEqualTo(stored.end());
            }
        }
    }

    @Test
    void aGapBeginsWhereTheRepositoryEndsNotTheOldSpool() throws Exception {
        var node = new Machines(SERVERS, 18).node(KEEPS_LITTLE);
        try (var server = node.start()) {
            carriedOnByAnother(server, node);
            var end = Machines.end(server);
            server.execute("select pg_drop_replication_slot('muster_clinic')");
            fill(server, 3);
            throwAway(server, end);
            try (var receiver = receive(node, "first")) {
                receiver.await("streaming", receiver::isStreaming);
                var gap = receiver.events(ReceiverEvent.Gap.class).getFirst();
                assertThat(gap.from()).as("not where the old spool ended").isGreaterThanOrEqualTo(end);
                assertThat(gap.first()).isGreaterThan(gap.from());
            }
        }
    }
}
