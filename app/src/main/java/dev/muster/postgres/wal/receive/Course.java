// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.TimelineId;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.postgres.wire.replication.StreamEnd;
import dev.muster.vault.wal.Lineage;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes ready what a plan says: the log in the spool, and what is known of the bytes before. */
final class Course {

    private final Parts parts;
    private final KnownLogs known;
    private final ServerLog server;
    private final ReadServerLog reading;

    Course(Parts parts, KnownLogs known, ServerLog server, ReadServerLog reading) {
        this.parts = parts;
        this.known = known;
        this.server = server;
        this.reading = reading;
    }

    /**
     * A stream that can be started.
     *
     * @param intake takes it
     * @param timeline along which timeline
     * @param from where it begins: a segment
     * @param has position after the last byte of its history that was known when it was made ready
     */
    record Track(Intake intake, TimelineId timeline, Lsn from, Lsn has) {

        /** Whether a plan says nothing else than to do what this does. */
        boolean follows(PlanResume.Plan plan) {
            return plan instanceof PlanResume.Resume(KnownLog log)
                    && log.lineage().incarnation().equals(intake.log().lineage().incarnation())
                    && !log.end().isAfter(has);
        }
    }

    /**
     * Makes ready what a plan says.
     *
     * @param restart the oldest position that the stream slot keeps
     */
    Track follow(PlanResume.Plan plan, Lsn restart) throws InterruptedException {
        return switch (plan) {
            case PlanResume.Begin _ -> begin(Lineage.Descent.begin(start(restart).value()));
            case PlanResume.Resume resume -> resume(resume.log());
            case PlanResume.Branch branch -> branch(branch);
        };
    }

    private Track begin(Lineage.Descent descent) throws InterruptedException {
        var lineage = draft(server.origin(), descent);
        var first = new Lsn(descent.first());
        var log = parts.spool().begin(lineage, false, true, first);
        parts.reached("stream.after-begin");
        parts.say(new ReceiverEvent.Began(lineage.incarnation(), first));
        return track(log, Past.none(first), first, first);
    }

    /** The server does not have the bytes any more that should follow the log, or with which it would show that they do. */
    Track afterGap(SpooledLog before, Lsn restart) throws InterruptedException {
        // A log that has ended keeps its name: asked before that, the name could be another one.
        if (before.checked()) {
            before.setEnded();
        } else {
            parts.spool().remove(before);
        }
        var parent = before.lineage();
        var first = start(restart);
        var end = known.storedEnd(parent).isAfter(before.received()) ? known.storedEnd(parent) : before.received();
        parts.say(first.isAfter(end)
                ? new ReceiverEvent.Gap(parent.incarnation(), end, first)
                : new ReceiverEvent.NotCompared(parent.incarnation(), end, first));
        return begin(new Lineage.Descent(Optional.of(parent.incarnation()), end.value(), false, first.value()));
    }

    private Track resume(KnownLog last) throws InterruptedException {
        var spooled = parts.spool().log(last.lineage().incarnation());
        if (spooled.isEmpty()) {
            return join(last);
        }
        return isOvertaken(spooled.get(), last)
                ? known.alone(() -> {
                    parts.spool().remove(spooled.get());
                    return join(last);
                })
                : resume(spooled.get(), last);
    }

    /**
     * Whether others have gone on so far that the server need not have what follows the spooled log any more, and nothing
     * of the log is missing in the repository.
     */
    private boolean isOvertaken(SpooledLog log, KnownLog last) throws InterruptedException {
        if (!last.end().isAfter(log.received())) {
            return false;
        }
        var shown = parts.archive().continuation(log.lineage()).span();
        return shown.filter(span -> new Lsn(span.start()).isAfter(from(log))).isPresent()
                && (!log.checked() || isStored(log));
    }

    /** Whether the repository has the same bytes; those before its first one, and what was released, it has had. */
    private boolean isStored(SpooledLog log) throws InterruptedException {
        var cover = parts.archive().cover(log.lineage().incarnation());
        var first = WalSpan.later(log.first().value(), cover.spans().getFirst().start());
        if (!log.received().isAfter(new Lsn(first))) {
            return true;
        }
        var span = new WalSpan(first, log.received().value());
        var released = parts.archive().released(log.lineage().incarnation());
        if (!WalCover.of(List.of(span)).minus(cover).minus(released).isEmpty()) {
            return false;
        }
        parts.archive().stored(log.lineage(), span).prove(log);
        return true;
    }

    private Track resume(SpooledLog log, KnownLog last) throws InterruptedException {
        var received = log.received();
        var from = from(log);
        Optional<Past.Proof> proof = last.end().isAfter(received)
                ? Optional.of(
                        new Past.Proof(last.end(), proof(log, new WalSpan(log.first().value(), last.end().value()))))
                : Optional.empty();
        return track(log, new Past(Optional.of(log), received, proof), from, last.end());
    }

    /** Compares with the repository what lies between the spool's end and the repository's. */
    private Past.Check proof(SpooledLog log, WalSpan span) throws InterruptedException {
        var continuation = parts.archive().continuation(log.lineage());
        return source -> continuation.proveWithin(span, source);
    }

