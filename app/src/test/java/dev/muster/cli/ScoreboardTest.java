// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.demo.DemoReport;
import dev.muster.demo.DemoReport.Disaster;
import dev.muster.demo.DemoReport.Step;
import dev.muster.system.Objective;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScoreboardTest {

    private static final DemoReport REPORT = new DemoReport(List.of(
            new Disaster("bad-delete", 12_345, 9_000, 0, 3_345, 0, 3.5,
                    List.of(new Step("choose", 0.5), new Step("restore", 1.25), new Step("replay", 1),
                            new Step("verify",
                                    0.75)),
                    true),
            new Disaster("lost-disk", 20_000, 19_100, 900, 0, 1.5, 4, List.of(new Step("choose", 4)), false)),
            64_000_000, 21_000_000);

    @Test
    void everyNumberStandsBesideItsObjective() {
        assertThat(new Scoreboard(REPORT, new Objective(Duration.ofSeconds(5), Duration.ofMinutes(1))).toString())
                .isEqualTo("""

                        disaster    acknowledged  recovered  lost  given up     RPO     RTO  objectives
                        bad-delete        12,345      9,000     0     3,345  0.00 s  3.50 s  met
                        lost-disk         20,000     19,100   900         0  1.50 s  4.00 s  MISSED

                        RTO of bad-delete  choose 0.50 s  +  restore 1.25 s  +  replay 1.00 s  +  verify 0.75 s
                        RTO of lost-disk   choose 4.00 s
                        Objectives         RPO at most 5.00 s, RTO at most 1m 00s
                        Sizes              database 64.0 MB, repository 21.0 MB (base backup and WAL)
                        """);
    }

    @Test
    void theDocumentForMachinesHasTheFieldsOfTheContract() {
        StringWriter written = new StringWriter();

        Json.print(new PrintWriter(written), REPORT);

        assertThat(written.toString().replaceAll("\\s", "")).startsWith("""
                {"disasters":[{"kind":"bad-delete","acknowledged":12345,"recovered":9000,"lost":0,"given_up":3345,\
                "rpo_seconds":0.0,"rto_seconds":3.5,"steps":[{"name":"choose","seconds":0.5},""")
                .endsWith("""
                        "objective_met":false}],"database_bytes":64000000,"repository_bytes":21000000}""");
        assertThat(REPORT.objectivesMet()).isFalse();
    }
}
