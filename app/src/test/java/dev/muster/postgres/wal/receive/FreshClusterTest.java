// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.TestWire;
import dev.muster.vault.wal.WalRepository;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A receiver begins while a cluster is still in the first segment of its log, and the server makes checkpoints. */
class FreshClusterTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    @TempDir
    private Path directory;

    /** Reports before anything is stored. */
    private static ReceiverOptions slow(ReceiverOptions options) {
        var shipping = new ReceiverOptions.Shipping(new Cadence(Duration.ofSeconds(2), 64 << 20), 1, "receiver-1");
        return new ReceiverOptions(options.system(), options.connection(), options.slots(), options.policy(), shipping,
                false);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aCheckpointWhileAReceiverBeginsDoesNotTakeTheServersLogAway(int major) throws Exception {
        try (var server = SERVERS.fresh(major);
                var receiver = TestReceiver.start(new WalRepository(major), directory.resolve("spool"),
                        slow(TestReceiver.options(TestWire.tcp(server), Policy.asynchronous())))) {
            receiver.await("streaming", () -> receiver.state().phase() == ReceiverState.Phase.STREAMING);
            var end = ReceiveTest.end(server);
            while (receiver.state().log().stored().isBefore(end)) {
                assertThat(server.query("select restart_lsn from pg_replication_slots where restart_lsn < '0/1000000'"))
                        .as("a position in segment 0, which holds no log").isEmpty();
                server.execute("checkpoint");
                assertThat(server.query("select name from pg_ls_waldir() "
                        + "where name = pg_walfile_name(pg_current_wal_lsn())")).as("what the server writes")
                        .hasSize(1);
            }
        }
    }
}
