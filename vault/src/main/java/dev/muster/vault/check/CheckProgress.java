// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

/** Told how far a check is, by several threads. */
@FunctionalInterface
public interface CheckProgress {

    /** What a check does one after the other, as its depth asks. */
    enum Part {
        /** Every object against the digest in its key. */
        BYTES,
        /** The frames of packs. */
        PACKS,
        /** The log; its bytes are those of the log itself. */
        WAL
    }

    /** So many bytes of this part are checked; at its end all of them, except what could not be read. */
    void at(Part part, long done, long total);
}
