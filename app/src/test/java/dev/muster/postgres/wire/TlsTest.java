// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.StopMode;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.replication.Keepalive;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.StandbyStatus;
import dev.muster.postgres.wire.replication.StreamEnd;
import dev.muster.postgres.wire.replication.WalData;
import dev.muster.postgres.wire.replication.WalReader;
import dev.muster.postgres.wire.replication.WalStream.Received;
import dev.muster.postgres.wire.tls.TestAuthority;
import dev.muster.postgres.wire.tls.TestAuthority.Issued;
import dev.muster.postgres.wire.tls.TestAuthority.Wanted;
import dev.muster.postgres.wire.tls.TlsFault;
import dev.muster.work.Scope;
import dev.muster.work.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which servers are trusted, at real servers with real certificates. */
class TlsTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final TestAuthority AUTHORITY = new TestAuthority("muster test");
    private static final Wanted LOCAL = Wanted.of("CN=server", TestAuthority.dns("localhost"),
            TestAuthority.ip("127.0.0.1"));

    @TempDir
    private Path folder;

    private final TestWire wire = new TestWire();

    private static SecuredServer secured;

    @BeforeAll
    static void create() throws Exception {
        secured = SecuredServer.create(SERVERS, 17);
    }

    private static TestServer serverWith(Issued certificate) throws Exception {
        return secured.start(certificate, AUTHORITY);
    }

    private String root() {
        return " sslrootcert=" + AUTHORITY.writeRoot(folder.resolve("root.pem"));
    }

    private WireConnection connect(String conninfo) {
        return wire.connect(conninfo + " user=postgres", SessionKind.SQL);
    }

    private static String named(TestServer server, String host) {
        return "host=" + host + " hostaddr=127.0.0.1 port=" + server.server().address().port();
    }

    private static void assertUntrusted(Runnable connecting, String why) {
        assertThatThrownBy(connecting::run).isInstanceOf(TlsFault.Untrusted.class).hasMessageContaining(why);
    }

    @Test
    void aServerIsTrustedByItsAuthorityAndItsName() throws Exception {
        try (var server = serverWith(AUTHORITY.issue(LOCAL))) {
            for (var host : new String[]{"localhost", "127.0.0.1"}) {
                try (var connection = connect(named(server, host) + " sslmode=verify-full" + root())) {
                    assertThat(connection.secured()).isTrue();
                }
            }
            connect(named(server, "elsewhere") + " sslmode=verify-ca" + root()).close();
            connect(named(server, "elsewhere") + " sslmode=require" + root()).close();
            assertUntrusted(() -> connect(named(server, "elsewhere") + " sslmode=verify-full" + root()),
                    "not for this host but for");
            assertThatThrownBy(() -> connect("hostaddr=127.0.0.1 port=" + server.server().address().port()
                    + " sslmode=verify-full" + root())).isInstanceOf(TlsFault.Misconfigured.class);
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
        try (var server = serverWith(new TestAuthority("muster test").issue(LOCAL))) {
            for (var mode : new String[]{"verify-full", "verify-ca", "require"}) {
                assertUntrusted(() -> connect(named(server, "localhost") + " sslmode=" + mode + root()),
                        "No authority that is trusted");
            }
            assertUntrusted(() -> connect(named(server, "localhost") + " sslrootcert=system"),
                    "No authority that is trusted");
            assertThat(connect(named(server, "localhost") + " sslmode=require").secured()).isTrue();
        }
    }

    @Test
    void aServerIsTrustedIfItsOwnCertificateIsTheRoot() throws Exception {
        var issued = AUTHORITY.issue(LOCAL);
        var own = TestAuthority.write(folder.resolve("own.pem"), TestAuthority.pem(issued.certificate()));
        try (var server = serverWith(issued)) {
            connect(named(server, "localhost") + " sslmode=verify-full sslrootcert=" + own).close();
        }
    }

    @ParameterizedTest
    @CsvSource({"-20, -10, has expired", "10, 20, is not valid yet"})
    void aCertificateIsTrustedInItsTimeOnly(int from, int to, String why) throws Exception {
        var now = Instant.now();
        var issued = AUTHORITY.issue(LOCAL.between(now.plus(Duration.ofDays(from)), now.plus(Duration.ofDays(to))));
        var own = TestAuthority.write(folder.resolve("own.pem"), TestAuthority.pem(issued.certificate()));
        try (var server = serverWith(issued)) {
            assertUntrusted(() -> connect(named(server, "localhost") + " sslmode=verify-ca" + root()), why);
            assertThatThrownBy(() -> connect(named(server, "localhost") + " sslmode=verify-ca sslrootcert=" + own))
                    .isInstanceOf(TlsFault.class).hasMessageContaining("expired");
        }
    }

    @Test
    void anAuthorityThatHasExpiredIsNotTrusted() throws Exception {
        var expired = new TestAuthority("expired", Instant.now().minus(Duration.ofDays(1)));
        var file = expired.writeRoot(folder.resolve("expired.pem"));
        try (var server = serverWith(expired.issue(LOCAL))) {
            assertThatThrownBy(() -> connect(named(server, "localhost") + " sslmode=verify-ca sslrootcert=" + file))
                    .isInstanceOf(TlsFault.Misconfigured.class).hasMessageContaining("expired");
            Files.writeString(file, Files.readString(file) + TestAuthority.pem(AUTHORITY.certificate()));
            assertUntrusted(() -> connect(named(server, "localhost") + " sslmode=verify-ca sslrootcert=" + file),
                    "No authority that is trusted");
        }
    }

    @Test
    void aRevokedCertificateIsNotTrusted() throws Exception {
        var issued = AUTHORITY.issue(LOCAL);
        var revoked = TestAuthority.write(folder.resolve("revoked.pem"),
                AUTHORITY.revocationList(issued.certificate()));
        var others = TestAuthority.write(folder.resolve("others.pem"),
                AUTHORITY.revocationList(AUTHORITY.issue(LOCAL).certificate()));
        var strange = TestAuthority.write(folder.resolve("strange.pem"), new TestAuthority("strange").revocationList());
        try (var server = serverWith(issued)) {
            var verified = named(server, "localhost") + " sslmode=verify-full" + root() + " sslcrl=";
            connect(verified + others).close();
            assertUntrusted(() -> connect(verified + revoked), "has been revoked");
            assertUntrusted(() -> connect(verified + strange), "No valid revocation list");
            assertThatThrownBy(() -> connect(verified + folder.resolve("nowhere.pem")))
                    .isInstanceOf(TlsFault.Misconfigured.class);
        }
    }

    @Test
    void filesInTheHomeDirectoryAreUsedWithoutBeingNamed() throws Exception {
        var directory = Files.createDirectory(folder.resolve(".postgresql"));
        new TestAuthority("another").writeRoot(directory.resolve("root.crt"));
        try (var server = serverWith(AUTHORITY.issue(LOCAL))) {
            var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.of(folder), "postgres"))
                    .resolve(named(server, "localhost") + " sslmode=require");

            assertUntrusted(() -> wire.connect(settings, SessionKind.SQL), "No authority that is trusted");
            AUTHORITY.writeRoot(directory.resolve("root.crt"));
            wire.connect(settings, SessionKind.SQL).close();
        }
    }

    @Test
    void verificationWithoutARootIsAMistake() throws Exception {
        assertThatThrownBy(() -> connect("host=localhost port=1 sslmode=verify-ca"))
                .isInstanceOf(TlsFault.Misconfigured.class);
        assertThatThrownBy(() -> connect("host=localhost port=1 sslmode=verify-ca sslrootcert=/no/such/file"))
                .isInstanceOf(TlsFault.Misconfigured.class).hasMessageContaining("/no/such/file");
    }

    @Test
    void aServerWithoutTlsIsRefusedOrNotAsTheSettingsSay() throws Exception {
        var server = SERVERS.shared(17);
        for (var mode : new String[]{"require", "verify-ca" + root(), "verify-full" + root()}) {
            assertThatThrownBy(() -> connect(TestWire.tcp(server) + " sslmode=" + mode))
                    .isInstanceOf(TlsFault.Unavailable.class);
        }
        for (var mode : new String[]{"disable", "allow", "prefer"}) {
            try (var connection = connect(TestWire.tcp(server) + " sslmode=" + mode)) {
                assertThat(connection.secured()).isFalse();
            }
        }
        connect(TestWire.socket(server) + " sslmode=verify-full").close();
    }

    @ParameterizedTest
    @CsvSource({"allow, postgres, false", "prefer, postgres, true", "allow, only_tls, true",
            "prefer, only_clear, false"})
    void theOtherWayIsTriedWhereTheSettingsAllowIt(String mode, String user, boolean secured) throws Exception {
        try (var server = serverWith(AUTHORITY.issue(LOCAL));
                var connection = wire.connect(
                        TestWire.tcp(server) + " dbname=postgres sslmode=" + mode + " user=" + user, SessionKind.SQL)) {
            assertThat(connection.secured()).isEqualTo(secured);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18})
    void tlsCanBeginAtOnce(int major) throws Exception {
        var authority = AUTHORITY.issue(LOCAL);
        try (var server = SecuredServer.create(SERVERS, major).start(authority, AUTHORITY);
                var connection = connect(
                        named(server, "localhost") + " sslnegotiation=direct sslmode=verify-full" + root())) {
            assertThat(connection.secured()).isTrue();
        }
    }

    @Test
    void anOlderServerCannotBeginTlsAtOnce() throws Exception {
        try (var server = SecuredServer.create(SERVERS, 16).start(AUTHORITY.issue(LOCAL), AUTHORITY)) {
            assertThatThrownBy(() -> connect(named(server, "localhost") + " sslnegotiation=direct sslmode=require"))
                    .isInstanceOf(TlsFault.Failed.class);
        }
    }

    @Test
    void theVersionIsTheHighestThatBothSpeak() throws Exception {
        var old = Settings.none().with("ssl_max_protocol_version", "TLSv1.2");
        var version = "select version from pg_stat_ssl where pid = pg_backend_pid()";
        try (var server = secured.start(AUTHORITY.issue(LOCAL), AUTHORITY, old)) {
            try (var connection = connect(named(server, "localhost") + " sslmode=verify-full" + root())) {
                assertThat(connection.query(version).getFirst().rows().getFirst().text(0)).isEqualTo("TLSv1.2");
            }
            assertThatThrownBy(() -> connect(
                    named(server, "localhost") + " sslmode=require ssl_min_protocol_version=TLSv1.3"))
                    .isInstanceOf(TlsFault.Failed.class);
        }
        try (var server = secured.start(AUTHORITY.issue(LOCAL), AUTHORITY);
                var connection = connect(named(server, "localhost") + " sslmode=require")) {
            assertThat(connection.query(version).getFirst().rows().getFirst().text(0)).isEqualTo("TLSv1.3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "RSASSA-PSS"})
    void certificatesOfOtherKindsWillDo(String algorithm) throws Exception {
        try (var server = serverWith(AUTHORITY.issue(LOCAL.withKey(algorithm)))) {
            connect(named(server, "localhost") + " sslmode=verify-full" + root()).close();
        }
    }

    @Test
    void aCommandIsCancelledThroughTlsToo() throws Exception {
        try (var server = serverWith(AUTHORITY.issue(LOCAL));
                var connection = connect(named(server, "localhost") + " sslmode=verify-full" + root());
                var scope = Scope.open("cancel", 1)) {
            scope.fork(() -> {
                var sleeping = "select 1 from pg_stat_activity where query like '%pg_sleep(600)' and state = 'active'";
                new Wait(System::nanoTime).until(() -> server.query(sleeping).size() > 0,
                        TestWire.SOON);
                connection.cancel();
            });

            assertThatThrownBy(() -> connection.query("select pg_sleep(600)"))
                    .isInstanceOf(WireFault.ServerError.class).hasMessageContaining("57014");
            scope.join();
        }
    }

    @Test
    void aServerThatShutsDownSaysSoThroughTlsToo() throws Exception {
        var server = serverWith(AUTHORITY.issue(LOCAL));
        try (var connection = wire.connect(named(server, "localhost") + " user=postgres sslmode=require",
                SessionKind.PHYSICAL_REPLICATION); var scope = Scope.open("stop", 1)) {
            var replication = new Replication(connection);
            var from = replication.identifySystem().position().segmentStart(replication.walSegmentSize());
            var stream = replication.stream(Optional.empty(), from, TimelineId.of(1));
            var reader = new Acknowledging(from);
            scope.fork(() -> server.server().stop(StopMode.FAST, TestWire.SOON));

            while (stream.receive(TestWire.SOON, reader) == Received.MESSAGE) {
                stream.sendStatus(new StandbyStatus(reader.end, reader.end, Lsn.ZERO, Instant.now(), false));
            }

            assertThat(stream.end()).isEqualTo(new StreamEnd.ServerShutdown());
            scope.join();
        }
    }

    private static final class Acknowledging implements WalReader {

        private Lsn end;

        Acknowledging(Lsn from) {
            end = from;
        }

        @Override
        public void wal(WalData data) {
            end = data.end();
        }

        @Override
        public void keepalive(Keepalive keepalive) {}
    }
}
