// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.conninfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConninfoResolverTest {

    @TempDir
    private Path home;

    private ConnectionSettings resolve(String conninfo, Map<String, String> environment) {
        return new ConninfoResolver(new Surroundings(environment, Optional.of(home), "osuser")).resolve(conninfo);
    }

    private ConnectionSettings resolve(String conninfo) {
        return resolve(conninfo, Map.of());
    }

    @Test
    void withoutAnyInformationTheDefaultsAreThoseOfLibpq() {
        var settings = resolve("");

        assertThat(settings.hosts()).containsExactly(new ServerHost("", "", 5432));
        assertThat(settings.hosts().getFirst().isSocket()).isTrue();
        assertThat(settings.login().user()).isEqualTo("osuser");
        assertThat(settings.login().database()).isEqualTo("osuser");
        assertThat(settings.tls().mode()).isEqualTo(SslMode.PREFER);
        assertThat(settings.tls().roots().file()).contains(home.resolve(".postgresql/root.crt"));
        assertThat(settings.login().rules().channelBinding()).isEqualTo(ChannelBinding.PREFER);
        assertThat(settings.login().rules().accepted()).containsExactlyInAnyOrder(AuthMethod.values());
        assertThat(settings.target()).isEqualTo(TargetSession.ANY);
        assertThat(settings.socket().keepalives()).isTrue();
        assertThat(settings.socket().connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theStringWinsOverTheServiceAndTheServiceOverTheEnvironment() throws IOException {
        Files.writeString(home.resolve(".pg_service.conf"), """
                # services
                [other]
                user=wrong
                [shop]
                user=from-service
                dbname=from-service
                host=from-service
                host=said-twice

                [last]
                port=1
                """);
        var environment = Map.of("PGHOST", "from-env", "PGPORT", "6432", "PGUSER", "from-env", "PGDATABASE", "from-env",
                "PGAPPNAME", "from-env");

        var settings = resolve("service=shop user=from-string", environment);

        assertThat(settings.printable()).isEqualTo("host=from-service port=6432 user=from-string dbname=from-service"
                + " sslmode=verify-full application_name=from-env");
    }

    @Test
    void aServiceIsLookedForInTheUsersFileAndThenInTheSystems() throws IOException {
        var system = Files.createDirectory(home.resolve("etc"));
        Files.writeString(home.resolve(".pg_service.conf"), "[mine]\nhost=mine\n");
        Files.writeString(system.resolve("pg_service.conf"), "[mine]\nhost=not-this\n[theirs]\nhost=theirs\n");
        var environment = Map.of("PGSYSCONFDIR", system.toString(), "PGSERVICE", "theirs");

        assertThat(resolve("", environment).hosts().getFirst().name()).isEqualTo("theirs");
        assertThat(resolve("service=mine", environment).hosts().getFirst().name()).isEqualTo("mine");
        assertThatThrownBy(() -> resolve("service=nobodys", environment))
                .isInstanceOf(ConninfoFault.NotFound.class)
                .hasMessageContaining("nobodys");
    }

    @Test
    void aServiceFileThatTheEnvironmentNamesMustBeThere() throws IOException {
        var file = home.resolve("services");
        var environment = Map.of("PGSERVICEFILE", file.toString(), "PGSERVICE", "shop");

        assertThatThrownBy(() -> resolve("", environment)).isInstanceOf(ConninfoFault.NotFound.class);
        Files.writeString(file, "[shop]\nhost=db7\n");
        assertThat(resolve("", environment).hosts().getFirst().name()).isEqualTo("db7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host db1", "hots=db1", "service=other", "ldap://directory/dc=example", "= db1"})
    void aServiceThatCannotBeReadIsRefusedWithItsLine(String line) throws IOException {
        Files.writeString(home.resolve(".pg_service.conf"), "[shop]\nport=1\n" + line + "\n");

        assertThatThrownBy(() -> resolve("service=shop")).isInstanceOf(ConninfoFault.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void severalHostsAreKeptInOrder() {
        var settings = resolve("host=db1,,/run/pg hostaddr=10.0.0.1,, port=5433");

        assertThat(settings.hosts()).containsExactly(new ServerHost("db1", "10.0.0.1", 5433),
                new ServerHost("", "", 5433), new ServerHost("/run/pg", "", 5433));
        assertThat(settings.hosts()).extracting(ServerHost::isSocket).containsExactly(false, true, true);
        assertThat(settings.hosts()).extracting(ServerHost::toString)
                .containsExactly("db1:5433", "local socket 5433",
                        "/run/pg:5433");
        assertThat(resolve("host=a,b port=1,").hosts()).extracting(ServerHost::port).containsExactly(1, 5432);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host=a,b hostaddr=1.1.1.1", "host=a port=1,2", "port=0", "port=65536", "port=x",
            "sslmode=on", "sslmode=REQUIRE", "connect_timeout=soon", "sslsni=2", "channel_binding=maybe",
            "target_session_attrs=master", "require_auth=md5,!password", "require_auth=md5,md5", "require_auth=,",
            "require_auth=pam", "sslnegotiation=direct", "sslnegotiation=direct sslmode=prefer",
            "sslrootcert=system sslmode=require", "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
            "ssl_min_protocol_version=1.2", "load_balance_hosts=yes"})
    void aValueThatItsOptionDoesNotTakeIsRefused(String conninfo) {
        assertThatThrownBy(() -> resolve(conninfo)).isInstanceOf(ConninfoFault.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sslcrldir=/etc", "gssencmode=require", "sslkeylogfile=/tmp/keys", "host=@abstract",
            "oauth_issuer=https://example.com", "ssl_max_protocol_version=TLSv1.1", "min_protocol_version=3.2",
            "jdbc:postgresql://db1/shop"})
    void whatMusterDoesNotDoIsRefusedAndNotIgnored(String conninfo) {
        assertThatThrownBy(() -> resolve(conninfo)).isInstanceOf(ConninfoFault.Unsupported.class);
    }

    @Test
    void whatCannotMatterIsAccepted() {
        var settings = resolve("sslcompression=1 gssencmode=prefer tcp_user_timeout=3 client_encoding=latin1"
                + " replication=true krbsrvname=postgres min_protocol_version=3.0 max_protocol_version=latest");

        assertThat(settings.hosts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"require_auth=scram-sha-256 | SCRAM_SHA_256",
            "require_auth=md5,password | MD5,PASSWORD",
            "require_auth=!password,!md5,!none | SCRAM_SHA_256,GSS,SSPI,OAUTH"})
    void requireAuthNamesWhatIsAcceptedOrWhatIsNot(String conninfo, String accepted) {
        var expected = EnumSet.noneOf(AuthMethod.class);
        for (var each : accepted.split(",", -1)) {
            expected.add(AuthMethod.valueOf(each));
        }
        assertThat(resolve(conninfo).login().rules().accepted()).isEqualTo(expected);
    }

    @Test
    void theSystemsRootsDemandFullVerification() {
        assertThat(resolve("", Map.of("PGSSLROOTCERT", "system")).tls().mode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(resolve("sslrootcert=system").tls().roots().system()).isTrue();
    }

    @Test
    void aHostBeyondTheLoopbackMustProveItsNameUnlessSomethingElseIsSaid() throws IOException {
        for (var remote : List.of("host=db1", "host=localhost,db1", "host=127.example.org", "hostaddr=10.0.0.1",
                "host=localhost hostaddr=10.0.0.1", "postgresql://db1/postgres", "host=db1 sslmode=''")) {
            var tls = resolve(remote).tls();
            assertThat(tls.mode()).as(remote).isEqualTo(SslMode.VERIFY_FULL);
            assertThat(tls.roots().system()).as("%s: there is no root.crt", remote).isTrue();
            assertThat(resolve(remote).exposure()).as(remote).isEmpty();
        }
        for (var local : List.of("host=localhost", "host=127.0.0.1", "host=::1", "host=/tmp", "",
                "host=db1 hostaddr=127.0.0.2")) {
            assertThat(resolve(local).tls().mode()).as(local).isEqualTo(SslMode.PREFER);
            assertThat(resolve(local + " sslmode=disable").exposure()).as(local).isEmpty();
        }
        for (var mode : SslMode.values()) {
            assertThat(resolve("host=db1 sslmode=" + mode.text()).tls().mode()).isEqualTo(mode);
            assertThat(resolve("host=db1", Map.of("PGSSLMODE", mode.text())).tls().mode()).isEqualTo(mode);
        }
        assertThat(resolve("host=db1 sslrootcert=/ca.pem").tls().roots().file()).contains(Path.of("/ca.pem"));
        Files.createDirectory(home.resolve(".postgresql"));
        Files.writeString(home.resolve(".postgresql/root.crt"), "");
        assertThat(resolve("host=db1").tls().roots().system()).isFalse();
        assertThat(resolve("host=db1").tls().roots().file()).contains(home.resolve(".postgresql/root.crt"));
    }

    @Test
    void whatOthersOnTheNetworkCouldDoIsSaid() {
        for (var mode : List.of("disable", "allow", "prefer")) {
            assertThat(resolve("host=db1 sslmode=" + mode).exposure().orElseThrow())
                    .contains("sslmode=" + mode, "read all", "db1:5432");
        }
        for (var mode : List.of("require", "verify-ca")) {
            assertThat(resolve("host=localhost,db1 sslmode=" + mode).exposure().orElseThrow())
                    .contains("sslmode=" + mode, "stand in", "db1:5432").doesNotContain("read all", "localhost");
        }
        assertThat(resolve("host=db1 sslmode=verify-full").exposure()).isEmpty();
    }

    @Test
    void theOldVariableForDemandingTlsIsKnown() {
        assertThat(resolve("", Map.of("PGREQUIRESSL", "1")).tls().mode()).isEqualTo(SslMode.REQUIRE);
        assertThat(resolve("sslmode=disable", Map.of("PGREQUIRESSL", "1")).tls().mode()).isEqualTo(SslMode.DISABLE);
    }

    @Test
    void aTimeoutOfZeroOrLessIsNone() {
        assertThat(resolve("connect_timeout=0").socket().connectTimeout()).isZero();
        assertThat(resolve("connect_timeout=-1").socket().connectTimeout()).isZero();
        assertThat(resolve("connect_timeout= 7 ").socket().connectTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theFallbackNameIsUsedWhereThereIsNoOther() {
        assertThat(resolve("fallback_application_name=muster").session().applicationName()).contains("muster");
        assertThat(resolve("fallback_application_name=muster application_name=mine").session().applicationName())
                .contains("mine");
        assertThat(resolve("").withApplicationName("given").session().applicationName()).contains("given");
    }

    @Test
    void thePrintableFormNeverHoldsAPassword() {
        var settings = resolve("postgresql://o'neil:hunter2@db1,db2:6432/my%20shop?sslpassword=hunter2&"
                + "target_session_attrs=primary", Map.of("PGPASSWORD", "hunter2"));

        assertThat(settings.printable()).isEqualTo("host=db1,db2 port=5432,6432 user='o\\'neil' dbname='my shop'"
                + " sslmode=verify-full target_session_attrs=primary");
        assertThat(settings.toString() + settings.login() + settings.tls()).doesNotContain("hunter2");
        assertThat(settings.login().givenPassword()).contains(new Secret("hunter2"));
        assertThat(resolve(settings.printable()).printable()).isEqualTo(settings.printable());
    }
}
