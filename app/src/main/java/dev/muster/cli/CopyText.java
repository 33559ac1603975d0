// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.collect.Amount;
import dev.muster.vault.copy.CopyFinding;
import dev.muster.vault.copy.CopyPlan;
import dev.muster.vault.copy.CopyReport;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a repository for people and for machines.
 *
 * @param out where it is printed
 * @param url of the original
 * @param to of the copy
 */
record CopyText(PrintWriter out, String url, String to) {

    /** Findings of one kind that are printed; {@code --json} has them all. */
    private static final int FINDINGS_SHOWN = 20;

    /** The document of {@code --json}. */
    record Documents(List<Document> copies) {}

    /** One copy; what was not done is null. */
    record Document(String url, String to, String repository, boolean complete, Amount missing, Amount there,
            Amount onlyThere, List<CopyPlan.Kinds> kinds, List<CopyFinding> findings, @Nullable Done done) {

        record Done(Amount copied, int rounds, double seconds) {}
    }

    Document document(CopyPlan plan) {
        boolean complete = plan.missing().objects() == 0 && plan.findings().stream().noneMatch(CopyFinding::damage);
        return new Document(url, to, plan.repository().hex(), complete, plan.missing(), plan.there(), plan.onlyThere(),
                plan.kinds(), plan.findings(), null);
    }

    Document document(CopyReport report, double seconds) {
        return new Document(url, to, report.repository().hex(), report.isWhole(), Amount.NOTHING, report.there(),
                report.onlyThere(), List.of(), report.findings(),
                new Document.Done(report.copied(), report.rounds(), seconds));
    }

    void plan(CopyPlan plan) {
        Table table = new Table("kind", "objects", "to copy");
        plan.kinds()
                .forEach(each -> table.row(each.kind(), Figures.count(each.missing().objects()),
                        Figures.bytes(each.missing().bytes())));
        table.row("all", Figures.count(plan.missing().objects()), Figures.bytes(plan.missing().bytes()));
        out.print(table);
        out.println();
        out.println(plan.first()
                ? "Nothing is there yet: " + to
                : "There already: " + amount(plan.there()) + ".");
        rest(plan.onlyThere(), plan.findings());
    }

    void report(CopyReport report, double seconds) {
        String rate = seconds > 0.5 && report.copied().bytes() > 0
                ? ", " + Figures.bytes((long) (report.copied().bytes() / seconds)) + "/s"
                : "";
        out.println("Copied " + amount(report.copied()) + ", in " + Figures.seconds(seconds) + rate + "; "
                + amount(report.there()) + (report.there().objects() == 1 ? " was" : " were") + " there.");
        rest(report.onlyThere(), report.findings());
        out.println(report.isWhole()
                ? "All of repository " + report.repository().hex() + " is in " + to
                : "NOT ALL of repository " + report.repository().hex() + " is in " + to);
        out.flush();
    }

    private void rest(Amount onlyThere, List<CopyFinding> findings) {
        if (onlyThere.objects() > 0) {
            out.println("Only there: " + amount(onlyThere)
                    + ", removed from the original or left by readers of the copy. A copy deletes nothing.");
        }
        findings.stream()
                .limit(FINDINGS_SHOWN)
                .forEach(each -> out.println((each.damage() ? "DAMAGE: " : "notice: ") + each.key() + " in "
                        + each.place() + " " + each.what() + "."));
        if (findings.size() > FINDINGS_SHOWN) {
            out.println("and " + Figures.count(findings.size() - FINDINGS_SHOWN) + " more: --json has them all.");
        }
        out.flush();
    }

    private static String amount(Amount amount) {
        return Figures.count(amount.objects()) + (amount.objects() == 1 ? " object, " : " objects, ")
                + Figures.bytes(amount.bytes());
    }
}
