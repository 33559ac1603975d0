// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wal.receive.Policy.Durability;
import dev.muster.postgres.wal.receive.Policy.OnOutage;
import dev.muster.postgres.wal.receive.ReceiverEvent.Degradation;
import java.time.Duration;
import java.util.Optional;

/** Decides when less is promised than the policy says, and when all of it again. Safe for use by any thread. */
final class Outage {

    /** Between full and having room there is a gap, or it would change with every segment. */
    private static final double ROOM_AGAIN_SHARE = 0.9;

    private final Parts parts;
    private Optional<Since> spoolOnly = Optional.empty();
    private Optional<Since> steppedDown = Optional.empty();
    private Optional<Since> full = Optional.empty();

    Outage(Parts parts) {
        this.parts = parts;
    }

    private record Since(long nanos) {}

    /** Whether what is spooled counts as safe now. */
    synchronized boolean spoolCounts() {
        var policy = parts.options().policy();
        return policy.synchronous() && (policy.durability() == Durability.SPOOL || spoolOnly.isPresent());
    }

    /** Whether the receiver is not to be a synchronous standby now. */
    synchronized boolean steppedDown() {
        return steppedDown.isPresent();
    }

    /** Whether nothing may be received now. */
    synchronized boolean spoolFull() {
        return full.isPresent();
    }

    /** What less is promised, for the state. */
    synchronized Optional<Degradation> degradation() {
        return steppedDown.isPresent()
                ? Optional.of(Degradation.STEPPED_DOWN)
                : spoolOnly.map(_ -> Degradation.SPOOL_ONLY);
    }

    /** The spool has no room for the next segment. */
    synchronized void noRoom() {
        if (full.isEmpty()) {
            full = Optional.of(now());
            parts.say(new ReceiverEvent.SpoolFull(parts.spool().bytes()));
            if (degrades() && steppedDown.isEmpty()) {
                steppedDown = Optional.of(now());
                parts.say(new ReceiverEvent.Degraded(Degradation.STEPPED_DOWN, lag()));
            }
        }
    }

    /** Looks whether anything has changed; called about once a second. */
    synchronized void check() {
        checkRoom();
        var policy = parts.options().policy();
        var caughtUp = caughtUp();
        if (degrades() && policy.durability() == Durability.REPOSITORY && spoolOnly.isEmpty()
                && lag().compareTo(policy.outageAfter()) > 0) {
            spoolOnly = Optional.of(now());
            parts.say(new ReceiverEvent.Degraded(Degradation.SPOOL_ONLY, lag()));
        } else if (spoolOnly.isPresent() && caughtUp) {
            parts.say(new ReceiverEvent.Restored(since(spoolOnly.get())));
            spoolOnly = Optional.empty();
        }
        if (steppedDown.isPresent() && full.isEmpty() && caughtUp) {
            parts.say(new ReceiverEvent.Restored(since(steppedDown.get())));
            steppedDown = Optional.empty();
        }
    }

    private void checkRoom() {
        var spool = parts.spool();
        if (full.isPresent() && spool.bytes() < spool.bytesMax() * ROOM_AGAIN_SHARE) {
            parts.say(new ReceiverEvent.SpoolHasRoom(since(full.get())));
            full = Optional.empty();
        }
    }

    private boolean degrades() {
        var policy = parts.options().policy();
        return policy.synchronous() && policy.onOutage() == OnOutage.DEGRADE;
    }

    private boolean caughtUp() {
        var progress = parts.progress().snapshot();
        return progress.proven() && !progress.stored().isBefore(progress.spooled());
    }

    private Duration lag() {
        return parts.progress().snapshot().storeRpo().age();
    }

    private Since now() {
        return new Since(parts.clocks().nanoTime().getAsLong());
    }

    private Duration since(Since then) {
        return Duration.ofNanos(parts.clocks().nanoTime().getAsLong() - then.nanos);
    }
}
