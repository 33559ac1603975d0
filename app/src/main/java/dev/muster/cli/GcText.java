// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.collect.Amount;
import dev.muster.vault.collect.CollectPlan;
import dev.muster.vault.collect.CollectReport;
import dev.muster.vault.collect.Session;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Garbage collection for people and for machines.
 *
 * @param out where it is printed
 */
record GcText(PrintWriter out) {

    /** The document of {@code --json}; what was not done is null. */
    record Document(String url, Instant storeTime, Snapshots snapshots, List<Kind> kinds, List<Row> deletes,
            List<Row> condemns, List<Wait> waits, Amount young, List<Open> sessions, List<GivenUp> givesUp,
            boolean capped, List<String> notices, @Nullable Done done) {

        record Snapshots(int counting, int undecided, int removed) {}

        record Kind(String kind, Amount all, Amount dead) {}

        record Row(String kind, String why, Amount amount) {}

        record Wait(Amount amount, @Nullable Instant until, List<String> sessions) {}

        record Open(String session, String host, String purpose, boolean writes, String fate, Instant announced,
                Instant heard) {}

        record GivenUp(String session, String reason) {}

        record Done(Amount deleted, Amount condemned, int indexFewer, List<String> undecided, double seconds) {}
    }

    static Document document(String url, CollectPlan plan) {
        return document(url, plan, null);
    }

    static Document document(String url, CollectReport report, double seconds) {
        return document(url, report.plan(), new Document.Done(report.deleted(), report.condemned(),
                report.indexFewer(), report.undecided().stream().map(each -> each.hex()).toList(), seconds));
    }

    private static Document document(String url, CollectPlan plan, Document.@Nullable Done done) {
        return new Document(url, plan.at(),
                new Document.Snapshots(plan.snapshots().counting(), plan.snapshots().undecided(),
                        plan.snapshots().dead()),
                plan.held()
                        .stream()
                        .map(each -> new Document.Kind(each.kind().prefix(), each.all(), each.dead()))
                        .toList(),
                rows(plan.deletes()), rows(plan.condemns()),
                plan.waits()
                        .stream()
                        .map(each -> new Document.Wait(each.amount(), each.until().orElse(null),
                                each.sessions().stream().map(session -> session.session().hex()).toList()))
                        .toList(),
                plan.young(), plan.sessions().stream().map(GcText::open).toList(),
                plan.givesUp().stream().map(each -> new Document.GivenUp(each.session(), each.reason())).toList(),
                plan.capped(), plan.notices(), done);
    }

    private static List<Document.Row> rows(List<CollectPlan.Row> rows) {
        return rows.stream()
                .map(row -> new Document.Row(row.kind().prefix(), word(row.why()), row.amount()))
                .toList();
    }

    private static Document.Open open(Session session) {
        return new Document.Open(session.session().hex(), session.host(), session.purpose(), session.writes(),
                word(session.fate()), session.announced(), session.heard());
    }

    /** @param applied whether it is carried out now */
    void plan(CollectPlan plan, boolean applied) {
        Table held = new Table("kind", "objects", "stored", "of no use");
        plan.held().forEach(each -> held.row(each.kind().prefix(), Figures.count(each.all().objects()),
                Figures.bytes(each.all().bytes()), Figures.bytes(each.dead().bytes())));
        out.print(held);
        out.println();
        out.println("Snapshots: " + Figures.count(plan.snapshots().counting()) + " can be restored, "
                + Figures.count(plan.snapshots().dead()) + " removed"
                + (plan.snapshots().undecided() > 0
                        ? ", " + Figures.count(plan.snapshots().undecided()) + " undecided."
                        : "."));
        rows(applied ? "To delete now" : "Would be deleted now", plan.deletes());
        rows((applied ? "To condemn" : "Would be condemned") + ", and deleted by a run after "
                + Figures.moment(plan.at().plus(plan.grace())), plan.condemns());
        waits(plan);
        sessions(plan);
        plan.givesUp().forEach(each -> out.println(
                (applied ? "Given up: session " : "Would be given up: session ") + each.session() + ", "
                        + each.reason() + "."));
        if (plan.capped()) {
            out.println("There is more than one run may do: the next ones go on.");
        }
        plan.notices().forEach(notice -> out.println("notice: " + notice));
        out.flush();
    }

    void report(CollectReport report, double seconds) {
        out.println();
        out.println("Deleted " + amount(report.deleted()) + ", condemned " + amount(report.condemned()) + ", in "
                + Figures.seconds(seconds) + ".");
        if (report.indexFewer() > 0) {
            out.println("Index objects: " + Figures.count(report.indexFewer()) + " fewer.");
        }
        report.undecided().forEach(each -> out.println("ATTENTION: snapshot " + each.hex().substring(0, 12)
                + " was committed while its session was being given up. It does not count, and what it needs is kept."));
        out.flush();
    }

    private void rows(String title, List<CollectPlan.Row> rows) {
        if (rows.isEmpty()) {
            out.println(title + ": nothing.");
            return;
        }
        out.println(title + ":");
        rows.forEach(row -> out.println("    " + row.kind().prefix() + ": " + amount(row.amount()) + ", "
                + row.why().words()));
    }

    private void waits(CollectPlan plan) {
        for (CollectPlan.Wait wait : plan.waits()) {
            String until = wait.until()
                    .map(end -> end.isAfter(plan.at()) ? " until " + Figures.moment(end) : "")
                    .orElse(" for the grace, which begins with the next run");
            int sessions = wait.sessions().size();
            String held =
                    sessions == 0 ? "" : " for " + sessions + (sessions == 1 ? " session" : " sessions") + " below";
            out.println("Waits" + until + held + ": " + amount(wait.amount()) + ".");
        }
        if (plan.young().objects() > 0) {
            out.println("Kept for backups that run or were cut off: " + amount(plan.young()) + ".");
        }
    }

    private void sessions(CollectPlan plan) {
        for (Session session : plan.sessions()) {
            out.println("Session " + (session.writes() ? "writes" : "reads") + " on " + session.host() + ": "
                    + session.purpose() + ", since " + age(plan, session.announced()) + ", last heard of "
                    + age(plan, session.heard()) + " ago"
                    + (session.fate() == Session.Fate.UNDECIDED ? ", undecided" : "") + ".");
        }
    }

    private static String age(CollectPlan plan, Instant moment) {
        Duration age = Duration.between(moment, plan.at());
        return Figures.duration(age.isNegative() ? Duration.ZERO : age);
    }

    private static String amount(Amount amount) {
        return Figures.count(amount.objects()) + (amount.objects() == 1 ? " object, " : " objects, ")
                + Figures.bytes(amount.bytes());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