    /** Goes on with a log of which the spool has nothing: after its end was compared with the repository. */
    private Track join(KnownLog last) throws InterruptedException {
        var lineage = last.lineage();
        var continuation = parts.archive().continuation(lineage);
        var from = new Lsn(continuation.span().map(WalSpan::start).orElse(lineage.descent().first()));
        var log = parts.spool().begin(lineage, true, continuation.span().isEmpty(), from);
        parts.reached("stream.after-join");
        var proof = continuation.span().map(span -> new Past.Proof(new Lsn(span.end()), continuation::prove));
        return track(log, new Past(Optional.empty(), from, proof), from, last.end());
    }

    /** Leaves a log before its end, for the way that the server has taken. */
    private Track branch(PlanResume.Branch branch) throws InterruptedException {
        var parent = branch.parent().lineage();
        parts.say(new ReceiverEvent.BranchLeft(parent.incarnation(), branch.fork(), branch.parent().end()));
        var spooled = parts.spool().log(parent.incarnation());
        spooled.filter(log -> log.end().isEmpty()).ifPresent(SpooledLog::setEnded);
        return child(parent, spooled, branch.next(), branch.fork());
    }

    /** The timeline ended while it was streamed; the server says which one follows. */
    Track follow(SpooledLog parent, StreamEnd.TimelineEnded ended) throws InterruptedException {
        parent.setEnded();
        parts.reached("stream.after-timeline-end");
        return child(parent.lineage(), Optional.of(parent), ended.next(), ended.start());
    }

    private Track child(Lineage parent, Optional<SpooledLog> spooled, TimelineId timeline, Lsn fork)
            throws InterruptedException {
        var first = start(fork);
        var origin = reading.origin(parent.origin().systemIdentifier(), timeline);
        var lineage = draft(origin,
                new Lineage.Descent(Optional.of(parent.incarnation()), fork.value(), true, first.value()));
        var log = parts.spool().begin(lineage, false, first.equals(fork), first);
        parts.reached("stream.after-follow");
        parts.say(new ReceiverEvent.Followed(parent.incarnation(), lineage.incarnation(), timeline.number(), fork));
        return track(log, childsPast(parent, spooled, first, fork), first, first);
    }

    private Past childsPast(Lineage parent, Optional<SpooledLog> spooled, Lsn first, Lsn fork)
            throws InterruptedException {
        if (first.equals(fork)) {
            return Past.none(first);
        }
        if (spooled.filter(log -> !log.first().isAfter(first)).isPresent()) {
            return new Past(spooled, fork, Optional.empty());
        }
        var span = new WalSpan(first.value(), fork.value());
        var stored = parts.archive().stored(parent, span);
        return new Past(Optional.empty(), first, Optional.of(new Past.Proof(fork, stored::prove)));
    }

    private Track track(SpooledLog log, Past past, Lsn from, Lsn has) {
        var lineage = log.lineage();
        parts.progress().begin(lineage.incarnation(), has, storedOnTheWay(lineage), server.position());
        var intake = new Intake(log, past, parts.progress(), parts.clocks(), server.server().host());
        return new Track(intake, TimelineId.of(lineage.origin().timeline()), from, has);
    }

    /** Of a child of which nothing is stored yet, what is stored of its parent up to the fork. */
    private Lsn storedOnTheWay(Lineage lineage) {
        var own = known.storedEnd(lineage);
        var fork = new Lsn(lineage.descent().fork());
        if (!lineage.descent().proven() || own.isAfter(new Lsn(lineage.descent().first()))) {
            return own;
        }
        return lineage.descent()
                .parent()
                .flatMap(known::storedEnd)
                .map(end -> end.isBefore(fork) ? end : fork)
                .orElse(own);
    }

    /** The segment from which on the server shows again what the log has. */
    private static Lsn from(SpooledLog log) {
        var compared = comparedFrom(log.received(), log);
        return compared.isBefore(log.first()) ? log.first() : compared;
    }

    private static Lsn comparedFrom(Lsn end, SpooledLog log) {
        var size = log.segmentSize();
        var last = new Lsn(end.value() - 1).segmentStart(size);
        var enough = end.minus(last) >= Acknowledge.COMPARED_BYTES_MIN;
        return enough || last.equals(Lsn.ZERO) ? last : new Lsn(last.value() - size.bytes());
    }

    private Lsn start(Lsn position) {
        return position.segmentStart(server.segmentSize());
    }

    /** Younger than all that are known, whatever the clock says: their order is the order in which they were begun. */
    private Lineage draft(Lineage.Origin origin, Lineage.Descent descent) throws InterruptedException {
        var draft = drafted(origin, descent);
        known.begun(draft.incarnation());
        return draft;
    }

    private Lineage drafted(Lineage.Origin origin, Lineage.Descent descent) throws InterruptedException {
        var draft = parts.archive().draft(origin, descent, new WalArchive.Server(server.segmentSize().bytes(),
                server.version(), parts.options().shipping().host()));
        var newest = known.all().stream().map(log -> log.lineage().made()).max(Comparator.naturalOrder());
        if (newest.isEmpty() || draft.made().isAfter(newest.get())) {
            return draft;
        }
        return new Lineage(draft.incarnation(), origin, descent, draft.segmentBytes(), draft.serverVersion(),
                newest.get().plus(1, ChronoUnit.MICROS), draft.host());
    }
}
