// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.spool;

import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.Lineage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the spool says of a log of its own, in a small text file.
 *
 * @param lineage whose log it is
 * @param announced whether the repository knows the lineage
 * @param checked whether what was received is known to follow what came before
 * @param keptFrom the beginning of the oldest segment that is kept: what lies before is stored, and what lies behind
 *        follows without a gap; empty for a log of an earlier version
 * @param end where the history ended because its timeline did; empty while it may go on
 */
record Description(Lineage lineage, boolean announced, boolean checked, Optional<Lsn> keptFrom,
        Optional<Lsn> end) {

    static final String FILE = "lineage";
    private static final String FIRST_LINE = "muster spool 1";

    Description announcedNow() {
        return new Description(lineage, true, checked, keptFrom, end);
    }

    /** The same bytes, of another history that the repository knows. */
    Description of(Lineage other) {
        return new Description(other, true, checked, keptFrom, end);
    }

    Description checkedNow() {
        return new Description(lineage, announced, true, keptFrom, end);
    }

    Description endedAt(Lsn lsn) {
        return new Description(lineage, announced, checked, keptFrom, Optional.of(lsn));
    }

    Description keptFromNow(Lsn lsn) {
        return new Description(lineage, announced, checked, Optional.of(lsn), end);
    }

    byte[] encode() {
        var lines = new LinkedHashMap<String, String>();
        lines.put("incarnation", lineage.incarnation().hex());
        lines.put("system", Long.toUnsignedString(lineage.origin().systemIdentifier()));
        lines.put("timeline", Long.toString(lineage.origin().timeline()));
        lines.put("parent", lineage.descent().parent().map(Uid::hex).orElse("none"));
        lines.put("fork", new Lsn(lineage.descent().fork()).toString());
        lines.put("proven", lineage.descent().proven() ? "yes" : "no");
        lines.put("first", new Lsn(lineage.descent().first()).toString());
        lines.put("segment-bytes", Integer.toString(lineage.segmentBytes()));
        lines.put("server-version", Integer.toString(lineage.serverVersion()));
        lines.put("made", lineage.made().toString());
        lines.put("announced", announced ? "yes" : "no");
        lines.put("checked", checked ? "yes" : "no");
        keptFrom.ifPresent(lsn -> lines.put("kept-from", lsn.toString()));
        lines.put("end", end.map(Lsn::toString).orElse("none"));
        lines.put("host", lineage.host());
        var text = new StringBuilder(FIRST_LINE).append('\n');
        lines.forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads it back; the history file is a file of its own. */
    static Description decode(String subject, byte[] bytes, byte[] history) {
        var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE)) {
            throw new SpoolFault.Damaged("its first line is not '" + FIRST_LINE + "'", subject);
        }
        var values = new LinkedHashMap<String, String>();
        for (var line : lines.subList(1, lines.size())) {
            var space = line.indexOf(' ');
            values.put(line.substring(0, Math.max(0, space)), line.substring(space + 1));
        }
        try {
            return decode(values, history);
        } catch (RuntimeException e) {
            throw new SpoolFault.Damaged(String.valueOf(e.getMessage()), subject);
        }
    }

    private static Description decode(Map<String, String> values, byte[] history) {
        var origin = new Lineage.Origin(Long.parseUnsignedLong(value(values, "system")),
                Long.parseLong(value(values, "timeline")), history);
        var parent = Optional.of(value(values, "parent")).filter(text -> !text.equals("none")).map(Uid::parse);
        var descent = new Lineage.Descent(parent, Lsn.parse(value(values, "fork")).value(), flag(values, "proven"),
                Lsn.parse(value(values, "first")).value());
        var lineage = new Lineage(Uid.parse(value(values, "incarnation")), origin, descent,
                Integer.parseInt(value(values, "segment-bytes")), Integer.parseInt(value(values, "server-version")),
                Instant.parse(value(values, "made")), value(values, "host"));
        return new Description(lineage, flag(values, "announced"), flag(values, "checked"),
                Optional.ofNullable(values.get("kept-from")).map(Lsn::parse),
                Optional.of(value(values, "end")).filter(text -> !text.equals("none")).map(Lsn::parse));
    }

    private static boolean flag(Map<String, String> values, String name) {
        var value = value(values, name);
        if (!value.equals("yes") && !value.equals("no")) {
            throw new IllegalArgumentException(name + " is '" + value + "'");
        }
        return value.equals("yes");
    }

    private static String value(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("it says nothing of " + name);
        }
        return value;
    }
}
