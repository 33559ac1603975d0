// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.replication.BackupReader;
import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.postgres.wire.replication.BaseBackupRequest;
import dev.muster.postgres.wire.replication.BaseBackupRequest.ManifestChecksum;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.postgres.wire.replication.WalStream.Received;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A real server's session, played back with its bytes cut off or changed. Whatever comes, the client comes to an end
 * soon, and its end is the right answer or a fault.
 */
class DamagedSessionTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_121;
    private static final int CHANGED_SESSIONS = 3_000;
    private static final int RANDOM_SESSIONS = 1_500;
    private static final int CUT_BACKUPS = 150;

    private static byte[] commands = {};
    private static byte[] backup = {};
    private static Lsn streamedFrom = Lsn.ZERO;

    private final TestWire wire = new TestWire();

    /** One conversation with a server. */
    @FunctionalInterface
    private interface Session {
        void hold(WireConnection connection);
    }

    @BeforeAll
    static void record() throws Exception {
        try (var server = SERVERS.fresh(17)) {
            streamedFrom = Lsn.parse(server.query("select pg_current_wal_flush_lsn()").getFirst());
            server.execute("select pg_logical_emit_message(true, 'muster', repeat('x', 5000))");
            commands = recorded(server.server().address().port(), DamagedSessionTest::commands);
            backup = recorded(server.server().address().port(), DamagedSessionTest::backup);
        }
        assertThat(commands.length).isBetween(1_000, 50_000);
        assertThat(backup.length).isGreaterThan(20 << 20);
    }

    private static byte[] recorded(int port, Session session) throws Exception {
        try (var recorder = new RecordedSession(port)) {
            try (var connection = new TestWire().connect(recorder.conninfo(), SessionKind.PHYSICAL_REPLICATION)) {
                session.hold(connection);
                // Before the end is said: after it the session can be complete or not.
                return recorder.said();
            }
        }
    }

    private static void commands(WireConnection connection) {
        var replication = new Replication(connection);
        assertThat(replication.identifySystem().timeline().number()).isEqualTo(1);
        assertThat(replication.show("wal_level")).isEqualTo("replica");
        var stream = replication.stream(Optional.empty(), streamedFrom, replication.identifySystem().timeline());
        var bytes = new int[1];
        while (bytes[0] < 5_000) {
            assertThat(stream.receive(TestWire.SOON, new WalReader() {
                @Override
                public void wal(WalData data) {
                    bytes[0] += data.bytes().remaining();
                }

                @Override
                public void keepalive(Keepalive keepalive) {}
            })).isEqualTo(Received.MESSAGE);
        }
        stream.stop(TestWire.SOON);
        assertThat(replication.walSegmentSize().bytes()).isEqualTo(16 << 20);
    }

    private static void backup(WireConnection connection) {
        var request = BaseBackupRequest.labelled("cut").fastCheckpoint().manifest(ManifestChecksum.CRC32C);
        new Replication(connection).baseBackup(request, TestWire.SOON, new BackupReader() {
            @Override
            public void begins(BackupStart start) {}

            @Override
            public void archiveBegins(String name, String location) {}

            @Override
            public void archiveBytes(ByteBuffer bytes) {}
        });
    }

    /** Plays bytes to a client; returns whether it was content with them. */
    private boolean contentWith(byte[] bytes, Session session) throws Exception {
        try (var server = new ScriptedServer(line -> {
            line.readUntyped();
            line.send(bytes).end();
        }); var connection = wire.connect(server.conninfo(), SessionKind.PHYSICAL_REPLICATION)) {
            session.hold(connection);
            return true;
        } catch (Fault e) {
            return false;
        } catch (AssertionError | IllegalArgumentException e) {
            return false; // a plausible answer, but not the right one
        }
    }

    @Test
    void theRecordedSessionsAreRight() throws Exception {
        assertThat(contentWith(commands, DamagedSessionTest::commands)).isTrue();
        assertThat(contentWith(backup, DamagedSessionTest::backup)).isTrue();
    }

    @Test
    void aSessionThatIsCutAnywhereIsAFault() throws Exception {
        for (var length = 0; length < commands.length; length++) {
            assertThat(contentWith(Arrays.copyOf(commands, length), DamagedSessionTest::commands))
                    .as("cut after %d of %d bytes", length, commands.length).isFalse();
        }
    }

    @Test
    void aBackupThatIsCutAnywhereIsAFault() throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (var i = 0; i < CUT_BACKUPS; i++) {
            var length = i < 40 ? backup.length - 1 - i : random.nextInt(backup.length);
            assertThat(contentWith(Arrays.copyOf(backup, length), DamagedSessionTest::backup))
                    .as("seed %d, cut after %d of %d bytes", SEED, length, backup.length).isFalse();
        }
    }

    @Test
    void aSessionWithChangedBytesComesToAnEnd() throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (var i = 0; i < CHANGED_SESSIONS; i++) {
            var changed = changed(random);
            try {
                contentWith(changed, DamagedSessionTest::commands);
            } catch (RuntimeException e) {
                fail("seed %d, session %d ended in %s".formatted(SEED, i, e), e);
            }
        }
    }

    /** One to four places changed, most of them in a header: a bit, a byte, a stretch left out or repeated. */
    private static byte[] changed(RandomGenerator random) {
        var bytes = commands.clone();
        for (var count = random.nextInt(1, 5); count > 0; count--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> System.arraycopy(bytes, at, bytes, at / 2, bytes.length - at);
                default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) random.nextInt());
            }
        }
        return bytes;
    }

    @Test
    void randomBytesAreNoServer() throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + 1);
        var types = "RKSNEATDCIHGWdcZv".toCharArray();
        for (var i = 0; i < RANDOM_SESSIONS; i++) {
            var bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
            // Every second session is let in and then gets messages that look right from outside.
            var played = i % 2 == 0 ? bytes : plausible(random, types, bytes);
            try {
                contentWith(played, DamagedSessionTest::commands);
            } catch (RuntimeException e) {
                fail("seed %d, session %d ended in %s".formatted(SEED + 1, i, e), e);
            }
        }
    }

    private static byte[] plausible(RandomGenerator random, char[] types, byte[] noise) {
        var letIn = ScriptedServer.concat(ScriptedServer.message('R', ScriptedServer.int32(0)),
                ScriptedServer.message('S', ScriptedServer.text("server_version", "17.5")),
                ScriptedServer.message('Z', ScriptedServer.raw("I")));
        var bytes = letIn;
        for (var at = 0; at < noise.length;) {
            var length = Math.min(noise.length - at, random.nextInt(60));
            bytes = ScriptedServer.concat(bytes, ScriptedServer.message(types[random.nextInt(types.length)],
                    Arrays.copyOfRange(noise, at, at + length)));
            at += length + 1;
        }
        return bytes;
    }
}
