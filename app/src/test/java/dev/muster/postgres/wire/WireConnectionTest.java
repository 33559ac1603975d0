// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.transport.TransportFault;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Conversations with real servers. */
class WireConnectionTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private final TestWire wire = new TestWire();

    private WireConnection sql(int major) throws Exception {
        return wire.connect(TestWire.tcp(SERVERS.shared(major)), SessionKind.SQL);
    }

    private static String only(List<QueryResult> results) {
        return String.valueOf(results.getFirst().rows().getFirst().text(0));
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void severalStatementsAreAnsweredInOrder(int major) throws Exception {
        try (var connection = sql(major)) {
            var results = connection.query("select 1 as a, null as b, '\u00fc' as c;; set search_path = public;"
                    + " select n from generate_series(1, 3) n; select where false");

            assertThat(results).extracting(QueryResult::tag).containsExactly("SELECT 1", "SET", "SELECT 3", "SELECT 0");
            var row = results.getFirst().rows().getFirst();
            assertThat(row.text("a")).isEqualTo("1");
            assertThat(row.text("b")).isNull();
            assertThat(row.bytes(1)).isNull();
            assertThat(row.bytes(2)).isEqualTo("\u00fc".getBytes(StandardCharsets.UTF_8));
            assertThat(results.getFirst().columns()).extracting(Column::name).containsExactly("a", "b", "c");
            assertThat(results.getFirst().columns().getFirst().type()).isEqualTo(23);
            assertThat(results.get(2).rows()).extracting(each -> each.text(0)).containsExactly("1", "2", "3");
            assertThat(results.get(3).columns()).isEmpty();
            assertThatThrownBy(() -> row.text("d")).isInstanceOf(IllegalArgumentException.class);
            assertThat(connection.query("")).singleElement().extracting(QueryResult::tag).isEqualTo("");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorEndsTheCommandAndNotTheConnection(SessionKind kind) throws Exception {
        try (var connection = wire.connect(TestWire.socket(SERVERS.shared(18)), kind)) {
            assertThatThrownBy(() -> connection.query("no command at all"))
                    .isInstanceOfSatisfying(WireFault.ServerError.class, e -> {
                        assertThat(e.serverMessage().severity()).isEqualTo("ERROR");
                        assertThat(e.serverMessage().sqlState()).isIn("42601", "0A000");
                        assertThat(e.retryable()).isFalse();
                    });
            assertThat(connection.open()).isTrue();
            assertThat(only(connection.query("SHOW server_version"))).isEqualTo(connection.serverVersion().text());
        }
    }

    @Test
    void anErrorNeverShowsItsDetailWhichMayHoldData() throws Exception {
        try (var connection = sql(17)) {
            connection.query("create temp table people (name text primary key)");
            connection.query("insert into people values ('a patient')");

            assertThatThrownBy(() -> connection.query("insert into people values ('a patient')"))
                    .isInstanceOfSatisfying(WireFault.ServerError.class, e -> {
                        assertThat(e.getMessage() + e.remedy()).doesNotContain("patient");
                        assertThat(e.serverMessage().detail()).contains("a patient");
                    });
        }
    }

    @Test
    void noticesComeWheneverTheServerHasOne() throws Exception {
        try (var connection = sql(16)) {
            connection.query("do $$ begin raise notice 'first'; raise warning 'second' using hint = 'look'; end $$");

            assertThat(wire.notices()).extracting(ServerMessage::message).containsExactly("first", "second");
            assertThat(wire.notices()).extracting(ServerMessage::severity).containsExactly("NOTICE", "WARNING");
            assertThat(wire.notices()).extracting(ServerMessage::hint).containsExactly("", "look");
        }
    }

    @Test
    void whatTheServerReportsOfItselfIsKeptUpToDate() throws Exception {
        try (var connection = sql(18)) {
            assertThat(connection.parameters()).containsEntry("in_hot_standby", "off").containsEntry("client_encoding",
                    "UTF8");
            connection.query("set application_name = 'renamed'");

            assertThat(connection.parameters()).containsEntry("application_name", "renamed");
        }
    }

    @Test
    void optionsAndNameReachTheServer() throws Exception {
        var more = " options='-c geqo=off' application_name='it''s'";
        try (var connection = wire.connect(TestWire.tcp(SERVERS.shared(17)) + more.replace("''", "\\'"),
                SessionKind.SQL)) {
            assertThat(only(connection.query("show geqo"))).isEqualTo("off");
            assertThat(only(connection.query("show application_name"))).isEqualTo("it's");
        }
    }

    @Test
    void dataIsCopiedOutInPlace() throws Exception {
        try (var connection = sql(17)) {
            var copied = new StringBuilder();
            var results = new ArrayList<String>();

            connection.copyOut("select 'before'; copy (select generate_series(1, 1000)) to stdout; select 'after'",
                    TestWire.SOON, new CopyReader() {
                        @Override
                        public void result(QueryResult result) {
                            results.add(result.tag());
                        }

                        @Override
                        public void begins() {
                            results.add("begins");
                        }

                        @Override
                        public void data(ByteBuffer bytes) {
                            copied.append(StandardCharsets.UTF_8.decode(bytes));
                        }

                        @Override
                        public void ends() {
                            results.add("ends");
                        }
                    });

            assertThat(copied).startsWith("1\n2\n").endsWith("999\n1000\n");
            assertThat(results).containsExactly("SELECT 1", "begins", "ends", "COPY 1000", "SELECT 1");
        }
    }

    @Test
    void anErrorInTheMiddleOfACopyIsAnError() throws Exception {
        try (var connection = sql(16)) {
            var messages = new int[1];

            assertThatThrownBy(() -> connection.copyOut("copy (select 1 / (100000 - n) from generate_series(1, 200000)"
                    + " n) to stdout", TestWire.SOON, bytes -> messages[0]++))
                    .isInstanceOf(WireFault.ServerError.class).hasMessageContaining("22012");

            assertThat(messages[0]).isGreaterThan(1_000);
            assertThat(only(connection.query("select 7"))).isEqualTo("7");
        }
    }

    @Test
    void dataIsCopiedIn() throws Exception {
        try (var connection = sql(18)) {
            connection.query("create temp table numbers (n int)");
            var rows = new StringBuilder();
            for (var i = 0; i < 100_000; i++) {
                rows.append(i).append('\n');
            }

            var results = connection.copyIn("copy numbers from stdin", stream(rows.toString()));

            assertThat(results).extracting(QueryResult::tag).containsExactly("COPY 100000");
            assertThat(only(connection.query("select sum(n) from numbers"))).isEqualTo("4999950000");
        }
    }

    @Test
    void aNoticeInTheMiddleDoesNotCutWhatIsCopiedIn() throws Exception {
        try (var connection = sql(17)) {
            connection.query("create temp table loud (n int); create function pg_temp.shout() returns trigger as"
                    + " $$ begin if new.n % 100 = 0 then raise notice '%', repeat('x', 9000); end if; return new; end $$"
                    + " language plpgsql; create trigger shout before insert on loud for each row execute function"
                    + " pg_temp.shout()");
            var rows = new StringBuilder();
            for (var i = 0; i < 200_000; i++) {
                rows.append(i).append('\n');
            }

            connection.copyIn("copy loud from stdin", stream(rows.toString()));

            assertThat(only(connection.query("select count(*) from loud"))).isEqualTo("200000");
            assertThat(wire.notices()).hasSizeGreaterThanOrEqualTo(2_000);
        }
    }

    @Test
    void dataThatTheServerDoesNotTakeIsItsError() throws Exception {
        try (var connection = sql(15)) {
            connection.query("create temp table numbers (n int)");
            var endless = new SequenceInputStream(stream("1\nnot a number\n"), stream("2\n".repeat(20_000_000)));

            assertThatThrownBy(() -> connection.copyIn("copy numbers from stdin", endless))
                    .isInstanceOf(WireFault.ServerError.class).hasMessageContaining("22P02");

            assertThat(endless.read()).as("the rest was not even read").isPositive();
            assertThat(only(connection.query("select count(*) from numbers"))).isEqualTo("0");
        }
    }

    @Test
    void dataThatCannotBeReadIsTakenBack() throws Exception {
        try (var connection = sql(18)) {
            connection.query("create temp table numbers (n int)");
            var broken = new FilterInputStream(stream("1\n".repeat(50_000))) {
                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    var count = super.read(into, from, length);
                    if (count < 0) {
                        throw new IOException("the disk is gone");
                    }
                    return count;
                }
            };

            assertThatThrownBy(() -> connection.copyIn("copy numbers from stdin", broken))
                    .isInstanceOf(UncheckedIOException.class).hasRootCauseMessage("the disk is gone");

            assertThat(only(connection.query("select count(*) from numbers"))).isEqualTo("0");
        }
    }

    @Test
    void aSourceThatBreaksInAnyOtherWayEndsTheConnection() throws Exception {
        try (var connection = sql(17)) {
            connection.query("create temp table numbers (n int)");
            var broken = new FilterInputStream(stream("")) {
                @Override
                public int read(byte[] into, int from, int length) {
                    throw new IllegalStateException("broken");
                }
            };

            assertThatThrownBy(() -> connection.copyIn("copy numbers from stdin", broken)).hasMessage("broken");

            assertThat(connection.open()).isFalse();
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy (select 1) to stdout", "create temp table t (n int); copy t from stdin"})
    void aCopyWhereNoneIsExpectedEndsTheConnection(String command) throws Exception {
        try (var connection = sql(17)) {
            assertThatThrownBy(() -> connection.query(command)).isInstanceOf(WireFault.Protocol.class);
            assertThat(connection.open()).isFalse();
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsNotHeld() throws Exception {
        var small = new TestWire(new WireLimits(1 << 20, 100_000, TestWire.SOON, TestWire.SOON));
        try (var connection = small.connect(TestWire.tcp(SERVERS.shared(16)), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select repeat('x', 1000) from generate_series(1, 1000000)"))
                    .isInstanceOf(WireFault.Protocol.class).hasMessageContaining("100000 bytes");
            assertThat(connection.open()).isFalse();
        }
        try (var connection = small.connect(TestWire.tcp(SERVERS.shared(16)), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select repeat('x', 2000000)"))
                    .isInstanceOf(WireFault.Protocol.class).hasMessageContaining("impossible length");
        }
    }

    @Test
    void silenceIsBounded() throws Exception {
        var hasty = new TestWire(WireLimits.DEFAULT.withSilenceMax(Duration.ofMillis(200)));
        try (var connection = hasty.connect(TestWire.socket(SERVERS.shared(17)), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select pg_sleep(600)"))
                    .isInstanceOf(TransportFault.TimedOut.class).extracting(e -> ((TransportFault) e).retryable())
                    .isEqualTo(true);
            assertThat(connection.open()).isFalse();
        }
    }

    private static void awaitSleeping(TestServer server, String marker) throws Exception {
        var sleeping = "select 1 from pg_stat_activity where query like '%pg_sleep(600) " + marker
                + "' and state = 'active'";
        assertThat(new Wait(System::nanoTime).until(() -> !server.query(sleeping).isEmpty(), TestWire.SOON)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommandIsCancelledFromAnotherThread(boolean tcp) throws Exception {
        var server = SERVERS.shared(18);
        var marker = "-- cancelled " + tcp;
        try (var connection = wire.connect(tcp ? TestWire.tcp(server) : TestWire.socket(server), SessionKind.SQL);
                var scope = Scope.open("cancel", 1)) {
            scope.fork(() -> {
                awaitSleeping(server, marker);
                connection.cancel();
            });

            assertThatThrownBy(() -> connection.query("select pg_sleep(600) " + marker))
                    .isInstanceOf(WireFault.ServerError.class).hasMessageContaining("57014");

            scope.join();
            assertThat(only(connection.query("select 'still here'"))).isEqualTo("still here");
        }
    }

    @Test
    void aConnectionIsClosedFromAnotherThread() throws Exception {
        var server = SERVERS.shared(16);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.SQL);
                var scope = Scope.open("abort", 1)) {
            scope.fork(() -> {
                awaitSleeping(server, "-- aborted");
                connection.abort();
            });

            assertThatThrownBy(() -> connection.query("select pg_sleep(600) -- aborted"))
                    .isInstanceOf(TransportFault.Closed.class);
            scope.join();
            assertThat(connection.open()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsTheWaitAndStaysSet(boolean virtual) throws Exception {
        var server = SERVERS.shared(17);
        var marker = "-- interrupted " + virtual;
        var waiting = new CountDownLatch(1);
        var seen = new boolean[1];
        Runnable work = () -> {
            try (var connection = wire.connect(TestWire.tcp(server), SessionKind.SQL)) {
                assertThatThrownBy(() -> connection.query("select pg_sleep(600) " + marker))
                        .isInstanceOf(TransportFault.Interrupted.class);
                seen[0] = Thread.currentThread().isInterrupted();
            } finally {
                waiting.countDown();
            }
        };
        var thread = virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work);
        awaitSleeping(server, marker);

        thread.interrupt();

        assertThat(waiting.await(TestWire.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(seen[0]).isTrue();
    }

    @Test
    void aSessionThatTheServerEndsIsItsErrorAndMayBeTriedAgain() throws Exception {
        var server = SERVERS.shared(18);
        try (var connection = wire.connect(TestWire.tcp(server), SessionKind.SQL)) {
            var process = only(connection.query("select pg_backend_pid()"));

            assertThatThrownBy(() -> connection.query("select pg_terminate_backend(" + process + "), pg_sleep(5)"))
                    .isInstanceOfSatisfying(WireFault.ServerError.class, e -> {
                        assertThat(e.serverMessage().sqlState()).isEqualTo("57P01");
                        assertThat(e.retryable()).isTrue();
                    });
            assertThat(connection.open()).isFalse();
            assertThatThrownBy(() -> connection.query("select 1")).isInstanceOf(TransportFault.Closed.class);
        }
    }

    @Test
    void aClosedConnectionIsGoneOnTheServer() throws Exception {
        var server = SERVERS.shared(15);
        var connection = wire.connect(TestWire.tcp(server) + " application_name=leaving", SessionKind.SQL);
        connection.close();
        connection.close();

        var sessions = "select 1 from pg_stat_activity where application_name = 'leaving'";
        assertThat(new Wait(System::nanoTime).until(() -> server.query(sessions).isEmpty(), TestWire.SOON)).isTrue();
        assertThatThrownBy(() -> connection.query("select 1")).isInstanceOf(TransportFault.Closed.class);
        assertThat(server.server().log().tail(20)).noneMatch(line -> line.text().contains("unexpected EOF"));
    }

    @Test
    void aCommandWithAZeroInItIsNotSent() throws Exception {
        try (var connection = sql(17)) {
            assertThatThrownBy(() -> connection.query("select '\0'")).isInstanceOf(IllegalArgumentException.class);
            assertThat(only(connection.query("select 1"))).isEqualTo("1");
        }
    }
}
