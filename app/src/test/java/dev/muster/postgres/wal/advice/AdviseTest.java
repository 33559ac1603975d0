// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.advice;

import dev.muster.postgres.conninfo.ConninfoResolver;
import dev.muster.postgres.conninfo.Surroundings;
import dev.muster.postgres.wal.receive.Policy;
import dev.muster.postgres.wal.receive.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AdviseTest {

    private static final String US = "muster_clinic";
    private static final Policy SYNCHRONOUS = new Policy(true, Policy.Durability.SPOOL, Policy.OnOutage.BLOCK,
            Policy.OUTAGE_AFTER_DEFAULT);

    private static Facts facts(String names, Standing standing, String commit, Facts.Deviation... deviations) {
        return new Facts(names, standing, commit, List.of(deviations), Optional.empty());
    }

    private static List<String> topics(Policy policy, Facts facts) {
        return new Advise(policy, US, false).of(facts).stream().map(Advice::topic).toList();
    }

    @Test
    void aPromiseThatHoldsNeedsNoAdvice() {
        assertThat(topics(SYNCHRONOUS, facts("FIRST 1 (muster_clinic, b)", Standing.SYNC, "on"))).isEmpty();
        assertThat(topics(SYNCHRONOUS, facts("FIRST 1 (muster_clinic, b)", Standing.SYNC, "remote_apply"))).isEmpty();
        assertThat(topics(Policy.asynchronous(), facts("b", Standing.ASYNC, "off"))).isEmpty();
    }

    @Test
    void whatBreaksThePromiseIsSaidWithWhatToSet() {
        var advice = new Advise(SYNCHRONOUS, US, false).of(facts("b", Standing.ASYNC, "on"));
        assertThat(advice).singleElement().satisfies(each -> {
            assertThat(each.topic()).isEqualTo("not-named");
            assertThat(each.remedy()).isEqualTo(
                    "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (muster_clinic, b)'; SELECT pg_reload_conf();");
        });
        assertThat(topics(SYNCHRONOUS, facts("", Standing.ASYNC, "on"))).containsExactly("not-named");
        assertThat(topics(SYNCHRONOUS, facts("b, muster_clinic", Standing.POTENTIAL, "on")))
                .containsExactly("not-demanded");
        assertThat(topics(SYNCHRONOUS, facts("muster_clinic", Standing.SYNC, "on"))).containsExactly("no-other");
    }

    @Test
    void commitsThatReturnEarlyAreFoundWhereverThatIsSet() {
        var names = "FIRST 1 (muster_clinic, b)";
        for (var early : List.of("off", "local", "remote_write")) {
            assertThat(topics(SYNCHRONOUS, facts(names, Standing.SYNC, early)))
                    .containsExactly("commits-return-early");
            assertThat(facts(names, Standing.SYNC, early).toCommits()).as("RPO 0 is not shown")
                    .isEqualTo(Standing.ASYNC);
        }
        for (var waiting : List.of("on", "remote_apply")) {
            assertThat(facts(names, Standing.SYNC, waiting).toCommits()).isEqualTo(Standing.SYNC);
        }
        var advice = new Advise(SYNCHRONOUS, US, false).of(facts(names, Standing.SYNC, "on",
                new Facts.Deviation("role app", "local"), new Facts.Deviation("database crm", "on"),
                new Facts.Deviation("role batch in database crm", "off")));
        assertThat(advice).singleElement().satisfies(each -> assertThat(each.what())
                .contains("role app (local)", "role batch in database crm (off)").doesNotContain("(on)"));
    }

    @Test
    void whatCannotBeSeenIsNotTakenForGood() {
        assertThat(topics(SYNCHRONOUS, facts("FIRST 1 (muster_clinic, b)", Standing.UNKNOWN, "on")))
                .containsExactly("standing-hidden");
    }

    @Test
    void aReceiverThatCommitsWaitForThoughItWasNotAskedIsSaid() {
        for (var names : List.of("muster_clinic", "*")) {
            assertThat(topics(Policy.asynchronous(), facts(names, Standing.SYNC, "on"))).containsExactly("waited-for");
        }
    }

    @Test
    void aConnectionThatOthersCanReadIsSaidWithWhatToSet() {
        var conninfo = new ConninfoResolver(new Surroundings(Map.of(), Optional.empty(), "muster"));
        assertThat(Advise.of(conninfo.resolve("host=db1 sslmode=require"))).singleElement().satisfies(each -> {
            assertThat(each.topic()).isEqualTo("connection-exposed");
            assertThat(each.remedy()).contains("sslmode=verify-full");
        });
        assertThat(Advise.of(conninfo.resolve("host=db1"))).isEmpty();
        assertThat(Advise.of(conninfo.resolve("host=localhost sslmode=disable"))).isEmpty();
    }

    @Test
    void aSpoolOnTheDatabasesOwnDiskIsSaid() {
        assertThat(new Advise(Policy.asynchronous(), US, true).of(facts("", Standing.ASYNC, "on")))
                .extracting(Advice::topic).containsExactly("same-disk");
        assertThat(new Advise(SYNCHRONOUS, US, true).of(facts("FIRST 1 (muster_clinic, b)", Standing.SYNC, "on")))
                .singleElement().satisfies(each -> assertThat(each.remedy()).contains("durability: repository"));
    }
}
