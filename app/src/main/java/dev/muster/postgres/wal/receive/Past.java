// SPDX-License-Identifier: Apache-2.0
package dev.muster.postgres.wal.receive;

import dev.muster.postgres.Lsn;
import dev.muster.postgres.wal.spool.SpooledLog;
import dev.muster.vault.wal.WalFault;
import dev.muster.vault.wal.WalSource;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What is known of the bytes that a server sends before the new ones, which it must send the same again.
 *
 * @param spooled whose bytes they are, if the spool has them
 * @param until position of the first byte that is not compared with the spool
 * @param proof compares the bytes that the repository has; run when all before its position were received
 */
record Past(Optional<SpooledLog> spooled, Lsn until, Optional<Proof> proof) {

    /**
     * A comparison with the repository.
     *
     * @param at position up to which bytes must have been received for it
     * @param check throws {@link WalFault.Diverges} if they are others
     */
    record Proof(Lsn at, Check check) {}

    /** Compares what was received with what is stored. */
    @FunctionalInterface
    interface Check {
        void run(WalSource received) throws InterruptedException;
    }

    /** Nothing came before. */
    static Past none(Lsn start) {
        return new Past(Optional.empty(), start, Optional.empty());
    }

    /** Position from which on everything is new. */
    Lsn provenAt() {
        return proof.map(Proof::at).filter(at -> at.isAfter(until)).orElse(until);
    }

    /** Whether these bytes, all of them before {@link #until}, are the known ones. */
    boolean holds(Lsn lsn, ByteBuffer bytes) {
        return spooled.isEmpty() || spooled.get().holds(lsn, bytes);
    }
}
