// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.AnchorFile;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Remembers on this host how far the repository holds a history's log, and notices when it holds less than that: somebody
 * has put an older copy in its place, and a receiver that went on would leave a hole that nothing shows.
 */
final class WatchRepository {

    private static final Duration EVERY = Duration.ofMinutes(1);

    private final WalArchive archive;
    private final AnchorFile anchor;
    private final Supplier<Optional<Uid>> history;

    /** @param history whose log is received now */
    WatchRepository(WalArchive archive, AnchorFile anchor, Supplier<Optional<Uid>> history) {
        this.archive = archive;
        this.anchor = anchor;
        this.history = history;
    }

    /** Looks about once a minute. A repository that cannot be read is the receiver's to tell of. */
    void run(Wait wait, BooleanSupplier over) throws InterruptedException {
        while (!wait.until(over::getAsBoolean, EVERY)) {
            try {
                look();
            } catch (Fault e) {
                if (e instanceof VaultFault.RolledBack) {
                    throw e;
                }
            }
        }
    }

    /**
     * Looks once.
     *
     * @throws VaultFault.RolledBack if less is there than was before
     */
    void look() throws InterruptedException {
        var looked = history.get();
        if (looked.isEmpty()) {
            return;
        }
        var incarnation = looked.get();
        var before = anchor.read().map(known -> known.walEnds().get(incarnation));
        var end = archive.cover(incarnation).end();
        if (before.isPresent() && (end.isEmpty() || Long.compareUnsigned(end.getAsLong(), before.get()) < 0)) {
            throw new VaultFault.RolledBack("WAL was there up to " + new Lsn(before.get()) + ", and now it ends "
                    + (end.isEmpty() ? "before it begins" : "at " + new Lsn(end.getAsLong())),
                    "wal/" + incarnation.hex());
        }
        end.ifPresent(now -> anchor.seen(incarnation, now));
    }
}
