// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.fault.Fault;
import dev.muster.retain.Decision;
import dev.muster.retain.LogDecision;
import dev.muster.retain.RetentionPlan;
import dev.muster.retain.Snapshot;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Retention for people and for machines.
 *
 * @param out where it is printed
 */
record RetainText(PrintWriter out) {

    private static final int SPANS_SHOWN_MAX = 20;

    /** The document of {@code --json} of one system; policy and id are null if everything is kept, the fault if there is none. */
    record Document(String system, @Nullable String policy, @Nullable String zone, @Nullable String plan,
            List<Row> snapshots, List<Log> wal, List<String> warnings, List<String> unmet, boolean proofsCount,
            boolean applied, StatusText.@Nullable FaultRow fault) {

        record Row(String id, String component, Instant completed, Map<String, String> tags, boolean stays,
                List<String> because) {}

        record Log(String history, long timeline, List<Span> stays, List<Span> releases, long stayingBytes,
                long releasedBytes) {}

        record Span(String start, String end) {}
    }

    static Document document(String system) {
        return new Document(system, null, null, null, List.of(), List.of(), List.of(), List.of(), false, false, null);
    }

    static Document failed(String system, Fault fault) {
        return new Document(system, null, null, null, List.of(), List.of(), List.of(), List.of(), false, false,
                new StatusText.FaultRow(fault.code(), fault.what(), fault.subject(), fault.remedy()));
    }

    static Document document(RetentionPlan plan, boolean applied) {
        return new Document(plan.system(), plan.policy().words(), plan.policy().zone().getId(), plan.id(),
                plan.snapshots().all().stream().map(RetainText::row).toList(),
                plan.log().stream().map(RetainText::log).toList(), plan.warnings(), plan.snapshots().unmet(),
                plan.proofsCount(), applied, null);
    }

    private static Document.Row row(Decision decision) {
        Snapshot snapshot = decision.snapshot();
        return new Document.Row(snapshot.id(), snapshot.component(), snapshot.completed(), snapshot.tags(),
                decision.kept(), decision.because());
    }

    private static Document.Log log(LogDecision log) {
        return new Document.Log(log.log().incarnation().hex(), log.log().timeline(), spans(log.stays()),
                spans(log.releases()), log.stays().bytes(), log.bytes());
    }

    private static List<Document.Span> spans(WalCover cover) {
        return cover.spans()
                .stream()
                .map(span -> new Document.Span(WalSpan.lsn(span.start()), WalSpan.lsn(span.end())))
                .toList();
    }

    void failure(String system, Fault fault) {
        out.println(system + ": error: " + fault.getMessage());
        out.println("  " + fault.remedy());
        out.println("  code: " + fault.code());
        out.flush();
    }

    void keepsEverything(String system) {
        out.println(system + ": no retention is configured, so everything is kept.");
        out.flush();
    }

    /** @param applied whether it is carried out now */
    void plan(RetentionPlan plan, boolean applied) {
        out.println(plan.system() + ": " + plan.policy().words() + "; calendar of " + plan.policy().zone()
                + ". Plan " + plan.id());
        Table table = new Table("snapshot", "completed", "tags", "", "because");
        for (Decision each : plan.snapshots().all()) {
            Snapshot snapshot = each.snapshot();
            table.row(snapshot.shortId(), Figures.moment(snapshot.completed()), Figures.tags(snapshot.tags()),
                    each.kept() ? "stays" : "expires", String.join("; ", each.because()));
        }
        out.print(table);
        out.println((applied ? "Expires: " : "Would expire: ") + plan.snapshots().expiring().size() + " of "
                + plan.snapshots().all().size() + " snapshots, and " + Figures.bytes(plan.releasedBytes())
                + " of WAL; " + Figures.bytes(plan.stayingBytes()) + " of WAL stay.");
        plan.log().forEach(this::releases);
        if (!plan.proofsCount()) {
            out.println("No restore of it is recorded as a proof, so that none keeps its snapshot.");
        }
        plan.pause()
                .ifPresent(pause -> out.println("warning: No backup was committed from " + Figures.moment(pause.from())
                        + " to " + Figures.moment(pause.to())
                        + ", or a clock has jumped: nothing is carried out without --after-pause."));
        plan.warnings().forEach(warning -> out.println("warning: " + warning));
        plan.snapshots().unmet().forEach(unmet -> out.println("NOT MET: " + unmet));
        out.flush();
    }

    private void releases(LogDecision log) {
        List<WalSpan> spans = log.releases().spans();
        spans.stream()
                .limit(SPANS_SHOWN_MAX)
                .forEach(span -> out.println("    WAL of timeline " + log.log().timeline() + ": " + span));
        if (spans.size() > SPANS_SHOWN_MAX) {
            out.println("    and " + (spans.size() - SPANS_SHOWN_MAX) + " more stretches of it");
        }
    }

    void done(RetentionPlan plan) {
        out.println(plan.isEmpty()
                ? "Nothing expires."
                : "Done: " + plan.snapshots().expiring().size() + " snapshots have expired, and "
                        + Figures.bytes(plan.releasedBytes())
                        + " of WAL. 'muster repo gc --apply' deletes what nothing "
                        + "else needs.");
        out.flush();
    }
}
