// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.wal.spool.SpoolFault;
import java.util.Optional;

/**
 * Goes on when segments of the spool are missing or cut: what can be used of it is found anew, what is missing is asked of the
 * server again as in every session, and that it was so is said. Safe for use by any thread.
 */
final class MendSpool {

    private final Parts parts;
    private final KnownLogs known;
    private volatile Optional<SpoolFault.Damaged> found = Optional.empty();

    MendSpool(Parts parts, KnownLogs known) {
        this.parts = parts;
        this.known = known;
    }

    /** Something is missing, and a session may be writing: it is to end first. */
    void request(SpoolFault.Damaged damage) {
        found = Optional.of(damage);
        parts.progress().wake();
    }

    /** Whether the session that is running is to end, and nothing is to be shipped, so that it can be mended. */
    boolean isDue() {
        return found.isPresent();
    }

    /** Mends it if that is due. No session runs. */
    void ifDue() throws InterruptedException {
        var damage = found;
        if (damage.isPresent()) {
            mend(damage.get());
        }
    }

    /**
     * Mends it. No session runs.
     *
     * @throws SpoolFault.Damaged if it is not segments that are missing or cut
     */
    void mend(SpoolFault.Damaged damage) throws InterruptedException {
        var mended = known.alone(parts.spool()::mend);
        say();
        if (!mended) {
            throw damage;
        }
        found = Optional.empty();
    }

    /** Says what was found missing. */
    void say() {
        parts.spool().takeCuts().forEach(cut -> parts.say(new ReceiverEvent.CutFound(cut)));
    }
}
