// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a restored server may not do, seen on servers that would. */
class IsolateTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final Settings DANGEROUS = Settings.none().with("archive_mode", "on")
            .with("archive_command", "SECRET=abc cp %p /nowhere/%f")
            .with("synchronous_standby_names", "FIRST 1 (other)")
            .with("primary_conninfo", "host=production password=hunter2").with("listen_addresses", "*")
            .with("session_preload_libraries", "auto_explain, not_installed_here").with("wal_level", "logical");

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void whatWouldHarmIsOffAndListed(int major) throws Exception {
        var installation = SERVERS.installation(major);
        var cluster = dangerous(installation);
        var isolated = isolate().isolate(installation, cluster, Isolation.forProof());

        assertThat(isolated.neutralised()).contains(new Neutralised("archive_mode", "on", "off"),
                new Neutralised("archive_command", "set; not shown", ""),
                new Neutralised("synchronous_standby_names", "FIRST 1 (other)", ""),
                new Neutralised("primary_conninfo", "set; not shown", ""),
                new Neutralised("max_logical_replication_workers", "4", "0"),
                new Neutralised("listen_addresses", "*", ""),
                new Neutralised("session_preload_libraries", "auto_explain, not_installed_here", "auto_explain"));
        assertThat(isolated.neutralised()).asString().doesNotContain("hunter2").doesNotContain("abc");
        assertThat(isolated.neutralised()).extracting(Neutralised::setting).doesNotContain("bonjour", "ssl");

        try (var test = SERVERS.start(installation, cluster, isolated.options())) {
            test.execute("create table t (n int)", "insert into t values (1)");
            assertThat(test.query("show archive_mode")).containsExactly("off");
            assertThat(test.query("show primary_conninfo")).containsExactly("");
            assertThat(test.query("show max_worker_processes")).containsExactly("8");
            assertThat(test.query("show fsync")).containsExactly("on");
        }
    }

    @Test
    void itsOwnConfigurationIsInForceAgainAfterwards() throws Exception {
        var installation = SERVERS.installation(18);
        var cluster = dangerous(installation);
        var isolated = isolate().isolate(installation, cluster, Isolation.forProof());
        SERVERS.start(installation, cluster, isolated.options()).close();

        var again = isolate().isolate(installation, cluster, Isolation.forProof());

        assertThat(again.neutralised()).isEqualTo(isolated.neutralised());
    }

    @Test
    void aSubscriptionOfARestoredServerDoesNotTakeOverTheOriginalsSlot() throws Exception {
        try (var publisher = SERVERS.fresh(18, Settings.none().with("wal_level", "logical"))) {
            publisher.execute("create table t (n int)", "create publication p for table t");
            var installation = publisher.installation();
            var cluster = SERVERS.cluster(installation,
                    ClusterOptions.defaults(new Authentication.Trust()).unsynced());
            try (var original = SERVERS.start(installation, cluster)) {
                original.execute("create table t (n int)", "create subscription s connection 'host=127.0.0.1 port="
                        + publisher.server().address().port() + " user=postgres dbname=postgres' publication p");
                assertThat(walSenders(publisher, 1)).as("the original follows").isTrue();
            }
            assertThat(walSenders(publisher, 0)).as("the original has stopped").isTrue();

            var isolated = isolate().isolate(installation, cluster, new Isolation(true, Isolation.Reach.LOOPBACK));
            try (var test = SERVERS.start(installation, cluster, isolated.options())) {
                publisher.execute("insert into t values (1)");
                assertThat(test.query("select subenabled from pg_subscription")).containsExactly("t");
                assertThat(test.query("select backend_type from pg_stat_activity")).doesNotContain(
                        "logical replication launcher", "logical replication apply worker");
                assertThat(walSenders(publisher, 0)).isTrue();
            }
        }
    }

    private static boolean walSenders(TestServer publisher, int expected) throws Exception {
        return SERVERS.machine().waiting().until(
                () -> publisher.query("select pid from pg_stat_replication").size() == expected, SOON);
    }

    @Test
    void aProofReachesNoOtherMachineWhereTheNetworkCanBeCut() throws Exception {
        try (var other = SERVERS.fresh(18)) {
            var installation = other.installation();
            var cluster = SERVERS.cluster(installation,
                    ClusterOptions.defaults(new Authentication.Trust()).unsynced());
            var dial = "select dblink_connect('host=127.0.0.1 user=postgres dbname=postgres port="
                    + other.server().address().port() + "')";
            try (var free = SERVERS.start(installation, cluster)) {
                free.execute("create extension dblink");
                assertThat(free.query(dial)).containsExactly("OK");
            }

            var isolated = isolate().isolate(installation, cluster, Isolation.forProof());
            try (var proof = SERVERS.start(installation, cluster, isolated.options())) {
                if (Network.canBeCut(SERVERS.machine(), SERVERS.account())) {
                    assertThatThrownBy(() -> proof.query(dial)).hasMessageContaining("could not establish connection");
                    assertThat(isolated.stillPossible()).isEmpty();
                    assertThat(isolated.neutralised()).contains(new Neutralised("network", "the machine's", "none"));
                } else {
                    assertThat(proof.query(dial)).containsExactly("OK");
                    assertThat(isolated.stillPossible()).singleElement().asString().contains("namespace");
                }
            }
        }
    }

    @Test
    void aProofNeedsNoPasswordOfTheOriginal() throws Exception {
        var installation = SERVERS.installation(18);
        var cluster = SERVERS.cluster(installation,
                ClusterOptions.defaults(new Authentication.Password("unknown to us", true)).unsynced());
        var isolated = isolate().isolate(installation, cluster, Isolation.forProof());
        try (var test = SERVERS.start(installation, cluster, isolated.options())) {
            assertThat(test.query("select 1")).containsExactly("1");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void aBranchOverTcpAsksForThePasswordsOfTheOriginal(int major) throws Exception {
        var installation = SERVERS.installation(major);
        var cluster = SERVERS.cluster(installation,
                ClusterOptions.defaults(new Authentication.Password("Zuiderzee", true)).unsynced());
        var isolated = isolate().isolate(installation, cluster, new Isolation(true, Isolation.Reach.LOOPBACK));
        assertThat(isolated.stillPossible()).hasSize(1);
        try (var test = SERVERS.start(installation, cluster, isolated.options())) {
            assertThatThrownBy(test::connect).hasMessageContaining("password");
            try (var connection = DriverManager
                    .getConnection(test.jdbcUrl("postgres") + "&password=Zuiderzee")) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void aConfigurationThatCannotBeReadIsRefusedBeforeAnythingStarts() throws Exception {
        var installation = SERVERS.installation(18);
        var cluster = SERVERS.cluster(installation, ClusterOptions.defaults(new Authentication.Trust()).unsynced()
                .with(Settings.none().with("wal_compression", "brotli")));

        assertThatThrownBy(() -> isolate().isolate(installation, cluster, Isolation.forProof()))
                .isInstanceOf(ServerFault.ConfigurationRefused.class).hasMessageContaining("brotli");
    }

    @Test
    void librariesThatActOrAreMissingAreLeftOutOfThePreloads() throws Exception {
        var preloads = new Preloads(SERVERS.installation(18));

        assertThat(preloads.filter("pg_cron, pg_stat_statements, \"$libdir/auto_explain\", timescaledb"))
                .isEqualTo("pg_stat_statements, $libdir/auto_explain");
        assertThat(preloads.filter("$libdir/pg_cron.so,/no/such/library, auto_explain.so"))
                .isEqualTo("auto_explain.so");
        assertThat(preloads.filter("")).isEmpty();
        assertThat(Preloads.split("a, \"b c\",,d ")).isEqualTo(List.of("a", "b c", "d"));
    }

    private static Isolate isolate() {
        return new Isolate(SERVERS.machine(), SERVERS.account());
    }

    private static Cluster dangerous(Installation installation) throws Exception {
        return SERVERS.cluster(installation,
                ClusterOptions.defaults(new Authentication.Trust()).unsynced().with(DANGEROUS));
    }
}
