// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What other tests rely on. */
class TestServersTest {

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    @Test
    void aSharedServerIsStartedOnce() throws Exception {
        var first = SERVERS.shared(18);
        first.execute("create database of_my_own");

        assertThat(SERVERS.shared(18).server().pid()).isEqualTo(first.server().pid());
        assertThat(first.query("select datname from pg_database")).contains("of_my_own");
    }

    @Test
    void freshServersHaveIdentitiesOfTheirOwn() throws Exception {
        var identity = "select system_identifier from pg_control_system()";
        try (var one = SERVERS.fresh(18); var other = SERVERS.fresh(18)) {
            assertThat(one.query(identity)).isNotEqualTo(other.query(identity));
        }
    }
}
