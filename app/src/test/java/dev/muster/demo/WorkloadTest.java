// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

import dev.muster.postgres.server.TestServer;
import dev.muster.postgres.server.TestServers;
import dev.muster.work.Wait;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WorkloadTest {

    private static final Clinic CLINIC = new Clinic(7, 1_000);

    @RegisterExtension
    static final TestServers SERVERS = new TestServers();

    @Test
    void whatTheWritersWereToldIsFoundAgainAndCompared() throws Exception {
        try (TestServer server = SERVERS.fresh(18); Connection connection = server.connect()) {
            CLINIC.create(connection);
            Tally tally = work(server, 50);
            Recovered recovered = new Recovered(connection, CLINIC);

            List<Integer> found = List.of(recovered.commits(1), recovered.commits(2));
            Verdict verdict = Verdict.of(tally, tally, found, 9, List.of());

            assertThat(verdict).isEqualTo(new Verdict(tally.acknowledged(), tally.acknowledged(), 0, 0, 0, List.of()));
            assertThat(recovered.orphans()).isEmpty();
            assertThat(recovered.wrongCounts()).isEmpty();
        }
    }

    @Test
    void damageOfEveryKindIsSeen() throws Exception {
        try (TestServer server = SERVERS.fresh(18);
                Connection connection = server.connect();
                Statement sql = connection.createStatement()) {
            CLINIC.create(connection);
            Tally tally = work(server, 50);
            Recovered recovered = new Recovered(connection, CLINIC);

            sql.execute("DELETE FROM visits WHERE id <= 10");
            assertThat(recovered.wrongCounts()).containsExactly("visits: 990 rows, 1000 were loaded");

            sql.execute("SET session_replication_role = replica; DELETE FROM organizations WHERE id = 1");
            assertThat(recovered.orphans()).isNotEmpty().allMatch(orphan -> orphan.contains("organizations"));

            sql.execute("UPDATE evv_records SET proof = 'x' WHERE writer = 1 AND sequence = 3");
            assertThatExceptionOfType(Recovered.Mismatch.class).isThrownBy(() -> recovered.commits(1))
                    .withMessageContaining("only half is there");

            int last = tally.writers().get(1).acknowledged();
            sql.execute("DELETE FROM evv_records WHERE writer = 2 AND sequence = " + last);
            sql.execute("DELETE FROM audit_log WHERE writer = 2 AND sequence = " + last);
            int found = recovered.commits(2);
            Tally second = new Tally(tally.writers().subList(1, 2));
            assertThat(Verdict.of(second, second, List.of(found), 2.5, List.of())).satisfies(verdict -> {
                assertThat(verdict.lost()).isEqualTo(1);
                assertThat(verdict.rpoSeconds()).isEqualTo(2.5);
            });

            sql.execute("DELETE FROM evv_records WHERE writer = 2 AND sequence = 1");
            sql.execute("DELETE FROM audit_log WHERE writer = 2 AND sequence = 1");
            assertThatExceptionOfType(Recovered.Mismatch.class).isThrownBy(() -> recovered.commits(2))
                    .withMessageContaining("commit 1 of writer 2 is missing");
        }
    }

    @Test
    void aCommitThatNobodySentIsAFault() {
        Tally last = new Tally(List.of(new Tally.Count(1, 10, true), new Tally.Count(2, 10, false)));

        assertThat(Verdict.of(last, last, List.of(11, 11), 0, List.of()).faults())
                .containsExactly("writer 2 has commits that it never sent");
    }

    @Test
    void commitsAfterTheTargetAreGivenUpAndNotLost() {
        Tally before = new Tally(List.of(new Tally.Count(1, 10, false), new Tally.Count(2, 20, false)));
        Tally last = new Tally(List.of(new Tally.Count(1, 50, false), new Tally.Count(2, 60, false)));

        assertThat(Verdict.of(before, last, List.of(11, 18), 1, List.of())).satisfies(verdict -> {
            assertThat(verdict.recovered()).isEqualTo(29);
            assertThat(verdict.lost()).isEqualTo(2);
            assertThat(verdict.givenUp()).isEqualTo(79);
        });
    }

    private static Tally work(TestServer server, int atLeast) throws Exception {
        try (Workload workload = Workload.start(server.jdbcUrl("postgres"), CLINIC, 1, 2, System::nanoTime)) {
            assertThat(new Wait(System::nanoTime).until(() -> workload.tally().writers().stream()
                    .allMatch(writer -> writer.acknowledged() >= atLeast), Duration.ofSeconds(30))).isTrue();
            workload.stop();
            assertThat(workload.ends()).isEmpty();
            return workload.tally();
        }
    }
}
