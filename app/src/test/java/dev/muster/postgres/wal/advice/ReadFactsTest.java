// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.postgres.server.TestServers;
import dev.muster.postgres.wal.receive.Standing;
import dev.muster.postgres.wire.SessionKind;
import dev.muster.postgres.wire.TestWire;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReadFactsTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    private static final String US = "muster_clinic";

    @ParameterizedTest
    @MethodSource("dev.muster.postgres.server.TestServers#majors")
    void theServerSaysWhatIsSetForWhomAndHidesTheRestFromAPlainUser(int major) throws Exception {
        try (var server = SERVERS.fresh(major)) {
            server.execute("create role plain login replication", "create role app", "create role batch",
                    "create database crm",
                    "alter role app set synchronous_commit = local",
                    "alter role app set work_mem = '5MB'",
                    "alter role batch in database crm set synchronous_commit = off",
                    "alter database crm set synchronous_commit = on",
                    "alter role all set synchronous_commit = remote_write");
            var wire = new TestWire();
            var conninfo = TestWire.tcp(server) + " dbname=postgres";
            try (var connection = wire.connect(conninfo, SessionKind.SQL)) {
                var facts = new ReadFacts(connection, US).read();
                assertThat(facts.standbyNames()).isEmpty();
                assertThat(facts.synchronousCommit()).isEqualTo("remote_write");
                assertThat(facts.standing()).isEqualTo(Standing.ABSENT);
                assertThat(facts.deviations()).containsExactlyInAnyOrder(
                        new Facts.Deviation("all roles", "remote_write"), new Facts.Deviation("database crm", "on"),
                        new Facts.Deviation("role app", "local"),
                        new Facts.Deviation("role batch in database crm", "off"));
                assertThat(facts.dataDirectory()).contains(server.server().cluster().dataDirectory().toString());
            }
            try (var _ = wire.connect(conninfo + " user=plain application_name=" + US,
                    SessionKind.PHYSICAL_REPLICATION);
                    var connection = wire.connect(conninfo + " user=plain", SessionKind.SQL)) {
                var facts = new ReadFacts(connection, US).read();
                assertThat(facts.standing()).isEqualTo(Standing.UNKNOWN);
                assertThat(facts.dataDirectory()).isEmpty();
                assertThat(facts.deviations()).hasSize(4);
            }
        }
    }
}
