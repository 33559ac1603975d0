// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.WalSegmentSize;
import dev.muster.postgres.wire.WireConnection;
import dev.muster.postgres.wire.WireFault;
import dev.muster.postgres.wire.replication.Replication;
import dev.muster.postgres.wire.replication.StreamEnd;
import dev.muster.postgres.wire.replication.WalStream;
import dev.muster.work.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** One connection to the server, from what it says it is to the end of the stream. */
final class StreamSession {

    private static final String FILE_GONE = "58P01";
    private static final String SLOT_INVALID = "55000";
    private static final Duration IDLE_AT_MOST = Duration.ofMillis(500);
    private static final Duration UNFORCED_AT_MOST = Duration.ofMillis(10);
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_ROOM_EVERY = Duration.ofMillis(50);
    private static final int MESSAGE_BYTES_MAX = 256 << 10;

    /** The one before, the current one, the next one, and one that is being shipped. */
    private static final int SEGMENTS_MIN = 4;

    private final Parts parts;
    private final KnownLogs known;
    private final Outage outage;
    private final WireConnection connection;
    private final BooleanSupplier stopping;
    private final Replication replication;
    private final PrepareSlots slots;
    private final boolean steppedDown;
    private boolean slotRemade;

    StreamSession(Parts parts, KnownLogs known, Outage outage, WireConnection connection, BooleanSupplier stopping) {
        this.parts = parts;
        this.known = known;
        this.outage = outage;
        this.connection = connection;
        this.stopping = stopping;
        this.replication = new Replication(connection);
        this.slots = new PrepareSlots(parts.options().slots(), parts.options().policy().synchronous(),
                parts.listener());
        this.steppedDown = outage.steppedDown();
    }

    /**
     * Streams until the server, the connection or this side ends it.
     *
     * @param newHistory whether to begin a new history; false once that is done
     */
    void run(AtomicBoolean newHistory) throws InterruptedException {
        // Before the server says where it is: whoever stores something meanwhile has it from there.
        known.refresh();
        var reading = new ReadServerLog(connection, replication);
        var server = reading.read();
        requireRoom(server.segmentSize());
        var course = new Course(parts, known, server, reading);
        var track = known.unchanged(() -> {
            // Before anything is given up: what the spool has says whose server this was.
            if (!newHistory.get()) {
                refuseForeign(server, known.all());
            }
            known.giveUpOvertaken();
            var plan = new PlanResume(server, known.all()).plan(newHistory.get());
            return course.follow(plan, slots.prepare(replication));
        });
        newHistory.set(false);
        parts.say(new ReceiverEvent.Connected(server.toString(), track.from()));
        for (var next = Optional.of(track); next.isPresent();) {
            next = stream(course, next.get(), reading, server.segmentSize());
        }
    }

    private void refuseForeign(ServerLog server, List<KnownLog> logs) throws InterruptedException {
        var spooled = parts.spool().logs().stream().map(log -> log.lineage().incarnation()).collect(Collectors.toSet());
        new RefuseForeign(server, parts.options().system(), parts.repository().owners()).look(logs, spooled);
    }

    /** Streams one timeline; returns what follows it, if anything does on this connection. */
    private Optional<Course.Track> stream(Course course, Course.Track track, ReadServerLog reading,
            WalSegmentSize segments) throws InterruptedException {
        var log = track.intake().log();
        try {
            var end = stream(track, segments);
            return end instanceof StreamEnd.TimelineEnded ended
                    ? Optional.of(course.follow(log, ended))
                    : Optional.empty();
        } catch (WireFault.ServerError e) {
            switch (e.serverMessage().sqlState()) {
                case FILE_GONE -> {
                    return isOvertaken(track, reading)
                            ? Optional.empty()
                            : Optional.of(course.afterGap(log, keptAfter(track, segments, e)));
                }
                case SLOT_INVALID -> {
                    remakeSlot(e);
                    return Optional.of(track);
                }
                default -> throw e;
            }
        }
    }

