// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.wal;

import dev.muster.fault.Fault;
import dev.muster.vault.object.ObjectKey;

/** Takes the ranges of WAL that nothing needs. */
public interface Leftovers {

    /**
     * Nothing needs this one.
     *
     * @param bytes that it takes in the store
     * @param isReleased because it was released; otherwise because a longer range stands in for it
     */
    void found(ObjectKey range, long bytes, boolean isReleased);

    /** The head of this one cannot be read, so it stays, and so does what it may stand in for. */
    void unreadable(String key, Fault why);
}
