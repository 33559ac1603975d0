// SPDX-License-Identifier: Apache-2.0
package dev.muster.system;

import dev.muster.fault.Fault;
import dev.muster.postgres.Lsn;
import dev.muster.vault.Vault;
import dev.muster.vault.object.Uid;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.wal.WalArchive;
import dev.muster.work.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Remembers on this host how far the repository holds a history's log, and notices when it holds less than that: somebody
 * has put an older copy in its place, and a receiver that went on would leave a hole that nothing shows. Follows the keys,
 * too: what is stored after a rotation is sealed with the new ones, and a key that was removed stores nothing more.
 */
final class WatchRepository {

    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Vault vault;
    private final WalArchive archive;
    private final Supplier<Optional<Uid>> history;

    /** @param history whose log is received now */
    WatchRepository(Vault vault, String host, Supplier<Optional<Uid>> history) {
        this.vault = vault;
        this.archive = vault.wal(host);
        this.history = history;
    }

    /** Looks about once a minute. A repository that cannot be read is the receiver's to tell of. */
    void run(Wait wait, BooleanSupplier over) throws InterruptedException {
        while (!wait.until(over::getAsBoolean, EVERY)) {
            try {
                look();
            } catch (Fault e) {
                if (e instanceof VaultFault.RolledBack || e instanceof VaultFault.WrongKey) {
                    throw e;
                }
            }
        }
    }

    /**
     * Looks once.
     *
     * @throws VaultFault.RolledBack if less is there than was before
     * @throws VaultFault.WrongKey if the key was removed: what is stored with it from then on does not count
     */
    void look() throws InterruptedException {
        vault.follow();
        var looked = history.get();
        if (looked.isEmpty()) {
            return;
        }
        var incarnation = looked.get();
        var before = vault.anchor().read().map(known -> known.walEnds().get(incarnation));
        var end = archive.cover(incarnation).end();
        if (before.isPresent() && (end.isEmpty() || Long.compareUnsigned(end.getAsLong(), before.get()) < 0)) {
            throw new VaultFault.RolledBack("WAL was there up to " + new Lsn(before.get()) + ", and now it ends "
                    + (end.isEmpty() ? "before it begins" : "at " + new Lsn(end.getAsLong())),
                    "wal/" + incarnation.hex());
        }
        end.ifPresent(now -> vault.anchor().seen(incarnation, now));
    }
}
