// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.TestWire;
import dev.muster.vault.wal.WalRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The receiver against real servers: what it keeps is the server's log, byte for byte. */
class ReceiveTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    static final Settings KEEPING = Settings.none().with("wal_keep_size", "2GB").with("autovacuum", "off");

    @TempDir
    Path directory;

    static Lsn end(TestServer server) throws Exception {
        return Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
    }

    /** The server's own bytes. */
    static byte[] served(TestServer server, TimelineId timeline, Lsn from, Lsn to) throws Exception {
        var size = WalSegmentSize.DEFAULT;
        var bytes = new byte[(int) to.minus(from)];
        for (var at = from; at.isBefore(to);) {
            var file = server.server().cluster().dataDirectory().resolve("pg_wal")
                    .resolve(WalSegmentName.of(timeline, at, size).toString());
            var offset = at.offsetInSegment(size);
            var length = (int) Math.min(to.minus(at), size.bytes() - offset);
            System.arraycopy(Files.readAllBytes(file), offset, bytes, (int) at.minus(from), length);
            at = at.plus(length);
        }
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theLogReachesTheRepositoryByteForByte(int major) throws Exception {
        var repository = new WalRepository(major);
        try (var server = SERVERS.fresh(major, KEEPING);
                var receiver = TestReceiver.start(repository, directory.resolve("spool"),
                        TestReceiver.options(TestWire.tcp(server), Policy.asynchronous()))) {
            receiver.await("streaming", () -> receiver.state().phase() == ReceiverState.Phase.STREAMING);
            server.execute("create table t as select n, repeat(md5(n::text), 20) as x from generate_series(1, 60000) n",
                    "select pg_switch_wal()", "insert into t select * from t limit 20000");
            var end = end(server);
            receiver.awaitStored(end);
            var lineage = receiver.lineage();
            var first = new Lsn(lineage.descent().first());
            var timeline = TimelineId.of(1);
            assertThat(Arrays.mismatch(TestReceiver.stored(repository, lineage, first, end),
                    served(server, timeline, first, end))).isEqualTo(-1);
            assertThat(lineage.origin().timeline()).isEqualTo(1);
            assertThat(Long.toUnsignedString(lineage.origin().systemIdentifier()))
                    .isEqualTo(server.query("select system_identifier from pg_control_system()").getFirst());
            assertThat(lineage.serverVersion() / 10_000).isEqualTo(major);
            receiver.finish();
            var log = receiver.spool().logs().getFirst();
            var spooled = new byte[(int) log.received().minus(log.first())];
            log.read(log.first().value(), spooled, 0, spooled.length);
            assertThat(Arrays.mismatch(spooled, served(server, timeline, log.first(), log.received()))).isEqualTo(-1);
        }
    }
}
