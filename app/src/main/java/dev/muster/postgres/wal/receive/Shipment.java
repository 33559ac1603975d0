// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.wal.WalSpan;
import dev.muster.vault.wal.WalWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/** One spooled log on its way to the repository. One thread uses it. */
final class Shipment implements AutoCloseable {

    /** Tails that do not wait for time are cut where frames are, so that these are whole. */
    private static final int FRAME_BYTES = 256 << 10;

    private final Parts parts;
    private final SpooledLog log;
    private final WalWriter writer;
    private final Deque<WalSpan> unfolded = new ArrayDeque<>();
    private Lsn stored;
    private int tails;

    /** Since when the oldest byte that is not stored has waited. */
    private OptionalLong waitingSince = OptionalLong.empty();

    private Shipment(Parts parts, SpooledLog log, WalWriter writer, Lsn stored) {
        this.parts = parts;
        this.log = log;
        this.writer = writer;
        this.stored = stored;
    }

    /** Makes the repository know the history, and finds out where to go on, after the spool was compared with it. */
    static Shipment open(Parts parts, SpooledLog log) throws InterruptedException {
        var lineage = log.lineage();
        announce(parts, log);
        var continuation = parts.archive().continuation(lineage);
        if (log.received().isAfter(log.first())) {
            continuation.proveWithin(new WalSpan(log.first().value(), log.received().value()), log);
        }
        var end = continuation.span().map(span -> new Lsn(span.end()));
        var stored = end.filter(lsn -> lsn.isAfter(log.first())).orElse(log.first());
        if (end.filter(lsn -> lsn.isBefore(log.first())).isPresent()) {
            parts.say(new ReceiverEvent.Gap(lineage.incarnation(), end.get(), log.first()));
        }
        var writer = parts.archive().writer(lineage, parts.options().shipping().compressionLevel());
        var shipment = new Shipment(parts, log, writer, stored);
        shipment.findUnfolded();
        return shipment;
    }

    /** Makes the repository know the history. */
    static void announce(Parts parts, SpooledLog log) throws InterruptedException {
        if (!log.announced()) {
            parts.archive().announce(log.lineage());
            parts.reached("stream.after-announce");
            log.setAnnounced();
        }
    }

    /** What an earlier run left in tails, as far as the spool has it: others may have stored more. */
    private void findUnfolded() throws InterruptedException {
        var from = log.first().value();
        var start = WalSpan.floor(stored.value(), unitBytes());
        var until = WalSpan.earlier(start, WalSpan.floor(log.received().value(), unitBytes()));
        if (Long.compareUnsigned(from, until) < 0) {
            unfolded.addAll(parts.archive().unfolded(log.lineage(), new WalSpan(from, until)));
        }
        tails = stored.value() == start ? 0 : 2;
    }

    private long unitBytes() {
        return writer.longestAt(0).length();
    }

    SpooledLog log() {
        return log;
    }

    Lsn stored() {
        return stored;
    }

    /** The position that is worth waiting for: anything new, then as much as is due without waiting for time. */
    Lsn wanted() {
        if (waitingSince.isEmpty()) {
            return stored.plus(1);
        }
        var unitEnd = new Lsn(writer.longestAt(stored.value()).end());
        var enough = stored.plus(parts.options().shipping().cadence().bytes());
        return enough.isBefore(unitEnd) ? enough : unitEnd;
    }

    /** How much longer the oldest byte may wait; nothing if no byte waits. */
    Optional<Duration> patience() {
        var every = parts.options().shipping().cadence().every();
        return waitingSince.isEmpty() ? Optional.empty() : Optional.of(every.minus(waited()));
    }

    private Duration waited() {
        var now = parts.clocks().nanoTime().getAsLong();
        return Duration.ofNanos(now - waitingSince.orElse(now));
    }

    /**
     * What is to be put now.
     *
     * @param urgent whether everything is due at once: commits wait for it, or the log has ended
     */
    Optional<WalSpan> due(boolean urgent) {
        var durable = log.durable();
        if (!durable.isAfter(stored)) {
            waitingSince = OptionalLong.empty();
            return Optional.empty();
        }
        if (waitingSince.isEmpty()) {
            waitingSince = OptionalLong.of(parts.clocks().nanoTime().getAsLong());
        }
        var longest = writer.longestAt(stored.value());
        var end = WalSpan.earlier(durable.value(), longest.end());
        var cadence = parts.options().shipping().cadence();
        var enough = durable.minus(stored) >= cadence.bytes();
        var late = waited().compareTo(cadence.every()) >= 0;
        if (end != longest.end() && enough && !late) {
            end = WalSpan.later(WalSpan.floor(end, FRAME_BYTES), stored.value() + 1);
        }
        return end == longest.end() || enough || late || urgent
                ? Optional.of(new WalSpan(stored.value(), end))
                : Optional.empty();
    }

    /** Puts a span that is due. */
    void put(WalSpan span) throws InterruptedException {
        var end = new Lsn(span.end());
        writer.put(span, parts.progress().endedAt(end), parts.clocks().clock().instant(), log);
        parts.reached("stream.after-put");
        stored = end;
        waitingSince = OptionalLong.empty();
        tails++;
        if (span.end() == writer.longestAt(span.start()).end()) {
            if (tails > 1) {
                unfolded.add(new WalSpan(WalSpan.floor(span.start(), unitBytes()), span.end()));
            }
            tails = 0;
        }
    }

    /** Whether there are tails of complete segments. */
    boolean hasUnfolded() {
        return !unfolded.isEmpty();
    }

    /** Makes one range of the oldest tails. */
    void fold() throws InterruptedException {
        writer.replace(unfolded.getFirst(), log);
        parts.reached("stream.after-fold");
        unfolded.removeFirst();
    }

    /** Leaves the tails as they are, for somebody else to fold: room in the spool is needed. */
    void leaveUnfolded() {
        unfolded.clear();
    }

    /** Folds what is left of a log that has ended. */
    void foldEnd() throws InterruptedException {
        var start = WalSpan.floor(stored.value(), unitBytes());
        if (tails > 1 && start != stored.value() && !log.received().isBefore(stored)
                && Long.compareUnsigned(log.first().value(), start) <= 0) {
            writer.replace(new WalSpan(start, stored.value()), log);
        }
        tails = 0;
    }

    /** Removes from the spool what is not needed there any more. */
    void release() {
        var needed = unfolded.isEmpty() ? stored : new Lsn(unfolded.getFirst().start());
        log.release(needed.isBefore(log.received()) ? needed : log.received());
    }

    /** Whether the log has ended and all of it is stored. */
    boolean isComplete() {
        return log.end().filter(end -> !stored.isBefore(end)).isPresent() && unfolded.isEmpty();
    }

    @Override
    public void close() {
        writer.close();
    }
}
