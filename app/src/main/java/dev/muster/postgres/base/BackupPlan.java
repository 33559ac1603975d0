// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.base;

import dev.muster.postgres.conninfo.ConnectionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a backup will read. It is made before anything is.
 *
 * @param request what was asked
 * @param settings to connect to this one server
 * @param server what it says of itself
 * @param log who brings the log
 * @param notes what has to be said, each a sentence
 */
public record BackupPlan(BackupRequest request, ConnectionSettings settings, ServerFacts server, BackupLog.Source log,
        List<String> notes) {

    private static final int LABEL_CHARS = 13;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1000;

    public BackupPlan {
        notes = List.copyOf(notes);
    }

    /** About how many bytes will be read, if the user may know. */
    public OptionalLong estimatedBytes() {
        return server.databaseBytes();
    }

    /** What should be different, or will be missed one day, each a sentence or two. */
    public List<String> warnings() {
        return warnings(log);
    }

    /** What is to be said after the backup, when the log is brought by this source. */
    public List<String> warnings(BackupLog.Source source) {
        var warnings = new ArrayList<String>();
        switch (source.after()) {
            case RECEIVER -> {
                // It goes on.
            }
            case NOBODY -> warnings.add(
                    "No WAL receiver is running: what is committed after this backup is not protected. Run 'muster "
                            + "stream " + request.system() + "'.");
            case MAYBE_ANOTHER_HISTORY -> warnings.add(
                    "The WAL receiver that runs may go on with another history than this backup's: what is committed "
                            + "after it may not be protected. Run 'muster backup " + request.system() + "' again.");
            case UNKNOWN -> warnings.add(
                    "It could not be found out whether a WAL receiver runs: only then is what is committed after this "
                            + "backup protected. See 'muster status'.");
        }
        if (!server.layout().checksums()) {
            warnings.add(
                    "Data checksums are off: pages that its disk has damaged are backed up unnoticed. Stop the server "
                            + "and run 'pg_checksums --enable'.");
        }
        warnings.addAll(notes);
        return warnings;
    }

    /** Where it is read from: {@code db.example:5432, PostgreSQL 17.4, a primary}. */
    public String from() {
        return server.host() + ", PostgreSQL " + server.versionText()
                + (server.standby() ? ", a standby" : ", a primary");
    }

    /** The plan for people: aligned lines. */
    public String text() {
        var lines = new ArrayList<String>();
        lines.add("Backup plan");
        lines.add(line("of", request.system() + "/" + request.component()));
        lines.add(line("from", from()));
        lines.add(line("cluster", server.identity().system() + ", timeline " + server.identity().timeline() + ", at "
                + server.identity().position()));
        lines.add(line("size", estimatedBytes().isPresent()
                ? "about " + bytes(estimatedBytes().getAsLong())
                : "not known to this user"));
        server.tablespaces().forEach((oid, location) -> lines.add(line("tablespace", oid + ": " + location)));
        lines.add(line("checksums", server.layout().checksums()
                ? "each page is verified"
                : "its pages have none: damage on its disk cannot be seen"));
        lines.add(line("checkpoint", request.pace().fastCheckpoint() ? "at once" : "spread over minutes"));
        request.pace().kibPerSecondMax().ifPresent(rate -> lines.add(line("rate", "at most " + rate + " KiB/s")));
        lines.add(line("log", log.text()));
        warnings().forEach(warning -> lines.add(line("warning", warning)));
        return String.join("\n", lines) + "\n";
    }

    /** The plan for machines: plain values under stable names; what is not known is null. */
    public Document document() {
        return new Document(request.system(), request.component(), server.host().toString(), server.versionText(),
                server.identity().system().toString(), server.identity().timeline().number(), server.standby(),
                estimatedBytes().isPresent() ? estimatedBytes().getAsLong() : null, server.tablespaces().size(),
                server.layout().checksums(), log.text(), warnings());
    }

    /** A plan as machines read it. */
    public record Document(String system, String component, String server, String version, String cluster,
            long timeline, boolean standby, @Nullable Long estimatedBytes, int tablespaces, boolean checksums,
            String log, List<String> warnings) {}

    private static String line(String label, String text) {
        return ("  " + label + " ".repeat(LABEL_CHARS)).substring(0, LABEL_CHARS + 2) + text;
    }

    private static String bytes(long bytes) {
        var unit = 0;
        var value = (double) bytes;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
