// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.check;

/** How much a check reads. */
public enum Depth {
    /** Every byte of every object against the digest in its key. Needs no key. */
    BYTES,
    /** Signatures, trees, the places that they refer to, WAL, and what must be present; packs are not read whole. */
    STRUCTURE,
    /** Both, and every frame of every pack and range is opened, as far as the role of the key allows. */
    CONTENT;

    boolean readsBytes() {
        return this != STRUCTURE;
    }

    boolean readsStructure() {
        return this != BYTES;
    }

    boolean opensFrames() {
        return this == CONTENT;
    }
}
