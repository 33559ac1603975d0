// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire.replication;

import com.sun.management.ThreadMXBean;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.TestWire;
import dev.muster.postgres.wire.replication.WalStream.Received;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What a message costs the garbage collector. */
class HotPathTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    /** A wait for the next piece allocates a little, a piece that is there nothing. */
    private static final long BYTES_EACH_MAX = 100;

    private static final class Sum implements WalReader {

        private long bytes;
        private long messages;

        @Override
        public void wal(WalData data) {
            bytes += data.bytes().remaining();
            messages++;
        }

        @Override
        public void keepalive(Keepalive keepalive) {}
    }

    @Test
    void nothingIsAllocatedForAPieceOfTheLog() throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var server = SERVERS.fresh(17, Settings.none().with("wal_keep_size", "2GB"));
                var connection = new TestWire().connect(TestWire.tcp(server), SessionKind.PHYSICAL_REPLICATION)) {
            server.execute("create table filler (t text)", "insert into filler select repeat('x', 100) from"
                    + " generate_series(1, 2000000)");
            var to = Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
            var replication = new Replication(connection);
            var stream = replication.stream(Optional.empty(), new Lsn(16 << 20), TimelineId.of(1));
            var sum = new Sum();
            var total = to.value() - (16 << 20);
            receive(stream, sum, total / 2);
            var before = threads.getCurrentThreadAllocatedBytes();
            var warm = sum.messages;

            receive(stream, sum, total);

            var each = (threads.getCurrentThreadAllocatedBytes() - before) / Math.max(1, sum.messages - warm);
            assertThat(sum.messages - warm).isGreaterThan(500);
            assertThat(each).as("bytes allocated for each of %d messages", sum.messages - warm)
                    .isLessThanOrEqualTo(BYTES_EACH_MAX);
        }
    }

    private static void receive(WalStream stream, Sum sum, long bytes) {
        while (sum.bytes < bytes) {
            if (stream.receive(TestWire.SOON, sum) != Received.MESSAGE) {
                throw new AssertionError("the server has sent no more than " + sum.bytes + " bytes");
            }
        }
    }
}
