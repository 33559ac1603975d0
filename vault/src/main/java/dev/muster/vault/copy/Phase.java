// SPDX-License-Identifier: Apache-2.0
package dev.muster.vault.copy;

import dev.muster.vault.object.Kind;

/**
 * In which order objects are copied: what others name comes before them, so that a copy that ends anywhere can be read. All of
 * one phase is durable at the copy before the next one begins.
 */
enum Phase {
    /** Slots, epochs and grants, which charters name. */
    KEYS,
    /** Who opens the copy from here on finds a repository without snapshots. */
    CHARTERS,
    /** Packs, which nothing but their digests tells apart. */
    BLOCKS,
    /** What says where blocks are and which do not count. */
    PLACES,
    /** The log, in the order of its bytes: what is there has no hole. */
    LOG,
    /** What was noted down, and what this program does not know. */
    RECORDS,
    /** What names records. */
    CHECKPOINTS,
    /** Recovery points appear. */
    SNAPSHOTS,
    /** What says which snapshots must be there. */
    ROLL,
    /** Not copied: sessions of the original, what was proven of its bytes, which are others here, and what makes a copy a copy. */
    NEVER;

    static Phase of(Kind kind) {
        return switch (kind) {
            case SLOT, EPOCH, GRANT -> KEYS;
            case CHARTER -> CHARTERS;
            case DATA, MAP -> BLOCKS;
            case INDEX, FORWARD, LINEAGE, QUARANTINE, CONDEMNED, ABANDON -> PLACES;
            case WAL -> LOG;
            case LEDGER -> RECORDS;
            case CHECKPOINT -> CHECKPOINTS;
            case SNAPSHOT -> SNAPSHOTS;
            case ROLL -> ROLL;
            case CANDIDATE, PROOF, REPLICA -> NEVER;
        };
    }
}
