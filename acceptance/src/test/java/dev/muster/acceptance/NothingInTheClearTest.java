// SPDX-License-Identifier: Apache-2.0
package dev.muster.acceptance;

import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What lies in a repository tells nothing of the rows, the names and the secrets that it holds. */
class NothingInTheClearTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final long SEED = 20_261_121;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSPHRASE = "seventeen otters ferry lanterns";
    private static final String TABLE = "visits_zanzibar_quokka";
    private static final String FILE = "muster_zeppelin_walrus";
    private static final String REASON = "before the xylophone migration";
    private static final String TEXT = "Ignatius Featherstonehaugh-Quill";

    /** A row that no compression makes shorter, so that it would be seen if it were compressed and not sealed. */
    private static final int ROW_BYTES = 1_500;
    private static final int ROWS = 100;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final byte[] inRow = bytes(24);
    private final byte[] inLog = bytes(24);

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private void done(String... arguments) throws Exception {
        var outcome = new Program(folder).run(arguments);
        assertThat(outcome.status()).as(outcome.said()).isZero();
    }

    private void insert(TestServer server, byte[] marker) throws Exception {
        try (var connection = server.connect();
                var insert = connection.prepareStatement("insert into " + TABLE + " values (?, ?)")) {
            for (var row = 0; row < ROWS; row++) {
                var content = bytes(ROW_BYTES);
                System.arraycopy(marker, 0, content, random.nextInt(ROW_BYTES - marker.length), marker.length);
                insert.setString(1, TEXT);
                insert.setBytes(2, content);
                insert.executeUpdate();
            }
        }
    }

    private void init(TestServer server) throws Exception {
        done("init", "--system", "clinic", "--repository", "repository", "--key-file", "clinic.key", "--postgres",
                "postgresql://postgres@" + ServerAddress.TCP_HOST + ":" + server.server().address().port()
                        + "/postgres?sslmode=disable");
        var passphrase = Files.createFile(folder.resolve("passphrase"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passphrase, PASSPHRASE);
        done("repo", "keys", "add", "--new-passphrase-file", "passphrase", "--role", "restore", "--label", "reader");
    }

    @Test
    void noRowNoNameAndNoSecretCanBeReadInARepository() throws Exception {
        var cluster = SERVERS.cluster(SERVERS.installation(18),
                ClusterOptions.defaults(new Authentication.Trust()).unsynced());
        try (var server = SERVERS.start(SERVERS.installation(18), cluster)) {
            server.execute("create table " + TABLE + " (who text, what bytea)");
            Files.write(cluster.dataDirectory().resolve(FILE), inRow);
            init(server);
            var receiver = new Program(folder).start(folder.resolve("stream.out"), folder.resolve("stream.err"),
                    "stream", "clinic");
            try {
                assertThat(new Wait(System::nanoTime).until(
                        () -> new Program(folder).run("status").out().contains("streaming"), SOON)).isTrue();
                insert(server, inRow);
                done("backup", "clinic", "--reason", REASON);
                insert(server, inLog);
                server.execute("checkpoint", "select pg_switch_wal()");
            } finally {
                receiver.destroy();
            }
            assertThat(receiver.waitFor()).as(Files.readString(folder.resolve("stream.err"))).isZero();
        }
        var data = List.of(new Marker("row", inRow), new Marker("row after the backup", inLog),
                Marker.of("text", TEXT), Marker.of("table", TABLE), Marker.of("file", FILE));

        assertThat(data).as("all of them are there to be found").allSatisfy(
                marker -> assertThat(Marker.found(cluster.dataDirectory(), List.of(marker))).isNotEmpty());
        assertThat(Marker.found(folder.resolve("repository"), data)).isEmpty();
        assertThat(Marker.found(folder.resolve("repository"), secrets())).isEmpty();
        done("repo", "check");
    }

    private List<Marker> secrets() throws Exception {
        var digits = Files.readString(folder.resolve("clinic.key"), StandardCharsets.US_ASCII).strip();
        return List.of(new Marker("key", HexFormat.of().parseHex(digits)), Marker.of("digits of the key", digits),
                Marker.of("passphrase", PASSPHRASE), Marker.of("reason", REASON));
    }
}