    /**
     * Whether others have gone on since this was planned, so that another session plans something else. Fails if the
     * repository cannot be asked: nothing is lost meanwhile, since the slot keeps what it keeps.
     */
    private boolean isOvertaken(Course.Track track, ReadServerLog reading) throws InterruptedException {
        known.ask();
        var server = reading.read();
        return known.unchanged(() -> {
            known.giveUpOvertaken();
            return !track.follows(new PlanResume(server, known.all()).plan(false));
        });
    }

    /** The oldest position that the slot keeps; it is made anew only if the server does not have even that. */
    private Lsn keptAfter(Course.Track track, WalSegmentSize segments, WireFault.ServerError reason) {
        var kept = slots.prepare(replication);
        return kept.segmentStart(segments).isAfter(track.from()) ? kept : remakeSlot(reason);
    }

    private Lsn remakeSlot(WireFault.ServerError reason) {
        if (slotRemade) {
            throw new ReceiverFault.SlotUnusable(parts.options().slots().stream().text(), reason);
        }
        slotRemade = true;
        return slots.remake(replication);
    }

    private void requireRoom(WalSegmentSize segments) {
        var needed = (long) SEGMENTS_MIN * segments.bytes();
        if (parts.spool().bytesMax() < needed) {
            throw new ReceiverFault.SpoolTooSmall(parts.options().system(), parts.spool().bytesMax(), needed);
        }
    }

    private StreamEnd stream(Course.Track track, WalSegmentSize segments) throws InterruptedException {
        var stream = replication.stream(Optional.of(parts.options().slots().stream()), track.from(), track.timeline());
        var acknowledge = new Acknowledge(parts.options().policy(), segments, parts.clocks().clock());
        try (var scope = Scope.open("wal-status", 1)) {
            try (var status = new ReportStatus(parts, outage, stream, acknowledge)) {
                scope.fork(status::run);
                return receive(stream, track.intake(), status);
            }
        } finally {
            parts.progress().unproven();
        }
    }

    private StreamEnd receive(WalStream stream, Intake intake, ReportStatus status) throws InterruptedException {
        var synchronous = parts.options().policy().synchronous();
        var farewell = new Farewell();
        while (true) {
            awaitRoom(intake);
            if (isOver()) {
                status.close();
                stream.finish();
                return stop(stream, intake);
            }
            var received = stream.receive(intake.hasUnforced() ? UNFORCED_AT_MOST : IDLE_AT_MOST, intake);
            var ended = received == WalStream.Received.ENDED;
            if (intake.isForceDue(ended || (synchronous && !stream.ready()))) {
                intake.force();
                if (outage.spoolCounts() && !ended) {
                    status.now();
                }
            }
            if (ended) {
                return stream.end();
            }
            if (intake.replyRequested()) {
                status.now();
                var serverEnd = parts.progress().snapshot().serverEnd();
                if (!intake.isForceDue(true)
                        && farewell.isDue(serverEnd, intake.log().received(), status.acknowledged())) {
                    return new StreamEnd.ServerShutdown();
                }
            }
        }
    }

    private boolean isOver() {
        return stopping.getAsBoolean() || outage.steppedDown() != steppedDown;
    }

    /** What the server has sent already is still taken, as far as there is room. */
    private StreamEnd stop(WalStream stream, Intake intake) {
        while (hasRoom(intake) && stream.receive(STOP_AT_MOST, intake) == WalStream.Received.MESSAGE) {
            // Each message went to the intake.
        }
        if (intake.isForceDue(true)) {
            intake.force();
        }
        return new StreamEnd.Stopped();
    }

    /** Waits while the next segment has no room; status goes on meanwhile, so the server waits with us. */
    private void awaitRoom(Intake intake) throws InterruptedException {
        while (!hasRoom(intake) && !isOver()) {
            if (intake.isForceDue(true)) {
                intake.force();
            }
            outage.noRoom();
            parts.clocks().waiting().pause(LOOK_FOR_ROOM_EVERY);
        }
    }

    /** Whether one more message can be taken, which may be the first of a segment. */
    private boolean hasRoom(Intake intake) {
        var size = intake.log().segmentSize();
        var offset = intake.log().received().offsetInSegment(size);
        return (offset != 0 && size.bytes() - offset > MESSAGE_BYTES_MAX) || parts.spool().hasRoomFor(size.bytes());
    }
}
