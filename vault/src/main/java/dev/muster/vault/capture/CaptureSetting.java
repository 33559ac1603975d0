// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.capture;

import dev.muster.store.Store;
import dev.muster.vault.key.Charter;
import dev.muster.vault.object.VaultFault;
import dev.muster.vault.roll.AnchorFile;
import dev.muster.vault.roll.Roll;
import dev.muster.vault.seal.KeyChain;
import dev.muster.vault.snapshot.SnapshotCatalog;
import dev.muster.vault.snapshot.WalCoverage;
import dev.muster.vault.statement.Statements;
import dev.muster.work.CrashPoints;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The open repository and the machine in which a capture runs.
 *
 * @param store where the objects are
 * @param chain the keys that were granted
 * @param charter of the repository, which says how long blocks and packs are
 * @param statements reads and writes what is signed
 * @param catalog tells which snapshots count
 * @param roll of the repository
 * @param anchor what this host remembers of the repository
 * @param coverage tells whether WAL is there
 * @param enrolment tells whether what this slot signs counts
 * @param machine what it runs on
 */
public record CaptureSetting(Store store, KeyChain chain, Charter charter, Statements statements,
        SnapshotCatalog catalog, Roll roll, AnchorFile anchor, WalCoverage coverage, Enrolment enrolment,
        Machine machine) {

    /** The slot that signs, on the charter. */
    @FunctionalInterface
    public interface Enrolment {

        /**
         * Lists the charter again.
         *
         * @throws VaultFault.WrongKey if the slot was removed
         * @throws VaultFault.NotGranted if an epoch was begun of which it has no grant
         */
        void look() throws InterruptedException;
    }

    /**
     * What a capture uses of the machine.
     *
     * @param clock of this host
     * @param random of the kernel
     * @param state the state directory's place for this store
     * @param workers how many blocks are looked at at once
     * @param crashPoints told how far a capture is
     */
    public record Machine(InstantSource clock, SecureRandom random, Path state, int workers,
            CrashPoints crashPoints) {}

    SecureRandom random() {
        return machine.random();
    }

    InstantSource clock() {
        return machine.clock();
    }

    Path temporaries() {
        return machine.state().resolve("temporary");
    }

    Path indexDirectory() {
        return machine.state().resolve("index");
    }

    void reached(String point) {
        machine.crashPoints().reached("capture." + point);
    }
}
