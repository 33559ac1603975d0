// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.serve;

import dev.muster.vault.object.Uid;
import dev.muster.vault.wal.WalArchive;
import dev.muster.vault.wal.WalCover;
import dev.muster.vault.wal.WalSpan;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is there of the log that nobody has asked for yet, with one listing for many segments. What was stored since that
 * listing is not seen: whoever is asked for it must look for himself. Safe for use by any thread.
 */
final class LookAhead {

    /** What the keys of one listing have in common is then all but the last 8 digits of an LSN. */
    private static final long LISTED_BYTES = 1L << 32;

    private final WalArchive archive;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Seen> seen = Optional.empty();

    /**
     * A listing.
     *
     * @param span of which it was
     */
    private record Seen(Uid incarnation, WalSpan span, WalCover cover) {}

    LookAhead(WalArchive archive) {
        this.archive = archive;
    }

    /** Whether all of this was there when it was listed. */
    boolean contains(Uid incarnation, WalSpan span) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var now = seen.filter(each -> each.incarnation.equals(incarnation) && each.span.contains(span));
            if (now.isEmpty()) {
                var listed = new WalSpan(span.start(),
                        WalSpan.later(WalSpan.floor(span.start(), LISTED_BYTES) + LISTED_BYTES, span.end()));
                now = Optional.of(new Seen(incarnation, listed, archive.cover(incarnation, listed)));
                seen = now;
            }
            return now.get().cover.contains(span);
        } finally {
            lock.unlock();
        }
    }
}
