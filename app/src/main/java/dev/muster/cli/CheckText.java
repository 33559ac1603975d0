// SPDX-License-Identifier: Apache-2.0
package dev.muster.cli;

import dev.muster.vault.check.CheckReport;
import dev.muster.vault.check.CheckReport.Counts;
import dev.muster.vault.check.CheckShare.Rolled;
import dev.muster.vault.check.Depth;
import dev.muster.vault.check.Finding;
import dev.muster.vault.proof.Examined;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A check for people and for machines.
 *
 * @param url of the repository
 * @param report what was found
 * @param quarantined how many places were put in quarantine
 * @param seconds how long it took
 * @param rolled what is proven now, if what was read counts as that
 */
record CheckText(String url, CheckReport report, int quarantined, double seconds, Optional<Rolled> rolled) {

    /** The document of {@code --json}. */
    record Document(String url, String depth, boolean sound, double seconds, Counts counts, int quarantined,
            Optional<Proven> proven, List<Row> findings) {

        record Proven(Examined.Amount read, Examined.Amount there, Examined.Amount proven, Optional<Instant> oldest) {}

        record Row(String severity, String key, String what, List<String> touches) {}
    }

    Document document() {
        return new Document(url, word(report.depth()), report.isSound(), seconds, report.counts(), quarantined,
                rolled.map(done -> new Document.Proven(done.read(), done.there(), done.proven(), done.oldest())),
                report.findings().stream()
                        .map(finding -> new Document.Row(word(finding.severity()), finding.key(), finding.what(),
                                finding.touches()))
                        .toList());
    }

    void print(PrintWriter out) {
        for (Finding finding : report.findings()) {
            out.println(finding.severity() + "  " + finding.key());
            out.println("    " + finding.what());
            finding.touches().forEach(touched -> out.println("    touches " + touched));
        }
        if (!report.findings().isEmpty()) {
            out.println();
        }
        counts(out, report.counts());
        rolled.ifPresent(done -> proven(out, done));
        if (quarantined > 0) {
            out.println("Put in quarantine: " + Figures.count(quarantined)
                    + " places. The next backup uploads anew what it needs of them.");
        }
        out.println(verdict());
        out.flush();
    }

    private void counts(PrintWriter out, Counts counts) {
        if (report.depth() != Depth.STRUCTURE) {
            out.println(
                    "Read " + Figures.count(counts.objects()) + " objects, " + Figures.bytes(counts.bytes()) + " in "
                            + Figures.seconds(seconds) + ", " + Figures.rate(counts.bytes(), seconds) + ".");
        }
        if (report.depth() == Depth.CONTENT) {
            out.println("Opened " + Figures.count(counts.frames()) + " frames.");
        }
        if (report.depth() != Depth.BYTES) {
            out.println("Followed " + Figures.count(counts.snapshots()) + " snapshots to " + Figures.count(counts
                    .blocks()) + " blocks and " + Figures.bytes(counts.walBytes()) + " of WAL.");
        }
    }

    private static void proven(PrintWriter out, Rolled done) {
        if (done.read().objects() < done.there().objects()) {
            out.println("Of packs and WAL " + Figures.count(done.read().objects()) + " of "
                    + Figures.count(done.there().objects()) + " objects were read, "
                    + Figures.percent(done.read().bytes(), done.there().bytes()) + " of their bytes.");
        }
        if (done.there().objects() > 0) {
            out.println("Proven: " + Figures.percent(done.proven().bytes(), done.there().bytes()) + " of "
                    + Figures.bytes(done.there().bytes()) + " of packs and WAL"
                    + done.oldest().map(at -> ", the longest ago on " + Figures.moment(at)).orElse("") + ".");
        }
    }

    private String verdict() {
        long damages = report.findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .count();
        if (damages > 0) {
            return "DAMAGE FOUND: " + Figures.count(damages) + (damages == 1 ? " place." : " places.");
        }
        if (report.depth() != Depth.BYTES && report.counts().snapshots() == 0) {
            return "Sound, and EMPTY: there is no snapshot in it that could be restored.";
        }
        return switch (report.depth()) {
            case BYTES -> "Sound: every byte is as it was written. What snapshots need was not followed.";
            case STRUCTURE -> "Sound: all that is referred to is there. Packs were not read whole.";
            case CONTENT -> rolled.isPresent() && rolled.get().read().objects() < rolled.get().there().objects()
                    ? "Sound: all that is referred to is there, and what was read is as it was written."
                    : "Sound: everything that this key can read is there and is as it was written.";
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
