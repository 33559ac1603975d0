// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.postgres.wire.ScriptedServer.Script;
import dev.muster.postgres.wire.transport.TransportFault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.muster.postgres.wire.ScriptedServer.concat;
import static dev.muster.postgres.wire.ScriptedServer.description;
import static dev.muster.postgres.wire.ScriptedServer.error;
import static dev.muster.postgres.wire.ScriptedServer.int16;
import static dev.muster.postgres.wire.ScriptedServer.int32;
import static dev.muster.postgres.wire.ScriptedServer.raw;
import static dev.muster.postgres.wire.ScriptedServer.row;
import static dev.muster.postgres.wire.ScriptedServer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that break the rules after the log-in. */
class ProtocolFaultsTest {

    private static final byte[] COPY_HEADER = concat(new byte[]{0}, int16(0));

    private final TestWire wire = new TestWire();

    private static void query(WireConnection connection) {
        connection.query("select");
    }

    private static void copyOut(WireConnection connection) {
        connection.copyOut("copy", TestWire.SOON, bytes -> {});
    }

    /** Lets the client in, waits for its command, and answers as scripted. */
    private static Script answer(Script script) {
        return line -> {
            line.letIn();
            line.read();
            script.play(line);
        };
    }

    private void assertFault(Class<? extends Fault> type, Consumer<WireConnection> command, Script script)
            throws IOException {
        try (var server = new ScriptedServer(answer(script));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            assertThatThrownBy(() -> command.accept(connection)).isInstanceOf(type);
            assertThat(connection.open()).isFalse();
            assertThatThrownBy(() -> connection.query("select 1")).isInstanceOf(TransportFault.Closed.class);
        }
    }

    private void assertViolation(Consumer<WireConnection> command, Script script) throws IOException {
        assertFault(WireFault.Protocol.class, command, script);
    }

    @Test
    void aScriptThatKeepsTheRulesIsAnswered() throws IOException {
        try (var server = new ScriptedServer(answer(line -> line.send('T', description("a", "b"))
                .send('D', row("1", "")).send('N', error("NOTICE", "00000", "by the way"))
                .send('A', concat(int32(1), text("channel", "payload"))).send('C', text("SELECT 1"))
                .send('Z', raw("I"))));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            var result = connection.query("select").getFirst();

            assertThat(result.tag()).isEqualTo("SELECT 1");
            assertThat(result.rows().getFirst().text("b")).isEmpty();
            assertThat(wire.notices()).hasSize(1);
            assertThat(connection.serverVersion()).isEqualTo(new ServerVersion(17, "17.5"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"R", "K", "v", "d", "c", "D", "G", "W"})
    void aMessageThatDoesNotBelongIntoAnAnswerEndsTheConnection(char type) throws IOException {
        var contents = type == 'R' || type == 'K' ? int32(0) : COPY_HEADER;
        Consumer<WireConnection> command =
                type == 'G' || type == 'W' ? ProtocolFaultsTest::copyOut : ProtocolFaultsTest::query;
        assertViolation(command, line -> line.send(type, contents).awaitEnd());
    }

    @ParameterizedTest
    @ValueSource(strings = {"T", "C", "D", "Z", "H", "G", "W", "I"})
    void aMessageThatDoesNotBelongIntoACopyEndsTheConnection(char type) throws IOException {
        assertViolation(ProtocolFaultsTest::copyOut,
                line -> line.send('H', COPY_HEADER).send('d', raw("x")).send(type, raw("I"))
                        .awaitEnd());
    }

    @Test
    void aServerThatIsReadyInTheMiddleOfAResultIsNot() throws IOException {
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send('T', description("a")).send('Z', raw("I")).awaitEnd());
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send('T', description("a")).send('T', description("a")).awaitEnd());
    }

