// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServers;
import dev.muster.vault.wal.WalRepository;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that shuts down does not wait for a receiver, wherever in a segment its log ends. */
class FarewellTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    /** PostgreSQL's own patience with a silent receiver is a minute; with one that answers it has no end. */
    private static final Duration STOPS_AT_MOST = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aServerStopsAtOnceJustBehindTheBeginningOfASegment(int major) throws Exception {
        var node = new Machines(SERVERS, major).node();
        try (var receiver = TestReceiver.start(new WalRepository(major), directory.resolve("spool"),
                TestReceiver.options(node.conninfo(), Policy.asynchronous()))) {
            try (var server = node.start()) {
                server.execute("create table t (n int)", "select pg_switch_wal()", "insert into t values (1)",
                        "select pg_switch_wal()", "insert into t values (2)");
                receiver.awaitStored(Machines.end(server));

                server.server().stop(StopMode.FAST, STOPS_AT_MOST);
            }
            try (var server = node.start()) {
                server.execute("insert into t values (3)");
                receiver.awaitStored(Machines.end(server));
                assertThat(receiver.events(ReceiverEvent.Gap.class)).isEmpty();
                assertThat(receiver.events(ReceiverEvent.Began.class)).hasSize(1);
            }
        }
    }

    @Test
    void onlyAServerThatAsksAgainAndAgainForWhatItIsNotToldIsLeft() {
        var end = new Lsn(5000);
        var told = new Farewell();
        var waiting = new Farewell();
        var moving = new Farewell();
        for (var asked = 1; asked <= 10; asked++) {
            assertThat(told.isDue(end, end, end)).isFalse();
            assertThat(waiting.isDue(end, end, new Lsn(4000))).isEqualTo(asked >= 3);
            assertThat(moving.isDue(end.plus(asked), end, new Lsn(4000))).isFalse();
        }
    }
}
