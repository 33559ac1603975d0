// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.demo.DemoReport;
import dev.muster.demo.DemoReport.Disaster;
import dev.muster.system.Objective;
import java.util.Locale;
import java.util.stream.Collectors;

/** The numbers of a demonstration held against their objectives, for people. */
final class Scoreboard {

    private final DemoReport report;
    private final Objective objective;

    Scoreboard(DemoReport report, Objective objective) {
        this.report = report;
        this.objective = objective;
    }

    @Override
    public String toString() {
        Table table =
                new Table("disaster", "acknowledged", "recovered", "lost", "given up", "RPO", "RTO", "objectives");
        for (Disaster disaster : report.disasters()) {
            table.row(disaster.kind(), Figures.count(disaster.acknowledged()), Figures.count(disaster.recovered()),
                    Figures.count(disaster.lost()), Figures.count(disaster.givenUp()),
                    Figures.seconds(disaster.rpoSeconds()), Figures.seconds(disaster.rtoSeconds()),
                    disaster.objectiveMet() ? "met" : "MISSED");
        }
        StringBuilder text = new StringBuilder("\n").append(table).append('\n');
        report.disasters().forEach(disaster -> text.append(String.format(Locale.ROOT, "RTO of %-11s %s%n",
                disaster.kind(), disaster.steps().stream()
                        .map(step -> step.name() + " " + Figures.seconds(step.seconds()))
                        .collect(Collectors.joining("  +  ")))));
        return text.append(String.format(Locale.ROOT, "%-18s RPO at most %s, RTO at most %s%n", "Objectives",
                Figures.duration(objective.rpo()), Figures.duration(objective.rto())))
                .append(String.format(Locale.ROOT, "%-18s database %s, repository %s (base backup and WAL)%n", "Sizes",
                        Figures.bytes(report.databaseBytes()), Figures.bytes(report.repositoryBytes())))
                .toString();
    }
}
