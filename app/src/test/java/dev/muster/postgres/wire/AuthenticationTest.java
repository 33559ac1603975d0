// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.fault.Fault;
import dev.muster.fault.FaultKind;
import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.tls.TestAuthority;
import dev.muster.postgres.wire.tls.TestAuthority.Wanted;
import dev.muster.postgres.wire.tls.TlsFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Every way to log in, at real servers. */
class AuthenticationTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final TestAuthority AUTHORITY = new TestAuthority("muster test");
    private static TestServer server;

    @TempDir
    private Path folder;

    private final TestWire wire = new TestWire();

    @BeforeAll
    static void start() throws Exception {
        server = SecuredServer.create(SERVERS, 18).start(AUTHORITY.issue(Wanted.of("CN=localhost")), AUTHORITY);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String at(String more) {
        return TestWire.tcp(server) + " dbname=postgres password='" + SecuredServer.PASSWORD + "' " + more;
    }

    private void logIn(String conninfo, SessionKind kind) {
        try (var connection = wire.connect(conninfo, kind)) {
            assertThat(connection.query("SHOW port").getFirst().rows().getFirst().text(0))
                    .isEqualTo(String.valueOf(server.server().address().port()));
        }
    }

    @ParameterizedTest
    @CsvSource({"scram, disable", "scram, require", "md5, disable", "md5, require", "clear, disable", "clear, require",
            "postgres, disable", "only_tls, require", "only_clear, disable"})
    void eachUserLogsInInItsWay(String user, String mode) {
        logIn(at("user=" + user + " sslmode=" + mode), SessionKind.SQL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram", "md5", "clear"})
    void replicationAsksForTheSamePassword(String user) {
        logIn(at("user=" + user), SessionKind.PHYSICAL_REPLICATION);
        logIn(at("user=" + user), SessionKind.DATABASE_REPLICATION);
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void everyVersionBindsScramToItsCertificate(int major) throws Exception {
        var other = SecuredServer.create(SERVERS, major).start(AUTHORITY.issue(Wanted.of("CN=x")), AUTHORITY);
        try (other;
                var connection = wire.connect(TestWire.tcp(other) + " dbname=postgres user=scram sslmode=require"
                        + " channel_binding=require password='" + SecuredServer.PASSWORD + "'", SessionKind.SQL)) {
            assertThat(connection.secured()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"scram, disable", "scram, require", "md5, disable", "clear, disable"})
    void aWrongPasswordIsRejectedAndNeverShown(String user, String mode) {
        var wrong = TestWire.tcp(server) + " dbname=postgres password=hunter3 user=" + user + " sslmode=" + mode;

        assertThatThrownBy(() -> logIn(wrong, SessionKind.SQL)).isInstanceOfSatisfying(AuthFault.Rejected.class, e -> {
            assertThat(e.code()).isEqualTo("wire.auth-failed");
            assertThat(e.kind()).isEqualTo(FaultKind.FAILED);
            assertThat(e.retryable()).isFalse();
            assertThat(e.subject()).startsWith(user + "@" + ServerAddress.TCP_HOST);
            assertThat(e.getMessage() + e.remedy()).contains("28P01").doesNotContain("hunter");
        });
    }

    @Test
    void whoeverIsNotLetInIsTold() {
        assertThatThrownBy(() -> logIn(at("user=nobody sslmode=disable"), SessionKind.SQL))
                .isInstanceOf(AuthFault.Rejected.class).hasMessageContaining("28000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram", "md5", "clear"})
    void aPasswordThatIsMissingIsMissed(String user) {
        var without = TestWire.tcp(server) + " dbname=postgres user=" + user;

        assertThatThrownBy(() -> logIn(without, SessionKind.SQL)).isInstanceOf(AuthFault.NoPassword.class)
                .hasMessageContaining(user + "@");
    }

    @Test
    void thePasswordFileIsUsedUnlessOthersCanReadIt() throws Exception {
        var file = TestAuthority.write(folder.resolve(".pgpass"), "*:*:replication:scram:" + SecuredServer.PASSWORD);
        var settings = new ConninfoResolver(new Surroundings(Map.of(), Optional.of(folder), "scram"))
                .resolve(TestWire.tcp(server));

        wire.connect(settings, SessionKind.PHYSICAL_REPLICATION).close();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> wire.connect(settings, SessionKind.PHYSICAL_REPLICATION))
                .isInstanceOf(AuthFault.NoPassword.class).hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @CsvSource({"scram, md5", "scram, '!scram-sha-256'", "md5, scram-sha-256", "clear, scram-sha-256",
            "clear, '!password'", "postgres, scram-sha-256", "postgres, '!none'"})
    void whatRequireAuthDoesNotAllowIsRefusedByTheClient(String user, String required) {
        assertThatThrownBy(() -> logIn(at("user=" + user + " require_auth=" + required), SessionKind.SQL))
                .isInstanceOf(AuthFault.Refused.class).hasMessageContaining("require_auth")
                .hasMessageNotContaining("hunter");
    }

    @ParameterizedTest
    @CsvSource({"scram, scram-sha-256", "md5, 'md5,password'", "clear, '!md5'", "postgres, none"})
    void whatRequireAuthAllowsIsAnswered(String user, String required) {
        logIn(at("user=" + user + " require_auth=" + required), SessionKind.SQL);
    }

    @ParameterizedTest
    @CsvSource({"scram, disable", "md5, require", "clear, require", "postgres, require"})
    void channelBindingIsNeverWaived(String user, String mode) {
        assertThatThrownBy(() -> logIn(at("user=" + user + " channel_binding=require sslmode=" + mode),
                SessionKind.SQL)).isInstanceOf(AuthFault.Refused.class).hasMessageContaining("channel_binding=require");
    }

    @Test
    void channelBindingCanBeLeftOut() {
        logIn(at("user=scram channel_binding=disable sslmode=require"), SessionKind.SQL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "RSASSA-PSS"})
    void aClientCertificateIsEnough(String algorithm) {
        var files = certificate(AUTHORITY, algorithm, "cert");

        logIn(TestWire.tcp(server) + " dbname=postgres user=cert sslmode=require" + files, SessionKind.SQL);
        logIn(TestWire.tcp(server) + " user=cert sslmode=require sslcertmode=require" + files,
                SessionKind.PHYSICAL_REPLICATION);
    }

    private String certificate(TestAuthority authority, String algorithm, String user) {
        var issued = authority.issue(Wanted.of("CN=" + user).withKey(algorithm));
        var certificate = TestAuthority.write(folder.resolve("client.crt"), TestAuthority.pem(issued.certificate()));
        var key = TestAuthority.write(folder.resolve("client.key"), TestAuthority.pem(issued.key()));
        return " sslcert=" + certificate + " sslkey=" + key;
    }

    @Test
    void aCertificateForAnotherUserIsRejected() {
        var files = certificate(AUTHORITY, "EC", "somebody");

        assertThatThrownBy(() -> logIn(TestWire.tcp(server) + " user=cert sslmode=require" + files, SessionKind.SQL))
                .isInstanceOf(AuthFault.Rejected.class);
    }

    @Test
    void aCertificateThatTheServerDoesNotTrustFailsTls() {
        var files = certificate(new TestAuthority("another"), "EC", "cert");

        assertThatThrownBy(() -> logIn(TestWire.tcp(server) + " user=cert sslmode=require" + files, SessionKind.SQL))
                .isInstanceOf(TlsFault.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " sslcertmode=disable", " sslcert=/no/such/file"})
    void withoutACertificateWhoeverNeedsOneIsRejected(String more) {
        var files = more.startsWith(" sslcertmode") ? certificate(AUTHORITY, "EC", "cert") : "";

        assertThatThrownBy(
                () -> logIn(TestWire.tcp(server) + " user=cert sslmode=require" + files + more, SessionKind.SQL))
                .isInstanceOf(Fault.class).isInstanceOf(AuthFault.Rejected.class);
    }

    @Test
    void aCertificateThatMustBeShownMustBeThere() {
        assertThatThrownBy(() -> logIn(at("user=scram sslmode=require sslcertmode=require"), SessionKind.SQL))
                .isInstanceOf(TlsFault.Misconfigured.class);
    }

    @Test
    void aCertificateWithoutItsKeyIsAMistake() {
        var files = certificate(AUTHORITY, "EC", "cert").replaceFirst(" sslkey=.*", "");

        assertThatThrownBy(() -> logIn(at("user=cert sslmode=require") + files, SessionKind.SQL))
                .isInstanceOf(TlsFault.Misconfigured.class).hasMessageContaining("private key");
    }
}
