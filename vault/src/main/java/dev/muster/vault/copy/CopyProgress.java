// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

/** Told how far a copy is, by several threads. */
@FunctionalInterface
public interface CopyProgress {

    /** So many bytes are at the copy, of those that this round copies. */
    void at(long done, long total);
}