    @Test
    void aRowMustFitItsDescription() throws IOException {
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send('T', description("a")).send('D', row("1", "2")).awaitEnd());
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send('T', description("a", "b")).send('D', row("1")).awaitEnd());
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send('T', description("a")).send('D', concat(row("1"), raw("x")))
                        .awaitEnd());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, -2, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aValueIsNoLongerThanItsRow(int length) throws IOException {
        assertViolation(ProtocolFaultsTest::query, line -> line.send('T', description("a"))
                .send('D', concat(int16(1), int32(length), raw("1234"))).awaitEnd());
    }

    @Test
    void aDescriptionThatIsCutOffIsNone() throws IOException {
        for (var contents : new byte[][]{{}, {0}, int16(1), concat(int16(1), raw("a")),
                concat(int16(1), text("a"), int32(0)), concat(int16(-1), raw("x")), concat(int16(32_767), text("a")),
                concat(description("a"), raw("x"))}) {
            assertViolation(ProtocolFaultsTest::query, line -> line.send('T', contents).awaitEnd());
        }
    }

    @Test
    void aHeaderOfACopyThatIsCutOffIsNone() throws IOException {
        for (var contents : new byte[][]{{}, {0}, concat(new byte[]{0}, int16(2), int16(0)),
                concat(COPY_HEADER, raw("x"))}) {
            assertViolation(ProtocolFaultsTest::copyOut, line -> line.send('H', contents).awaitEnd());
        }
    }

    @Test
    void anErrorThatIsCutOffIsAViolation() throws IOException {
        for (var contents : new byte[][]{{}, raw("S"), text("SERROR"), concat(text("SERROR"), raw("Mtext")),
                concat(error("ERROR", "42601", "x"), raw("more"))}) {
            assertViolation(ProtocolFaultsTest::query, line -> line.send('E', contents).awaitEnd());
        }
    }

    @Test
    void anErrorWithFieldsThatNobodyKnowsIsAnError() throws IOException {
        try (var server = new ScriptedServer(
                answer(line -> line.send('E',
                        concat(text("SFEHLER", "\u007fx", "C42601", "Mkaputt"), new byte[]{(byte) 200},
                                text("y"), new byte[]{0}))
                        .send('Z', raw("I"))));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select")).isInstanceOf(WireFault.ServerError.class)
                    .hasMessageContaining("FEHLER 42601: kaputt");
            assertThat(connection.open()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"D, 2147483647", "d, 2147483647", "T, 16777217", "E, 16777217", "N, -1", "C, 30001", "Z, 30001",
            "D, 3", "D, -2147483648"})
    void anImpossibleLengthIsNotBelieved(char type, int length) throws IOException {
        assertViolation(ProtocolFaultsTest::query,
                line -> line.send(concat(raw(String.valueOf(type)), int32(length), new byte[1000])).awaitEnd());
    }

    @Test
    void aLongMessageOfAnHonestServerIsRead() throws IOException {
        var value = "v".repeat(10 << 20);
        try (var server = new ScriptedServer(answer(line -> line.send('T', description("a")).send('D', row(value))
                .send('D', row("after")).send('C', text("SELECT 2")).send('Z', raw("I"))));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            var rows = connection.query("select").getFirst().rows();

            assertThat(rows.getFirst().text(0)).isEqualTo(value);
            assertThat(rows.getLast().text(0)).isEqualTo("after");
        }
    }

    @Test
    void rowsWithoutEndAreNotHeld() throws IOException {
        assertViolation(ProtocolFaultsTest::query, line -> {
            line.send('T', description("a"));
            while (true) {
                line.send('D', row("x".repeat(60_000)));
            }
        });
    }

    @Test
    void emptyRowsAndResultsWithoutEndAreNotHeldEither() throws IOException {
        assertViolation(ProtocolFaultsTest::query, line -> {
            var many = new ByteArrayOutputStream();
            for (var i = 0; i < 10_000; i++) {
                many.writeBytes(ScriptedServer.message('D', int16(0)));
            }
            line.send('T', int16(0));
            while (true) {
                line.send(many.toByteArray());
            }
        });
        assertViolation(ProtocolFaultsTest::query, line -> {
            var many = new ByteArrayOutputStream();
            for (var i = 0; i < 10_000; i++) {
                many.writeBytes(ScriptedServer.message('C', text("SET")));
            }
            while (true) {
                line.send(many.toByteArray());
            }
        });
    }

    @Test
    void noticesWithoutEndAreNoAnswer() throws IOException {
        var hasty = new TestWire(WireLimits.DEFAULT.withSilenceMax(Duration.ofMillis(500)));
        try (var server = new ScriptedServer(answer(line -> {
            while (true) {
                line.send('N', error("NOTICE", "00000", "and another thing"));
            }
        })); var connection = hasty.connect(server.conninfo(), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select")).isInstanceOf(TransportFault.TimedOut.class);
        }
    }

    @Test
    void aMessageThatNeverEndsIsNoAnswer() throws IOException {
        var hasty = new TestWire(WireLimits.DEFAULT.withSilenceMax(Duration.ofMillis(500)));
        try (var server = new ScriptedServer(
                answer(line -> line.send(concat(raw("D"), int32(1000), new byte[10])).awaitEnd()));
                var connection = hasty.connect(server.conninfo(), SessionKind.SQL)) {
            assertThatThrownBy(() -> connection.query("select")).isInstanceOf(TransportFault.TimedOut.class);
        }
    }

    @Test
    void aServerThatGoesIsALostConnection() throws IOException {
        for (var sent : new byte[][]{{}, raw("Z"), concat(raw("D"), int32(100), new byte[10])}) {
            assertFault(TransportFault.Lost.class, ProtocolFaultsTest::query, line -> line.send(sent));
        }
    }

    @Test
    void anErrorAndThenTheEndIsTheError() throws IOException {
        try (var server = new ScriptedServer(answer(line -> line.send('H', COPY_HEADER).send('d', raw("half of it"))
                .send('E', error("FATAL", "57P01", "terminating")).awaitEnd()));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            var copied = new StringBuilder();

            assertThatThrownBy(() -> connection.copyOut("copy", TestWire.SOON,
                    bytes -> copied.append((char) bytes.get()))).isInstanceOf(WireFault.ServerError.class)
                    .hasMessageContaining("57P01");
            assertThat(copied).hasToString("h");
            assertThat(connection.open()).isFalse();
        }
    }

    @Test
    void aServerThatGoesAfterAnErrorIsALostConnectionThatTellsTheError() throws IOException {
        for (var more : new byte[][]{{}, raw("Z")}) {
            try (var server = new ScriptedServer(answer(line -> line.send('W', COPY_HEADER).send('d', raw("x"))
                    .send('E', error("ERROR", "58P01", "the segment has already been removed")).send(more)));
                    var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
                assertThatThrownBy(() -> receiveAll(connection)).isInstanceOf(TransportFault.Lost.class)
                        .hasMessageContaining("ERROR 58P01: the segment has already been removed")
                        .hasCauseInstanceOf(WireFault.ServerError.class)
                        .extracting(e -> ((Fault) e).retryable()).isEqualTo(true);
                assertThat(connection.open()).isFalse();
            }
        }
    }

    @Test
    void anErrorAfterTheLastByteIsStillAnError() throws IOException {
        try (var server = new ScriptedServer(answer(line -> line.send('H', COPY_HEADER).send('d', raw("all of it"))
                .send('c', new byte[0]).send('E', error("ERROR", "XX001", "checksum")).send('Z', raw("I"))));
                var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            assertThatThrownBy(() -> copyOut(connection)).isInstanceOf(WireFault.ServerError.class);
            assertThat(connection.open()).isTrue();
        }
    }

    @Test
    void aServerThatDoesNotReadIsNotWrittenToForEver() throws IOException {
        var hasty = new TestWire(new WireLimits(1 << 20, 1 << 20, TestWire.SOON, Duration.ofMillis(300)));
        var done = new CountDownLatch(1);
        try (var server = new ScriptedServer(answer(line -> {
            line.send('G', COPY_HEADER);
            await(done);
        })); var connection = hasty.connect(server.conninfo(), SessionKind.SQL)) {
            var endless = new ByteArrayInputStream(new byte[64 << 20]);

            assertThatThrownBy(() -> connection.copyIn("copy", endless)).isInstanceOf(TransportFault.TimedOut.class)
                    .hasMessageContaining("does not read");
            assertThat(connection.open()).isFalse();
        } finally {
            done.countDown();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aCopyInBothDirectionsKeepsItsRules() throws IOException {
        for (var type : new char[]{'T', 'D', 'Z', 'H', 'W', 'I'}) {
            assertViolation(ProtocolFaultsTest::receiveAll,
                    line -> line.send('W', COPY_HEADER).send('d', raw("x")).send(type, COPY_HEADER).awaitEnd());
        }
        assertViolation(ProtocolFaultsTest::receiveAll, line -> line.send('W', COPY_HEADER).send('c', new byte[0])
                .send('W', COPY_HEADER).awaitEnd());
        assertFault(TransportFault.Lost.class, ProtocolFaultsTest::receiveAll,
                line -> line.send('W', COPY_HEADER).send('d', raw("x")));
    }

    private static void receiveAll(WireConnection connection) {
        var copy = connection.copyBoth("start");
        while (copy.receive(TestWire.SOON.toNanos(), bytes -> {}) != CopyBoth.Received.ENDED) {
            // until the server breaks the rules
        }
    }

    @Test
    void afterTheEndOfACopyNothingIsSentIntoIt() throws IOException {
        try (var server = new ScriptedServer(answer(line -> {
            line.send('W', COPY_HEADER).send('c', new byte[0]);
            line.read();
            line.send('C', text("START_STREAMING")).send('Z', raw("I")).awaitEnd();
        })); var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            var copy = connection.copyBoth("start");
            assertThatThrownBy(() -> connection.query("select 1")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(copy::ending).isInstanceOf(IllegalStateException.class);

            assertThat(copy.receive(TestWire.SOON.toNanos(), bytes -> {})).isEqualTo(CopyBoth.Received.ENDED);

            assertThat(copy.ending()).isEqualTo(CopyBoth.Ending.SERVER_DONE);
            assertThat(copy.ready()).isTrue();
            assertThatThrownBy(() -> copy.send(ByteBuffer.allocate(1))).isInstanceOf(TransportFault.Closed.class);
            copy.finish();
        }
    }

    @Test
    void theLastBytesOfAFailingServerAreReceivedAlthoughNothingCanBeSentToIt() throws Exception {
        var crashed = new CountDownLatch(1);
        try (var server = new ScriptedServer(answer(line -> {
            line.send('W', COPY_HEADER).send('d', raw("last")).send('d', raw("bytes"));
            line.crash();
            crashed.countDown();
        })); var connection = wire.connect(server.conninfo(), SessionKind.SQL)) {
            var copy = connection.copyBoth("start");
            var received = new StringBuilder();
            crashed.await();
            assertThatThrownBy(() -> {
                while (true) {
                    copy.send(ByteBuffer.wrap(raw("status")));
                }
            }).isInstanceOf(TransportFault.Lost.class);

            assertThatThrownBy(() -> {
                while (true) {
                    copy.receive(TestWire.SOON.toNanos(), bytes -> received.append(UTF_8.decode(bytes)));
                }
            }).isInstanceOf(TransportFault.Lost.class);

            assertThat(received).hasToString("lastbytes");
        }
    }
}
