// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.postgres.base.BackupPlan;
import dev.muster.postgres.base.BackupRecord;
import dev.muster.postgres.base.NamedBadPage;
import dev.muster.postgres.base.NotCaptured;
import dev.muster.postgres.restore.BackupPoint;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backup that was taken, for people and for machines.
 *
 * @param plan what it was to be
 * @param record what it became
 */
record BackupText(BackupPlan plan, BackupRecord record) {

    private static final int LABEL_CHARS = 12;
    private static final int BAD_PAGES_SHOWN_MAX = 10;

    /** The document of {@code --json}. */
    record Document(String snapshot, String system, String component, String kind, String server, String version,
            String cluster, long timeline, String startLsn, String stopLsn, Instant begun, Instant consistentAt,
            double seconds, String log, @Nullable Boolean goesOn, Size size, boolean checksums, long badPages,
            List<NamedBadPage> firstBadPages,
            int tablespaces, Map<String, String> tags, List<String> warnings, List<NotCaptured> notCaptured) {

        /** How much; the ratio is null if nothing new was stored. */
        record Size(long files, long databaseBytes, long newBytes, @Nullable Double ratio, long blocks,
                long newBlocks) {}
    }

    Document document() {
        var facts = record.facts();
        var volume = record.volume();
        return new Document(record.snapshot(), plan.request().system(), plan.request().component(), "physical",
                plan.server().host().toString(), plan.server().versionText(), facts.system().toString(),
                facts.timeline().number(), facts.start().toString(), facts.stop().toString(), record.begun(),
                facts.consistentAt(), record.took().toNanos() / 1e9, record.log().text(), goesOn(),
                new Document.Size(volume.files(), volume.logicalBytes(), volume.storedBytes(),
                        volume.storedBytes() == 0 ? null : (double) volume.logicalBytes() / volume.storedBytes(),
                        volume.blocks(), volume.newBlocks()),
                facts.data().checksums(), facts.data().badPages(), record.badPages(),
                facts.surroundings().tablespaces(), plan.request().tags(), warnings(), record.notCaptured());
    }

    private @Nullable Boolean goesOn() {
        return switch (record.log().after()) {
            case RECEIVER -> true;
            case NOBODY -> false;
            case MAYBE_ANOTHER_HISTORY, UNKNOWN -> null;
        };
    }

    void print(PrintWriter out) {
        var facts = record.facts();
        out.println("Snapshot " + BackupPoint.shortId(record.snapshot()) + " of " + plan.request().system()
                + "/" + plan.request().component() + " is in the repository.");
        line(out, "server", plan.from());
        line(out, "WAL", facts.start() + " to " + facts.stop() + " on timeline " + facts.timeline() + ", "
                + record.log().text());
        line(out, "database", Figures.bytes(record.volume().logicalBytes()) + " in "
                + Figures.count(record.volume().files()) + " files"
                + (facts.surroundings().tablespaces() == 0
                        ? ""
                        : ", " + facts.surroundings().tablespaces() + " tablespaces"));
        line(out, "stored", stored());
        line(out, "took", took());
        line(out, "restore to", restorable());
        if (!plan.request().tags().isEmpty()) {
            line(out, "tags", Figures.tags(plan.request().tags()));
        }
        warnings().forEach(warning -> line(out, "warning", warning));
        record.notCaptured().forEach(each -> line(out, "left out", each.what() + ": " + each.why()));
        badPages(out);
        out.flush();
    }

    private List<String> warnings() {
        return plan.warnings(record.log());
    }

    private String restorable() {
        var first = Figures.momentFrom(record.facts().consistentAt());
        return switch (record.log().after()) {
            case RECEIVER -> first + ", or any later moment";
            case NOBODY -> BackupPoint.shortId(record.snapshot()) + ", no later moment";
            case MAYBE_ANOTHER_HISTORY -> BackupPoint.shortId(record.snapshot()) + ", a later moment perhaps";
            case UNKNOWN -> first + ", or any later moment if a WAL receiver runs";
        };
    }

    private String stored() {
        var volume = record.volume();
        var text = Figures.bytes(volume.storedBytes()) + " new, " + Figures.count(volume.newBlocks()) + " of "
                + Figures.count(volume.blocks()) + " blocks";
        return volume.storedBytes() == 0
                ? text
                : text + String.format(Locale.ROOT, ", %.1f to 1", (double) volume.logicalBytes()
                        / volume.storedBytes());
    }

    private String took() {
        var files = record.volume().filesTook().toNanos() / 1e9;
        return Figures.duration(record.took()) + ", files at " + Figures.rate(record.volume().logicalBytes(), files);
    }

    private void badPages(PrintWriter out) {
        var count = record.facts().data().badPages();
        if (count == 0) {
            return;
        }
        out.println();
        out.println("DAMAGE FOUND on the server: " + Figures.count(count) + (count == 1 ? " page" : " pages")
                + ". The backup holds them as they are, and so will what is restored from it.");
        record.badPages().stream().limit(BAD_PAGES_SHOWN_MAX).forEach(page -> out.println("  " + page.file() + " block "
                + page.block() + (page.relation().isEmpty() ? "" : " (" + page.relation() + ")")));
        out.println("Look at the server's disk, and keep older snapshots until it is understood.");
    }

    private static void line(PrintWriter out, String label, String text) {
        out.println("  " + label + " ".repeat(LABEL_CHARS - label.length()) + text);
    }
}
