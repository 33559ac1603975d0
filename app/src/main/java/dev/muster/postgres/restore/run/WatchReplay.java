// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.restore.run;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentName;
import dev.muster.postgres.restore.Measurement;
import dev.muster.postgres.restore.RestoreFault;
import dev.muster.postgres.restore.RestorePlan;
import dev.muster.postgres.server.LogLine;
import dev.muster.postgres.server.RunningServer;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Follows the log of a server that recovers: it says which segment it has fetched, once a second where it is, and when
 * the last transaction ended, and at the end how long replay took. Source of the messages: xlogrecovery.c, xlogarchive.c; they are in English and GMT since
 * the server is started so.
 */
final class WatchReplay {

    /** A server that replays says so every second; one that makes a checkpoint at the end of it may be silent for long. */
    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(30);
    private static final int COMPLAINTS_MAX = 6;
    private static final int NANO_DIGITS = 9;

    /** It rounds down. */
    private static final Duration SAID_AT_LEAST = Duration.ofMillis(10);
    private static final Pattern REPLAYING =
            Pattern.compile("redo in progress, .*current LSN: ([0-9A-F]{1,8}/[0-9A-F]{1,8})");
    private static final Pattern FETCHED = Pattern.compile("restored log file \"([0-9A-F]{24})\" from archive");
    private static final Pattern REDO_STARTS = Pattern.compile("redo starts at ([0-9A-F]{1,8}/[0-9A-F]{1,8})");
    private static final Pattern REDO_DONE = Pattern.compile(
            "redo done at ([0-9A-F]{1,8}/[0-9A-F]{1,8}) system usage: .*elapsed: (\\d{1,9}\\.\\d{2}) s");
    private static final Pattern LAST_TRANSACTION =
            Pattern.compile("last completed transaction was at log time (.+)\\+00");
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).toFormatter(Locale.ROOT);

    private final RestorePlan plan;
    private final Lsn end;
    private final RunningServer server;
    private final Consumer<RestoreProgress> progress;
    private final LongSupplier nanoTime;
    private final Deque<String> complaints = new ArrayDeque<>();
    private Lsn at;
    private Optional<Instant> lastTransaction = Optional.empty();
    private Optional<Lsn> redoFrom = Optional.empty();
    private Optional<Measurement> replayed = Optional.empty();
    private long offset;
    private long heardAt;

    WatchReplay(RestorePlan plan, RunningServer server, Consumer<RestoreProgress> progress, LongSupplier nanoTime) {
        this.plan = plan;
        this.end = new Promise(plan).end();
        this.server = server;
        this.progress = progress;
        this.nanoTime = nanoTime;
        this.at = plan.reach().point().facts().start();
        this.offset = server.log().start();
        this.heardAt = nanoTime.getAsLong();
    }

    /** Reads what the server has written since the last look, and tells how far it is. */
    void look() {
        while (true) {
            var page = server.log().from(offset);
            if (page.next() == offset) {
                break;
            }
            offset = page.next();
            heardAt = nanoTime.getAsLong();
            page.lines().forEach(this::read);
        }
        progress.accept(new RestoreProgress.Replaying(plan.reach().point().facts().start(), at, end));
    }

    private void read(LogLine line) {
        switch (line.severity()) {
            case FATAL, PANIC, OTHER -> {
                complaints.addLast(line.text());
                if (complaints.size() > COMPLAINTS_MAX) {
                    complaints.removeFirst();
                }
            }
            case LOG -> {
                group(REPLAYING, line).map(Lsn::parse).ifPresent(this::moveTo);
                group(FETCHED, line).map(name -> WalSegmentName.parse(name, plan.reach().point().facts().walSegment())
                        .start()).ifPresent(this::moveTo);
                group(LAST_TRANSACTION, line).flatMap(WatchReplay::time).ifPresent(time -> lastTransaction =
                        Optional.of(time));
                group(REDO_STARTS, line).map(Lsn::parse).ifPresent(from -> redoFrom = Optional.of(from));
                redoFrom.flatMap(from -> replayed(from, line.text())).ifPresent(done -> replayed = Optional.of(done));
            }
            default -> {}
        }
    }

    private static Optional<String> group(Pattern pattern, LogLine line) {
        var matcher = pattern.matcher(line.text());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The end of redo, as the server says it: its start and the checkpoint behind it are not in the time. */
    static Optional<Measurement> replayed(Lsn from, String text) {
        var matcher = REDO_DONE.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        var bytes = Lsn.parse(matcher.group(1)).minus(from);
        var took = Duration.ofNanos(new BigDecimal(matcher.group(2)).movePointRight(NANO_DIGITS).longValueExact());
        var tookAtLeast = took.compareTo(SAID_AT_LEAST) < 0 ? SAID_AT_LEAST : took;
        return bytes > 0 ? Optional.of(new Measurement(bytes, tookAtLeast)) : Optional.empty();
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            // A time that is said otherwise is not known.
            return Optional.empty();
        }
    }

    /** Replay goes forward; a segment that is fetched begins before what was replayed of it last time. */
    private void moveTo(Lsn position) {
        if (position.isAfter(at) && !position.isAfter(end)) {
            at = position;
        }
    }

    /** When the last transaction ended that was replayed, if the server has said so. */
    Optional<Instant> lastTransaction() {
        return lastTransaction;
    }

    /** How much was replayed in which time, if the server has said so. */
    Optional<Measurement> replayed() {
        return replayed;
    }

    /** How far replay is known to have come. */
    Lsn at() {
        return at;
    }

    /** How long the server has said nothing. */
    Duration silence() {
        return Duration.ofNanos(nanoTime.getAsLong() - heardAt);
    }

    /** What went wrong, as the server says. */
    String complaint() {
        return complaints.isEmpty() ? "it says nothing of why" : String.join("; ", complaints);
    }

    /** @throws RestoreFault.RecoveryStalled if the server has been silent for too long */
    void requireSigns() {
        if (silence().compareTo(SILENT_AT_MOST) > 0) {
            throw new RestoreFault.RecoveryStalled("for " + SILENT_AT_MOST.toMinutes() + " minutes, at " + at,
                    plan.request().directory());
        }
    }
}
