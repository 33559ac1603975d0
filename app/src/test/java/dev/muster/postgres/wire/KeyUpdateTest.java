// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.replication.BackupReader;
import dev.muster.postgres.wire.replication.BackupStart;
import dev.muster.postgres.wire.replication.BaseBackupRequest;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.StandbyStatus;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.postgres.wire.replication.WalStream.Received;
import dev.muster.postgres.wire.tls.TestAuthority;
import dev.muster.postgres.wire.tls.TestAuthority.Wanted;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.postgres.wire.transport.TransportFault;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS changes its keys after 128 GiB, in the middle of whatever is under way. A process of its own has this happen after
 * one MiB.
 */
class KeyUpdateTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final int ROWS = 200_000;
    /** Lines that are not those of Java's own account of the handshakes. */
    private static final Pattern OURS = Pattern.compile("^(rows|bytes|afterwards|followed|Exception|Caused|\\s+at) ?");

    @TempDir
    private Path folder;

    /** What runs in the process of its own. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) {
            var wire = new TestWire();
            try (var connection = wire.connect(arguments[0], SessionKind.DATABASE_REPLICATION)) {
                connection.query("create table copied (t text)");
                var rows = "0123456789012345678901234567890123456789\n".repeat(ROWS).getBytes(
                        StandardCharsets.US_ASCII);
                connection.copyIn("copy copied from stdin", new ByteArrayInputStream(rows));
                System.out.println("rows " + connection.query("select count(*) from copied").getFirst().rows()
                        .getFirst().text(0));
                var reader = new Counter();
                new Replication(connection).baseBackup(BaseBackupRequest.labelled("keys").fastCheckpoint(),
                        TestWire.SOON, reader);
                System.out.println("bytes " + reader.bytes);
                connection.query("select 1");
            } catch (TransportFault.Lost | TlsFault.Failed e) {
                System.out.println("afterwards " + e.code());
            }
            follow(wire, arguments[0]);
        }

        /** As a receiver does: connects again and goes on where it was. */
        private static void follow(TestWire wire, String conninfo) {
            var connections = 0;
            var copied = Lsn.ZERO;
            var to = Lsn.ZERO;
            while (connections == 0 || copied.isBefore(to)) {
                connections++;
                try (var connection = wire.connect(conninfo, SessionKind.PHYSICAL_REPLICATION)) {
                    var replication = new Replication(connection);
                    var identity = replication.identifySystem();
                    to = identity.position();
                    var from = connections == 1 ? new Lsn(16 << 20) : copied;
                    var copy = new Position(from);
                    copied = from;
                    var stream = replication.stream(Optional.empty(), from, identity.timeline());
                    while (copied.isBefore(to) && stream.receive(TestWire.SOON, copy) == Received.MESSAGE) {
                        copied = copy.end;
                        stream.sendStatus(new StandbyStatus(copied, copied, Lsn.ZERO, Instant.EPOCH, false));
                    }
                } catch (TransportFault | TlsFault.Failed e) {
                    // the server's alert may arrive before the end does; the next connection goes on
                }
            }
            System.out
                    .println("followed in " + connections + " connections to " + (copied.equals(to) ? "the end" : ""));
        }
    }

    private static final class Position implements WalReader {

        private Lsn end;

        Position(Lsn from) {
            end = from;
        }

        @Override
        public void wal(WalData data) {
            end = data.end();
        }

        @Override
        public void keepalive(Keepalive keepalive) {}
    }

    private static final class Counter implements BackupReader {

        private long bytes;

        @Override
        public void begins(BackupStart start) {}

        @Override
        public void archiveBegins(String name, String location) {}

        @Override
        public void archiveBytes(ByteBuffer more) {
            bytes += more.remaining();
        }
    }

    @Test
    void keysMayChangeInTheMiddleOfACopy() throws Exception {
        var authority = new TestAuthority("keys");
        var properties = folder.resolve("security.properties");
        Files.writeString(properties,
                "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^20, ChaCha20-Poly1305 KeyUpdate 2^20\n");
        try (var server = SecuredServer.create(SERVERS, 18).start(authority.issue(Wanted.of("CN=keys")), authority,
                Settings.none().with("wal_keep_size", "1GB"))) {
            var output = folder.resolve("output");
            var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), "-Djava.security.properties=" + properties,
                    "-Djavax.net.debug=ssl:handshake", Main.class.getName(),
                    TestWire.tcp(server) + " dbname=postgres user=postgres sslmode=require").redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();

            assertThat(process.waitFor(TestWire.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

            var lines = Files.readAllLines(output);
            assertThat(lines.stream().filter(line -> line.contains("KeyUpdate")).count()).isGreaterThan(4);
            assertThat(lines.stream().filter(line -> OURS.matcher(line).find()).toList()).satisfiesExactly(
                    line -> assertThat(line).isEqualTo("rows " + ROWS),
                    line -> assertThat(Long.parseLong(line.replace("bytes ", ""))).isGreaterThan(20L << 20),
                    line -> assertThat(line).matches("afterwards wire.(connection-lost|tls-failed)"),
                    line -> assertThat(line).matches("followed in [1-9][0-9]* connections to the end"));
            assertThat(process.exitValue()).isZero();
        }
    }
}
