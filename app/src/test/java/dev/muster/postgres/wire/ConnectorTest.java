// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wire;

import dev.muster.postgres.server.Authentication;
import dev.muster.postgres.server.Cluster;
import dev.muster.postgres.server.ClusterOptions;
import dev.muster.postgres.server.ServerAddress;
import dev.muster.postgres.server.Settings;
import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wire.auth.AuthFault;
import dev.muster.postgres.wire.tls.TestAuthority;
import dev.muster.postgres.wire.transport.TransportFault;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which host is chosen. */
class ConnectorTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static TestServer primary;
    private static TestServer standby;
    private static TestServer readOnly;

    private final TestWire wire = new TestWire();

    @BeforeAll
    static void start() throws Exception {
        primary = SERVERS.fresh(17);
        readOnly = SERVERS.fresh(17, Settings.none().with("default_transaction_read_only", "on"));
        var cluster = SERVERS.cluster(SERVERS.installation(17),
                ClusterOptions
                        .defaults(new Authentication.Trust()).unsynced());
        var signal = Files.createFile(cluster.dataDirectory().resolve("standby.signal"));
        SERVERS.account().own(signal);
        standby = SERVERS.start(SERVERS.installation(17), Cluster.at(cluster.dataDirectory()));
    }

    @AfterAll
    static void stop() {
        primary.close();
        standby.close();
        readOnly.close();
    }

    private static int port(TestServer server) {
        return server.server().address().port();
    }

    private static String named(int port) {
        return Map.of(port(primary), "primary", port(standby), "standby", port(readOnly), "readOnly")
                .getOrDefault(port, "none");
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(ServerAddress.TCP_HOST))) {
            return socket.getLocalPort();
        }
    }

    private static String all(String attributes) {
        var host = ServerAddress.TCP_HOST;
        return "host=" + host + "," + host + "," + host + " port=" + port(standby) + "," + port(readOnly) + ","
                + port(primary) + " dbname=postgres target_session_attrs=" + attributes;
    }

    private String chosen(String conninfo, SessionKind kind) {
        try (var connection = wire.connect(conninfo, kind)) {
            return named(connection.host().port());
        }
    }

    @ParameterizedTest
    @CsvSource({"any, standby", "read-write, primary", "read-only, standby", "primary, readOnly", "standby, standby",
            "prefer-standby, standby"})
    void theFirstHostThatIsWhatWasAskedForIsTaken(String attributes, String expected) {
        assertThat(chosen(all(attributes), SessionKind.SQL)).isEqualTo(expected);
        assertThat(chosen(all(attributes), SessionKind.PHYSICAL_REPLICATION)).isEqualTo(expected);
    }

    @Test
    void aPrimaryWillDoWhereAStandbyIsOnlyPreferred() {
        assertThat(chosen(TestWire.tcp(primary) + " target_session_attrs=prefer-standby", SessionKind.SQL))
                .isEqualTo("primary");
    }

    @ParameterizedTest
    @CsvSource({"standby, it is not a standby", "read-only, it is not read-only"})
    void aServerThatIsNotWhatWasAskedForIsNotTaken(String attributes, String why) {
        assertThatThrownBy(() -> chosen(TestWire.tcp(primary) + " target_session_attrs=" + attributes, SessionKind.SQL))
                .isInstanceOf(WireFault.NoServer.class).hasMessageContaining(why);
        assertThatThrownBy(() -> chosen(TestWire.tcp(standby) + " target_session_attrs=primary", SessionKind.SQL))
                .isInstanceOf(WireFault.NoServer.class).hasMessageContaining("it is a standby");
    }

    @Test
    void aHostThatCannotBeReachedIsPassedOver() throws Exception {
        var conninfo = "host=127.0.0.1,no-such-host.invalid,/no/such/directory,127.0.0.1 port=" + freePort() + ",1,1,"
                + port(primary) + " sslmode=prefer";

        assertThat(chosen(conninfo, SessionKind.SQL)).isEqualTo("primary");
    }

    @Test
    void ifNoHostCanBeReachedAllReasonsAreGiven() throws Exception {
        var port = freePort();

        assertThatThrownBy(() -> wire.connect("host=127.0.0.1,no-such-host.invalid,/no/such/directory port=" + port
                + ",1,1", SessionKind.SQL)).isInstanceOfSatisfying(WireFault.NoServer.class, e -> {
                    assertThat(e.subject()).contains("127.0.0.1:" + port).contains("no-such-host.invalid")
                            .contains("/no/such/directory/.s.PGSQL.1");
                    assertThat(e.retryable()).isTrue();
                });
        assertThatThrownBy(() -> wire.connect("host=127.0.0.1 port=" + port, SessionKind.SQL))
                .isInstanceOf(TransportFault.Unreachable.class).hasMessageContaining("Connection refused");
    }

    @Test
    void aHostThatRefusesTheUserEndsTheSearch() throws Exception {
        var refusing = SecuredServer.create(SERVERS, 16).start(
                new TestAuthority("x").issue(
                        TestAuthority.Wanted.of("CN=x")),
                new TestAuthority("y"));
        try (refusing) {
            var conninfo = "host=127.0.0.1,127.0.0.1 port=" + port(refusing) + "," + port(primary)
                    + " user=nobody dbname=postgres";

            assertThatThrownBy(() -> wire.connect(conninfo, SessionKind.SQL)).isInstanceOf(AuthFault.Rejected.class);
        }
    }

    @Test
    void hostsCanBeTriedInARandomOrder() {
        var found = new HashSet<String>();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        var connector = new Connector(TestWire.TIMING, random, WireLimits.DEFAULT, notice -> {});
        for (var i = 0; i < 30; i++) {
            try (var connection = connector.connect(TestWire.settings(all("any") + " load_balance_hosts=random"),
                    SessionKind.SQL)) {
                found.add(named(connection.host().port()));
            }
        }
        assertThat(found).as("seed 42").containsExactlyInAnyOrder("primary", "standby", "readOnly");
    }

    @Test
    void aServerBehindASocketMustRunAsTheUserThatWasNamed() {
        var user = SERVERS.account().name();

        assertThat(chosen(TestWire.socket(primary) + " requirepeer=" + user, SessionKind.SQL)).isEqualTo("primary");
        assertThatThrownBy(() -> chosen(TestWire.socket(primary) + " requirepeer=somebody", SessionKind.SQL))
                .isInstanceOf(AuthFault.Refused.class).hasMessageContaining(user);
    }

    @Test
    void anAddressIsUsedInsteadOfTheName() {
        var conninfo = "host=no-such-host.invalid hostaddr=127.0.0.1 port=" + port(primary);

        assertThat(chosen(conninfo, SessionKind.SQL)).isEqualTo("primary");
        assertThatThrownBy(() -> chosen("hostaddr=localhost port=1", SessionKind.SQL))
                .isInstanceOf(TransportFault.Unreachable.class).hasMessageContaining("numeric");
    }

    @Test
    void keepalivesAreSetAsTheSettingsSay() {
        var more = " keepalives_idle=11 keepalives_interval=5 keepalives_count=3";

        assertThat(chosen(TestWire.tcp(primary) + more, SessionKind.SQL)).isEqualTo("primary");
        assertThat(chosen(TestWire.tcp(primary) + " keepalives=0", SessionKind.SQL)).isEqualTo("primary");
    }
}
