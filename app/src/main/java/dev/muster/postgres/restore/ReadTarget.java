// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore;

import dev.muster.postgres.Lsn;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a recovery target as a user writes it: {@code latest}, {@code immediate}, a time, {@code lsn:X/X}, {@code xid:N},
 * {@code name:TEXT}, a snapshot's id. What could mean two things is refused.
 *
 * @param zone the zone of times that name none
 */
public record ReadTarget(ZoneId zone) {

    private static final Pattern SNAPSHOT = Pattern.compile("[0-9a-f]{4,64}");
    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?)"
                    + "(?: ?(Z|UTC|[+-]\\d\\d(?::?\\d\\d)?|[A-Za-z][A-Za-z0-9_+-]*/[A-Za-z0-9_/+-]+))?");
    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm")
            .optionalStart().appendPattern(":ss").appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).optionalEnd()
            .toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final int DATE = 1;
    private static final int CLOCK = 2;
    private static final int ZONE = 3;
    private static final int XID_BITS = 32;
    private static final int FULL_XID_BITS = 64;
    private static final long XID_MIN = 3;
    private static final int NAME_BYTES_MAX = 63;

    /**
     * A target and what has to be said about how it was read.
     *
     * @param note a sentence; empty if there is nothing to say
     */
    public record Read(RecoveryTarget target, String note) {}

    /**
     * Reads a target.
     *
     * @param exclusive whether to stop just before a time, a position or a transaction, instead of just after it
     */
    public Read read(String text, boolean exclusive) {
        var stripped = text.strip();
        var read = read(stripped, exclusive, stripped.indexOf(':'));
        var canExclude = switch (read.target) {
            case RecoveryTarget.Time _,RecoveryTarget.Position _,RecoveryTarget.Transaction _ -> true;
            case RecoveryTarget.Latest _,RecoveryTarget.Immediate _,RecoveryTarget.Snapshot _,RecoveryTarget.Named _ ->
                false;
        };
        if (exclusive && !canExclude) {
            throw new RestoreFault.TargetUnreadable(text,
                    "only a time, an lsn: or an xid: can be exclusive");
        }
        return read;
    }

    private Read read(String text, boolean exclusive, int colon) {
        var keyword = colon < 0 ? text : text.substring(0, colon);
        var rest = colon < 0 ? "" : text.substring(colon + 1);
        return switch (keyword.toLowerCase(Locale.ROOT)) {
            case "latest" -> plain(new RecoveryTarget.Latest(), text, rest);
            case "immediate" -> plain(new RecoveryTarget.Immediate(), text, rest);
            case "lsn" -> new Read(new RecoveryTarget.Position(lsn(text, rest), exclusive), "");
            case "xid" -> transaction(text, rest, exclusive);
            case "name" -> new Read(new RecoveryTarget.Named(name(text, rest)), "");
            case "snapshot" -> new Read(snapshot(text, rest), "");
            case "time" -> time(text, rest, exclusive);
            default -> SNAPSHOT.matcher(text).matches()
                    ? new Read(snapshot(text, text), "")
                    : time(text, text, exclusive);
        };
    }

    private static Read plain(RecoveryTarget target, String text, String rest) {
        if (!rest.isEmpty()) {
            throw new RestoreFault.TargetUnreadable(text, "nothing may follow the word");
        }
        return new Read(target, "");
    }

    private static Lsn lsn(String text, String rest) {
        try {
            return Lsn.parse(rest);
        } catch (IllegalArgumentException e) {
            throw new RestoreFault.TargetUnreadable(text, "a position looks like 16/B374D848");
        }
    }

    private static RecoveryTarget snapshot(String text, String id) {
        if (!SNAPSHOT.matcher(id).matches()) {
            throw new RestoreFault.TargetUnreadable(text, "a snapshot's id begins with 4 to 64 hex digits");
        }
        return new RecoveryTarget.Snapshot(id);
    }

    private static String name(String text, String rest) {
        if (rest.isEmpty() || rest.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX
                || rest.chars().anyMatch(Character::isISOControl)) {
            throw new RestoreFault.TargetUnreadable(text, "a restore point's name has 1 to 63 bytes");
        }
        return rest;
    }

    /** Servers show transactions with 64 bits (pg_current_xact_id) or 32 (in logs); the log knows 32. */
    private static Read transaction(String text, String rest, boolean exclusive) {
        var full = rest.matches("\\d{1,20}") ? new BigInteger(rest) : BigInteger.ZERO;
        var xid = full.longValue() & 0xFFFF_FFFFL;
        if (full.bitLength() > FULL_XID_BITS || xid < XID_MIN) {
            throw new RestoreFault.TargetUnreadable(text, "a transaction is a number from 3 on");
        }
        var note = full.bitLength() > XID_BITS ? "Transaction " + full + " is " + xid + " in the log." : "";
        return new Read(new RecoveryTarget.Transaction(xid, exclusive), note);
    }

    private Read time(String text, String rest, boolean exclusive) {
        var matcher = TIME.matcher(rest.strip());
        if (!matcher.matches()) {
            throw new RestoreFault.TargetUnreadable(text, "it is none of: latest, immediate, a time such as "
                    + "'2026-11-20 13:05:00Z', lsn:16/B374D848, xid:4711, name:TEXT, a snapshot's id");
        }
        var local = local(text, matcher);
        var named = matcher.group(ZONE);
        var where = named == null ? zone : zone(text, named);
        var target = new RecoveryTarget.Time(moment(text, local, where), exclusive);
        return new Read(target, where.equals(ZoneOffset.UTC)
                ? ""
                : rest.strip() + (named == null ? " in " + where : "")
                        + " is " + target + ".");
    }

    private static LocalDateTime local(String text, Matcher matcher) {
        try {
            return LocalDateTime.parse(matcher.group(DATE) + " " + matcher.group(CLOCK), LOCAL);
        } catch (DateTimeException e) {
            throw new RestoreFault.TargetUnreadable(text, "there is no such date or time");
        }
    }

    private static ZoneId zone(String text, String name) {
        try {
            return name.equals("Z") || name.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new RestoreFault.TargetUnreadable(text, "there is no time zone " + name);
        }
    }

    private static Instant moment(String text, LocalDateTime local, ZoneId where) {
        var offsets = where.getRules().getValidOffsets(local);
        return switch (offsets.size()) {
            case 1 -> local.toInstant(offsets.getFirst());
            case 0 -> throw new RestoreFault.TargetUnreadable(text,
                    "the clocks of " + where + " were put forward over this time: write it with its offset");
            default -> throw new RestoreFault.TargetUnreadable(text, "the clocks of " + where
                    + " showed this time twice: write it with its offset, one of " + offsets);
        };
    }
}
